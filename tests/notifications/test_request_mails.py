"""Questions, quotes and requests: who hears what, and until when they may answer."""

from datetime import timedelta

from sqlalchemy import select

from community.accounts.models import Person
from community.availability import actions as availability
from community.bookings import actions
from community.core import clock
from community.core.db import db
from community.profiles.models import Practice, PracticeRole
from tests.bookings.house import House
from tests.notifications.post import Post, accepts, again
from tests.world import WORKDAYS


def test_asked(house: House, post: Post, asked: int) -> None:
    letters = post.by_name()
    assert set(letters) == {"ada", "noor"}
    assert letters["noor"].subject == "Ada Byron asks for a quote: A inquiry"
    assert "A label for <jam>" in letters["noor"].text
    assert "A label for &lt;jam&gt;" in letters["noor"].html
    assert "by Thu 26 Nov, 10:00" in letters["noor"].text
    assert letters["noor"].files == ()
    assert "with their price, or by Thu 26 Nov" in letters["ada"].text
    assert again(house, post, "BookingAsked", booking_id=asked) == []


def test_quoted_and_countered(house: House, post: Post, asked: int) -> None:
    post.read()
    start = clock.now() + timedelta(days=10)
    house.do(
        asked,
        lambda one: actions.quote(
            one, amount=50_000, starts_at=start, ends_at=start + timedelta(days=20), text="Three rounds",
            expires_at=clock.now() + timedelta(days=5), by=house.person(house.owner),
        ),
    )  # fmt: skip
    quoted = post.by_name()
    assert set(quoted) == {"ada"}
    # The client reads what they would pay, fee in.
    assert quoted["ada"].subject == "Your quote: £525 for A inquiry"
    assert "Three rounds" in quoted["ada"].text
    assert "Please answer by Tue 24 Nov, 10:00." in quoted["ada"].text
    assert "Sun 29 Nov to Sat 19 Dec" in quoted["ada"].text
    house.do(asked, lambda one: actions.counter(one, amount=40_000, text="A little less?", by=house.person(house.ada)))
    countered = post.by_name()
    assert set(countered) == {"noor"}
    assert "proposes £400" in countered["noor"].subject
    assert "A little less?" in countered["noor"].text


def test_a_quote_refused(house: House, post: Post, asked: int) -> None:
    start = clock.now() + timedelta(days=10)
    house.do(
        asked,
        lambda one: actions.quote(
            one, amount=50_000, starts_at=start, ends_at=start + timedelta(days=20), text="",
            expires_at=clock.now() + timedelta(days=5), by=house.person(house.owner),
        ),
    )  # fmt: skip
    post.read()
    house.do(asked, lambda one: actions.refuse(one, by=house.person(house.ada), reason="Too much for us"))
    letters = post.by_name()
    assert set(letters) == {"noor"}
    assert "Too much for us" in letters["noor"].text


def test_requested(house: House, post: Post, requested: int) -> None:
    letters = post.by_name()
    assert set(letters) == {"ada", "noor"}
    noor = letters["noor"]
    assert noor.subject == "Request: Ada Byron, Wed 25 Nov"
    assert "Answer by Sat 21 Nov, 10:00." in noor.text
    assert "£95 of it is yours" in noor.text
    assert "Wednesday 25 November, 11:00 (London time)" in noor.text
    assert noor.files == letters["ada"].files == ()
    assert "Nothing is taken unless they say yes." in letters["ada"].text
    assert again(house, post, "BookingRequested", booking_id=requested) == []


def test_accepted(house: House, post: Post, requested: int) -> None:
    post.read()
    accepts(house, requested)
    assert post.read() == []
    house.captured(requested)
    letters = post.by_name()
    assert letters["ada"].subject == "Confirmed: By request, Wed 25 Nov"
    assert letters["noor"].subject == "New booking: Ada Byron, Wed 25 Nov"
    assert letters["ada"].calendar[0] == "PUBLISH"


