"""Tax in prices that include it, and what a part of an invoice comes to. Minor units; rates are basis points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from community.income.rules.sums import split

DIGITS = 4


@dataclass(frozen=True)
class Item:
    """One line: what, how much with tax, and at which rate."""

    text: str
    gross: int
    rate: int

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"text": self.text, "gross": self.gross, "rate": self.rate}


@dataclass(frozen=True)
class Tax:
    """What all lines of one rate come to."""

    name: str
    rate: int
    net: int
    tax: int

    @property
    def gross(self) -> int:
        """Both together."""
        return self.net + self.tax

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"name": self.name, "rate": self.rate, "net": self.net, "tax": self.tax, "gross": self.gross}


def contained(gross: int, rate: int) -> int:
    """The tax in an amount that includes it, halves away from zero."""
    size = abs(gross)
    tax = (2 * size * rate + 10_000 + rate) // (2 * (10_000 + rate))
    return tax if gross >= 0 else -tax


def taxes(items: Sequence[Item], name: str) -> list[Tax]:
    """One line a rate, the highest first: the tax is taken out of what the rate's lines come to together."""
    found = []
    for rate in sorted({item.rate for item in items}, reverse=True):
        gross = sum(item.gross for item in items if item.rate == rate)
        tax = contained(gross, rate)
        found.append(Tax(name, rate, gross - tax, tax))
    return found


def is_reverse_charge(*, offered: bool, seller_country: str, buyer_country: str, buyer_tax_id: str) -> bool:
    """A business of another country accounts for the tax itself, where the seller works so."""
    return offered and bool(buyer_tax_id and buyer_country and seller_country) and buyer_country != seller_country


def rate_for(kind: str, rates: Mapping[str, int]) -> int:
    """The rate of a kind of listing: its own, else that of every other kind, else none."""
    return rates.get(kind, rates.get("", 0))


def credit(items: Sequence[Item], *, before: int, amount: int) -> list[Item]:
    """The lines that give `amount` back after `before` went back earlier, negative. All of it in parts gives every
    line, and so every tax, back to the unit.
    """
    gross = [item.gross for item in items]
    then, now = split(before, gross), split(before + amount, gross)
    return [
        Item(item.text, was - is_, item.rate) for item, was, is_ in zip(items, then, now, strict=True) if was != is_
    ]


def credit_taxes(items: Sequence[Item], name: str, *, before: int, amount: int) -> list[Tax]:
    """The tax lines of that: what all that went back contains, less what earlier credit notes said of it."""

    def upto(back: int) -> dict[int, Tax]:
        parts = split(back, [item.gross for item in items])
        return {
            tax.rate: tax
            for tax in taxes([Item("", part, item.rate) for part, item in zip(parts, items, strict=True)], name)
        }

    then, now = upto(before), upto(before + amount)
    found = [Tax(name, rate, then[rate].net - now[rate].net, then[rate].tax - now[rate].tax) for rate in now]
    return [tax for tax in found if tax.gross]


def label(prefix: str, number: int) -> str:
    """A number as it is written."""
    return f"{prefix}{number:0{DIGITS}d}"
