"""What the people of the town say of each other: reviews of their bookings, and a word from clients of before."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from sqlalchemy import select

from community.accounts.models import Person
from community.bookings.models import Booking, Order
from community.core import clock
from community.core.db import db, writing
from community.demo import content
from community.demo.progress import Progress
from community.demo.town import Town, dice
from community.profiles.models import Practice
from community.reviews import actions, counting, references
from community.reviews.models import Reference, Review, Round

_BATCH = 20
_STARS = (5,) * 68 + (4,) * 22 + (3,) * 6 + (2,) * 3 + (1,)
_BEFORE = ("Bea Lemos", "Callum Reid", "Maja Wolski", "Femi Adeyemi", "Priti Shah", "Jonas Brandt")


def load(town: Town, progress: Progress) -> None:
    """Reviews at their own time, then what they add up to today. Whoever wrote already is passed over."""
    progress.begin("Reviews")
    numbers = [int(browser.partition(":")[2]) for browser in _reviewable()]
    for start in range(0, len(numbers), _BATCH):
        with writing():
            for number in numbers[start : start + _BATCH]:
                _speak(town, number)
        db.session.expunge_all()
    practices = list(db.session.scalars(select(Practice.id).order_by(Practice.id)))
    with writing():
        _before(practices)
        counting.recount_prior()
        for practice_id in practices:
            counting.recount(practice_id)
    db.session.expunge_all()
    progress.add(town.size.past)


def _reviewable() -> Sequence[str]:
    query = select(Order.browser).join(Booking, Booking.order_id == Order.id)
    query = query.join(Round, Round.booking_id == Booking.id).where(Round.opened_at.is_(None), ~Round.reviews.any())
    found = db.session.scalars(query.where(Order.browser.startswith("demo:")).order_by(Booking.id)).all()
    db.session.rollback()
    return found


def _speak(town: Town, number: int) -> None:
    """One booking's two sides, each or neither."""
    chance = dice("review", number)
    query = select(Round).join(Booking, Booking.id == Round.booking_id).join(Order, Order.id == Booking.order_id)
    found = db.session.scalars(query.where(Order.browser == f"demo:{number}")).one()
    owner = found.practice.owner
    for side, by, share in (("client", found.client, 0.74), ("practice", owner, 0.6)):
        at = found.asked_at + timedelta(hours=chance.randint(2, 120))
        if chance.random() < share and at < town.now:
            with clock.frozen(at):
                _write(found, side, by, chance)
    if found.closes_at < town.now:
        with clock.frozen(found.closes_at):
            actions.end(found)
    review = found.by("client")
    if review and found.opened_at and chance.random() < 0.2:
        with clock.frozen(min(town.now, found.opened_at + timedelta(days=1))):
            actions.reply(review, chance.choice(content.said()["reply", 0]), by=owner)


def _write(found: Round, side: str, by: Person, chance: Random) -> None:
    stars = chance.choice(_STARS)
    if side == "practice":
        stars = max(3, stars)
    parts = {name: min(5, max(1, stars + chance.choice((0, 0, 1)))) for name in ("clear", "on_time", "worth")}
    said = select(Review.text).join(Review.round).where(Round.practice_id == found.practice_id)
    used = set(db.session.scalars(said))  # nobody reads the same words twice on one page, while there are others
    texts = content.said()[side, stars]
    text = chance.choice([one for one in texts if one not in used] or texts)
    actions.write(found, side=side, by=by, stars=stars, text=text, **parts)


def _before(practices: Sequence[int]) -> None:
    """A word from before for every third practice, asked and given as anybody would."""
    for number, practice_id in enumerate(practices[::3]):
        asked = select(Reference.id).where(Reference.practice_id == practice_id)
        if db.session.scalar(asked.limit(1)) is not None:
            continue
        chance, practice = dice("reference", number), db.session.get_one(Practice, practice_id)
        name = chance.choice(_BEFORE)
        email = f"{name.split()[0].lower()}{number}@before.example"
        found = references.ask(practice, name=name, email=email, about="Our work together", by=practice.owner)
        text = chance.choice(content.said()["reference", 0])
        references.give(found, name=name, work=f"In {chance.randint(2019, 2025)}", text=text)
