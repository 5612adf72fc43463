"""The seam between money modes: what a Checkout and its refunds are told beside price and address.

*Platform* (separate charges and transfers) and *direct* (on the practice's own account) are here; *off* opens no
Checkout at all.
"""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParamsPaymentIntentData


class ChargeType(Protocol):
    """Decides whose charge it is."""

    @property
    def account(self) -> str | None:
        """The connected account that every call about the charge is made for, None for our own."""

    def intent_data(self, order: str) -> "SessionCreateParamsPaymentIntentData":
        """Return what the payment of `order` carries beside its metadata and capture method."""


class Platform:
    """Charged on our account; transfers follow later and find their charge by the order."""

    account: str | None = None

    def intent_data(self, order: str) -> "SessionCreateParamsPaymentIntentData":
        """Tie the payment to its order."""
        return {"transfer_group": order}


class Direct:
    """Charged on the practice's account, which bears Stripe's fee, refunds and disputes; `fee` (minor units) of it is
    ours at once. `account` is Stripe's name.
    """

    def __init__(self, account: str, fee: int = 0) -> None:
        self._account, self._fee = account, fee

    @property
    def account(self) -> str | None:
        """The practice's."""
        return self._account

    def intent_data(self, order: str) -> "SessionCreateParamsPaymentIntentData":
        """Our part; nothing where it is nothing, which Stripe would refuse."""
        data: SessionCreateParamsPaymentIntentData = {"transfer_group": order}
        if self._fee:
            data["application_fee_amount"] = self._fee
        return data
