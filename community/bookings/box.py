"""The booking box on a listing's page: lengths, a month, the times of a day. Everything is a link or a radio."""

import calendar
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from community.availability import queries as times
from community.core import clock, formats
from community.core.auth import viewer
from community.core.errors import NotFound
from community.core.locale import is_zone, reader_zone
from community.core.site import settings
from community.listings import rules as offer
from community.listings.models import Length, Listing
from community.listings.pricing import terms_of
from community.listings.words import ahead_words
from community.profiles import queries as profiles

FEW = 2
# One zone for each part of the day people live in; the reader's own and the practice's are added.
ZONES = [
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Paris",
    "Europe/Athens",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "UTC",
]


def parse_instant(raw: str) -> datetime | None:
    """A UTC instant from an address, or None for anything else."""
    try:
        found = datetime.fromisoformat(raw)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def parse_day(raw: str) -> date | None:
    """A day from an address, or None."""
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def shown_zone(listing: Listing) -> str:
    """On site the place's zone is shown to everybody; else the reader's, which `?tz=` changes."""
    return listing.practice.zone if listing.where_kind in {"on_site", "at_mine"} else reader_zone()


def chosen_length(listing: Listing) -> Length:
    """The length asked for in the address; else the middle one."""
    asked = listing.length(request.args.get("minutes", 0, type=int))
    return asked or listing.lengths[(len(listing.lengths) - 1) // 2]


def assurance(listing: Listing) -> str:
    """What happens with the money, in a sentence or two."""
    if settings().money_mode == "off":
        return _("Nothing is paid here: you pay the practice directly.")
    if listing.on_request:
        return _("You are only charged when they say yes, within 48 hours.")
    held = _("Held for 15 minutes while you pay.")
    tiers = offer.tiers_of(listing.policy, listing.tiers)
    if not tiers:
        return held
    minutes, per_cent = tiers[0]
    ahead = ahead_words(minutes)
    if per_cent == 100:
        return f"{held} " + _("All your money back until %(ahead)s before.", ahead=ahead)
    if per_cent == 50:
        return f"{held} " + _("Half your money back until %(ahead)s before.", ahead=ahead)
    return f"{held} " + _("%(n)s%% of your money back until %(ahead)s before.", n=per_cent, ahead=ahead)


def wait_address(listing: Listing, **what: Any) -> str:
    """The way to the waiting list for a length or a date."""
    return url_for("waiting.join", practice=listing.practice.slug, slug=listing.slug, **what)


def peers_of(listing: Listing) -> list[dict[str, str]]:
    """Whom the practice passes work on to, as far as the reader may meet them."""
    found = []
    for one in profiles.peers(listing.practice_id):
        if one.agreed_at is not None:
            with suppress(NotFound):
                peer = profiles.get_practice_by_id(viewer(), one.peer_id)
                found.append({"name": peer.name, "href": url_for("profiles.practice", practice=peer.slug)})
    return found


class Box:
    """Everything `components/booking.html` needs to draw the box of one listing."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.length = chosen_length(listing)
        self.zone = shown_zone(listing)
        self.today = clock.now().astimezone(ZoneInfo(self.zone)).date()
        asked = parse_day(request.args.get("day", ""))
        month = parse_day(f"{request.args.get('month', '')}-01")
        self.day = asked
        self.month = month or (asked or self.today).replace(day=1)
        self.free = self._free_days()
        self.next = self._next_free()
        if not self.free and self.next and month is None and asked is None:
            self.day = self.next.astimezone(ZoneInfo(self.zone)).date()
            self.month = self.day.replace(day=1)
            self.free = self._free_days()
        if self.day not in self.free:
            self.day = next(iter(self.free), None)

    def _free_days(self) -> dict[date, list[datetime]]:
        """The free starts of the month shown, by the shown zone's day. The practice's days reach over at both ends."""
        last = calendar.monthrange(self.month.year, self.month.month)[1]
        starts = times.slots(
            practice_id=self.listing.practice_id,
            members=[person.id for person in self.listing.deliverers],
            zone=self.listing.practice.zone,
            minutes=self.length.minutes,
            first=max(self.month, self.today) - timedelta(days=1),
            last=self.month.replace(day=last) + timedelta(days=1),
        )
        days: dict[date, list[datetime]] = defaultdict(list)
        for start in starts:
            day = start.astimezone(ZoneInfo(self.zone)).date()
            if (day.year, day.month) == (self.month.year, self.month.month):
                days[day].append(start)
        return dict(sorted(days.items()))

    def _next_free(self) -> datetime | None:
        """The next free start of all; None where nothing is within the horizon. The month that began says it itself."""
        if self.free and self.month <= self.today:
            return next(iter(self.free.values()))[0]
        found = times.next_free(
            practice_id=self.listing.practice_id,
            members=[person.id for person in self.listing.deliverers],
            zone=self.listing.practice.zone,
            minutes=self.length.minutes,
            after=clock.now(),
            count=1,
        )
        return found[0] if found else None

    def _here(self, **changes: Any) -> str:
        known = {"minutes": self.length.minutes, "tz": request.args.get("tz"), "day": self.day}
        return url_for(
            "listings.show", practice=self.listing.practice.slug, slug=self.listing.slug, **(known | changes)
        )

    def as_dict(self) -> dict[str, Any]:
        """The whole box."""
        terms = terms_of(self.listing)
        fee = terms.on_top(self.length.price)
        total = self.length.price + fee
        free_of_charge = not total
        pairs = [(_("Session"), formats.money(self.length.price))]
        if fee:
            pairs.append((_("Booking fee, %(rate)s", rate=_rate(terms.basis_points)), formats.money(fee)))
        return {
            "action": url_for("bookings.start", practice=self.listing.practice.slug, slug=self.listing.slug),
            "price": _("Free") if free_of_charge else formats.price(total),
            "minutes": self.length.minutes,
            "zone": self.zone,
            "zones": self._zones(),
            "zone_words": _("%(town)s time", town=formats.zone_name(self.zone)),
            "lengths": [self._length(length) for length in self.listing.lengths],
            "month": self._month(),
            "days": [self._times(self.day)] if self.day else [],
            "chosen": "",
            "pairs": [] if free_of_charge else pairs,
            "total": (_("Total today"), _("Free") if free_of_charge else formats.money(total)),
            "assure": self._assurance(free_of_charge=free_of_charge),
            "fields": {},
            "next": self._next(),
            "full": None if self.next else self._full(),
            "series": self.listing.series_most,
        }

    def _next(self) -> dict[str, str]:
        """The next free time, and the way to its day."""
        if self.next is None:
            return {}
        day = self.next.astimezone(ZoneInfo(self.zone)).date()
        text = f"{formats.short_day(self.next, self.zone)}, {formats.clock_time(self.next, self.zone)}"
        return {"text": text, "href": self._here(day=day)}

    def _full(self) -> dict[str, Any]:
        """Until when nothing is free, the waiting list, and whom the practice passes work on to."""
        until = self.today + timedelta(days=times.terms(self.listing.practice_id).horizon_days)
        return {
            "until": formats.long_day(until),
            "wait": wait_address(self.listing, minutes=self.length.minutes),
            "peers": peers_of(self.listing),
        }

    def _assurance(self, *, free_of_charge: bool) -> str:
        if free_of_charge:
            return _("Nothing to pay. You can cancel any time before it starts.")
        return assurance(self.listing)

    def _zones(self) -> list[tuple[str, str]]:
        if self.listing.where_kind in {"on_site", "at_mine"}:
            return []
        names = sorted({*ZONES, self.zone, self.listing.practice.zone}, key=formats.zone_name)
        return [(name, _("%(town)s time", town=formats.zone_name(name))) for name in names if is_zone(name)]

    def _length(self, length: Length) -> dict[str, Any]:
        total = terms_of(self.listing).all_in(length.price)
        return {
            "text": _("%(n)s min", n=length.minutes),
            "note": formats.price(total) if total else _("Free"),
            "on": length.minutes == self.length.minutes,
            "href": self._here(minutes=length.minutes),
        }

    def _month(self) -> dict[str, Any]:
        first_weekday = get_locale().first_week_day
        weeks = calendar.Calendar(first_weekday).monthdatescalendar(self.month.year, self.month.month)
        before = (self.month - timedelta(days=1)).replace(day=1)
        following = (self.month + timedelta(days=32)).replace(day=1)
        last = self.today + timedelta(days=times.terms(self.listing.practice_id).horizon_days)
        names = get_locale().days["stand-alone"]["abbreviated"]
        return {
            "title": formats.month_title(self.month),
            "weekdays": [names[(first_weekday + n) % 7] for n in range(7)],
            "weeks": [[self._day(day) if day.month == self.month.month else None for day in week] for week in weeks],
            "previous": self._turn(before) if before >= self.today.replace(day=1) else "",
            "next": self._turn(following) if following <= last else "",
            "previous_name": formats.month_title(before),
            "next_name": formats.month_title(following),
        }

    def _turn(self, month: date) -> str:
        return self._here(month=f"{month:%Y-%m}", day=None)

    def _day(self, day: date) -> dict[str, Any]:
        count = len(self.free.get(day, []))
        said = ngettext("%(num)s time free", "%(num)s times free", count)
        return {
            "n": day.day,
            "href": self._here(day=day) if count else "",
            "on": day == self.day,
            "few": 0 < count <= FEW,
            "label": f"{formats.long_day(day)}, {said}",
        }

    def _times(self, day: date) -> dict[str, Any]:
        found = [
            {
                "at": formats.iso(start),
                "text": formats.clock_time(start, self.zone),
                "label": f"{formats.short_day(start, self.zone)}, {formats.clock_time(start, self.zone)}",
            }
            for start in self.free[day]
        ]
        return {"title": formats.long_day(day), "times": found}


def _rate(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole}%" if not rest else f"{whole}.{rest:02d}%".rstrip("0")