def test_declined(house: House, post: Post, requested: int) -> None:
    post.read()
    house.do(requested, lambda one: actions.decline(one, by=house.person(house.owner), reason="Away that week"))
    assert post.read() == []
    house.released(requested)
    letters = post.by_name()
    assert set(letters) == {"ada"}
    assert "Nothing was taken" in letters["ada"].text
    assert "/noor-haddad/by-request" in letters["ada"].text


def test_declined_in_the_practices_words(house: House, post: Post) -> None:
    free = house.world.listing(house.practice, "A free call", on_request=True, prices={60: 0})
    (booking,) = house.hold(free)
    assert set(post.by_name()) == {"ada", "noor"}
    house.do(booking, lambda one: actions.decline(one, by=house.person(house.owner), reason="Away that week"))
    letters = post.by_name()
    assert set(letters) == {"ada"}
    assert "Away that week" in letters["ada"].text
    assert "Nothing was taken" not in letters["ada"].text


def test_withdrawn(house: House, post: Post, requested: int) -> None:
    post.read()
    house.do(requested, lambda one: actions.withdraw(one, by=house.person(house.ada)))
    house.released(requested)
    letters = post.by_name()
    assert set(letters) == {"ada", "noor"}
    assert letters["noor"].subject == "Withdrawn: By request, Wed 25 Nov"
    assert letters["noor"].files == ()


def test_lapsed(house: House, post: Post, requested: int) -> None:
    post.read()
    clock.advance(timedelta(hours=48, minutes=1))
    house.do(requested, actions.lapse)
    house.released(requested)
    letters = post.by_name()
    assert set(letters) == {"ada", "noor"}
    assert "did not answer in time" in letters["ada"].text
    assert "You did not answer Ada Byron in time" in letters["noor"].text


def test_capture_failed_and_then_no_second_word(house: House, post: Post, requested: int) -> None:
    post.read()
    accepts(house, requested)
    house.released(requested)
    letters = post.by_name()
    assert letters["ada"].subject == "Your card was refused: By request"
    assert letters["noor"].subject == "The payment of Ada Byron was refused"
    clock.advance(timedelta(hours=1, minutes=1))
    house.do(requested, actions.lapse)
    assert post.read() == []


def test_each_in_their_own_zone(house: House, post: Post) -> None:
    with house.world.writing():
        for person, zone in ((house.owner, "America/New_York"), (house.ada, "Asia/Kathmandu")):
            db.session.get_one(Person, person).zone = zone
    (booking,) = house.hold(house.world.listing(house.practice, "By request", on_request=True))
    house.authorise(booking)
    letters = post.by_name()
    assert "06:00 (New York time)" in letters["noor"].text
    # The client's clock is the one they booked by.
    assert "11:00 (London time)" in letters["ada"].text


def test_each_in_their_own_language(house: House, post: Post) -> None:
    with house.world.writing():
        db.session.get_one(Person, house.owner).locale = "de"
    (booking,) = house.hold(house.world.listing(house.practice, "By request", on_request=True))
    house.authorise(booking)
    letters = post.by_name()
    assert "Mi., 25. November" in letters["noor"].text
    assert "Wednesday" in letters["ada"].text


def test_an_owner_hears_of_what_a_colleague_is_asked(house: House, post: Post) -> None:
    cara = house.world.person("Cara Vane", handle="cara")
    with house.world.writing():
        db.session.add(PracticeRole(practice_id=house.practice, person_id=cara, role="partner"))
        db.session.flush()
        practice, person = db.session.get_one(Practice, house.practice), db.session.get_one(Person, cara)
        db.session.refresh(practice)
        availability.set_hours(practice, person, WORKDAYS)
    listing = house.world.listing(house.practice, "By request", on_request=True, deliverer_id=cara)
    (booking,) = house.hold(listing)
    house.authorise(booking)
    assert {letter.to for letter in post.read()} == {"cara@example.com", "noor@example.com", "ada@example.com"}
    with house.reading():
        assert db.session.scalar(select(Person.id).where(Person.handle == "cara")) == cara
