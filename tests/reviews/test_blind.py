"""Who may write, when it opens, and what counts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from community.accounts import actions as accounts
from community.accounts import subjects
from community.bookings import actions as bookings
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.payments import actions as payments
from community.profiles.models import PracticeRole
from community.reviews import actions, queries
from community.reviews.models import Review
from tests.bookings.house import refused
from tests.notifications.post import Post
from tests.reviews.conftest import WORDS, Reviewed
from tests.world import post as send

Advance = Callable[[timedelta], None]


def seen(house: Reviewed, viewer: int | None = None) -> list[str]:
    with house.reading():
        who = house.person(viewer) if viewer else None
        return [one.text for one in queries.of_practice(who, house.practice)]


def test_blind_until_both_are_in(house: Reviewed) -> None:
    booking = house.done()
    house.say(booking, stars=4)
    assert (seen(house), seen(house, house.owner), house.mean()) == ([], [], None)
    house.say(booking, stars=5, clear=5, worth=4)  # it can be changed until then
    house.say(booking, "practice", 3, "Came late, but kind.")
    assert seen(house) == [WORDS]
    assert house.mean() == (458, 1)
    with house.reading():
        rating = queries.rating(house.practice)
        assert rating is not None
        assert (rating.spread, rating.clear, rating.on_time, rating.worth) == ([0, 0, 0, 0, 1], 50, None, 40)
    with refused("closed"):
        house.say(booking, text="On second thoughts it was bad.")


def test_opens_after_ten_days_with_what_is_there(house: Reviewed, advance: Advance, drain: Callable[[], int]) -> None:
    booking = house.done()
    house.say(booking)
    with house.reading():
        closes = house.round(booking).closes_at
    advance(closes - clock.now() - timedelta(minutes=1))
    drain()
    assert seen(house) == []
    advance(timedelta(minutes=2))
    with refused("closed"):  # not even before the timer has rung
        house.say(booking, "practice")
    drain()
    assert seen(house) == [WORDS]


def test_nothing_to_open_is_no_review(house: Reviewed, advance: Advance, drain: Callable[[], int]) -> None:
    house.done()
    advance(timedelta(days=30))
    drain()
    assert (seen(house), house.mean()) == ([], None)


def test_asked_once_reminded_once(house: Reviewed, post: Post, advance: Advance) -> None:
    post.read()
    booking = house.done()
    advance(timedelta(days=6, hours=2))
    asked = [one for one in post.read() if "How was it with" in one.subject]
    assert {one.to for one in asked} == {"ada@example.com", "noor@example.com"}
    house.say(booking)
    advance(timedelta(days=5))
    again = [one for one in post.read() if "Still time" in one.subject]
    assert [one.to for one in again] == ["noor@example.com"]
    advance(timedelta(days=6))
    told = post.read()
    assert [(one.to, one.subject) for one in told] == [("noor@example.com", "Ada Byron has written about you")]
    assert WORDS in told[0].text


def test_a_regular_is_not_asked_each_time(house: Reviewed, post: Post, advance: Advance) -> None:
    first, second = house.done(hour=11), house.done(hour=14)
    advance(timedelta(days=7))
    assert len([one for one in post.read() if "How was it with" in one.subject]) == 2
    house.both(first, 1)
    house.both(second, 1)
    assert house.mean() == (392, 2)  # as one of them would have given it


def test_cancelled_and_missed_are_not_asked(house: Reviewed) -> None:
    cancelled, missed = house.booked(11), house.booked(14)
    house.do(cancelled, lambda b: bookings.cancel(b, actor="client", by=None))
    with house.reading():
        ends = house.booking(missed).ends_at
    with clock.frozen(ends):
        house.do(missed, lambda b: bookings.report(b, actor="practice", by=None))
    with clock.frozen(ends + timedelta(days=2)):
        house.do(missed, bookings.uphold)
    with house.reading():
        assert [queries.round_of(one) for one in (cancelled, missed)] == [None, None]


def test_nobody_reviews_their_own_practice(house: Reviewed) -> None:
    with house.world.writing():  # Ben left long ago
        db.session.add(
            PracticeRole(practice_id=house.practice, person_id=house.ben, role="partner", left_at=clock.now())
        )
    booking = house.done(house.ben)
    with house.reading():
        assert queries.round_of(booking) is None


def test_paid_back_in_full_does_not_count(house: Reviewed, drain: Callable[[], int]) -> None:
    booking = house.done()
    house.both(booking)
    assert house.mean() is not None
    with house.world.writing():
        payment = db.session.get_one(Booking, booking).shares[0].payment
        payments.owe_refund(payment, amount=payment.amount, reason="goodwill")
    drain()
    assert (house.mean(), seen(house)) == (None, [])
    assert seen(house, house.ada) == [WORDS]  # who wrote it still finds it


def test_hidden_with_a_reason(house: Reviewed, post: Post, world: Any) -> None:
    booking = house.done()
    house.both(booking)
    post.read()
    milo = world.person("Milo Grant", role="moderator")
    with house.reading():
        review_id = queries.of_practice(None, house.practice)[0].id
    desk = world.signed_in(milo)
    assert "Hide it" in desk.get(f"/reviews/{review_id}").get_data(as_text=True)
    send(desk, f"/reviews/{review_id}/sight", {"reason": "Names a child"}, form_at=f"/reviews/{review_id}")
    assert (seen(house), house.mean()) == ([], None)
    assert seen(house, house.ada) == seen(house, house.owner) == [WORDS]
    told = post.read()
    assert [one.to for one in told] == ["ada@example.com"]
    assert "Names a child" in told[0].text
    send(desk, f"/reviews/{review_id}/sight", {"reason": ""}, form_at=f"/reviews/{review_id}")
    assert seen(house) == [WORDS]
    with house.reading(), pytest.raises(NotFound):
        actions.hide(db.session.get_one(Review, review_id), "I do not like it", by=house.person(house.owner))


def test_a_block_hides_and_a_report_keeps_what_was_said(house: Reviewed) -> None:
    booking = house.done()
    house.both(booking)
    with house.reading():
        review_id = queries.of_practice(None, house.practice)[0].id
        found = subjects.find(house.person(house.owner), f"review:{review_id}")
        assert (found.person.id, found.evidence["text"]) == (house.ada, WORDS)
    with house.world.writing():
        accounts.block(house.person(house.ada), by=house.person(house.ben))
    assert seen(house, house.ben) == []
    assert seen(house, house.tom) == [WORDS]
    with house.reading(), pytest.raises(NotFound):
        subjects.find(house.person(house.ben), f"review:{review_id}")


def test_who_leaves_takes_the_name_along(house: Reviewed) -> None:
    opened, open_still = house.done(hour=11), house.done(hour=14)
    house.both(opened)
    house.say(open_still, text="Not open yet, and never will be.")
    before = house.mean()
    with house.world.writing():
        actions.forget(house.person(house.ada))
    with house.reading():
        found = queries.of_practice(None, house.practice)
        assert [(one.text, one.author) for one in found] == [(WORDS, None)]
        assert house.round(opened).by("practice") is None
        assert house.round(open_still).reviews == []
    assert house.mean() == before
    page = house.app.test_client().get("/noor-haddad").get_data(as_text=True)
    assert "Somebody who left" in page
    assert "Ada B." not in page
