"""Briefs through the pages: asked, told, replied to, chosen, booked; and all that is refused."""

from datetime import timedelta

from community.accounts import actions as accounts
from community.availability.models import Calendar, Leave
from community.bookings.facts import BookingConfirmed
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db, writing
from community.core.events import emit
from community.listings.models import Listing
from community.niches import queries as niches
from community.profiles.models import Practice
from tests.asking.conftest import NEED, Market
from tests.world import post

FORM = {"title": "Labels for a hot sauce", "need": NEED, "niche": "brand-identity-food", "where": "online", "km": "25"}


def test_asked_told_replied_and_a_quote_is_asked_for_in_one_click(market: Market) -> None:
    market.inquiry(market.practice)
    tess, _ = market.other("Tess Quill")
    answer = post(market.browser(market.ada), "/briefs/new", FORM | {"low": "200", "high": "600", "due": "2026-12-20"})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    ref = answer.location.rsplit("/", 1)[1]
    market.run()
    assert "2 practices have heard of it" in market.read(market.ada, f"/briefs/{ref}")
    mail = market.mails("noor@example.com")[-1]
    assert mail.subject == "Ada looks for this: Labels for a hot sauce"
    assert "£200 – £600" in mail.body
    assert "Labels for a hot sauce" in market.read(market.owner, "/desk/briefs")
    assert "1 client looks for what you do" in market.read(market.owner, "/desk")

    assert market.reply(market.owner, ref, price="450").status_code == 302
    assert market.app.test_client().get(f"/desk/briefs/{ref}").status_code == 302
    # Who is not asked for quotes names what can be booked.
    assert market.reply(tess, ref, "An hour with me would settle what you need.").status_code == 422
    assert _reply_named(market, tess, ref, "An hour with me would settle what you need.") == 302
    assert len(market.mails("ada@example.com")) == 2
    page = market.read(market.ada, f"/briefs/{ref}")
    assert "I would begin with a look" in page
    assert "£450" in page
    assert "Ask for a quote" in page
    assert "Choose and book" in page

    first, _second = market.replied(ref)
    answer = post(market.browser(market.ada), f"/briefs/replies/{first}/acceptance", {}, form_at=f"/briefs/{ref}")
    assert "/bookings/b" in answer.location
    market.run()
    with market.app.app_context():
        brief = market.brief(ref)
        assert brief.status == "filled"
        booking = brief.booking
        assert booking is not None
        assert (booking.state, booking.kind, booking.practice_id) == ("asked", "inquiry", market.practice)
        assert "hot sauces" in booking.chosen["question"]
        assert "I would begin" in booking.chosen["question"]
        assert booking.ends_at.date().isoformat() == "2026-12-20"
        assert [one.status for one in brief.replies] == ["accepted", "passed"]
    assert "Ada found somebody" in market.mails("tess@example.com")[-1].body
    subjects = [mail.subject for mail in market.mails("noor@example.com")]
    assert "Ada chose you: Labels for a hot sauce" in subjects
    assert "Ada Byron asks for a quote: A whole range" in subjects


def test_choosing_a_named_listing_leads_there_with_the_words_filled_in(market: Market) -> None:
    ref = market.ask()
    assert market.reply(market.owner, ref, listing=str(market.listing)).status_code == 302
    (reply,) = market.replied(ref)
    browser = market.browser(market.ada)
    answer = post(browser, f"/briefs/replies/{reply}/acceptance", {}, form_at=f"/briefs/{ref}")
    assert answer.location == "/noor-haddad/a-brand-identity"
    at = market.world.tomorrow_at(10).strftime("%Y-%m-%dT%H:%M:%SZ")
    form = market.read(market.ada, f"/noor-haddad/a-brand-identity/book?at={at}&minutes=60")
    assert "Three hot sauces" in form
    start = f"/noor-haddad/a-brand-identity/book?at={at}&minutes=60"
    held = post(browser, start, {"name": "Ada Byron", "at": at, "minutes": "60", "note": "x"})
    assert held.status_code == 303
    with market.app.app_context():
        assert market.brief(ref).booking is None
        with writing():
            booking = db.session.query(Booking).one()
            emit(BookingConfirmed(booking.id))
        assert market.brief(ref).booking_id == booking.id


