"""Each kind of listing from the search to completed, both sides in Chromium, paid at the sandbox's Checkout."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.town import GUIDE, LONDON, Town, book, fill, find, pay, press, reads, slot, until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


def ask_for(page: Page, town: Town, name: str, at: datetime) -> str:
    """An hour on request, its money reserved; returns its reference."""
    slot(page, at, listing="by-request")
    expect(page.get_by_text("The amount is only reserved.")).to_be_visible()
    fill(page, name)
    ref = pay(page, "£99.75")
    reads(page, f"/bookings/{ref}", "Noor Haddad has been asked")
    assert town.intent(ref)["status"] == "requires_capture"
    return ref


def is_let_go(town: Town, ref: str) -> None:
    """Nothing was taken: the card is free again, the ledger knows of nothing."""
    assert town.intent(ref)["status"] == "canceled"
    assert town.ledger(ref) == {}


def done(page: Page, noor: Page, ref: str) -> None:
    """The client says that it was done; both sides see it."""
    reads(page, f"/bookings/{ref}", "Was it done?")
    press(page, "Yes, it was done")
    reads(page, f"/bookings/{ref}", "Completed")
    reads(noor, f"/bookings/{ref}", "Completed")


def test_a_choice_made_before_the_script_is_counted(visit, town):
    page, held = visit().page, []
    page.route("**/booking-form*", lambda route: held.append(route))  # noqa: PLW0108 - a method of a list takes no attributes
    slot(page, town.at(4, 10), listing="weekly")
    page.get_by_label("How often").select_option("3")
    expect(page.get_by_role("button", name="Continue to pay £99.75")).to_be_visible()
    until(lambda: page.evaluate("1") and held)
    held[0].continue_()
    expect(page.get_by_role("button", name="Continue to pay £299.25")).to_be_visible()


def test_a_series_of_three_weeks(visit, town, noor):
    page, other = visit().page, visit().page
    find(page, "weekly", "Weekly")
    at = town.at(2, 10)
    slot(page, at, listing="weekly")
    page.get_by_label("How often").select_option("3")
    expect(page.get_by_role("button", name="Continue to pay £299.25")).to_be_visible()
    # Somebody takes the second of them meanwhile: all or nothing.
    book(other, town, "Kit Byron", at + timedelta(weeks=1))
    fill(page, "Lea Byron")
    expect(page.locator(".note--bad")).to_be_visible()
    assert town.rows("select count(*) from orders where client_email = 'lea@example.com'") == [(0,)]
    expect(page.get_by_label("Your e-mail address")).to_have_value("lea@example.com")
    slot(page, at + timedelta(hours=3), listing="weekly")
    page.get_by_label("How often").select_option("3")
    expect(page.get_by_role("button", name="Continue to pay £299.25")).to_be_visible()
    fill(page, "Lea Byron")
    ref = pay(page, "£299.25")
    reads(page, f"/bookings/{ref}", "You are booked with Noor Haddad")
    sql = "select ref from bookings where order_id = (select order_id from bookings where ref = ?)"
    refs = [row[0] for row in town.rows(sql, ref)]
    assert [town.state(one) for one in refs] == ["confirmed"] * 3
    starts = [town.starts(one).astimezone(LONDON) for one in refs]
    assert [(one.hour, one.date() - at.date()) for one in starts] == [(13, timedelta(weeks=n)) for n in range(3)]
    assert town.intent(ref)["amount_received"] == 29_925
    assert town.ledger(ref)["practice:1"] == -28_500
    reads(noor, f"/bookings/{refs[2]}", "Lea Byron has booked you")
    # Two days after each of them it counts as done by itself.
    town.later(town.starts(refs[2]) + timedelta(hours=1))
    until(lambda: town.state(refs[2]) == "delivered")
    town.later(town.now() + timedelta(days=2))
    until(lambda: [town.state(one) for one in refs] == ["completed"] * 3)
    reads(page, f"/bookings/{ref}", "Completed")


def test_a_request_accepted(visit, town, noor):
    page: Page = visit().page
    find(page, "request", "By request")
    ref = ask_for(page, town, "Ada Byron", town.at(2, 11))
    noor.goto("/desk/requests")
    expect(noor.get_by_text("Ada Byron")).to_be_visible()
    press(noor, "Accept", says="Accepted. It is confirmed as soon as the payment is captured.")
    reads(noor, f"/bookings/{ref}", "Ada Byron has booked you")
    reads(page, f"/bookings/{ref}", "You are booked with Noor Haddad", "£99.75", "meet.example/noor")
    assert town.intent(ref)["amount_received"] == 9_975
    assert town.ledger(ref)["practice:1"] == -9_500
    town.later(town.starts(ref) + timedelta(hours=1))
    reads(page, f"/bookings/{ref}", "Took place")
    done(page, noor, ref)


def test_a_request_declined(visit, town, noor):
    page: Page = visit().page
    at = town.at(6, 15)
    ref = ask_for(page, town, "Ben Byron", at)
    reads(noor, f"/bookings/{ref}", "Ben Byron would like to book you", "Say yes or no")
    noor.get_by_label("If you decline: why").fill("I am away then.")
    press(noor, "Decline", says="Declined.")
    reads(page, f"/bookings/{ref}", "This did not come about", "I am away then.", "Nothing is charged")
    is_let_go(town, ref)
    slot(page, at, listing="by-request")  # free again


def test_a_request_lapsed_and_one_for_today(visit, town, noor):
    town.later(town.at(1, 7))
    page: Page = visit().page
    today = ask_for(page, town, "Cora Byron", town.at(0, 15))
    far = ask_for(visit().page, town, "Dan Byron", town.at(5, 15))
    noor.goto("/desk/requests")
    expect(noor.locator(".req").first).to_contain_text("Cora Byron")
    asked = town.now()
    town.later(asked + timedelta(hours=2))
    reads(page, f"/bookings/{today}", "Nobody answered in time", "Nothing is charged")
    is_let_go(town, today)
    assert town.state(far) == "requested"
    town.later(asked + timedelta(hours=48))
    until(lambda: town.state(far) == "lapsed")
    is_let_go(town, far)
    reads(noor, "/desk/requests", "Nothing waits for you")


def test_a_project_handed_in_twice(visit, town, noor):
    page: Page = visit().page
    find(page, "whole+identity", "A whole identity")
    page.locator(".opt", has_text="Large").click()
    page.get_by_role("button", name="Book this package").click()
    expect(page.get_by_text("Paid in parts")).to_be_visible()
    fill(page, "Eve Byron")
    # Half of £1,000.01 and of its fee.
    ref = pay(page, "£525.01")
    reads(page, f"/bookings/{ref}", "You are booked with Noor Haddad", "How it is paid", "First draft")
    for number in (1, 2):
        reads(noor, f"/bookings/{ref}", "Done?")
        noor.get_by_label("A word to the client").fill(f"Draft {number}.")
        press(noor, "Hand it in", says="Handed in.")
        reads(page, f"/bookings/{ref}", "Delivered", f"Draft {number}.")
        if number == 1:
            page.get_by_label("What should be different").fill("Bluer, please.")
            press(page, "Ask for changes", says="They know what should be different.")
            reads(noor, f"/bookings/{ref}", "Changes asked for", "Bluer, please.")
    done(page, noor, ref)


def send_quote(noor: Page, ref: str, town: Town, amount: str) -> None:
    """The practice names a price and the days."""
    noor.goto(f"/bookings/{ref}")
    noor.get_by_label("Your price").fill(amount)
    for label, days in (("Begins on", 10), ("Ends on", 20), ("The quote holds until", 5)):
        noor.get_by_label(label).fill(f"{town.at(days, 12):%Y-%m-%d}")
    noor.get_by_label("What is in it").fill("Six labels.")
    press(noor, "Send it", says="Your quote is sent.")


def test_a_question_quoted_countered_and_paid(visit, town, noor):
    page: Page = visit().page
    find(page, "whole+range", "A whole range")
    page.locator("#book button").click()
    page.get_by_label("What do you need?").fill("Labels for six jars.")
    fill(page, "Fay Byron", "Send the question")
    page.wait_for_url("**/bookings/*")
    ref = page.url.rpartition("/")[2]
    reads(noor, f"/bookings/{ref}", "Fay Byron asks you", "Labels for six jars.")
    send_quote(noor, ref, town, "950")
    reads(page, f"/bookings/{ref}", "The quote", "£997.50", "Six labels.")
    page.get_by_text("Propose another price").click()
    page.get_by_label("Price without the booking fee").fill("800")
    press(page, "Propose", says="Your proposal is sent.")
    reads(noor, f"/bookings/{ref}", "What the client proposes", "£800.00")
    send_quote(noor, ref, town, "900.00")
    reads(page, f"/bookings/{ref}", "£945")
    press(page, "Accept and pay", says="Pay to make it sure.")
    page.get_by_role("button", name=re.compile("^Pay £945")).click()
    assert pay(page, "£945.00") == ref
    reads(page, f"/bookings/{ref}", "You are booked with Noor Haddad", "Six labels.")
    assert town.ledger(ref)["practice:1"] == -90_000
    noor.goto(f"/bookings/{ref}")
    press(noor, "Hand it in", says="Handed in.")
    done(page, noor, ref)


def take_seat(page: Page, name: str) -> str:
    """One at the wheel; returns the booking's reference."""
    page.goto("/noor-haddad/an-evening-at-the-wheel")
    page.locator("#book button").click()
    fill(page, name)
    return pay(page, "£42.00")


