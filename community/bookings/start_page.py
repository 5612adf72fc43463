"""What the booking form shows beside its fields: what was chosen, when, and what it comes to."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from community.availability import queries as times
from community.bookings import choosing
from community.bookings.actions import drafts, promos
from community.bookings.box import parse_instant, shown_zone
from community.bookings.choices import Choice
from community.bookings.forms import BookingForm
from community.bookings.page import refund_lines
from community.core import clock, formats
from community.core.auth import viewer
from community.core.errors import Refused
from community.core.locale import is_zone
from community.core.site import settings
from community.listings import rules as offer
from community.listings.models import Listing, Package, WorkshopDate


class StartPage:
    """The booking form of one listing as it was filled so far."""

    def __init__(self, listing: Listing, form: BookingForm) -> None:
        self.listing = listing
        self.form = form
        typed = form.tz.data or ""
        here = listing.where_kind in {"on_site", "at_mine"}
        self.zone = typed if is_zone(typed) and not here else shown_zone(listing)
        self._tick()
        self.choice: Choice = choosing.choice(listing, form)
        self.promo = self._promo()
        self.bill = choosing.bill(listing, self.choice, self.promo)
        form.seen.data = self.bill.key if self.bill else ""

    def _promo(self) -> promos.Promo | None:
        """What the typed code takes off; one that does not hold is refused at its field."""
        person = viewer()
        try:
            return promos.priced(self.listing, self.choice, person.email if person else self.form.typed_email)
        except Refused as refusal:
            self.form.refused_promo = str(refusal.message)
            self.form.promo.errors = [self.form.refused_promo]
            return None

    @property
    def off(self) -> bool:
        """True where clients and practices pay each other without us."""
        return settings().money_mode == "off"

    @property
    def is_chosen(self) -> bool:
        """True where there is something to book; an inquiry needs no choice, and of a series none may be ticked yet."""
        return self.bill is not None or self.listing.kind == "inquiry" or bool(self.turns)

    @cached_property
    def turns(self) -> list[choosing.Turn]:
        """The times of a weekly series; none where it is one time."""
        form, minutes = self.form, self.form.number("minutes") if self.listing.kind == "session" else None
        first = parse_instant(form.at.data or "") if minutes else None
        if minutes is None or first is None or form.often < 2 or self.listing.length(minutes) is None:
            return []
        return choosing.turns(self.listing, minutes, first, form.often)

    def _tick(self) -> None:
        """Of a new list of times all free ones are ticked; of the list one has seen, those one left ticked."""
        if self.listing.kind != "session":
            return
        form = self.form
        if form.often < 2:
            form.starts.data = []
        elif form.listed.data != str(form.often):
            form.starts.data = [formats.iso(turn.start) for turn in self.turns if turn.start and turn.is_free]
        form.listed.data = str(form.often)

    @property
    def starts(self) -> Sequence[datetime]:
        """The times of a session, in order."""
        return self.choice.starts

    @property
    def minutes(self) -> int:
        """The length of a session."""
        return self.choice.minutes or 0

    @property
    def ends(self) -> datetime:
        """The end of the first session."""
        return self.starts[0] + timedelta(minutes=self.minutes)

    @cached_property
    def is_asked(self) -> bool:
        """True where the practice says yes first: always, or because its rest plan wants it of these times."""
        return self.listing.on_request or drafts.wants_asking(self.listing, self.starts)

    @cached_property
    def package(self) -> Package | None:
        """The package chosen of a project."""
        return next((one for one in self.listing.offers if one.id == self.choice.package_id), None)

    @cached_property
    def earliest(self) -> date | None:
        """The first day a project of this size can begin, the practice's own."""
        if self.package is None:
            return None
        practice = self.listing.practice
        return times.earliest_start(practice_id=practice.id, zone=practice.zone, days=self.package.days)

    @property
    def first_day(self) -> date | None:
        """The day it is to begin."""
        return self.choice.first_day or self.earliest

    @property
    def delivery(self) -> date | None:
        """The day a project is delivered."""
        return self.first_day + timedelta(days=self.package.days) if self.package and self.first_day else None

    @property
    def parts(self) -> list[tuple[str, str]]:
        """How a package is paid where not all is due at booking: (when, how much)."""
        return [(due, formats.money(amount)) for due, amount in self.bill.parts] if self.bill else []

    @property
    def later_parts(self) -> str:
        """What is charged later and when, in one sentence."""
        return "; ".join(f"{amount}, {due[:1].lower()}{due[1:]}" for due, amount in self.parts[1:])

    @cached_property
    def date(self) -> WorkshopDate | None:
        """The date chosen of a workshop."""
        return next((one for one in self.listing.dates if one.id == self.choice.date_id), None)

    @property
    def begins(self) -> datetime | None:
        """When the first of it begins, for the cancellation terms."""
        if self.starts:
            return self.starts[0]
        if self.date:
            return self.date.starts_at
        if self.first_day:
            return datetime.combine(self.first_day, datetime.min.time(), ZoneInfo(self.listing.practice.zone))
        return None

    @property
    def refund_lines(self) -> list[str]:
        """The cancellation terms of this very booking."""
        if self.begins is None or not self.bill or not self.bill.total:
            return []
        return refund_lines(offer.tiers_of(self.listing.policy, self.listing.tiers), self.begins, self.zone)

    @property
    def undo(self) -> bool:
        """True where it can be undone within half an hour: it begins in two hours or later."""
        return self.begins is not None and self.begins - clock.now() >= timedelta(hours=2)

    @property
    def again(self) -> str:
        """The listing, with what was chosen."""
        chosen: dict[str, Any] = {"tz": self.form.tz.data or None}
        chosen |= {"minutes": self.minutes or None} if self.listing.kind == "session" else {}
        chosen |= {"package": self.choice.package_id} if self.listing.kind == "project" else {}
        return url_for("listings.show", practice=self.listing.practice.slug, slug=self.listing.slug, **chosen)

    @property
    def change_words(self) -> str:
        """What its link says."""
        words = {
            "session": _("Choose another time"),
            "project": _("Look at the packages again"),
            "workshop": _("Choose another date"),
        }
        return words.get(self.listing.kind, _("Back to the listing"))

    @property
    def first_line(self) -> str:
        """What lacks when nothing was chosen."""
        words = {"project": _("Please choose a package first."), "workshop": _("Please choose a date first.")}
        return words.get(self.listing.kind, _("Please choose a time first."))
