"""Over HTTP: writing, answering, and where it is shown."""

from collections.abc import Callable
from datetime import timedelta

from community.bookings import actions as bookings
from community.core import clock
from community.core.db import db
from community.listings.models import Listing
from community.reviews import queries
from tests.reviews.conftest import WORDS, Reviewed
from tests.world import post as send

FILLED = {"stars": "5", "clear": "5", "on_time": "", "worth": "4", "text": WORDS}


def test_from_the_booking_to_the_practice_page(house: Reviewed, advance: Callable[[timedelta], None]) -> None:
    booking = house.done()
    ref = house.ref(booking)
    advance(timedelta(days=6, hours=3))
    ada, noor = house.world.signed_in(house.ada), house.world.signed_in(house.owner)
    assert "New here" in ada.get("/noor-haddad").get_data(as_text=True)
    assert f"/bookings/{ref}/review" in ada.get(f"/bookings/{ref}").get_data(as_text=True)
    assert f"/bookings/{ref}/review" in ada.get("/bookings").get_data(as_text=True)
    bad = send(ada, f"/bookings/{ref}/review", FILLED | {"stars": "6"})
    assert bad.status_code == 422
    assert WORDS in bad.get_data(as_text=True)  # nothing typed is lost
    assert send(ada, f"/bookings/{ref}/review", FILLED).status_code == 302
    assert WORDS not in noor.get(f"/bookings/{ref}").get_data(as_text=True)
    assert WORDS in ada.get(f"/bookings/{ref}/review").get_data(as_text=True)
    send(noor, f"/bookings/{ref}/review", {"stars": "4", "text": "Brought the jar, paid at once."})
    assert WORDS in noor.get(f"/bookings/{ref}").get_data(as_text=True)
    assert "Brought the jar" in ada.get(f"/bookings/{ref}").get_data(as_text=True)
    for path in ("/noor-haddad", "/noor-haddad/a-brand-identity", "/reviews/of/noor-haddad"):
        page = house.app.test_client().get(path).get_data(as_text=True)
        assert WORDS in page
        assert "Ada B." in page
        assert "4.58" in page
        assert "Brought the jar" not in page  # of a client nothing is public
    assert send(ada, f"/bookings/{ref}/review", FILLED, form_at="/account").status_code == 409


def test_one_answer(house: Reviewed) -> None:
    house.both(house.done())
    with house.reading():
        review = queries.of_practice(None, house.practice)[0].id
    noor, tom = house.world.signed_in(house.owner), house.world.signed_in(house.tom)
    path = f"/reviews/{review}"
    assert send(tom, path, {"text": "Not true"}, form_at="/account").status_code == 404
    assert send(noor, path, {"text": ""}).status_code == 422
    assert send(noor, path, {"text": "That page has your ring on it."}).status_code == 302
    assert send(noor, path, {"text": "And another thing"}, form_at="/account").status_code == 422
    page = house.app.test_client().get("/noor-haddad").get_data(as_text=True)
    assert "That page has your ring on it." in page
    assert "And another thing" not in page


def test_others_find_no_review_form(house: Reviewed) -> None:
    ref = house.ref(house.done())
    assert house.world.signed_in(house.ben).get(f"/bookings/{ref}/review").status_code == 404
    assert house.app.test_client().get(f"/bookings/{ref}/review").status_code == 302


def test_how_reliable_a_client_is_stands_before_the_answer(house: Reviewed) -> None:
    house.both(house.done())
    late, missed = house.booked(13), house.booked(15)
    with house.reading():
        starts, ends = house.booking(late).starts_at, house.booking(missed).ends_at
    with clock.frozen(starts - timedelta(hours=3)):
        house.do(late, lambda b: bookings.cancel(b, actor="client", by=None))
    with clock.frozen(ends):
        house.do(missed, lambda b: bookings.report(b, actor="practice", by=None))
    with clock.frozen(ends + timedelta(days=2)):
        house.do(missed, bookings.uphold)
    with house.world.writing():
        db.session.get_one(Listing, house.session).on_request = True
    asked = house.hold(starts=(house.slot(days=11),))[0]
    house.authorise(asked)
    noor = house.world.signed_in(house.owner)
    said = "Kept 1 booking. Cancelled late once. Did not come once."
    for path in ("/desk/requests", f"/bookings/{house.ref(asked)}"):
        page = noor.get(path).get_data(as_text=True)
        assert said in page
        assert "A pleasure to work with." in page
    assert said not in house.world.signed_in(house.ada).get(f"/bookings/{house.ref(asked)}").get_data(as_text=True)
