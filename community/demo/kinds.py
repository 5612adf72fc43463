"""Beside sessions the town offers a project, a course, a file, an inquiry, and a series on request."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community.availability.rules import instant
from community.bookings.actions import workshops
from community.core import clock, files
from community.core.db import db, writing
from community.core.text import slugify
from community.demo import offers
from community.demo.progress import Progress
from community.demo.town import Town
from community.listings import actions as listings
from community.listings.actions import PackageOffer
from community.listings.models import Listing
from community.niches import queries as niches
from community.profiles.models import Practice

_BRIEF = """The one-page label brief

1. What is in the jar, in the words your customers use.
2. Who buys it, where they stand when they see it, and how long they look: two seconds.
3. The three things they should know after those two seconds, in order.
4. What must be on the label by law where you sell it. Ask before you print.
5. Sizes: every jar, bottle and bag, measured, with the closure on.
6. Who says yes, and by when. One name, one day.

Fill it in with a pencil. If it does not fit on one page, it is not a brief yet.
"""


@dataclass(frozen=True)
class Offer:
    """One listing of the town. `dates` are (weeks ahead, weekday, hour, meetings), `file` its name and its text."""

    practice: str
    kind: str
    niche: str
    title: str
    summary: str
    text: str
    values: dict[str, Any] = field(default_factory=dict)
    dates: tuple[tuple[int, int, int, int], ...] = ()
    file: tuple[str, str] = ("", "")


def _half(later: str) -> list[dict[str, Any]]:
    return [{"due": "booking", "per_cent": 50}, {"due": "milestone", "per_cent": 50, "title": later}]


_THIRDS = [
    {"due": "booking", "per_cent": 34},
    {"due": "milestone", "per_cent": 33, "title": "Two directions"},
    {"due": "date", "per_cent": 33, "days": 30},
]

OFFERS = (
    Offer(
        "haddad-identity",
        "project",
        "brand-identity-food",
        "A whole identity for your jar, bottle or bag",
        "Name on the lid to files at the printer, in three sizes.",
        "We begin with an hour together, then I draw. You see rough things early and finished things once.\n\n"
        "Each size has two rounds of changes in it. More rounds are rarely better rounds.",
        {
            "packages": (
                PackageOffer(
                    "Small", 10, 65000, "- One mark\n- Two colours\n- One page of rules", _half("Final files")
                ),
                PackageOffer(
                    "Whole range",
                    25,
                    160000,
                    "- The mark and its small sizes\n- Up to six labels\n- Files for your printer",
                    _THIRDS,
                ),
                PackageOffer("Only the lid", 5, 22000, "- One drawing for one lid\n- No changes of heart"),
            ),
            "addons": (("I talk to your printer for you", 9000), ("Labels in a second language", 12000)),
            "questions": [
                {"text": "What do you make, and where is it sold?", "required": True},
                {"text": "What do you have already: logo, photos, old labels?", "required": False},
            ],
            "on_request": True,
            "policy": "own",
            "tiers": [[10080, 80], [2880, 40]],
        },
    ),
    Offer(
        "haddad-identity",
        "digital",
        "label-design",
        "The one-page label brief",
        "Six questions that save you a round of changes.",
        "The brief I send to everybody before we begin, with notes on each question. Print it, fill it in with a "
        "pencil, and take it to whoever draws your label, me or not.",
        {"price": 600},
        file=("The one-page label brief.txt", _BRIEF),
    ),
    Offer(
        "haddad-identity",
        "retainer",
        "label-design",
        "Your labels, looked after",
        "Small changes every month, without a project each time.",
        "Laws change, jars change, your mind changes. Send me what is new, and you have the files within three working "
        "days. What is not used in a month does not add up: it keeps both of us honest.",
        {
            "price": 18000,
            "scope": "- Up to four changed labels\n- One new size\n- A call of half an hour, when you want it",
            "clients_most": 6,
        },
    ),
    Offer(
        "priya-nair-ceramics",
        "workshop",
        "craft-workshops",
        "Four evenings at the wheel",
        "From a lump to a glazed bowl, six people, four weeks.",
        "Week one we centre, week two we open and pull, week three we trim, week four we glaze. Clay, glaze and firing "
        "are in the price. Wear what you would paint a fence in.",
        {
            "price": 14500,
            "where_kind": "at_mine",
            "where_detail": "Bramble Yard, 14 Bramble Lane. Ring the second bell.",
            "policy": "moderate",
            "addons": (("A second bowl fired and glazed", 1200),),
            "questions": [{"text": "Have you thrown before?", "required": False}],
        },
        dates=((2, 1, 18, 4), (7, 1, 18, 4), (4, 5, 10, 1)),
    ),
    Offer(
        "okafor-labels",
        "inquiry",
        "label-design",
        "A label system for your whole range",
        "For ten products or more: say what you have, get a price.",
        "Ranges differ too much for a price on a page. Tell me how many products, how many sizes and who prints, and "
        "I answer within two working days with a price, what is in it, and a day.\n\nThe last three cost £900, £1,400 "
        "and £2,100.",
        {
            "questions": [
                {"text": "How many products, in how many sizes?", "required": True},
                {"text": "Who prints for you?", "required": False},
            ]
        },
    ),
    Offer(
        "mara-ellis-cakes",
        "session",
        "celebration-cakes",
        "Learn to pipe, an hour a week",
        "The same hour each week until your hands know it.",
        "We pipe together by video, a bag in each kitchen. Book one hour to try it, or up to six weeks in a row.",
        {
            "lengths": ((60, 3800),),
            "series_most": 6,
            "on_request": True,
            "addons": (("A box of nozzles in the post", 1800),),
            "questions": [{"text": "What have you piped so far?", "required": False}],
        },
    ),
)


def wanted(town: Town) -> list[Offer]:
    """Those whose practice is in a town of this size."""
    there = {practice.slug for practice in offers.wanted(town)}
    return [one for one in OFFERS if one.practice in there]


def load(town: Town, progress: Progress) -> None:
    """Make those that are not there yet, each whole in one transaction."""
    progress.begin("A project, a course, a file, an inquiry")
    for number, offer in enumerate(wanted(town)):
        slug = slugify(offer.title)
        query = select(Listing.id).join(Practice).where(Practice.slug == offer.practice, Listing.slug == slug)
        if db.session.scalar(query) is None:
            db.session.rollback()
            content = [offer.file[1].encode()] if offer.file[1] else []
            with files.kept(content, f".{len(content[0]) if content else 0}") as names, writing():
                _make(town, offer, names, at=town.begins + timedelta(days=1, hours=number))
        db.session.expunge_all()
        progress.add()


def _make(town: Town, offer: Offer, names: list[str], *, at: datetime) -> None:
    practice = db.session.scalars(select(Practice).where(Practice.slug == offer.practice)).unique().one()
    known: dict[str, Any] = {"where_kind": "site_call", "policy": "flexible", "place_id": practice.place_id}
    with clock.frozen(at):
        made = listings.create(
            practice,
            kind=offer.kind,
            title=offer.title,
            slug=slugify(offer.title),
            summary=offer.summary,
            text=offer.text,
            niche_id=niches.niche(offer.niche).id,
            audiences=list(practice.audiences),
            outcomes=[],
            cover=slugify(offer.title),
            **(known | offer.values),
        )
        for name in names:
            listings.set_file(made, file=name, name=offer.file[0])
        listings.publish(made)
    for weeks, weekday, hour, meetings in offer.dates:
        _schedule(town, made, weeks, weekday, hour, meetings)


def _schedule(town: Town, listing: Listing, weeks: int, weekday: int, hour: int, meetings: int) -> None:
    zone = ZoneInfo(listing.practice.zone)
    first = town.monday + timedelta(weeks=weeks, days=weekday)
    starts = [instant(datetime.combine(first + timedelta(weeks=n), time(hour)), zone) for n in range(meetings)]
    workshops.schedule(
        listing,
        meetings=[(start, start + timedelta(hours=2)) for start in starts],
        seats=6,
        minimum=3,
        decides_at=starts[0] - timedelta(days=4),
        deliverer_id=listing.practice.owner.id,
    )
