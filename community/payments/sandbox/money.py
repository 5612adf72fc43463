"""Currencies, least amounts and fees, in integer minor units."""

from decimal import Decimal

from babel.numbers import format_currency

from .errors import ApiError

# https://docs.stripe.com/currencies#zero-decimal and #three-decimal
ZERO_DECIMAL = frozenset({"jpy", "krw", "vnd"})
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
# Stripe's least amounts, in minor units.
LEAST = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300,
    "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
    # Stripe names none for these: half a dollar's worth, as it converts.
    "bhd": 190, "jod": 360, "krw": 700, "kwd": 160, "omr": 200, "tnd": 1550, "vnd": 13000,
}  # fmt: skip
MOST = 99_999_999
FEE_PER_MILLE, FEE_FIXED = 15, 20
DISPUTE_FEE = 2000


def decimals(currency: str) -> int:
    """Return how many digits the currency has after its point."""
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


def fee(amount: int, currency: str) -> int:
    """Return the processing fee on `amount`: 1.5 % half up, plus 20 minor units; whole tens with three decimals."""
    cost = (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED
    return -(-cost // 10) * 10 if currency in THREE_DECIMAL else cost


def display(amount: int, currency: str) -> str:
    """Write an amount of minor units for people, as in `£99.75`."""
    return format_currency(Decimal(amount).scaleb(-decimals(currency)), currency.upper(), locale="en_GB")


def check_currency(currency: str, param: str) -> str:
    """Return the currency in lower case.

    Raises:
        ApiError: a currency the sandbox does not know.

    """
    lower = currency.lower()
    if lower not in LEAST:
        raise ApiError(
            f"Invalid currency: {currency}. The sandbox knows: {', '.join(sorted(LEAST))}",
            param=param,
            stored=False,
        )
    return lower


def check_total(amount: int, currency: str) -> None:
    """Refuse a total that Stripe would not take.

    Raises:
        ApiError: `amount_too_small` or `amount_too_large`.

    """
    if amount < LEAST[currency]:
        least = display(LEAST[currency], currency)
        raise ApiError(
            f"The Checkout Session's total amount due must add up to at least {least} {currency}",
            code="amount_too_small",
            stored=False,
        )
    if amount > MOST:
        raise ApiError(
            f"The Checkout Session's total amount due must be no more than {display(MOST, currency)}",
            code="amount_too_large",
            stored=False,
        )


def check_digits(amount: int, currency: str, param: str) -> None:
    """Refuse an amount whose last digit the card networks do not know.

    Raises:
        ApiError: three decimals, and the last is not 0.

    """
    if currency in THREE_DECIMAL and amount % 10:
        message = f"Invalid amount: {amount} {currency} must end in 0: charges in it take two decimals."
        raise ApiError(message, code="parameter_invalid_integer", param=param, stored=False)
