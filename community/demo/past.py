"""What happened in the town: searches, bookings that are over, and bookings to come."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from community.accounts.models import Person
from community.availability import queries as times
from community.bookings import actions as bookings
from community.bookings.choices import Choice
from community.bookings.models import Booking, Order
from community.core import clock
from community.core.db import db, writing
from community.core.errors import Refused
from community.core.site import settings
from community.demo import content, offers, people, till
from community.demo.progress import Progress
from community.demo.town import Town, dice
from community.listings.models import Length, Listing
from community.payments import actions as payments
from community.payments import payees
from community.payments.models import Payment
from community.payments.queries import transfers_waiting as waiting
from community.payments.terms import CheckoutState, TransferState
from community.profiles.models import Practice
from community.search import log
from community.search.models import SearchMade

_BATCH = 20
_SEARCHES = 250
_A_DAY = 30  # people who search on a day
_TOWN = 2654675  # Bristol


def searches(town: Town, progress: Progress) -> None:
    """What people typed. A batch is there whole or not at all."""
    progress.begin("Searches")
    offered: dict[str, int] = {}
    for listing in offers.offered(town):
        offered[listing.niche] = offered.get(listing.niche, 0) + 1
    for start in range(0, town.size.searches, _SEARCHES):
        seen = select(func.count()).where(SearchMade.visitor == f"demo-{start}")
        if not db.session.scalar(seen):
            with writing():
                for number in range(start, min(start + _SEARCHES, town.size.searches)):
                    log.note_search(_search(town, number, offered, f"demo-{start}" if number == start else ""))
                log.write()
        db.session.rollback()
        progress.add(min(_SEARCHES, town.size.searches - start))


def _search(town: Town, number: int, offered: dict[str, int], mark: str) -> log.Made:
    chance = dice("search", number)
    phrases = content.search_phrases()
    phrase = phrases[int(len(phrases) * chance.random() ** 1.6)]
    named = phrase.kind != "unmet" and chance.random() < 0.35
    at = town.moment(chance)
    return log.Made(
        at=at,
        words=phrase.words,
        niche=phrase.niche if named else None,
        audience=_whom(phrase.niche, chance),
        place_id=_TOWN if chance.random() < 0.2 else None,
        hits=0 if phrase.kind == "unmet" else offered.get(phrase.niche, 0),
        visitor=mark or f"demo-{at:%m%d}-{chance.randrange(_A_DAY):02}",
    )


def _whom(niche: str, chance: Random) -> str | None:
    """One search in three says for whom; mostly for those whom the niche's listings are for."""
    if chance.random() > 0.34:
        return None
    known = [whom for one in content.listings() if one.niche == niche for whom in one.audiences[:2]]
    return chance.choice(known or ["shops", "makers-craft", "freelancers"])


def accounts(progress: Progress) -> None:
    """Every practice can be paid."""
    progress.begin("Payout accounts")
    for practice_id in db.session.scalars(select(Practice.id).order_by(Practice.id)).all():
        till.connect(db.session.get_one(Practice, practice_id))
    db.session.rollback()


def booked(town: Town, progress: Progress) -> None:
    """Bookings of the past weeks: held, paid, done and accepted at their own time."""
    progress.begin("Bookings")
    there = _there()
    for start in range(0, town.size.past, _BATCH):
        with writing():
            for number in range(start, min(start + _BATCH, town.size.past)):
                if f"demo:{number}" not in there:
                    _one(town, number, -1)
        db.session.expunge_all()
        progress.add(min(_BATCH, town.size.past - start))


def coming(town: Town, progress: Progress) -> None:
    """Bookings of the next two weeks, paid at the sandbox's own Checkout so that they can be called off."""
    progress.begin("Bookings to come")
    there = _there()
    for number in range(town.size.past, town.size.past + town.size.coming):
        if f"demo:{number}" not in there:
            with writing():
                booking = _one(town, number, +1)
                waiting = [share.payment_id for share in booking.shares] if booking and booking.total else []
            for payment_id in waiting:
                till.pay(payment_id)
            db.session.expunge_all()
        progress.add()


