"""Search follows listings, practices, people and time. Durable: what was announced is found or gone soon after."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from community.accounts.facts import PersonSanctioned
from community.availability.facts import HoursChanged, TimeFreed, TimeTaken
from community.core.db import db
from community.core.deliveries import Delivery
from community.core.events import after
from community.core.jobs import tick
from community.listings.facts import ListingChanged
from community.listings.models import Listing
from community.profiles.facts import PracticeChanged
from community.profiles.models import Practice, PracticeRole
from community.search import index
from community.search.facts import ReindexWanted

_freshness = index.Freshness()
_HANDLERS = tuple(
    f"search.reactions.{name}"
    for name in ("follow_listing", "follow_practice", "follow_hours", "follow_taken", "follow_freed", "follow_person")
)


def _settle(*, practice_id: int | None = None, listing_id: int | None = None, person_id: int | None = None) -> None:
    own = {"practice_id": practice_id, "listing_id": listing_id, "person_id": person_id}

    def practices_of(waiting: Sequence[Delivery]) -> set[int]:
        said = [row.payload for row in waiting] + [own]
        return _practices(said)

    _freshness.settle(_HANDLERS, practices_of)


def _practices(said: Sequence[dict[str, object]]) -> set[int]:
    named = {
        name: {value for row in said if isinstance(value := row.get(name), int)}
        for name in ("practice_id", "listing_id", "person_id")
    }
    found = set(named["practice_id"])
    if named["listing_id"]:
        found |= set(db.session.scalars(select(Listing.practice_id).where(Listing.id.in_(named["listing_id"]))))
    if named["person_id"]:
        roles = select(PracticeRole.practice_id).where(PracticeRole.person_id.in_(named["person_id"]))
        found |= set(db.session.scalars(roles))
    return found


@after(ListingChanged)
def follow_listing(fact: ListingChanged) -> None:
    """A listing was written, published or withdrawn."""
    _settle(listing_id=fact.listing_id)


@after(PracticeChanged)
def follow_practice(fact: PracticeChanged) -> None:
    """What a practice says of itself is on each of its listings."""
    _settle(practice_id=fact.practice_id)


@after(HoursChanged)
def follow_hours(fact: HoursChanged) -> None:
    """Other days are free."""
    _settle(practice_id=fact.practice_id)


@after(TimeTaken)
def follow_taken(fact: TimeTaken) -> None:
    """A day may be full."""
    _settle(practice_id=fact.practice_id)


@after(TimeFreed)
def follow_freed(fact: TimeFreed) -> None:
    """A day may be open again."""
    _settle(practice_id=fact.practice_id)


@after(PersonSanctioned)
def follow_person(fact: PersonSanctioned) -> None:
    """Nobody finds the listings of somebody who was suspended."""
    _settle(person_id=fact.person_id)


@after(ReindexWanted)
def reindex(fact: ReindexWanted) -> None:  # noqa: ARG001 - the reason is for the reader of the queue
    """Rebuild from the database."""
    index.rebuild()


@tick("search.days", every=timedelta(hours=6))
def renew_days() -> None:
    """Days pass: every listing's free days are counted anew."""
    last = 0
    while ids := list(
        db.session.scalars(select(Practice.id).where(Practice.id > last).order_by(Practice.id).limit(50))
    ):
        index.refresh(ids)
        last = ids[-1]
