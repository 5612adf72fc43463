"""One sandbox with its clock, a browser, the SDK and what its webhooks brought."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import stripe
from werkzeug.test import Client, TestResponse

from community.payments.gateway import Gateway
from community.payments.sandbox import Sandbox, create_sandbox
from community.payments.terms import CheckoutLine, CheckoutOpened, CheckoutRequest
from tests.payments.contract.client import ContractClient

KEY, SECRET = "sk_test_desk", "whsec_desk"
GOOD = {
    "email": "mara@ellis-cakes.example",
    "card": "4242 4242 4242 4242",
    "expiry": "12 / 30",
    "cvc": "123",
    "name": "Mara Ellis",
    "country": "GB",
    "postcode": "BS6 5QA",
}


@dataclass
class Desk:
    path: Path
    at: datetime = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    posted: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    sandbox: Sandbox = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """(Re)start the sandbox on its file, as after a kill."""
        self.sandbox = create_sandbox(
            self.path,
            secret_key=KEY,
            webhook_url="http://site.test/webhooks/stripe",
            webhook_secret=SECRET,
            clock=lambda: self.at,
            poster=self._post,
            durable=False,
        )

    def _post(self, url: str, body: bytes, headers: Any) -> int:
        self.posted.append((url, body, dict(headers)))
        answer = self.answers.pop(0) if self.answers else 200
        if answer == 0:
            raise ConnectionRefusedError
        return answer

    def wait(self, **span: float) -> None:
        self.at += timedelta(**span)

    def _seconds(self) -> float:
        return self.at.timestamp()

    @property
    def sdk(self) -> Any:
        return stripe.StripeClient(
            KEY, base_addresses={"api": "http://site.test/_stripe"}, http_client=ContractClient(self.sandbox)
        ).v1

    def gateway(self, **changes: Any) -> Gateway:
        options: dict[str, Any] = {"guard": lambda: None, "clock": self._seconds, **changes}
        client = options.pop("http_client", None) or ContractClient(self.sandbox)
        return Gateway(KEY, "http://site.test/_stripe", SECRET, client, **options)

    def request(self, **changes: Any) -> CheckoutRequest:
        values: dict[str, Any] = {
            "key": "pay-1",
            "reference": "P1",
            "order": "O1",
            "currency": "GBP",
            "lines": (
                CheckoutLine("A first hour", 9500, "Thu 3 Dec 2026, 14:30, London", "http://site.test/c1.svg"),
                CheckoutLine("Booking fee, 5%", 475),
            ),
            "success_url": "http://site.test/paid?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://site.test/bookings/1",
            "expires_at": self.at + timedelta(minutes=31),
            "email": "mara@ellis-cakes.example",
            "note": "Full refund until Wed 2 Dec, 14:30.",
            **changes,
        }
        return CheckoutRequest(**values)

    def checkout(self, **changes: Any) -> CheckoutOpened:
        return self.gateway().open_checkout(self.request(**changes))

    def pay(self, opened: CheckoutOpened, **typed: str) -> TestResponse:
        return self.post(f"c/pay/{opened.id}", **{**GOOD, **typed})

    def get(self, path: str) -> TestResponse:
        return Client(self.sandbox).get(f"/_stripe/{path}", base_url="http://site.test")

    def post(self, path: str, **data: str) -> TestResponse:
        return Client(self.sandbox).post(f"/_stripe/{path}", base_url="http://site.test", data=data)

    def events(self) -> list[str]:
        return [event.type for event in reversed(self.sdk.events.list({"limit": 100}).data)]


def paid(desk: Desk, **changes: Any) -> Any:
    """Open a Checkout, pay it and return its state."""
    opened = desk.checkout(**changes)
    assert desk.pay(opened).status_code == 303
    return desk.gateway().fetch_checkout(opened.id)
