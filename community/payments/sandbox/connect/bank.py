"""Stripe's test bank accounts and what payouts to them do. https://docs.stripe.com/connect/testing#payouts."""

from community.payments.sandbox.records import Json, Tx, new_id

GOOD = "000123456789"
# Account number → failure code of a payout.
FAILS = {
    "000111111113": ("account_closed", "The bank account has been closed."),
    "000111111116": ("no_account", "The bank account details on file are probably incorrect."),
    "000222222227": ("insufficient_funds", "Your Stripe account has insufficient funds to cover the payout."),
    "000333333335": ("debit_not_authorized", "Debit transactions are not approved on your bank account."),
    "000444444440": ("invalid_currency", "The bank was unable to process this payout because of its currency."),
}


def open_bank(tx: Tx, account: Json, number: str) -> None:
    """Attach a bank account to a connected account; `number` decides what its payouts do."""
    body: Json = {
        "id": new_id("ba"),
        "object": "bank_account",
        "account": account["id"],
        "account_holder_name": None,
        "account_holder_type": None,
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": account["country"],
        "currency": account["default_currency"],
        "default_for_currency": True,
        "fingerprint": new_id("fp")[3:19],
        "last4": number[-4:],
        "metadata": {},
        "routing_number": "108800",
        "status": "new",
    }
    tx.on(account["id"]).add(body, private={"number": number})
    account["external_accounts"]["data"] = [body]


def failure_of(tx: Tx, bank: str) -> tuple[str, str] | None:
    """Return the code and words of the failure that payouts to this bank account meet, None when they arrive."""
    return FAILS.get(tx.private(bank).get("number", ""))
