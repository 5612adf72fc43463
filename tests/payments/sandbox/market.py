"""A platform with connected accounts: opened, onboarded by their page, charged, paid."""

from typing import Any

from tests.payments.desk import Desk, paid

EXPRESS = {
    "controller": {
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express"},
    },
    "country": "GB",
    "email": "noor@example.com",
    "capabilities": {"card_payments": {"requested": True}, "transfers": {"requested": True}},
    "metadata": {"practice": "1"},
}
GOOD_BANK = "000123456789"


def link(desk: Desk, account: str) -> str:
    """A fresh onboarding page's path."""
    made = desk.sdk.account_links.create(
        {
            "account": account,
            "type": "account_onboarding",
            "refresh_url": "http://site.test/again",
            "return_url": "http://site.test/back",
        }
    )
    return str(made.url).removeprefix("http://site.test/_stripe/")


def onboard(desk: Desk, outcome: str = "complete", *, bank: str = GOOD_BANK, **changes: Any) -> Any:
    """A connected account whose onboarding ended so."""
    account = desk.sdk.accounts.create({**EXPRESS, **changes})
    walk(desk, account.id, outcome, bank=bank)
    return desk.sdk.accounts.retrieve(account.id)


def walk(desk: Desk, account: str, outcome: str, *, bank: str = GOOD_BANK) -> None:
    """Click through an onboarding page."""
    path = link(desk, account)
    assert desk.get(path).status_code == 200
    answer = desk.post(path, outcome=outcome, bank=bank)
    assert (answer.status_code, answer.location) == (303, "http://site.test/back")


def sold(desk: Desk, key: str = "pay-1", **changes: Any) -> Any:
    """A charge of 99.75 on the platform, with its order as transfer group."""
    return desk.sdk.charges.retrieve(paid(desk, key=key, **changes).charge)


def entries(desk: Desk, account: str | None = None) -> list[tuple[str, int, int]]:
    """Type, net and fee of every balance transaction, oldest first."""
    options = {"stripe_account": account} if account else {}
    found = desk.sdk.balance_transactions.list({"limit": 100}, options).data
    return [(one.type, one.net, one.fee) for one in reversed(found)]


def balance(desk: Desk, account: str | None = None) -> tuple[int, int]:
    """What is available and what is pending, in GBP's minor units."""
    found = desk.sdk.balance.retrieve(None, {"stripe_account": account} if account else {})
    return found.available[0].amount, found.pending[0].amount
