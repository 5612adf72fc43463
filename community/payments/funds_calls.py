"""What we ask of Stripe for the money desk: answers to disputes, our own payouts, and objects that we lost sight of."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from .line import Line
from .readings_connect import dispute_state, payout_state, transfer_state
from .terms import DisputeState, PayoutState, TransferState

if TYPE_CHECKING:
    from stripe.params import DisputeUpdateParamsEvidence


class FundsCalls(Line):
    """The part of the gateway that the money desk needs."""

    def submit_evidence(self, dispute: str, evidence: Mapping[str, str], *, key: str) -> DisputeState:
        """Answer a dispute, for good: the bank reads it once. The same key sends it once.

        Raises:
            GatewayRefused: it was answered before (`dispute_already_submitted`), or is over.
            GatewayUnavailable: retry with the same key.

        """
        fields = cast("DisputeUpdateParamsEvidence", dict(evidence))
        with self._call():
            made = self._client.disputes.update(dispute, {"evidence": fields, "submit": True}, {"idempotency_key": key})
        return dispute_state(made)

    def pay_out(self, *, amount: int, currency: str, key: str) -> PayoutState:
        """Send `amount` (minor units) of our own balance to our bank; the same key sends it once.

        Raises:
            GatewayRefused: there is not so much (`balance_insufficient`).
            GatewayUnavailable: retry with the same key.

        """
        with self._call():
            made = self._client.payouts.create(
                {"amount": amount, "currency": currency.lower(), "metadata": {"reference": key}},
                {"idempotency_key": key},
            )
        return payout_state(made)

    def payouts_lately(self) -> tuple[PayoutState, ...]:
        """Return the latest hundred payouts of our own balance, the newest first.

        Raises:
            GatewayUnavailable: retry.

        """
        with self._call():
            return tuple(payout_state(one) for one in self._client.payouts.list({"limit": 100}).data)

    def available(self, currency: str) -> int:
        """Return what of our own balance could go to our bank now, minor units.

        Raises:
            GatewayUnavailable: retry.

        """
        with self._call():
            found = self._client.balance.retrieve()
        return sum(part.amount for part in found.available if part.currency == currency.lower())

    def payout_interval(self) -> str:
        """Return when our own balance is paid out: "manual" where only we do it.

        Raises:
            GatewayUnavailable: retry.

        """
        with self._call():
            account = self._client.accounts.retrieve_current()
        payouts = account.settings.payouts if account.settings else None
        schedule = payouts.schedule if payouts else None
        return schedule.interval if schedule else ""

    def fetch_transfer(self, transfer: str) -> TransferState:
        """Return a transfer.

        Raises:
            GatewayRefused: there is no such transfer.
            GatewayUnavailable: retry.

        """
        with self._call():
            return transfer_state(self._client.transfers.retrieve(transfer))

    def transfers_of(self, group: str) -> tuple[TransferState, ...]:
        """Return the transfers of an order, the newest first.

        Raises:
            GatewayUnavailable: retry.

        """
        with self._call():
            page = self._client.transfers.list({"transfer_group": group, "limit": 100})
            return tuple(transfer_state(one) for one in page.auto_paging_iter())
