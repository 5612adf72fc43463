"""What we ask of Stripe about connected accounts, transfers, disputes, payouts and balances."""

from datetime import datetime
from typing import TYPE_CHECKING

from .askings import account_params, transfer_params
from .line import Line
from .readings_connect import account_state, balance_entry, dispute_state, payout_state, transfer_state
from .terms import (
    AccountRequest,
    AccountState,
    BalanceEntry,
    DisputeState,
    PayoutState,
    TransferRequest,
    TransferState,
)

if TYPE_CHECKING:
    from stripe.params import BalanceTransactionListParams


class ConnectCalls(Line):
    """The half of the gateway that concerns other people's accounts and our own balance."""

    def create_account(self, request: AccountRequest, *, direct: bool) -> AccountState:
        """Make a payee's account; the same key makes it once. `direct`: it takes charges itself and bears their costs.

        Raises:
            GatewayRefused: a country or address that Stripe does not take.
            GatewayUnavailable: retry with the same key.

        """
        params = account_params(request, direct=direct)
        with self._call():
            return account_state(self._client.accounts.create(params, {"idempotency_key": request.key}))

    def account_link(self, account: str, *, return_url: str, refresh_url: str) -> str:
        """Return the address of Stripe's pages where a payee says who they are; good once, for some minutes.

        Raises:
            GatewayRefused: there is no such account.
            GatewayUnavailable: retry.

        """
        with self._call():
            link = self._client.account_links.create(
                {
                    "account": account,
                    "type": "account_onboarding",
                    "return_url": return_url,
                    "refresh_url": refresh_url,
                }
            )
        return link.url

    def fetch_account(self, account: str) -> AccountState:
        """Return what Stripe says of a connected account now.

        Raises:
            GatewayRefused: there is no such account.
            GatewayUnavailable: retry.

        """
        with self._call():
            return account_state(self._client.accounts.retrieve(account))

    def transfer(self, request: TransferRequest) -> TransferState:
        """Pass money on from one charge; the same key passes it once.

        Raises:
            GatewayRefused: the account can't have it, or the charge has not got so much.
            GatewayUnavailable: retry with the same key.

        """
        params = transfer_params(request)
        with self._call():
            return transfer_state(self._client.transfers.create(params, {"idempotency_key": request.key}))

    def reverse_transfer(self, transfer: str, *, amount: int, key: str) -> TransferState:
        """Take `amount` (minor units) of a transfer back; the same key takes it once.

        Raises:
            GatewayRefused: more than is left of it, or than the account has.
            GatewayUnavailable: retry with the same key.

        """
        with self._call():
            made = self._client.transfers.reversals.create(
                transfer, {"amount": amount, "metadata": {"reference": key}}, {"idempotency_key": key}
            )
        return transfer_state(made)

    def reversals_of(self, transfer: str) -> tuple[TransferState, ...]:
        """Return what came back of a transfer, the newest first.

        Raises:
            GatewayUnavailable: retry.

        """
        with self._call():
            page = self._client.transfers.reversals.list(transfer, {"limit": 100})
            return tuple(transfer_state(one) for one in page.auto_paging_iter())

    def refund_fee(self, fee: str, *, amount: int, key: str) -> TransferState:
        """Give `amount` (minor units) of our part of a direct charge back to the account it came from; the same key
        gives it once.

        Raises:
            GatewayRefused: more than is left of it.
            GatewayUnavailable: retry with the same key.

        """
        with self._call():
            made = self._client.application_fees.refunds.create(
                fee, {"amount": amount, "metadata": {"reference": key}}, {"idempotency_key": key}
            )
        return transfer_state(made)

    def fee_refunds_of(self, fee: str) -> tuple[TransferState, ...]:
        """Return what was given back of our part of a direct charge, the newest first.

        Raises:
            GatewayUnavailable: retry.

        """
        with self._call():
            page = self._client.application_fees.refunds.list(fee, {"limit": 100})
            return tuple(transfer_state(one) for one in page.auto_paging_iter())

    def fetch_dispute(self, dispute: str) -> DisputeState:
        """Return what Stripe says of a dispute now, with what it moved.

        Raises:
            GatewayRefused: there is no such dispute.
            GatewayUnavailable: retry.

        """
        with self._call():
            return dispute_state(self._client.disputes.retrieve(dispute))

    def fetch_payout(self, payout: str) -> PayoutState:
        """Return what Stripe says of a payout now.

        Raises:
            GatewayRefused: there is no such payout.
            GatewayUnavailable: retry.

        """
        with self._call():
            return payout_state(self._client.payouts.retrieve(payout))

    def balance_since(self, since: datetime) -> tuple[BalanceEntry, ...]:
        """Return every balance transaction since a moment, the newest first.

        Args:
            since: Aware time, inclusive to the second.

        Raises:
            GatewayUnavailable: retry.

        """
        params: BalanceTransactionListParams = {"limit": 100, "created": {"gte": int(since.timestamp())}}
        with self._call():
            page = self._client.balance_transactions.list(params)
            return tuple(balance_entry(one) for one in page.auto_paging_iter())
