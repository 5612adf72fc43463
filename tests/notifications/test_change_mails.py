"""New times, other hands, late arrivals: both sides hear of it, with the next version of the calendar file."""

from datetime import timedelta

import pytest

from community.bookings import actions
from community.bookings.actions import handing_over
from community.core import clock
from community.core.db import db
from community.profiles.models import Practice
from tests.bookings.house import House
from tests.notifications.post import Post


def test_rescheduled_to_both_with_the_next_version_of_the_file(house: House, post: Post, confirmed: int) -> None:
    for sequence, hour in ((1, 14), (2, 15)):
        house.do(
            confirmed,
            lambda one, hour=hour: actions.reschedule(
                one, start=house.slot(7, hour), actor="client", by=house.person(house.ada)
            ),
        )
        letters = post.by_name()
        assert set(letters) == {"ada", "noor"}
        for letter in letters.values():
            assert letter.subject == f"New time: A brand identity, Thu 26 Nov, {hour}:00"
            method, event = letter.calendar
            assert (method, event["SEQUENCE"], event["DTSTART"].dt) == ("PUBLISH", sequence, house.slot(7, hour))
    assert "Before: Thu 26 Nov, 14:00" in letters["ada"].text


def test_a_late_new_time_is_proposed_and_refused(house: House, post: Post, confirmed: int) -> None:
    clock.advance(house.slot() - timedelta(hours=20) - clock.now())
    post.read()
    start = house.slot(3, 15)
    house.do(
        confirmed, lambda one: actions.reschedule(one, start=start, actor="practice", by=house.person(house.owner))
    )
    letters = post.by_name()
    assert set(letters) == {"ada"}
    assert letters["ada"].subject.startswith("A new time? A brand identity")
    assert "Until you agree, everything stays as it is." in letters["ada"].text
    house.do(confirmed, lambda one: actions.refuse_to_move(one, actor="client"))
    no = post.by_name()
    assert set(no) == {"noor"}
    assert no["noor"].subject == "The new time: The answer is no. A brand identity"
    assert "The time stays as it was." in no["noor"].text


@pytest.mark.parametrize("way", ["taken back", "run out"])
def test_a_proposal_that_came_to_nothing(house: House, post: Post, confirmed: int, way: str) -> None:
    clock.advance(house.slot() - timedelta(hours=20) - clock.now())
    post.read()
    start = house.slot(3, 15)
    house.do(confirmed, lambda one: actions.reschedule(one, start=start, actor="client", by=house.person(house.ada)))
    assert set(post.by_name()) == {"noor"}
    if way == "taken back":
        house.do(confirmed, lambda one: actions.take_back_move(one, actor="client"))
    else:
        with house.reading():
            ends = house.proposal(confirmed).expires_at
        clock.advance(ends - clock.now() + timedelta(seconds=1))
    letters = [letter for letter in post.read() if letter.subject.startswith("The new time")]
    assert [letter.to for letter in letters] == [{"taken back": "noor@example.com", "run out": "ada@example.com"}[way]]


def test_handed_over(house: House, post: Post, confirmed: int) -> None:
    with house.world.writing():
        booking = actions.lock(confirmed)
        handing_over.propose_hand_over(
            booking, peer=db.session.get_one(Practice, house.peer), by=house.person(house.owner), text="I am full"
        )
    asked = post.by_name()
    assert set(asked) == {"ada", "tom"}
    assert asked["ada"].subject == "Tom Peer instead of Noor Haddad? A brand identity"
    assert "£85.50" in asked["tom"].text  # 95 less the tenth that stays
    assert "/desk/requests" in asked["tom"].text
    for side, person in (("client", house.ada), ("peer", house.tom)):
        with house.world.writing():
            proposal = house.proposal(confirmed)
            both = handing_over.lock_both(proposal)
            handing_over.agree(proposal, both, side=side, by=house.person(person))
    letters = post.by_name()
    assert set(letters) == {"ada", "tom", "noor"}
    assert letters["ada"].subject == "Tom Peer takes over: A brand identity"
    assert letters["tom"].calendar[0] == letters["ada"].calendar[0] == "PUBLISH"
    assert letters["noor"].calendar[0] == "CANCEL"
    assert letters["noor"].calendar[1]["UID"] == letters["ada"].calendar[1]["UID"]


def test_a_hand_over_refused_by_the_peer(house: House, post: Post, confirmed: int) -> None:
    with house.world.writing():
        booking, peer = actions.lock(confirmed), db.session.get_one(Practice, house.peer)
        handing_over.propose_hand_over(booking, peer=peer, by=house.person(house.owner))
    post.read()
    with house.world.writing():
        proposal = house.proposal(confirmed)
        handing_over.refuse(proposal, handing_over.lock_both(proposal), side="peer")
    letters = post.by_name()
    assert set(letters) == {"ada", "noor", "tom"}
    assert "The booking stays where it was." in letters["ada"].text
    assert "/desk/requests" in letters["tom"].text
    assert "/bookings/" in letters["noor"].text


def test_running_late(house: House, post: Post, confirmed: int) -> None:
    clock.advance(house.slot() - timedelta(minutes=20) - clock.now())
    post.read()
    house.do(confirmed, lambda one: actions.say_late(one, actor="client", by=house.person(house.ada), minutes=10))
    letters = post.by_name()
    assert {name: letter.subject for name, letter in letters.items()} == {"noor": "Ada Byron comes 10 minutes late"}
    house.do(confirmed, lambda one: actions.say_late(one, actor="practice", by=house.person(house.owner), minutes=5))
    assert {name: letter.subject for name, letter in post.by_name().items()} == {
        "ada": "Noor Haddad comes 5 minutes late"
    }
