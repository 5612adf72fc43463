"""Reminders: both sides, at the practice's leads, of what still stands, and nobody is woken."""

from datetime import datetime, timedelta

import pytest

from community.accounts.models import Person
from community.availability.models import Calendar
from community.bookings import actions
from community.bookings.facts import BookingConfirmed
from community.core import clock, events
from community.core.db import db
from community.notifications import reminding
from community.notifications.facts import ReminderDue
from community.notifications.models import Wording
from community.profiles.models import Practice
from tests.bookings.house import House
from tests.notifications.post import Letter, Post


def move_to(at: datetime) -> None:
    clock.advance(at - clock.now())


def reminders(post: Post) -> dict[str, Letter]:
    found = [letter for letter in post.read() if "See you soon" in letter.text]
    assert len({letter.to for letter in found}) == len(found)
    return {letter.to.partition("@")[0]: letter for letter in found}


def choose(house: House, *leads: int, **texts: str) -> None:
    with house.world.writing():
        reminding.choose(db.session.get_one(Practice, house.practice), leads=leads, texts=texts)


def test_a_day_and_an_hour_before(house: House, post: Post) -> None:
    house.confirmed()
    start = house.slot()
    move_to(start - timedelta(days=1, minutes=1))
    assert reminders(post) == {}
    move_to(start - timedelta(days=1))
    found = reminders(post)
    assert found["ada"].subject == "Tomorrow, 11:00: A brand identity with Noor Haddad"
    assert found["noor"].subject == "Tomorrow, 11:00: A brand identity with Ada Byron"
    assert "Wednesday 25 November, 11:00 (London time)" in found["ada"].text
    assert "https://meet.example/noor" in found["ada"].text
    move_to(start - timedelta(minutes=60))
    assert reminders(post)["ada"].subject == "In 60 minutes: A brand identity with Noor Haddad"
    move_to(start + timedelta(hours=3))
    assert reminders(post) == {}


def test_once_however_often_the_timer_rings(house: House, post: Post) -> None:
    start = house.slot()
    booking = house.confirmed()
    with house.world.writing():
        events.emit(BookingConfirmed(booking))  # sets the timers once more
    move_to(start - timedelta(days=1))
    assert set(reminders(post)) == {"ada", "noor"}
    with house.world.writing():
        starts = int(house.slot(5).timestamp())
        events.emit(ReminderDue(booking, 1440, "client", starts))
        events.emit(ReminderDue(booking, 1440, "client", int(actions.lock(booking).starts_at.timestamp())))
    assert reminders(post) == {}


@pytest.mark.parametrize("what", ["cancelled", "moved"])
def test_only_of_what_still_stands(house: House, post: Post, what: str) -> None:
    booking, start = house.confirmed(), house.slot()
    if what == "cancelled":
        house.do(booking, lambda one: actions.cancel(one, actor="client", by=house.person(house.ada)))
    else:
        later = house.slot(8, 15)
        house.do(booking, lambda one: actions.reschedule(one, start=later, actor="client", by=house.person(house.ada)))
    move_to(start - timedelta(days=1))
    assert reminders(post) == {}
    move_to(start)
    assert reminders(post) == {}
    if what == "moved":
        move_to(later - timedelta(days=1))
        assert set(reminders(post)) == {"ada", "noor"}
        move_to(later - timedelta(hours=1))
        assert set(reminders(post)) == {"ada", "noor"}


def test_the_practices_leads(house: House, post: Post) -> None:
    start = house.slot()
    choose(house, 180)
    house.confirmed()
    move_to(start - timedelta(days=1))
    assert reminders(post) == {}
    move_to(start - timedelta(hours=3))
    assert set(reminders(post)) == {"ada", "noor"}


def test_no_reminders_at_all_is_a_choice(house: House, post: Post) -> None:
    start = house.slot()
    choose(house)
    house.confirmed()
    move_to(start - timedelta(minutes=10))
    assert reminders(post) == {}


def test_what_is_booked_follows_a_change_of_leads(house: House, post: Post) -> None:
    start = house.slot()
    house.confirmed()
    choose(house, 2880, 60)
    post.read()
    move_to(start - timedelta(days=2))
    assert set(reminders(post)) == {"ada", "noor"}
    move_to(start - timedelta(days=1))  # a day before is no longer wished for
    assert reminders(post) == {}
    move_to(start - timedelta(hours=1))
    assert set(reminders(post)) == {"ada", "noor"}


