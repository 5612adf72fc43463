"""Somebody who did not come, objections, and how they end: with what to do until when."""

from datetime import timedelta

import pytest

from community.bookings import actions
from community.core import clock
from tests.bookings.house import House
from tests.notifications.post import Post


@pytest.mark.parametrize(("by", "to", "end"), [("client", "noor", "goes back"), ("practice", "ada", "terms")])
def test_a_no_show_tells_how_to_object(house: House, post: Post, confirmed: int, by: str, to: str, end: str) -> None:
    clock.advance(house.slot() + timedelta(minutes=30) - clock.now())
    post.read()
    person = house.ada if by == "client" else house.owner
    house.do(confirmed, lambda one: actions.report(one, actor=by, by=house.person(person), text="I waited"))
    letters = post.by_name()
    assert set(letters) == {to}
    assert "object by Thu 26 Nov, 11:30" in letters[to].text
    assert "I waited" in letters[to].text
    assert end in letters[to].text
    clock.advance(timedelta(hours=24, minutes=1))
    stood = {name: letter for name, letter in post.by_name().items() if letter.subject.startswith("Closed")}
    assert set(stood) == {"ada", "noor"}
    back = "£99.75 goes back to your card" if by == "client" else "Nothing goes back."
    assert back in stood["ada"].text


def test_objected_and_settled(house: House, post: Post, confirmed: int) -> None:
    clock.advance(house.slot() + timedelta(hours=2) - clock.now())
    post.read()
    house.do(confirmed, lambda one: actions.object_to(one, by=house.person(house.ada), text="Half of it was missing"))
    letters = post.by_name()
    assert set(letters) == {"noor"}
    assert "Half of it was missing" in letters["noor"].text
    house.do(
        confirmed,
        lambda one: actions.propose_settlement(one, actor="practice", by=house.person(house.owner), amount=4000),
    )
    proposed = post.by_name()
    assert set(proposed) == {"ada"}
    assert "£40 would go back to your card" in proposed["ada"].text
    house.do(confirmed, lambda one: actions.agree_to_settlement(one, actor="client", by=house.person(house.ada)))
    settled = post.by_name()
    assert set(settled) == {"ada", "noor"}
    assert "You both agreed." in settled["ada"].text
    assert "£40 goes back to the client’s card" in settled["noor"].text


def test_a_report_opposed(house: House, post: Post, confirmed: int) -> None:
    clock.advance(house.slot() + timedelta(minutes=30) - clock.now())
    post.read()
    house.do(confirmed, lambda one: actions.report(one, actor="practice", by=house.person(house.owner)))
    post.read()
    house.do(confirmed, lambda one: actions.oppose(one, actor="client", by=house.person(house.ada), text="I was there"))
    letters = post.by_name()
    assert set(letters) == {"noor"}
    assert "They say that they were there" in letters["noor"].text
