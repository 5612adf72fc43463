"""How bookings of each kind begin and end, by mail."""

from icalendar import Calendar

from community.bookings import actions
from community.bookings.actions import waiting, workshops
from community.core.db import db
from community.listings.models import Listing
from tests.bookings.house import House
from tests.notifications.post import Post, again


def test_confirmed_with_the_terms_and_the_file(house: House, post: Post) -> None:
    booking = house.confirmed()
    letters = post.by_name()
    assert "All back until" in letters["ada"].text
    assert "https://meet.example/noor" in letters["noor"].text
    method, event = letters["noor"].calendar
    assert (method, event["SEQUENCE"]) == ("PUBLISH", 0)
    # Each side reads the other's name.
    assert event["SUMMARY"] == "A brand identity with Ada Byron"
    assert letters["ada"].calendar[1]["SUMMARY"] == "A brand identity with Noor Haddad"
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


def test_a_course_has_an_event_for_each_meeting(house: House, post: Post) -> None:
    listing = house.listing("workshop", price=4000)
    booking = house.confirmed(listing, date_id=house.date(listing))
    letters = post.by_name()
    assert "26 November, 18:00" in letters["ada"].text
    assert "27 November, 18:00" in letters["ada"].text
    ((_, content, _),) = letters["ada"].files
    events = Calendar.from_ical(content).walk("VEVENT")
    assert [event["DTSTART"].dt.day for event in events] == [26, 27]
    names = {str(event["UID"]) for event in events}
    assert len(names) == 2
    house.do(booking, lambda one: actions.cancel(one, actor="client", by=house.person(house.ada)))
    gone = post.by_name()["noor"]
    ((_, content, _),) = gone.files
    assert {str(event["UID"]) for event in Calendar.from_ical(content).walk("VEVENT")} == names
    assert b"METHOD:CANCEL" in content.encode()