def test_a_client_abroad_sleeps(house: House, post: Post) -> None:
    """11:00 in London is 00:00 in Auckland: a day before is put off to the morning there, an hour before is not."""
    (booking,) = house.hold()
    with house.world.writing():
        actions.lock(booking).zone = "Pacific/Auckland"
    house.pay(booking)
    start = house.slot()
    post.read()
    move_to(start - timedelta(days=1))
    assert set(reminders(post)) == {"noor"}
    move_to(start - timedelta(days=1) + timedelta(hours=8))  # 8 in the morning in Auckland
    found = reminders(post)
    assert set(found) == {"ada"}
    assert "(Auckland time)" in found["ada"].text
    move_to(start - timedelta(hours=1))
    assert set(reminders(post)) == {"ada", "noor"}


def test_the_practices_quiet_hours(house: House, post: Post) -> None:
    start = house.slot()
    with house.world.writing():
        calendar = db.session.get_one(Calendar, house.practice)
        calendar.quiet_from, calendar.quiet_until = 10 * 60, 12 * 60
    house.confirmed()
    move_to(start - timedelta(days=1))
    assert set(reminders(post)) == {"ada"}
    move_to(start - timedelta(days=1) + timedelta(hours=1))
    assert set(reminders(post)) == {"noor"}


def test_quiet_hours_chosen_since_put_it_off_once_more(house: House, post: Post) -> None:
    start = house.slot()
    house.confirmed()
    with house.world.writing():
        calendar = db.session.get_one(Calendar, house.practice)
        calendar.quiet_from, calendar.quiet_until = 10 * 60, 12 * 60
    move_to(start - timedelta(days=1))
    assert set(reminders(post)) == {"ada"}
    move_to(start - timedelta(days=1) + timedelta(hours=1))
    assert set(reminders(post)) == {"noor"}


def test_a_client_with_a_practice_of_their_own_has_its_quiet_hours(house: House, post: Post) -> None:
    start = house.slot()
    practice = house.world.practice(house.ada, "Ada Byron")
    with house.world.writing():
        calendar = db.session.get_one(Calendar, practice)
        calendar.quiet_from, calendar.quiet_until = 10 * 60, 12 * 60
    house.confirmed()
    move_to(start - timedelta(days=1))
    assert set(reminders(post)) == {"noor"}
    move_to(start - timedelta(days=1) + timedelta(hours=1))
    assert set(reminders(post)) == {"ada"}


def test_a_worker_that_slept_wakes_nobody(house: House, post: Post) -> None:
    start = house.slot()
    house.confirmed()
    move_to(start - timedelta(hours=13))  # 22:00 of the evening before
    assert set(reminders(post)) == {"noor"}  # who set no quiet hours
    move_to(start - timedelta(hours=3))
    assert set(reminders(post)) == {"ada"}


def test_in_the_practices_own_words_and_the_readers_language(house: House, post: Post) -> None:
    start = house.slot()
    choose(house, 1440, reminder="Hi {client},\nbring the **jars** on {day} at {time}.\n\n{place} {practice}")
    with house.world.writing():
        db.session.get_one(Person, house.ada).locale = "de"
    house.confirmed()
    move_to(start - timedelta(days=1))
    found = reminders(post)
    assert "Hi Ada,\nbring the **jars** on Mi., 25. November at 11:00." in found["ada"].text
    assert (
        "Hi Ada,<br>bring the **jars** on Mi., 25. November at 11:00.<br><br>https://meet.example/noor Noor Haddad"
        in found["ada"].html
    )
    assert "jars" not in found["noor"].text


def test_own_words_are_no_html(house: House, post: Post) -> None:
    choose(house, 1440, confirmed="<b>{client}</b> & {title}")
    with house.world.writing():
        db.session.get_one(Person, house.ada).name = "<i>Ada</i>"
    house.confirmed()
    letter = next(one for one in post.read() if one.to.startswith("ada"))
    assert "&lt;b&gt;&lt;i&gt;Ada&lt;/i&gt;&lt;/b&gt; &amp; A brand identity" in letter.html


def test_a_follow_up_only_in_own_words(house: House, post: Post) -> None:
    first, second = house.slot(6), house.slot(7)
    house.confirmed(starts=(first,))
    house.confirmed(starts=(second,))
    move_to(first + timedelta(hours=2))
    assert [letter for letter in post.read() if letter.subject.startswith("After ")] == []
    choose(house, 1440, follow_up="Thank you, {client}! More at {practice}.")
    move_to(second + timedelta(hours=2))
    (letter,) = [letter for letter in post.read() if letter.subject.startswith("After ")]
    assert (letter.to, letter.files) == ("ada@example.com", ())
    assert "Thank you, Ada! More at Noor Haddad." in letter.text


def test_empty_words_are_taken_out(house: House) -> None:
    choose(house, 60, reminder="Hello", confirmed=" \n ")
    with house.reading():
        assert [row.message for row in db.session.query(Wording).all()] == ["reminder"]
    choose(house, 60, reminder=" ")
    with house.reading():
        assert db.session.query(Wording).all() == []