def _there() -> set[str]:
    found = set(db.session.scalars(select(Order.browser).where(Order.browser.startswith("demo:"))))
    db.session.rollback()
    return found


def _one(town: Town, number: int, way: int) -> Booking | None:
    """One booking; None where the days that the dice chose are full."""
    chance = dice("booking", number)
    listing = _listing(town, chance)
    length = chance.choice(listing.lengths)
    client = _client(town, chance, listing)
    if way < 0:
        day = town.moment(chance).date()
        at = datetime(day.year, day.month, day.day, 8, tzinfo=town.now.tzinfo) - timedelta(days=chance.randint(1, 9))
    else:
        day = town.now.date() + timedelta(days=chance.randint(1, 13))
        at = clock.now()  # their Checkout is open for half an hour from now
    with clock.frozen(at):
        start = _start(listing, length, day, chance)
        if start is None or (way < 0 and start >= town.now):
            return None
        who = bookings.Client(client.name, client.email, f"demo:{number}", "Europe/London", "en_GB", client)
        try:
            made = bookings.hold(listing, choice=Choice(minutes=length.minutes, starts=(start,)), client=who)[0]
        except Refused:
            return None
        if way < 0:
            _settle(made)
            _finish(town, made)
    return made


def _listing(town: Town, chance: Random) -> Listing:
    said = offers.offered(town)
    chosen = said[int(len(said) * chance.random() ** 1.5)]
    query = select(Listing).join(Practice).where(Practice.slug == chosen.practice, Listing.slug == chosen.slug)
    return db.session.scalars(query).unique().one()


def _client(town: Town, chance: Random, listing: Listing) -> Person:
    owners = {person.email for person in listing.practice.people}
    names = [who.name for who in people.everybody(town)]
    while True:
        address = people.address(chance.choice(names))
        if address not in owners:
            return db.session.scalars(select(Person).where(Person.email == address)).one()


def _start(listing: Listing, length: Length, day: date, chance: Random) -> datetime | None:
    practice = listing.practice
    first = max(day, clock.now().astimezone(ZoneInfo(practice.zone)).date())
    found: list[Any] = times.slots(
        practice_id=practice.id,
        members=[practice.owner.id],
        zone=practice.zone,
        minutes=length.minutes,
        first=first,
        last=first + timedelta(days=3),
    )
    return chance.choice(found[:14]) if found else None


def _settle(booking: Booking) -> None:
    """The money of long ago: posted as it would have been, with identifiers that say where they come from."""
    for share in booking.shares:
        payments.settle(share.payment_id, _paid(share.payment))


def _paid(payment: Payment) -> CheckoutState:
    return CheckoutState(
        id=f"cs_demo_{payment.ref}",
        status="complete",
        payment_status="paid",
        amount=payment.amount,
        currency=settings().currency.lower(),
        client_reference=payment.ref,
        payment_intent=f"pi_demo_{payment.ref}",
        charge=f"ch_demo_{payment.ref}",
        fee=(payment.amount * 150 + 5_000) // 10_000 + 20,
        card_brand="visa",
        card_last4="4242",
    )


def _finish(town: Town, booking: Booking) -> None:
    accepted = booking.ends_at + timedelta(days=2)
    if booking.ends_at < town.now:
        with clock.frozen(booking.ends_at):
            bookings.deliver(booking)
    if accepted < town.now:
        with clock.frozen(accepted):
            bookings.complete(booking, actor="clock")
            _pass_on(booking)


def _pass_on(booking: Booking) -> None:
    """What was the practice's went to its account then, under a name that says where it comes from."""
    ours = {share.payment_id for share in booking.shares}
    for transfer in waiting(payees.of_practice(booking.practice_id)):
        if transfer.payment_id in ours and payments.begin_transfer(transfer.id):
            payments.transfer_answered(transfer.id, TransferState(f"tr_demo_{transfer.ref}", transfer.amount, None))
