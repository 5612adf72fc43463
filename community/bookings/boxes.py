"""The booking boxes of what is not a session: packages, dates, a file, a question. Each leads to the booking form."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from community.availability import queries as times
from community.bookings.box import assurance, parse_day, peers_of, shown_zone, wait_address
from community.bookings.retainers import queries as retainers
from community.bookings.waitlists import seats_left
from community.core import clock, formats
from community.core.site import settings
from community.listings import rules as offer
from community.listings.models import Listing, Package, WorkshopDate
from community.listings.pricing import terms_of
from community.listings.words import plan_words, size_words

MOST_DATES = 12
FAR = timedelta(days=730)


@dataclass
class Box:
    """What `bookings/boxes.html` needs of every kind: where it leads, what it costs, what the button says."""

    kind: str
    action: str
    price: str
    unit: str
    button: str
    assure: str
    more: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The same for the template, with what only this kind has beside it."""
        known = asdict(self)
        more: dict[str, Any] = known.pop("more")
        return {**known, **more}


def box_of(listing: Listing) -> Box | None:
    """The box of a listing; None where its kind has nothing to offer yet."""
    makers = {
        "project": _project,
        "workshop": _workshop,
        "retainer": _retainer,
        "digital": _digital,
        "inquiry": _inquiry,
    }
    return makers[listing.kind](listing)


def _paid(listing: Listing, price: int) -> str:
    total = terms_of(listing).all_in(price)
    return formats.price(total) if total else _("Free")


def _action(listing: Listing) -> str:
    return url_for("bookings.start", practice=listing.practice.slug, slug=listing.slug)


def _project(listing: Listing) -> Box | None:
    if not listing.offers:
        return None
    asked = request.args.get("package", 0, type=int)
    chosen = next((one for one in listing.offers if one.id == asked), listing.offers[0])
    packages = [_package(listing, one, on=one is chosen) for one in listing.offers]
    first = parse_day(request.args.get("first", ""))
    return Box(
        kind="project",
        action=_action(listing),
        price=_paid(listing, listing.least or 0),
        unit=_("and up") if listing.has_several_prices else _("for the project"),
        button=_("Ask for this package") if listing.on_request else _("Book this package"),
        assure=_assured(listing),
        more={
            "packages": packages,
            "first": first.isoformat() if first else "",
            "least": packages[0]["earliest"],
            # Every client's place may be with a retainer, which has no last day.
            "full": None if any(one["begins"] for one in packages) else _full(listing),
        },
    )


def _full(listing: Listing) -> dict[str, Any]:
    return {"until": "", "wait": "", "peers": peers_of(listing)}


def _package(listing: Listing, package: Package, *, on: bool) -> dict[str, Any]:
    practice = listing.practice
    earliest = times.earliest_start(practice_id=practice.id, zone=practice.zone, days=package.days)
    return {
        "id": package.id,
        "title": package.title,
        "price": _paid(package.listing, package.price),
        "days": ngettext("%(num)s day", "%(num)s days", package.days),
        "plan": plan_words(package.plan) if package.price and len(package.plan) > 1 else "",
        "earliest": earliest.isoformat(),
        "begins": formats.short_day(earliest) if earliest <= clock.now().date() + FAR else "",
        "on": on,
    }


def _workshop(listing: Listing) -> Box | None:
    if listing.price is None:
        return None
    coming = [one for one in listing.dates if one.status != "off" and one.starts_at > clock.now()][:MOST_DATES]
    left = seats_left([one.id for one in coming])
    zone = shown_zone(listing)
    dates = [_date(listing, one, left.get(one.id, 0), zone) for one in coming]
    asked = request.args.get("date", 0, type=int)
    open_ones = [one["id"] for one in dates if one["open"]]
    return Box(
        kind="workshop",
        action=_action(listing),
        price=_paid(listing, listing.price),
        unit=_("a seat"),
        button=_("Ask for a seat") if listing.on_request else _("Take a seat"),
        assure=_assured(listing),
        more={
            "dates": dates,
            "chosen": asked if asked in open_ones else next(iter(open_ones), 0),
            "zone_words": _("%(town)s time", town=formats.zone_name(zone)),
            "full": None if dates else _full(listing),
        },
    )


def _date(listing: Listing, date: WorkshopDate, left: int, zone: str) -> dict[str, Any]:
    meetings = [_meeting(one.starts_at, one.ends_at, zone) for one in date.meetings]
    count = ngettext("%(num)s meeting", "%(num)s meetings", len(meetings)) if len(meetings) > 1 else ""
    return {
        "id": date.id,
        "title": formats.long_day(date.starts_at, zone),
        "text": ", ".join(filter(None, [meetings[0][1] if meetings else "", count])),
        "meetings": [f"{day}, {hours}" for day, hours in meetings] if len(meetings) > 1 else [],
        "open": left > 0,
        "left": ngettext("%(num)s seat left", "%(num)s seats left", left) if left else _("Full"),
        "runs": _runs(date, zone),
        "wait": "" if left else wait_address(listing, date=date.id),
    }


def _meeting(start: datetime, end: datetime, zone: str) -> tuple[str, str]:
    hours = _("%(start)s to %(end)s", start=formats.clock_time(start, zone), end=formats.clock_time(end, zone))
    return formats.short_day(start, zone), hours


def _runs(date: WorkshopDate, zone: str) -> str:
    """Whether it takes place for sure, and else when that is decided."""
    if not date.minimum or date.status == "on":
        return _("Takes place") if date.status == "on" else ""
    day = formats.short_day(date.decides_at, zone)
    return ngettext(
        "Takes place with %(num)s person or more, decided on %(day)s",
        "Takes place with %(num)s people or more, decided on %(day)s",
        date.minimum,
        day=day,
    )


def _retainer(listing: Listing) -> Box | None:
    if not listing.price:
        return None
    left = None if listing.clients_most is None else listing.clients_most - retainers.taken(listing.id)
    today = clock.now().astimezone(ZoneInfo(listing.practice.zone)).date()
    free = times.has_place(practice_id=listing.practice_id, first=today) and (left is None or left > 0)
    return Box(
        kind="retainer",
        action=_action(listing),
        price=_paid(listing, listing.price),
        unit=_("a month"),
        button=_("Begin the first month"),
        assure=_("You pay each other directly. Either of you can end it at any time.")
        if settings().money_mode == "off"
        else _("Charged every month until either of you ends it. Ended, it runs to the end of the month that is paid."),
        more={
            "lines": [line.strip(" -*•") for line in listing.scope.splitlines() if line.strip(" -*•")],
            "left": ngettext("%(num)s place left", "%(num)s places left", left) if left else "",
            "full": None if free else _full(listing),
        },
    )


def _digital(listing: Listing) -> Box | None:
    if listing.price is None or not listing.file:
        return None
    return Box(
        kind="digital",
        action=_action(listing),
        price=_paid(listing, listing.price),
        unit=_("for the file"),
        button=_("Buy and download") if listing.price else _("Get it, free of charge"),
        assure=_("You can download it as soon as it is paid, and again later.") if listing.price else "",
        more={"name": listing.file_name, "size": size_words(offer.file_bytes(listing.file))},
    )


def _inquiry(listing: Listing) -> Box:
    return Box(
        kind="inquiry",
        action=_action(listing),
        price=_("By quote"),
        unit="",
        button=_("Ask for a quote"),
        assure=_("Asking costs nothing. You pay only once you have accepted."),
    )


def _assured(listing: Listing) -> str:
    """What happens with the money; nothing of what is free."""
    if not any(listing.prices):
        return _("Nothing to pay. You can cancel any time before it starts.")
    return assurance(listing)
