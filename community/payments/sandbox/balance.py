"""What moves an account's balance, and what the balance is. https://docs.stripe.com/reports/balance-transaction-types."""

from .endpoint import Call, Endpoint, get, listing, retrieve
from .params import refused, text
from .records import Json, Tx, new_id

SETTLES_AFTER = 2 * 24 * 3600
ENTRIES = "/v1/balance_transactions"
# Stripe's type of an entry, where it is not the reporting category's own name.
TYPES = {
    "dispute": "adjustment",
    "dispute_reversal": "adjustment",
    "fee": "stripe_fee",
    "partial_capture_reversal": "refund",
    "payout_reversal": "payout_failure",
    "platform_earning": "application_fee",
    "platform_earning_refund": "application_fee_refund",
    "refund_failure": "refund_failure",
    "transfer_reversal": "transfer_refund",
}


def fee_lines(currency: str, *, stripe: int = 0, application: int = 0) -> list[Json]:
    """Return the parts of an entry's fee, in minor units."""
    parts = (
        (stripe, "Stripe processing fees", "stripe_fee", None),
        (application, "application fee", "application_fee", "ca_sandbox"),
    )
    return [
        {"amount": amount, "application": whose, "currency": currency, "description": words, "type": kind}
        for amount, words, kind, whose in parts
        if amount
    ]


def enter(
    tx: Tx,
    category: str,
    *,
    source: str | None,
    amount: int,
    currency: str,
    fees: list[Json] | None = None,
    kind: str | None = None,
    available_on: int | None = None,
    description: str | None = None,
) -> str:
    """Record a balance transaction and return its id.

    Args:
        tx: Sees the account whose balance it is.
        category: Stripe's reporting category.
        source: The object that moved the money.
        amount: Minor units, negative when money leaves.
        currency: In lower case.
        fees: What `fee_lines` gives.
        kind: Stripe's type, where it is not the category's.
        available_on: When it counts as available, seconds since 1970; at once when None.
        description: Free words.

    """
    cost = sum(line["amount"] for line in fees or [])
    entry: Json = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": tx.now if available_on is None else available_on,
        "balance_type": "payments",
        "created": tx.now,
        "currency": currency,
        "description": description,
        "exchange_rate": None,
        "fee": cost,
        "fee_details": fees or [],
        "net": amount - cost,
        "reporting_category": category,
        "source": source,
        "status": "pending",
        "type": kind or TYPES.get(category, category),
    }
    tx.add(entry, ref=source, label=entry["type"])
    return str(entry["id"])


def settles(tx: Tx) -> int:
    """Return when money that came in now becomes available, seconds since 1970."""
    return tx.now + SETTLES_AFTER


def sums(tx: Tx) -> dict[str, tuple[int, int]]:
    """Return (available, pending) by currency, in minor units."""
    rows = tx.rows(
        "SELECT json_extract(body, '$.currency') AS currency,"
        " sum(CASE WHEN json_extract(body, '$.available_on') <= ? THEN json_extract(body, '$.net') ELSE 0 END) AS now,"
        " sum(json_extract(body, '$.net')) AS net"
        " FROM objects WHERE kind = 'balance_transaction' AND account = ? GROUP BY 1 ORDER BY 1",
        tx.now,
        tx.account,
    )
    return {row["currency"]: (row["now"], row["net"] - row["now"]) for row in rows}


def available(tx: Tx, currency: str) -> int:
    """Return what can be spent now, in minor units."""
    return sums(tx).get(currency, (0, 0))[0]


def _balance(call: Call) -> Json:
    found = sums(call.tx) or {"gbp": (0, 0)}
    kinds: list[list[Json]] = [
        [
            {"amount": amounts[place], "currency": currency, "source_types": {"card": amounts[place]}}
            for currency, amounts in found.items()
        ]
        for place in (0, 1)
    ]
    body: Json = {"object": "balance", "available": kinds[0], "livemode": False, "pending": kinds[1]}
    if not call.tx.account:
        body["connect_reserved"] = [{"amount": 0, "currency": currency} for currency in found]
    return body


ENDPOINTS: tuple[Endpoint, ...] = (
    get("/v1/balance", _balance),
    listing(
        ENTRIES,
        "balance_transaction",
        {**dict.fromkeys(("currency", "source", "type"), text(200)), "payout": refused("what a payout is made of")},
    ),
    retrieve(ENTRIES, "balance_transaction", "id"),
)
