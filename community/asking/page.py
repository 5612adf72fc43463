"""What the pages of briefs show."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from community.accounts.models import Person
from community.asking import actions, queries
from community.asking.models import Brief, BriefReply
from community.core import money
from community.listings.models import Listing


class BriefPage:
    """One brief, for its client or for a practice that was told of it."""

    def __init__(self, viewer: Person, brief: Brief) -> None:
        self.brief = brief
        self.mine = brief.client_id == viewer.id
        self.replies = queries.replies(viewer, brief)
        self.is_open = brief.status == "open"

    @property
    def own(self) -> BriefReply | None:
        """The practice's own reply."""
        return None if self.mine else next(iter(self.replies), None)

    @property
    def told(self) -> int:
        """How many practices were told."""
        return len(self.brief.told)

    @property
    def passed(self) -> Counter[str]:
        """Why how many said *no thanks*; never who."""
        return Counter(told.passed for told in self.brief.told if told.passed)

    def leads_to(self, reply: BriefReply) -> Listing | None:
        """What accepting a reply leads to; its kind says how."""
        return actions.target(reply)

    def typed(self) -> dict[str, Any]:
        """The brief as the form has it, to be asked anew."""
        brief = self.brief
        return {
            "title": brief.title,
            "need": brief.need,
            "niche": brief.niche.slug,
            "audience": brief.audience.slug if brief.audience else "",
            "low": _typed(brief.budget_low, brief.currency),
            "high": _typed(brief.budget_high, brief.currency),
            "where": "place" if brief.place else "online",
            "place": f"{brief.place.name}, {brief.place.country}" if brief.place else "",
            "km": str(brief.km or 25),
            "languages": ", ".join(brief.languages),
        }


def _typed(amount: int | None, currency: str) -> str:
    return "" if amount is None else str(money.to_decimal(amount, currency))


def as_typed(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept, as a form takes it."""
    due = str(kept.get("due") or "")
    return dict(kept) | {"due": date.fromisoformat(due) if due else None}
