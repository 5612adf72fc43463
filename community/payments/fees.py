"""What the site takes: by a booking's tags (niche, source), the most specific live rule; frozen when it is agreed.

By default the client pays the site's rate on top of the price, and nothing where they came by the practice's own link
or invitation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.money import pro_rata, share, step, whole
from community.core.site import settings
from community.payments.models import FeeRule

OWN = frozenset({"own", "invited"})  # the practice brought the client itself


@dataclass(frozen=True)
class FeeTerms:
    """A share of the price in basis points, at least `minimum` minor units, on top of it ("client") or out of it
    ("practice").
    """

    side: str
    basis_points: int
    minimum: int = 0
    step: int = 1  # what charges differ by at least

    def fee(self, price: int) -> int:
        """The whole fee of a price, minor units; nothing on what is free, and out of a price never more than it."""
        if not price:
            return 0
        found = max(self._share(price), self.minimum)
        return min(found, price) if self.side == "practice" else found

    def on_top(self, price: int) -> int:
        """What the client pays beside the price."""
        return self.fee(price) if self.side == "client" else 0

    def all_in(self, price: int) -> int:
        """What the client pays for a price."""
        return price + self.on_top(price)

    def part_on_top(self, amount: int, price: int) -> int:
        """What the client pays beside the first `amount` of a price that is paid in parts."""
        return self.part(amount, price) if self.side == "client" else 0

    def part(self, amount: int, price: int) -> int:
        """The fee of the first `amount` of a price that is paid in parts: together they have the whole fee."""
        all_of_it = self.fee(price)
        if all_of_it == self._share(price):
            return self._share(amount)
        return pro_rata(amount, price, all_of_it // self.step) * self.step if price else 0

    def _share(self, amount: int) -> int:
        found = share(amount, self.basis_points)
        return (2 * found + self.step) // (2 * self.step) * self.step


@dataclass(frozen=True)
class Rule:
    """Terms for a niche and a source; "" is any."""

    niche: str
    source: str
    terms: FeeTerms


def choose(rules: Iterable[Rule], *, niche: str, source: str) -> FeeTerms:
    """The most specific rule that fits: of niche and source, then of the source, then of the niche, then of any, which
    the defaults have. Raises ValueError without one.
    """
    fitting = [one for one in rules if one.niche in {niche, ""} and one.source in {source, ""}]
    return max(fitting, key=lambda one: (bool(one.source), bool(one.niche))).terms


def defaults() -> list[Rule]:
    """What holds while staff have said nothing else."""
    plain = Rule("", "", _terms("client", settings().fee_basis_points, 0))
    return [plain, *(Rule("", source, _terms("client", 0, 0)) for source in sorted(OWN))]


def _terms(side: str, basis_points: int, minimum: int) -> FeeTerms:
    currency = settings().currency
    return FeeTerms(side, basis_points, whole(minimum, currency), step(currency))


def live() -> list[Rule]:
    """Every rule that holds, staff's before the defaults. Read once a session: a request, a delivery."""
    kept: dict[str, list[Rule]] = db.session().info
    known = kept.get("fee_rules")
    if known is None:
        found = db.session.scalars(select(FeeRule).where(FeeRule.ended_at.is_(None)).order_by(FeeRule.id))
        said = [Rule(row.niche, row.source, terms_of(row)) for row in found]
        taken = {(one.niche, one.source) for one in said}
        known = said + [one for one in defaults() if (one.niche, one.source) not in taken]
        kept["fee_rules"] = known
    return known


def rows(*, ended: bool = False, most: int = 100) -> Sequence[FeeRule]:
    """Staff's rules that hold, by niche and source; or those that have ended, the latest first."""
    query = select(FeeRule).where(FeeRule.ended_at.is_not(None) if ended else FeeRule.ended_at.is_(None))
    order = (FeeRule.ended_at.desc(), FeeRule.id.desc()) if ended else (FeeRule.niche, FeeRule.source)
    return db.session.scalars(query.order_by(*order).limit(most)).all()


def row(rule_id: int) -> FeeRule | None:
    """One of staff's rules, ended or not."""
    return db.session.get(FeeRule, rule_id)


def terms_of(rule: FeeRule) -> FeeTerms:
    """What a rule says."""
    return _terms(rule.side, rule.basis_points, rule.minimum)


def terms(*, niche: str = "", source: str = "") -> FeeTerms:
    """What holds for a niche (its slug) and a source ("own", "invited", "" for the market)."""
    return FeeTerms("client", 0) if settings().money_mode == "off" else agreed(niche=niche, source=source)


def agreed(*, niche: str = "", source: str = "") -> FeeTerms:
    """The same, whether or not money goes through this site."""
    return choose(live(), niche=niche, source=source)


def set_rule(*, niche: str, source: str, side: str, basis_points: int, minimum: int) -> FeeRule:
    """From now on these terms hold for what is agreed anew. Call inside `writing()`. Raises `Refused("changed")` where
    somebody else has just said something about the same.
    """
    query = select(FeeRule).where(FeeRule.niche == niche, FeeRule.source == source, FeeRule.ended_at.is_(None))
    for earlier in db.session.scalars(query):
        earlier.ended_at = clock.now()
    db.session.flush()
    made = FeeRule(niche=niche, source=source, side=side, basis_points=basis_points, minimum=minimum)
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError as error:
        text = _("Somebody else has just changed this fee. Look at it again before you change it once more.")
        raise Refused("changed", text) from error
    db.session().info.pop("fee_rules", None)
    return made


def end_rule(rule: FeeRule) -> None:
    """The next less specific one holds from now on. Call inside `writing()`."""
    rule.ended_at = rule.ended_at or clock.now()
    db.session.flush()
    db.session().info.pop("fee_rules", None)
