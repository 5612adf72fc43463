"""Money is an integer of minor units and an ISO 4217 currency. No float anywhere."""

from decimal import Decimal

from babel.numbers import format_currency

# https://docs.stripe.com/currencies#zero-decimal and #three-decimal (a fact of ISO 4217 for the rest: two)
ZERO_DECIMAL = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
THREE_DECIMAL = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])

# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, in minor units
MINIMUM = {
    "GBP": 30, "EUR": 50, "USD": 50, "AUD": 50, "CAD": 50, "CHF": 50, "NZD": 50, "SGD": 50, "BRL": 50, "INR": 50,
    "DKK": 250, "NOK": 300, "SEK": 300, "PLN": 200, "CZK": 1500, "HUF": 17500, "RON": 200, "BGN": 100,
    "JPY": 50, "MXN": 1000, "HKD": 400, "AED": 200, "MYR": 200, "THB": 1000,
}  # fmt: skip


def exponent(currency: str) -> int:
    """Digits after the point that `currency` is written with: 0, 2 or 3."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def to_decimal(amount: int, currency: str) -> Decimal:
    """Minor units as a Decimal of major units, exactly."""
    return Decimal(amount).scaleb(-exponent(currency))


def to_minor(major: Decimal, currency: str) -> int:
    """Major units as minor units; raises ValueError where a fraction of a minor unit would be lost."""
    scaled = major.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError("more digits after the point than the currency has")
    return int(scaled)


def minimum(currency: str) -> int:
    """The least that Stripe charges in `currency`, minor units."""
    return MINIMUM.get(currency, 100)


def step(currency: str) -> int:
    """The least amount by which charges differ, minor units: three-decimal currencies are charged in tens."""
    return 10 if currency in THREE_DECIMAL else 1


def whole(amount: int, currency: str) -> int:
    """`amount` to the nearest that can be charged, halves rounded up. Minor units."""
    by = step(currency)
    return (2 * amount + by) // (2 * by) * by


def share(amount: int, basis_points: int) -> int:
    """`basis_points` of `amount`, halves rounded up; both may not be negative. Minor units."""
    if amount < 0 or basis_points < 0:
        raise ValueError("a share of a negative amount")
    return (amount * basis_points + 5_000) // 10_000


def pro_rata(part: int, of: int, amount: int) -> int:
    """`amount` × `part` / `of`, halves rounded up. Minor units."""
    return (2 * amount * part + of) // (2 * of)


def format_money(amount: int, currency: str, locale: str = "en_GB", *, whole: bool = False) -> str:
    """As people write it: £99.75. With `whole`, no ".00" on round amounts."""
    value = to_decimal(amount, currency)
    if whole and value == value.to_integral_value():
        return str(format_currency(value, currency, "¤#,##0", locale=locale, currency_digits=False))
    return str(format_currency(value, currency, locale=locale))