def test_the_niche_is_found_from_the_words(market: Market) -> None:
    answer = post(market.browser(market.ada), "/briefs/new", FORM | {"title": "Bookkeeper for a café", "niche": ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "From your words: " in page
    assert "ookkeep" in page.split("From your words: ")[1][:60]
    assert "Three hot sauces" in page
    chosen = page.split('id="niche"')[1].split("</select>")[0]
    assert 'selected value="' in chosen


def test_who_is_not_signed_in_signs_in_and_finds_the_words_again(market: Market) -> None:
    visitor = market.app.test_client()
    answer = post(visitor, "/briefs/new", FORM | {"high": "600"})
    assert answer.location == "/signin"
    signed = post(visitor, "/signin", {"email": "ada@example.com", "password": "correct horse battery"})
    assert visitor.get(signed.location).location == "/briefs/new"
    page = visitor.get("/briefs/new").get_data(as_text=True)
    assert "Three hot sauces" in page
    assert 'value="600"' in page
    assert post(visitor, "/briefs/new", FORM).status_code == 302
    assert "Three hot sauces" not in visitor.get("/briefs/new").get_data(as_text=True)


def test_three_are_the_most_and_nothing_typed_is_lost(market: Market) -> None:
    refs = [market.ask() for _ in range(3)]
    answer = post(market.browser(market.ada), "/briefs/new", FORM)
    assert answer.status_code == 409
    assert "Three of your briefs are open" in answer.text
    assert "Three hot sauces" in answer.text
    market.browser(market.ada)
    post(market.browser(market.ada), f"/briefs/{refs[0]}/end", {"why": "found"}, form_at=f"/briefs/{refs[0]}")
    assert post(market.browser(market.ada), "/briefs/new", FORM).status_code == 302


def test_five_replies_are_the_most_and_one_a_practice(market: Market) -> None:
    others = [market.other(name)[0] for name in ("Tess Quill", "Uma Reed", "Vic Stone", "Wim Thorn", "Xia Ulm")]
    ref = market.ask()
    text = "I would begin with a look at the jars."
    for person in others[:4]:
        assert _reply_named(market, person, ref, text) == 302
    assert market.reply(market.owner, ref, listing=str(market.listing)).status_code == 302
    again = market.browser(market.owner).get(f"/desk/briefs/{ref}").text
    assert "Reply, once" not in again
    assert _reply_named(market, others[4], ref, text) == 409


def _reply_named(market: Market, person: int, ref: str, text: str) -> int:
    page = market.read(person, f"/desk/briefs/{ref}")
    listing = page.split("An hour with")[0].rsplit('value="', 1)[1].split('"')[0]
    return int(market.reply(person, ref, text, listing=listing).status_code)


def test_a_practice_has_five_open_replies_at_most(market: Market, world) -> None:
    bea = world.person("Bea Cole")
    refs = [market.ask() for _ in range(3)]
    market.ada, ada = bea, market.ada
    refs += [market.ask() for _ in range(2)]
    for ref in refs:
        assert market.reply(market.owner, ref, listing=str(market.listing)).status_code == 302
    cleo = world.person("Cleo Marsh")
    market.ada = cleo
    assert market.told(market.ask()) == []  # it is not told either
    (reply,) = market.replied(refs[0])
    post(market.browser(ada), f"/briefs/replies/{reply}/decline", {}, form_at=f"/briefs/{refs[0]}")
    assert market.told(market.ask()) == [market.practice]
    assert "Not this time: Labels for a hot sauce" in [mail.subject for mail in market.mails("noor@example.com")]


def test_no_thanks_is_one_click_and_the_client_reads_how_many(market: Market) -> None:
    ref = market.ask()
    browser = market.browser(market.owner)
    answer = post(browser, f"/desk/briefs/{ref}/no-thanks", {"reason": "time"}, form_at=f"/desk/briefs/{ref}")
    assert answer.status_code == 302
    page = market.read(market.ada, f"/briefs/{ref}")
    assert "No time at the moment (1)" in page
    assert "Noor" not in page
    assert "No thanks" in market.read(market.owner, "/desk/briefs")


def test_it_nears_is_extended_and_lapses(market: Market, advance) -> None:
    ref = market.ask()
    market.reply(market.owner, ref, listing=str(market.listing))
    advance(timedelta(days=12, minutes=1))
    assert market.mails("ada@example.com")[-1].subject == "Closing soon: Labels for a hot sauce"
    post(market.browser(market.ada), f"/briefs/{ref}/longer", {}, form_at=f"/briefs/{ref}")
    advance(timedelta(days=3))
    market.run()
    with market.app.app_context():
        assert market.brief(ref).status == "open"
    advance(timedelta(days=12))
    assert "Its time is over" in market.mails("noor@example.com")[-1].body
    with market.app.app_context():
        assert market.brief(ref).status == "lapsed"
    page = market.read(market.ada, f"/briefs/new?from={ref}")
    assert "Three hot sauces" in page


def test_more_are_told_a_day_later_where_few_replied(market: Market, advance) -> None:
    names = ["Tess", "Uma", "Vic", "Wim", "Xia", "Yan", "Zoe", "Abe", "Ben", "Cal", "Dan", "Eve", "Fay"]
    for name in names:
        market.other(f"{name} Quill")
    ref = market.ask()
    assert len(market.told(ref)) == 6
    market.run()
    assert len(market.told(ref)) == 6
    advance(timedelta(hours=24, minutes=1))
    market.run()
    assert len(market.told(ref)) == 12
    # Fair over time: the next brief goes to those that were not told first.
    with market.app.app_context():
        before = {one.practice_id for one in market.brief(ref).told}
    second = market.told(market.ask())
    assert len(set(second) - before) == 2


def test_others_neither_read_nor_answer_it(market: Market, world) -> None:
    ref = market.ask()
    market.reply(market.owner, ref, listing=str(market.listing))
    (reply,) = market.replied(ref)
    tom, bea = world.person("Tom Okafor"), market.other("Bea Cole")[0]
    for person in (tom, bea):
        assert market.browser(person).get(f"/briefs/{ref}").status_code == 404
        for path in (f"/briefs/{ref}/end", f"/briefs/{ref}/longer", f"/briefs/replies/{reply}/acceptance"):
            assert post(market.browser(person), path, {}, form_at="/account/password").status_code == 404
    assert market.browser(bea).get(f"/desk/briefs/{ref}").status_code == 404
    done = post(market.browser(market.owner), f"/briefs/replies/{reply}/acceptance", {}, form_at="/account/password")
    assert done.status_code == 404


def test_quiet_hours_hold_the_mail_back(market: Market, advance, world) -> None:
    with world.writing():
        calendar = db.session.get_one(Calendar, market.practice)
        calendar.quiet_from, calendar.quiet_until = 9 * 60, 12 * 60
    market.ask()
    assert market.mails("noor@example.com") == []
    advance(timedelta(hours=2, minutes=1))
    assert len(market.mails("noor@example.com")) == 1


def test_who_cannot_take_it_on_is_never_told(market: Market, world) -> None:
    """Each of these would be told but for one thing; Noor, who has none of them, is."""
    people = {name: market.other(f"{name} Quill") for name in ("Paula", "Lea", "Bo", "Cy", "Sue", "Rich", "Tongue")}
    with world.writing():
        ada = market.person(market.ada)
        db.session.query(Listing).filter_by(practice_id=people["Paula"][1]).one().status = "paused"
        today = clock.now().date()
        away = Leave(practice_id=people["Lea"][1], person_id=people["Lea"][0], first_day=today)
        away.last_day = today + timedelta(days=60)
        db.session.add(away)
        accounts.block(ada, by=market.person(people["Bo"][0]))
        accounts.block(market.person(people["Cy"][0]), by=ada)
        accounts.sanction(market.person(people["Sue"][0]), kind="suspend", reason="Told twice")
        for length in db.session.query(Listing).filter_by(practice_id=people["Rich"][1]).one().lengths:
            length.price = 90_000
        db.session.get_one(Practice, people["Tongue"][1]).languages = ["Welsh"]
        db.session.get_one(Practice, market.practice).languages = ["en"]
    assert market.told(market.ask(budget=(None, 60_000), languages=["English"])) == [market.practice]


def test_near_a_town_goes_to_those_who_come_there(market: Market, world) -> None:
    with world.writing():
        london, leeds = niches.place("London"), niches.place("Leeds")
        there = db.session.get_one(Listing, world.listing(market.practice, "At yours", where_kind="on_site"))
        there.place, there.radius_km = london, 20
    assert london is not None
    assert leeds is not None
    assert market.told(market.ask(place=london, km=5)) == [market.practice]
    assert market.told(market.ask(place=leeds, km=25)) == []
    assert market.told(market.ask()) == [market.practice]


def test_one_is_accepted_once(market: Market) -> None:
    market.inquiry(market.practice)
    tess, tesss = market.other("Tess Quill")
    market.inquiry(tesss)
    ref = market.ask()
    for person in (market.owner, tess):
        assert market.reply(person, ref).status_code == 302
    first, second = market.replied(ref)
    browser = market.browser(market.ada)
    for reply in (first, second, first):
        post(browser, f"/briefs/replies/{reply}/acceptance", {}, form_at=f"/briefs/{ref}")
    with market.app.app_context():
        assert db.session.query(Booking).count() == 1
        assert market.brief(ref).booking.practice_id == market.practice
    assert "You went on with Noor Haddad." in market.read(market.ada, f"/briefs/{ref}")
