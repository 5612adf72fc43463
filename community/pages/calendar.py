"""The practice's calendar: what is booked, kept free, away and busy elsewhere, by week or month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from community.accounts.models import Person
from community.availability import agenda
from community.availability.agenda import Entry
from community.availability.rules import monday
from community.availability.whose import Whose, working_in
from community.bookings import queries as bookings
from community.bookings import rules as booking_rules
from community.core import clock, formats
from community.core.auth import viewer
from community.pages import queries
from community.profiles.models import Practice


@dataclass(frozen=True)
class Item:
    """One line of the calendar, its times as the practice's wall clock shows them."""

    entry: Entry
    start: datetime
    end: datetime
    title: str
    kind: str  # what it is, in words
    who: str
    href: str = ""
    editable: bool = False
    all_day: bool = False

    @property
    def when(self) -> str:
        """From when to when, in words."""
        if self.all_day:
            last = (self.end - timedelta(days=1)).date()
            until = _("until %(day)s", day=formats.short_day(last))
            return _("all day") if last == self.start.date() else until
        from_, to = (f"{at:%H:%M}" for at in (self.start, self.end))
        if self.end - self.start > timedelta(days=1):
            to = f"{formats.short_day(self.end.date())}, {to}"
        return _("%(from_)s to %(to)s", from_=from_, to=to)

    def as_event(self) -> dict[str, Any]:
        """As the calendar of the page takes it: wall time, without an offset."""
        shape = "%Y-%m-%d" if self.all_day else "%Y-%m-%dT%H:%M"
        return {
            "id": f"{self.entry.kind}:{self.entry.of}:{self.start:%Y%m%dT%H%M}",
            "start": self.start.strftime(shape),
            "end": self.end.strftime(shape),
            "allDay": self.all_day,
            "title": self.title,
            "classNames": [f"ec-k-{self.entry.kind}"],
            "editable": self.editable,
            "extendedProps": {"href": self.href, "kind": self.kind, "who": self.who, "block": self.entry.of},
        }


class Calendar:
    """The calendar of a practice for some days, as its members may see it."""

    def __init__(self, of: Whose, *, first: date, last: date, who: str = "") -> None:
        """From `first` to `last`, both included; `who` is the handle of one member, or nothing for all."""
        self.practice: Practice = of.practice
        self.of, self.first, self.last = of, first, last
        self.people = working_in(of.practice)
        self.chosen = next((one for one in self.people if one.handle == who), None)
        self.shown = [self.chosen] if self.chosen else self.people
        self.zone = ZoneInfo(self.practice.zone)
        self._editable = {one.id for one in (of.member, *of.others)}
        self.since, self.until = (datetime.combine(day, time(), self.zone) for day in (first, last + timedelta(days=1)))
        self._found = agenda.entries(
            self.practice.id, [one.id for one in self.shown], self.since, self.until, self.practice.zone
        )
        self._bookings = queries.bookings_by_id(viewer(), [one.of for one in self._found if one.kind == "booking"])
        self._dates = queries.dates_by_id(viewer(), [one.of for one in self._found if one.kind == "date"])

    @property
    def items(self) -> list[Item]:
        """Everything, by start."""
        found = [self._item(one) for one in self._found]
        return sorted([*found, *self._projects()], key=lambda one: (one.start, one.end))

    @property
    def days(self) -> list[tuple[date, list[Item]]]:
        """The days with what begins on them; what began before stands on the first."""
        every = self.items
        found = []
        for n in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=n)
            found.append((day, [one for one in every if max(one.start.date(), self.first) == day]))
        return found

    @property
    def clashes(self) -> list[tuple[Item, Item]]:
        """(booked, busy elsewhere) at the same time."""
        return [(self._item(one), self._item(other)) for one, other in agenda.clashes(self._found)]

    def _item(self, entry: Entry) -> Item:
        title, kind, href = self._words(entry)
        start, end = (at.astimezone(self.zone).replace(tzinfo=None) for at in (entry.start, entry.end))
        all_day = entry.kind == "leave" or (start.time() == end.time() == time() and end > start)
        editable = entry.kind == "block" and entry.person_id in self._editable
        return Item(entry, start, end, title, kind, self._name(entry.person_id), href, editable, all_day)

    def _words(self, entry: Entry) -> tuple[str, str, str]:
        """(title, what it is, where it leads)."""
        if entry.kind == "booking" and (found := self._bookings.get(entry.of)):
            kind = _("Booked") if found.state in bookings.AGREED else _("Held while it is paid or answered")
            title = _("%(name)s: %(title)s", name=found.order.client_name, title=found.listing.title)
            return title, kind, url_for("bookings.show", ref=found.ref)
        if entry.kind == "date" and (date_ := self._dates.get(entry.of)):
            return date_.listing.title, _("Workshop"), url_for("listings.edit", listing_id=date_.listing_id)
        if entry.kind == "busy":
            return entry.note, _("Busy in a calendar elsewhere"), url_for("availability.hours", _anchor="feeds")
        if entry.kind == "block":
            return entry.note or _("Kept free"), _("Kept free"), ""
        if entry.kind == "leave":
            return entry.note or _("Leave"), _("Leave"), url_for("availability.hours", _anchor="leave")
        return _("Offered to somebody who waits"), _("Held"), ""

    def _projects(self) -> list[Item]:
        """What runs for days and takes no hours."""
        found = bookings.of_practice(viewer(), self.practice.id, since=self.since, until=self.until)
        shown = {one.id for one in self.shown}
        return [self._project(one) for one in found if one.kind in booking_rules.LONG and one.deliverer_id in shown]

    def _project(self, found: Any) -> Item:
        first = found.starts_at.astimezone(self.zone).date()
        last = (found.ends_at - timedelta(microseconds=1)).astimezone(self.zone).date()
        start, end = (datetime.combine(day, time()) for day in (first, last + timedelta(days=1)))
        entry = Entry("project", found.id, found.deliverer_id, found.starts_at, found.ends_at)
        title = _("%(name)s: %(title)s", name=found.order.client_name, title=found.listing.title)
        href = url_for("bookings.show", ref=found.ref)
        return Item(entry, start, end, title, _("Project"), self._name(found.deliverer_id), href, all_day=True)

    def _name(self, person_id: int) -> str:
        return next((one.name for one in self.people if one.id == person_id), "")


def week_of(asked: date | None, zone: str) -> date:
    """The Monday of the day asked for, else of today where the practice is."""
    return monday(asked or clock.now().astimezone(ZoneInfo(zone)).date())


def offset(zone: str) -> str:
    """How far the practice's clock is from UTC now, as "+01:00"."""
    text = clock.now().astimezone(ZoneInfo(zone)).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def members(found: Sequence[Person]) -> list[tuple[str, str]]:
    """(handle, name) of people."""
    return [(one.handle, one.name) for one in found]
