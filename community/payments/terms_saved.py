"""What is said about saved cards, beside `terms`."""

from dataclasses import dataclass, field

from .terms import GatewayRefused


class CardDeclined(GatewayRefused):
    """A card's bank said no, or wants its owner there (`authentication_required`).

    Args:
        code: Stripe's code; what the bank said beside it is `decline`.
        message: Stripe's words.
        decline: Stripe's decline code, "" where there is none.
        intent: Stripe's name of the payment that waits for another card.

    """

    def __init__(self, code: str, message: str, *, decline: str = "", intent: str | None = None) -> None:
        super().__init__(code, message)
        self.decline, self.intent = decline, intent


@dataclass(frozen=True)
class SavedCharge:
    """A charge of a saved card; `key` is our idempotency key, `order` the transfer group. Minor units."""

    key: str
    reference: str
    order: str
    amount: int
    currency: str
    customer: str
    payment_method: str
    description: str
    metadata: dict[str, str] = field(default_factory=dict)
