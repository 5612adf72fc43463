"""Something that is paid every month, whose subject is nobody's."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from community.core.db import db, writing
from community.payments.billing import actions, queries, reactions, subscribing
from community.payments.models import Payment, Subscription, SubscriptionInvoice
from tests.payments.till import CARD, Till


class Club:
    """One subscription of nobody's, month by month."""

    def __init__(
        self, till: Till, *, mode: str = "platform", price: int = 10000, fee: int = 500, **values: Any
    ) -> None:
        self.till = till
        with till.app.app_context(), writing():
            self.id = actions.open_subscription(
                subject="test:club", payer="ada@example.com", payee="practice:1", payee_name="Noor Haddad",
                amount=price + fee, fee=fee, mode=mode, description="A month", **({"currency": "GBP"} | values),
            ).id  # fmt: skip
        with till.app.app_context():
            self.url = subscribing.open_checkout(self.id)

    def pay(self, card: str = CARD["card"], url: str = "") -> int:
        answer = self.till.app.test_client().post(url or self.url, data=CARD | {"card": card})
        return answer.status_code

    def begun(self, card: str = CARD["card"]) -> "Club":
        assert self.pay(card) == 303
        self.till.settle()
        assert self.read().status == "active"
        return self

    def read(self) -> Subscription:
        with self.till.app.app_context():
            found = db.session.get_one(Subscription, self.id)
            list(found.invoices)
            return found

    def papers(self) -> list[SubscriptionInvoice]:
        return list(self.read().invoices)

    def payments(self) -> list[Payment]:
        with self.till.app.app_context():
            query = select(Payment).where(Payment.kind == "retainer").order_by(Payment.id)
            return list(db.session.scalars(query))

    def ask(self, talk: Callable[..., Any], **values: Any) -> Any:
        with self.till.app.app_context():
            return talk(self.id, **values)

    def end_now(self, **values: Any) -> int:
        with self.till.app.app_context(), writing():
            return actions.end_now(queries.get(self.id), **({"zone": "Europe/London", "why": "ended by test"} | values))

    def swap(self, card: str) -> None:
        """Another saved card is asked from now on."""
        self.till.sdk.subscriptions.update(self.read().stripe_id, {"default_payment_method": card})

    def month(self, days: int = 31, hours: int = 2) -> None:
        self.till.wait(days=days, hours=hours)
        self.till.settle()

    def sweep(self) -> None:
        with self.till.app.app_context():
            reactions.sweep()
        self.till.drain()
