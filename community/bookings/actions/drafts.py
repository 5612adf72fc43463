"""What a choice comes to: one draft for each booking it makes, checked against what is on offer, nothing taken yet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from community.accounts.models import Person
from community.availability import queries as times
from community.bookings import rules
from community.bookings.choices import Choice
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.listings.models import Listing, Package, WorkshopDate
from community.profiles.models import Practice

DIGITAL_SPAN = timedelta(days=14)  # as long as it can be given back unread


@dataclass(frozen=True)
class Draft:
    """One booking to be; amounts are the practice's own, minor units."""

    starts_at: datetime
    ends_at: datetime
    deliverer: Person
    price: int
    chosen: dict[str, Any] = field(default_factory=dict)
    date: WorkshopDate | None = None
    asks: bool = False  # the practice wants to be asked about this very day
    plan: list[dict[str, Any]] = field(default_factory=list)  # how it is paid, where not all at booking


def drafts(listing: Listing, choice: Choice) -> Iterator[Draft]:
    """One draft for each booking of `choice`; each is made when it is asked for, so that what the one before took
    counts.

    Raises `Refused`: "slot_taken" (with the next free times), "no_such_length", "no_such_package", "no_such_date",
    "places_full", "called_off", "series".
    """
    makers = {"session": _sessions, "project": _project, "workshop": _seat, "digital": _file}
    if listing.kind not in makers:
        raise Refused("ask_first", _("This has no price yet: ask for a quote."), 422)
    return makers[listing.kind](listing, choice)


def _sessions(listing: Listing, choice: Choice) -> Iterator[Draft]:
    length = listing.length(choice.minutes or 0)
    if length is None:
        raise Refused("no_such_length", _("This length is not on offer. Choose one that is."), 422)
    if not choice.starts or len(choice.starts) > max(1, listing.series_most):
        raise Refused("series", _("Choose at least one time, and not more than can be booked at once."), 422)
    asks = wants_asking(listing, choice.starts)
    for start in sorted(set(choice.starts)):
        who = pick(listing.practice, listing.deliverers, minutes=length.minutes, start=start)
        ends_at = start + timedelta(minutes=length.minutes)
        yield Draft(start, ends_at, who, length.price, {"minutes": length.minutes}, asks=asks)


def wants_asking(listing: Listing, starts: Iterable[datetime]) -> bool:
    """True when a rest plan wants somebody asked about one of the times: then about all, for one payment pays them."""
    zone = listing.practice.zone
    return any(
        times.needs_asking(practice_id=listing.practice_id, person_id=person.id, zone=zone, start=start)
        for start in starts
        for person in listing.deliverers
    )


def pick(practice: Practice, people: Sequence[Person], *, minutes: int, start: datetime, owner: str = "") -> Person:
    """Who of `people` takes a session at `start`: of those who are free the one with the least to do. Raises
    "slot_taken"; what `owner` has claimed does not stand in its own way.
    """
    free = times.who_is_free(
        practice_id=practice.id,
        members=[person.id for person in people],
        zone=practice.zone,
        minutes=minutes,
        start=start,
        besides=owner,
    )
    if not free:
        raise taken(practice, people, minutes=minutes, start=start)
    return next(person for person in people if person.id == free[0])


def taken(practice: Practice, people: Sequence[Person], *, minutes: int, start: datetime) -> Refused:
    """The refusal of a time that is gone, with the next free ones."""
    free = times.next_free(
        practice_id=practice.id,
        members=[person.id for person in people],
        zone=practice.zone,
        minutes=minutes,
        after=max(start, clock.now()),
    )
    text = _("This time has just been taken. Choose another one.")
    return Refused("slot_taken", text, 409, {"next": [at.isoformat() for at in free], "start": start.isoformat()})


def _project(listing: Listing, choice: Choice) -> Iterator[Draft]:
    package = next((one for one in listing.packages if one.id == choice.package_id and one.active), None)
    if package is None:
        raise Refused("no_such_package", _("This package is not on offer. Choose one that is."), 422)
    zone = ZoneInfo(listing.practice.zone)
    earliest = times.earliest_start(practice_id=listing.practice_id, zone=listing.practice.zone, days=package.days)
    first = choice.first_day or earliest
    if first < earliest:
        text = _("They can begin on the day shown at the earliest. Choose that one or a later one.")
        raise Refused("places_full", text, 409, {"earliest": earliest.isoformat()})
    begins = datetime.combine(first, time(), zone).astimezone(UTC)
    ends = datetime.combine(first + timedelta(days=package.days), time(), zone).astimezone(UTC)
    yield Draft(begins, ends, listing.deliverers[0], package.price, _frozen(package), plan=list(package.plan))


def _frozen(package: Package) -> dict[str, Any]:
    return {"option": package.title, "scope": package.scope, "days": package.days}


def _seat(listing: Listing, choice: Choice) -> Iterator[Draft]:
    date = db.session.get(WorkshopDate, choice.date_id or 0)
    if date is None or date.listing_id != listing.id or listing.price is None:
        raise Refused("no_such_date", _("This date is not on offer. Choose one that is."), 422)
    if date.status == "off":
        raise Refused("called_off", _("This date does not take place. Choose another one."))
    if date.starts_at <= clock.now():
        raise Refused("begun", _("This date has begun already. Choose a later one."))
    deliverer = db.session.get_one(Person, date.deliverer_id)
    yield Draft(date.starts_at, date.ends_at, deliverer, listing.price, date=date)


def _file(listing: Listing, _choice: Choice) -> Iterator[Draft]:
    if listing.price is None or not listing.file:
        raise Refused("not_open", _("This can't be booked at the moment. Ask the practice."))
    now = clock.now()
    yield Draft(now, now + DIGITAL_SPAN, listing.deliverers[0], listing.price, {"file": listing.file_name})


def answers(listing: Listing, given: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    """The intake answers, in the listing's order. Raises `Refused("answers")` naming what is still open."""
    typed = {text: answer.strip() for text, answer in given}
    open_ones = [one["text"] for one in listing.questions if one.get("required") and not typed.get(one["text"])]
    if open_ones:
        text = _("Please answer what they need to know: %(question)s", question=open_ones[0])
        raise Refused("answers", text, 422, {"questions": open_ones})
    return [{"text": one["text"], "answer": typed[one["text"]]} for one in listing.questions if typed.get(one["text"])]


def is_asked(listing: Listing, draft: Draft) -> bool:
    """True when the practice has to say yes first. Raises `Refused("too_soon")` when nobody could answer in time."""
    if not (listing.on_request or draft.asks) or listing.kind == "digital":
        return False
    if rules.answer_by(clock.now(), draft.starts_at) is None:
        text = _("They could not answer a request for this in time. Choose something later.")
        raise Refused("too_soon", text)
    return True
