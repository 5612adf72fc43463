"""What was typed on the Checkout page, and what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .cards import Card, lookup
from .records import Json

Gettext = Callable[..., str]
COUNTRIES = ("GB", "IE", "ES", "FR", "DE", "NL", "PT", "IT", "US")
EXPIRY = re.compile(r"^\s*(\d{1,2})\s*/?\s*(\d{2}|\d{4})\s*$")


@dataclass
class CardForm:
    """The fields of the page; what was typed stays, errors are by field."""

    email: str = ""
    card: str = ""
    expiry: str = ""
    cvc: str = ""
    name: str = ""
    country: str = "GB"
    postcode: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, typed: Mapping[str, str]) -> "CardForm":
        """Take the form as posted, cut to sane lengths."""

        def one(name: str) -> str:
            return typed.get(name, "").strip()[:200]

        return cls(one("email"), one("card"), one("expiry"), one("cvc"), one("name"), one("country"), one("postcode"))

    @classmethod
    def recall(cls, payer: Json) -> "CardForm":
        """Show again what was typed before 3-D Secure; the code is never kept."""
        return cls(
            email=payer["email"],
            card=payer["card"],
            expiry=f"{payer['exp_month']:02} / {payer['exp_year'] % 100:02}",
            name=payer["name"],
            country=payer["country"],
            postcode=payer["postcode"],
        )

    def fill(self, number: str, now: int) -> None:
        """Put a test card in, with a date and a code that pass."""
        card = lookup(number)
        self.card = card.spaced if card else number
        year = datetime.fromtimestamp(now, UTC).year + 4
        self.expiry, self.cvc = f"12 / {year % 100:02}", "123"

    def check(self, now: int, gettext: Gettext) -> Card | None:
        """Return the card when everything is in order, else None with `errors` filled.

        Args:
            now: Seconds since 1970, UTC.
            gettext: Translates what the payer reads.

        """
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", self.email):
            self.errors["email"] = gettext("Enter an e-mail address, like name@example.com.")
        card = lookup(self.card)
        if not self.card:
            self.errors["card"] = gettext("Enter your card number.")
        elif card is None:
            self.errors["card"] = gettext("Your card number is not valid.")
        self._check_expiry(now, gettext)
        if not re.fullmatch(r"[0-9]{3,4}", self.cvc):
            self.errors["cvc"] = gettext("Enter the three or four digits of the security code.")
        if not self.name:
            self.errors["name"] = gettext("Enter the name on the card.")
        if self.country not in COUNTRIES:
            self.errors["country"] = gettext("Choose a country.")
        return None if self.errors else card

    def _check_expiry(self, now: int, gettext: Gettext) -> None:
        month, year = self.month_year()
        if not 1 <= month <= 12:
            self.errors["expiry"] = gettext("Enter the month and year on the card, like 12 / 30.")
            return
        today = datetime.fromtimestamp(now, UTC)
        if (year, month) < (today.year, today.month):
            self.errors["expiry"] = gettext("Your card’s expiry date is in the past.")

    def month_year(self) -> tuple[int, int]:
        """Return month and four-digit year; month 0 when unreadable."""
        found = EXPIRY.match(self.expiry)
        if not found:
            return 0, 0
        year = int(found[2])
        return int(found[1]), year if year > 99 else 2000 + year

    def payer(self) -> Json:
        """Return what a charge keeps of the form."""
        month, year = self.month_year()
        kept: Json = {"email": self.email, "card": self.card, "name": self.name, "country": self.country}
        return {**kept, "postcode": self.postcode, "exp_month": month, "exp_year": year}


def country_names(gettext: Gettext) -> list[tuple[str, str]]:
    """The countries a card may come from, with what the payer calls them."""
    names = {
        "GB": gettext("United Kingdom"),
        "IE": gettext("Ireland"),
        "ES": gettext("Spain"),
        "FR": gettext("France"),
        "DE": gettext("Germany"),
        "NL": gettext("Netherlands"),
        "PT": gettext("Portugal"),
        "IT": gettext("Italy"),
        "US": gettext("United States"),
    }
    return [(code, names[code]) for code in COUNTRIES]


def decline_message(code: str | None, gettext: Gettext) -> tuple[str, str]:
    """Return the field and the words for a decline code."""
    messages = {
        "insufficient_funds": ("card", gettext("Your card has insufficient funds. Try another card.")),
        "expired_card": ("expiry", gettext("Your card has expired. Try another card.")),
        "incorrect_cvc": ("cvc", gettext("Your card’s security code is incorrect.")),
        "test_mode_live_card": (
            "card",
            gettext("Your card was declined. This page is in test mode: use one of the test cards below."),
        ),
    }
    return messages.get(code or "", ("card", gettext("Your card was declined. Try another card.")))
