"""The seam between money modes: what a Checkout and its refunds are told beside price and address.

*Platform* (separate charges and transfers) is here. *Direct*, on the practice's own account, is another class
with the same three answers; *off* opens no Checkout at all.
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

    def returns_transfer(self) -> bool:
        """Whether a refund must also take back what was transferred on."""


class Platform:
    """Charged on our account; transfers follow later and find their charge by the order."""

    account: str | None = None

    def intent_data(self, order: str) -> "SessionCreateParamsPaymentIntentData":
        """Tie the payment to its order."""
        return {"transfer_group": order}

    def returns_transfer(self) -> bool:
        """Transfers are separate objects, reversed on their own."""
        return False
