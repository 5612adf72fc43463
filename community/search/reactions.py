"""Search follows listings, practices, people and time. Durable: what was announced is found or gone soon after."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from community.accounts.facts import PersonSanctioned
from community.accounts.safety.facts import SanctionEnded, SanctionLifted
from community.availability.facts import HoursChanged, TimeFreed, TimeTaken
from community.bookings.facts import SeatsChanged
from community.core.db import db
from community.core.events import after, on
from community.core.jobs import tick
from community.listings.facts import ListingChanged
from community.listings.models import Listing, listings_audiences
from community.niches.facts import AudienceChanged, NicheChanged, NicheMerged, NicheRenamed
from community.profiles.facts import PracticeChanged
from community.profiles.models import Practice, PracticeRole
from community.reviews.facts import RatingChanged
from community.search import index
from community.search.facts import ReindexWanted
from community.search.models import SearchMade

_HANDLERS = tuple(
    f"search.reactions.{name}"
    for name in (
        "follow_listing",
        "follow_practice",
        "follow_hours",
        "follow_taken",
        "follow_freed",
        "follow_seats",
        "follow_person",
        "follow_returned",
        "follow_lifted",
        "follow_rating",
        "follow_niche",
        "follow_audience",
    )
)


def _practices(said: Sequence[dict[str, Any]]) -> set[int]:
    """The practices that some payloads are about."""
    listings, people, niches, audiences = (
        {row[name] for row in said if name in row} for name in ("listing_id", "person_id", "niche_id", "audience_id")
    )
    found = {int(row["practice_id"]) for row in said if "practice_id" in row}
    if listings:
        found |= set(db.session.scalars(select(Listing.practice_id).where(Listing.id.in_(listings))))
    if niches:
        found |= set(db.session.scalars(select(Listing.practice_id).where(Listing.niche_id.in_(niches))))
    if audiences:
        theirs = select(listings_audiences.c.listing_id).where(listings_audiences.c.audience_id.in_(audiences))
        found |= set(db.session.scalars(select(Listing.practice_id).where(Listing.id.in_(theirs))))
    if people:
        roles = select(PracticeRole.practice_id).where(PracticeRole.person_id.in_(people))
        found |= set(db.session.scalars(roles))
    return found


_freshness = index.Freshness(_HANDLERS, _practices)


def _settle(name: str, fact: Any) -> None:
    _freshness.settle(f"search.reactions.{name}", dataclasses.asdict(fact))


@after(ListingChanged)
def follow_listing(fact: ListingChanged) -> None:
    """A listing was written, published or withdrawn."""
    _settle("follow_listing", fact)


@after(PracticeChanged)
def follow_practice(fact: PracticeChanged) -> None:
    """What a practice says of itself is on each of its listings."""
    _settle("follow_practice", fact)


@after(HoursChanged)
def follow_hours(fact: HoursChanged) -> None:
    """Other days are free."""
    _settle("follow_hours", fact)


@after(TimeTaken)
def follow_taken(fact: TimeTaken) -> None:
    """A day may be full."""
    _settle("follow_taken", fact)


@after(TimeFreed)
def follow_freed(fact: TimeFreed) -> None:
    """A day may be open again."""
    _settle("follow_freed", fact)


@after(SeatsChanged)
def follow_seats(fact: SeatsChanged) -> None:
    """A workshop's date may be full, or have a seat again."""
    _settle("follow_seats", fact)


@after(PersonSanctioned)
def follow_person(fact: PersonSanctioned) -> None:
    """Nobody finds the listings of somebody who was suspended."""
    _settle("follow_person", fact)


@after(SanctionEnded)
def follow_returned(fact: SanctionEnded) -> None:
    """They are found again when a suspension is over."""
    _settle("follow_returned", fact)


@after(SanctionLifted)
def follow_lifted(fact: SanctionLifted) -> None:
    """The same when it was taken back."""
    _settle("follow_lifted", fact)


@after(RatingChanged)
def follow_rating(fact: RatingChanged) -> None:
    """Other stars."""
    _settle("follow_rating", fact)


@after(NicheChanged)
def follow_niche(fact: NicheChanged) -> None:
    """A niche's name and address stand on each of its listings."""
    _settle("follow_niche", fact)


@after(AudienceChanged)
def follow_audience(fact: AudienceChanged) -> None:
    """The same of an audience's name."""
    _settle("follow_audience", fact)


@on(NicheRenamed)
def rename_searches(fact: NicheRenamed) -> None:
    """What was searched for in a niche counts for it under its new address."""
    _move_searches(fact.was, fact.now)


@on(NicheMerged)
def move_searches(fact: NicheMerged) -> None:
    """Or for the one that took it in."""
    _move_searches(fact.was, fact.now)


def _move_searches(was: str, now: str) -> None:
    moved = update(SearchMade).where(SearchMade.niche == was).values(niche=now)
    db.session.execute(moved.execution_options(synchronize_session=False))


@after(ReindexWanted)
def reindex(fact: ReindexWanted) -> None:  # noqa: ARG001 - the reason is for the reader of the queue
    """Rebuild from the database."""
    index.rebuild()


@tick("search.days", every=timedelta(hours=1))
def renew_days() -> None:
    """Days pass: every listing's free days are counted anew."""
    last = 0
    while ids := _practices_after(last):
        index.refresh(ids)
        last = ids[-1]


def _practices_after(last: int) -> list[int]:
    return list(db.session.scalars(select(Practice.id).where(Practice.id > last).order_by(Practice.id).limit(50)))