def test_a_workshop_filled_and_its_waiting_list(visit, town, noor):
    ada, ben, eve = (visit().page for _ in range(3))
    find(ada, "evening+wheel", "An evening at the wheel")
    expect(ada.get_by_text("2 seats left")).to_be_visible()
    first, second = take_seat(ada, "Gil Byron"), take_seat(ben, "Hal Byron")
    until(lambda: {town.state(first), town.state(second)} == {"confirmed"})
    eve.goto("/noor-haddad/an-evening-at-the-wheel")
    eve.get_by_role("link", name="Join the waiting list").click()
    fill(eve, "Ida Byron", "Put me on the list")
    eve.wait_for_url("**/waiting/*")
    expect(eve.get_by_text("You are the first.")).to_be_visible()
    place = eve.url
    ada.goto(f"/bookings/{first}/cancellation")
    press(ada, "Cancel and refund £42.00", says="The booking is cancelled.")
    until(lambda: town.refunded(first) == [4_200])
    reads(eve, place, "Something opened")
    press(eve, "Take it")
    eve.get_by_role("button", name=re.compile("^Pay £42")).click()
    third = pay(eve, "£42.00")
    until(lambda: town.state(third) == "confirmed")
    noor.goto("/desk/listings")
    noor.locator(".row", has_text="An evening at the wheel").get_by_role("link", name=re.compile("Dates")).click()
    expect(noor.get_by_text("2 of 2 seats taken")).to_be_visible()
    for name in ("Hal Byron", "Ida Byron"):
        expect(noor.get_by_role("link", name=name)).to_be_visible()
    town.later(town.starts(third) + timedelta(hours=2))
    done(eve, noor, third)


def test_a_file_paid_for_and_downloaded(visit, town, noor):
    page: Page = visit().page
    find(page, "label+guide", "A label guide")
    page.locator("#book button").click()
    fill(page, "Joy Byron")
    ref = pay(page, "£9.45")
    reads(page, f"/bookings/{ref}", "guide.pdf", "until then it can be given back", "Cancel booking")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "guide.pdf"
    assert Path(download.value.path()).read_bytes() == GUIDE
    reads(page, f"/bookings/{ref}", "Downloaded 1 time.")
    assert page.get_by_role("link", name="Cancel booking").count() == 0
    page.goto(f"/bookings/{ref}/cancellation")
    expect(page.get_by_text("This booking can't be cancelled any more.")).to_be_visible()
    town.later(town.at(15, 12))  # as long as it could have been given back unread
    done(page, noor, ref)
    assert town.refunded(ref) == []
