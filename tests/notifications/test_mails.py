"""Every step of a booking and who hears of it: once, in their zone and language, with what to do next and until when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.accounts.models import Person
from community.bookings import actions
from community.bookings import facts as booking_facts
from community.bookings.actions import handing_over, waiting, workshops
from community.core import clock, events
from community.core.db import db
from community.listings.models import Listing
from community.profiles.models import Practice
from tests.bookings.house import House
from tests.notifications.post import Letter, Post


def accepts(house: House, booking: int) -> None:
    house.do(booking, lambda one: actions.accept(one, by=house.person(house.owner)))


@pytest.fixture
def asked(house: House, post: Post) -> int:
    """Ada's question, read by nobody yet."""
    return house.ask(house.listing("inquiry"), text="A label for <jam>")


@pytest.fixture
def requested(house: House, post: Post) -> int:
    """Ada's request: her card holds the money."""
    (booking,) = house.hold(house.world.listing(house.practice, "By request", on_request=True))
    house.authorise(booking)
    return booking


@pytest.fixture
def confirmed(house: House, post: Post) -> int:
    booking = house.confirmed()
    post.read()
    return booking


def again(house: House, post: Post, fact: str, **ids: int) -> list[Letter]:
    """The fact once more, as a delivery that is run twice."""
    with house.world.writing():
        events.emit(getattr(booking_facts, fact)(**ids))
    return post.read()


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
    assert "Away that week" in letters["ada"].text
    assert "Nothing was taken" in letters["ada"].text
    assert "/noor-haddad/by-request" in letters["ada"].text


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


def test_confirmed_with_the_terms_and_the_file(house: House, post: Post) -> None:
    booking = house.confirmed()
    letters = post.by_name()
    assert "All back until" in letters["ada"].text
    assert "https://meet.example/noor" in letters["noor"].text
    method, event = letters["noor"].calendar
    assert (method, event["SEQUENCE"]) == ("PUBLISH", 0)
    assert again(house, post, "BookingConfirmed", booking_id=booking) == []


def test_a_series_is_one_mail(house: House, post: Post) -> None:
    with house.world.writing():
        db.session.get_one(Listing, house.session).series_most = 4
    starts = tuple(house.slot(days) for days in (6, 13, 20))
    made = house.hold(starts=starts)
    house.pay(made[0])
    letters = post.by_name()
    assert set(letters) == {"ada", "noor"}
    for letter in letters.values():
        for day in ("25 November", "2 December", "9 December"):
            assert day in letter.text
        assert len(letter.files) == 3
    assert "£299.25" in letters["ada"].text
    house.do(made[1], lambda one: actions.cancel(one, actor="client", by=house.person(house.ada)))
    gone = post.by_name()
    assert gone["noor"].subject == "Cancelled: A brand identity, Wed 2 Dec"
    assert gone["noor"].calendar[0] == "CANCEL"


def test_a_file_leads_to_its_download(house: House, post: Post) -> None:
    listing = house.listing("digital", title="A guide", price=1500, file="x.pdf", file_name="Guide.pdf")
    house.confirmed(listing)
    letters = post.by_name()
    assert letters["ada"].subject == "Your file: A guide"
    assert "Download it: http://linchpin.test/bookings/" in letters["ada"].text
    assert letters["ada"].files == letters["noor"].files == ()
    assert "When" not in letters["ada"].text


def test_a_project_from_hand_in_to_changes(house: House, post: Post) -> None:
    listing = house.listing("project")
    with house.reading():
        package = db.session.get_one(Listing, listing).packages[0].id
    booking = house.confirmed(listing, package_id=package)
    letters = post.by_name()
    assert "of it is paid. The rest falls due as agreed." in letters["ada"].text
    assert letters["ada"].files == ()
    house.do(booking, lambda one: actions.hand_in(one, by=house.person(house.owner), text="Here it is"))
    done = post.by_name()
    assert set(done) == {"ada"}
    assert "Here it is" in done["ada"].text
    assert "by Thu 26 Nov, 10:00. After that it counts as accepted." in done["ada"].text
    house.do(booking, lambda one: actions.ask_changes(one, by=house.person(house.ada), text="Larger letters"))
    changes = post.by_name()
    assert set(changes) == {"noor"}
    assert "Larger letters" in changes["noor"].text
    house.do(booking, lambda one: actions.hand_in(one, by=house.person(house.owner), text="Larger now"))
    assert "Larger now" in post.by_name()["ada"].text


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
    start = house.slot(3, 15)
    house.do(
        confirmed, lambda one: actions.reschedule(one, start=start, actor="practice", by=house.person(house.owner))
    )
    letters = {name: letter for name, letter in post.by_name().items() if "A new time?" in letter.subject}
    assert set(letters) == {"ada"}
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
    assert f"/bookings/" in letters["noor"].text


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


def test_offered_from_the_waiting_list(house: House, post: Post, confirmed: int) -> None:
    with house.world.writing():
        waiter = waiting.wait(
            db.session.get_one(Listing, house.session), client=house.client(house.ben), minutes=60,
            before=house.slot(60),
        ).id  # fmt: skip
        waiting.offer_next(db.session.get_one(Listing, house.session))
        ref = house.waiter(waiter).ref
    letters = post.by_name()
    assert set(letters) == {"ben"}
    assert letters["ben"].subject.startswith("An earlier time is free: A brand identity")
    assert "It is kept for you until 10:30." in letters["ben"].text
    assert f"/waiting/{ref}" in letters["ben"].text
    assert again(house, post, "TimeOffered", waiter_id=waiter) == []


def test_a_date_called_off(house: House, post: Post) -> None:
    listing = house.listing("workshop", price=4000)
    date = house.date(listing, seats=1)
    house.confirmed(listing, date_id=date)
    with house.world.writing():
        found = db.session.get_one(Listing, listing)
        waiting.wait(found, client=house.client(house.ben), date=house.workshop_date(date))
    post.read()
    with house.world.writing():
        workshops.call_off(house.workshop_date(date), by=house.person(house.owner), reason="The room is flooded")
    letters = post.by_name()
    assert set(letters) == {"ada", "noor", "ben"}
    assert letters["ada"].subject.startswith("Called off: A workshop")
    assert "The room is flooded" in letters["ada"].text
    assert letters["ada"].calendar[0] == "CANCEL"
    assert "You were waiting for a seat" in letters["ben"].text
    assert "Everybody who had a seat was told" in letters["noor"].text


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
    assert "Mittwoch" in letters["noor"].text
    assert "Wednesday" in letters["ada"].text


def test_an_owner_hears_of_what_a_colleague_is_asked(house: House, post: Post) -> None:
    from community.profiles.models import PracticeRole

    cara = house.world.person("Cara Vane", handle="cara")
    with house.world.writing():
        db.session.add(PracticeRole(practice_id=house.practice, person_id=cara, role="partner"))
        db.session.flush()
        practice, person = db.session.get_one(Practice, house.practice), db.session.get_one(Person, cara)
        from community.availability import actions as availability
        from tests.world import WORKDAYS

        db.session.refresh(practice)
        availability.set_hours(practice, person, WORKDAYS)
    listing = house.world.listing(house.practice, "By request", on_request=True, deliverer_id=cara)
    (booking,) = house.hold(listing)
    house.authorise(booking)
    assert {letter.to for letter in post.read()} == {"cara@example.com", "noor@example.com", "ada@example.com"}
    with house.reading():
        assert db.session.scalar(select(Person.id).where(Person.handle == "cara")) == cara
