"""References by mail, and vouching among colleagues."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from community.bookings import actions as bookings
from community.core import clock
from community.core.db import db
from community.profiles.models import Practice
from community.reviews import references, vouching
from community.reviews.models import Reference
from tests.bookings.house import refused
from tests.notifications.post import Post
from tests.reviews.conftest import Reviewed
from tests.world import post as send

ASKED = {"name": "Bea Lemos", "email": "bea@jam.example", "about": "The labels of your 2024 jam"}
GIVEN = {"name": "Beatriz Lemos", "work": "Labels, summer 2024", "text": "The jars sold out at the first market."}


@pytest.fixture
def noor(house: Reviewed) -> FlaskClient:
    return house.world.signed_in(house.owner)


def link(post: Post) -> str:
    """Where the mail leads."""
    mail = next(one for one in post.read() if one.to == "bea@jam.example")
    found = re.search(r"http://linchpin.test(/references/\S+)", mail.text)
    assert found
    return found[1]


def test_asked_by_mail_and_shown_apart(house: Reviewed, noor: FlaskClient, post: Post) -> None:
    post.read()
    assert send(noor, "/desk/references", ASKED).status_code == 302
    path, bea = link(post), house.app.test_client()
    assert "The labels of your 2024 jam" in bea.get(path).get_data(as_text=True)
    assert send(bea, path, GIVEN | {"text": "Good"}).status_code == 422
    assert send(bea, path, GIVEN).status_code == 302
    page = bea.get("/noor-haddad").get_data(as_text=True)
    assert "References, not bookings here" in page
    assert GIVEN["text"] in page
    assert "bea@jam.example" not in page
    assert house.mean() is None
    assert [one.subject for one in post.read()] == ["Beatriz Lemos wrote you a reference"]
    send(bea, path, {"answer": "no"})
    assert GIVEN["text"] not in bea.get("/noor-haddad").get_data(as_text=True)
    with house.reading():
        kept = db.session.query(Reference).one()
        assert (kept.email, kept.name, kept.text) == ("", "", "")
    again = send(noor, "/desk/references", ASKED)  # and nobody asks again
    assert again.status_code == 422
    assert "asked this address before" in again.get_data(as_text=True)


def test_forged_links_and_foreign_references_are_not_there(house: Reviewed, noor: FlaskClient, post: Post) -> None:
    send(noor, "/desk/references", ASKED)
    path = link(post)
    other = house.app.test_client()
    assert other.get(path[:-2] + "xx").status_code == 404
    assert other.get("/references/1").status_code == 404
    tom = house.world.signed_in(house.tom)
    with house.reading():
        number = db.session.query(Reference).one().id
    assert send(tom, f"/desk/references/{number}/removal", {}, form_at="/account").status_code == 404
    assert send(noor, f"/desk/references/{number}/removal", {}, form_at="/account").status_code == 302
    assert other.get(path).status_code == 404


def test_limits(house: Reviewed) -> None:
    with house.world.writing():
        practice, owner = house.practice_of(house.practice), house.person(house.owner)
        with refused("own"):
            references.ask(practice, name="Noor", email="Noor@Example.com", about="Me", by=owner)
        for n in range(5):
            references.ask(practice, name="C", email=f"c{n}@example.org", about="Work", by=owner)
        with refused("too_many"):
            references.ask(practice, name="C", email="c9@example.org", about="Work", by=owner)
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)), house.world.writing():
        owner = house.person(house.owner)
        references.ask(house.practice_of(house.practice), name="C", email="c9@example.org", about="W", by=owner)


def test_only_who_worked_together_vouches(house: Reviewed) -> None:
    def known_by(person: int, practice: int) -> str | None:
        with house.reading():
            return vouching.ground(house.person(person), db.session.get_one(Practice, practice))

    assert known_by(house.tom, house.practice) is None
    booking = house.hold(who=house.tom)[0]  # Tom is Noor's client: Noor has worked for Tom's practice
    house.pay(booking)
    with house.reading():
        ends = house.booking(booking).ends_at
    with clock.frozen(ends):
        house.do(booking, bookings.deliver)
        house.do(booking, lambda b: bookings.complete(b, actor="client"))
    assert known_by(house.owner, house.peer) == "booking"
    assert known_by(house.tom, house.practice) is None  # he writes a review
    assert known_by(house.owner, house.practice) is None
    with house.world.writing():
        vouching.vouch(
            db.session.get_one(Practice, house.peer), "Always pays on the day.", by=house.person(house.owner)
        )
    assert known_by(house.owner, house.peer) is None  # once
    page = house.app.test_client().get("/tom-peer").get_data(as_text=True)
    assert "Always pays on the day." in page
    ben = house.world.signed_in(house.ben)
    staff = house.world.signed_in(house.world.person("Milo Grant", role="moderator"))
    with house.reading():
        number = vouching.of_practice(None, house.peer)[0].id
    for reason, there in (("Made up", False), ("", True)):
        send(staff, f"/vouches/{number}/sight", {"reason": reason}, form_at="/tom-peer")
        assert ("Always pays on the day." in ben.get("/tom-peer").get_data(as_text=True)) is there
    assert send(ben, "/vouches/tom-peer", {"text": "A good friend of mine."}, form_at="/account").status_code == 403
    send(house.world.signed_in(house.owner), "/vouches/tom-peer", {"answer": "back"}, form_at="/account")
    assert "Always pays on the day." not in ben.get("/tom-peer").get_data(as_text=True)
