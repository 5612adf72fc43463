"""What the practice does with its bookings: passing one on, a day of illness, its plain link."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.town import Town, book, press, reads, until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


@pytest.fixture
def tom(visit: Any, known: Any) -> Page:
    """The peer's window."""
    page: Page = visit(storage_state=known("tom@example.com")).page
    return page


def ask_tom(noor: Page, ref: str) -> None:
    """Propose to pass a booking on."""
    reads(noor, f"/bookings/{ref}", "Pass it on")
    noor.get_by_label("To whom").select_option(label="Tom Peer")
    noor.get_by_label("A word to both").fill("Tom knows labels.")
    press(noor, "Ask them", says="Until both agree it stays with you.")


def as_it_was(town: Town, ref: str) -> Any:
    """Everything of a booking that passing it on would change."""
    sql = "select practice_id, deliverer_id, starts_at, state, price, fee, sequence from bookings where ref = ?"
    claims = "select person_id, blocked_from from claims where live = 1 order by id"
    return town.rows(sql, ref), town.rows(claims), town.ledger(ref)


def test_passed_on_only_when_all_say_yes(visit, town, noor, tom):
    page: Page = visit().page
    ref = book(page, town, "Ada Byron", town.at(3, 10))
    until(lambda: town.ledger(ref).get("practice:1") == -9_500)
    before = as_it_was(town, ref)

    ask_tom(noor, ref)
    reads(page, f"/bookings/{ref}", "Passing it on to Tom Peer", "Tom knows labels.")
    press(page, "No", says="It stays as it was.")
    assert as_it_was(town, ref) == before

    ask_tom(noor, ref)
    reads(page, f"/bookings/{ref}", "Passing it on to Tom Peer")
    press(page, "I agree", says="Thank you.")
    reads(tom, "/desk/requests", "Passed on to you", "of which 10% stays with them")
    press(tom, "No", says="You said no.")
    assert as_it_was(town, ref) == before

    ask_tom(noor, ref)
    press(noor, "Take it back", says="It stays as it was.")
    reads(tom, "/desk/requests", "Nothing waits for you")
    assert as_it_was(town, ref) == before

    ask_tom(noor, ref)
    reads(tom, "/desk/requests", "Passed on to you")
    press(tom, "Take it over", says="It is yours once the client has agreed too.")
    assert as_it_was(town, ref) == before
    reads(page, f"/bookings/{ref}", "Passing it on to Tom Peer")
    press(page, "I agree")
    reads(page, f"/bookings/{ref}", "You are booked with Tom Peer", "from Noor Haddad to Tom Peer")
    reads(tom, f"/bookings/{ref}", "Ada Byron has booked you")
    assert {one: town.ledger(ref)[one] for one in ("practice:1", "practice:2")} == {
        "practice:1": -950,
        "practice:2": -8_550,
    }
    assert town.refunded(ref) == []
    # Noor's time is free again.
    assert town.rows("select count(*) from claims where live = 1 and person_id = 1 and owner like 'booking:%'") == [
        (0,)
    ]


@pytest.mark.parametrize("way", ["refund", "peer", "new_times"])
def test_a_sick_day(visit, town, noor, tom, way):
    page: Page = visit().page
    days = {"new_times": 4, "peer": 5, "refund": 6}[way]
    ref = book(page, town, f"{way.title()} Byron", town.at(days, 10))
    starts = town.starts(ref)
    noor.goto(f"/desk/sick?day={starts:%Y-%m-%d}")
    expect(noor.get_by_role("link", name="A brand identity")).to_be_visible()
    noor.locator(f'input[value="{way}"]').check()
    press(noor, "Close the day and tell everybody", says="The day is closed")
    # Nobody can book the day any more.
    noor.goto(f"/noor-haddad/a-brand-identity?day={starts:%Y-%m-%d}")
    assert not noor.locator(f'#bookform input[value^="{starts:%Y-%m-%dT}"]').count()
    if way == "refund":
        reads(page, f"/bookings/{ref}", "This booking is cancelled", "£99.75 went back", "Ill that day.")
        assert town.refunded(ref) == [9_975]
    elif way == "peer":
        reads(page, f"/bookings/{ref}", "Passing it on to Tom Peer", "I am ill that day.")
        press(page, "I agree", says="Thank you.")
        reads(tom, "/desk/requests", "Passed on to you")
        press(tom, "Take it over")
        reads(page, f"/bookings/{ref}", "You are booked with Tom Peer")
        assert town.starts(ref) == starts
    else:
        reads(page, f"/bookings/{ref}", "Another time?", "I am ill that day.")
        assert town.starts(ref) == starts
        press(page, "Yes, move it", says="Agreed: the new time is set.")
        assert town.starts(ref) - starts >= timedelta(hours=20)
        assert town.state(ref) == "confirmed"


def test_the_link_for_ones_own_clients(visit, town, noor):
    noor.goto("/desk/listings")
    row = noor.locator(".row", has=noor.get_by_role("link", name="A brand identity", exact=True))
    link = row.get_by_role("button", name="Copy link").get_attribute("data-copy")
    assert link == f"{town.url}/noor-haddad/a-brand-identity"
    page: Page = visit().page
    page.goto(f"{link}?minutes=30")
    expect(page.locator(".seg [aria-current]")).to_contain_text("30 min")
    page.locator("#bookform .slot").first.click()
    page.locator("#bookform [data-cta]").click()
    expect(page.get_by_role("button", name="Continue to pay £57.75")).to_be_visible()
