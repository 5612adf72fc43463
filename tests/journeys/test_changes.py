"""Another time across a change of the clocks, short notice, and what goes back; by keyboard, and without JavaScript."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.town import LONDON, Town, book, fill, pay, press, reads, until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


def move(page: Page, ref: str, words: str, button: str) -> None:
    """Another time, chosen by what the page says of it."""
    page.goto(f"/bookings/{ref}")
    page.get_by_role("link", name="Choose another time").click()
    time = page.locator(f'input[data-label="{words}"]')
    if not time.count():
        page.get_by_role("link", name="Later").click()
    time.locator("xpath=..").click()
    press(page, button)


@pytest.mark.parametrize(("zone", "name"), [("Europe/London", "Ada"), ("America/New_York", "Bea")])
def test_moved_across_the_clocks_change(visit, town, noor, zone, name):
    """London's clocks change on Sunday, New York's do not: each reads on the booking what they chose."""
    page: Page = visit(timezone_id=zone).page
    here = ZoneInfo(zone)
    before = (town.at(3, 15)).astimezone(here)
    page.goto(f"/noor-haddad/a-brand-identity?minutes=60&tz={zone}&day={before:%Y-%m-%d}")
    page.locator(f'#bookform input[data-label$=", {before:%H:%M}"]').locator("xpath=..").click()
    page.locator("#bookform [data-cta]").click()
    fill(page, f"{name} Byron")
    ref = pay(page, "£99.75")
    reads(page, f"/bookings/{ref}", f"{before:%H:%M} in ", "You are booked")
    after = (before + timedelta(days=4)).replace(hour=11)
    move(page, ref, f"{after:%a} {after.day} {after:%b}, 11:00", "Move it here")
    expect(page.locator("main")).to_contain_text(f"{after:%A} {after.day} {after:%B}, 11:00 in ")
    assert town.starts(ref) == after
    assert after.astimezone(LONDON).utcoffset() != before.astimezone(LONDON).utcoffset()
    there = after.astimezone(LONDON)
    reads(noor, f"/bookings/{ref}", f"{there:%A} {there.day} {there:%B}, {there:%H:%M} in London", "Moved to another")
    # The old time is free again, the new one is not.
    noor.goto(f"/noor-haddad/a-brand-identity?minutes=60&day={before.astimezone(LONDON):%Y-%m-%d}")
    expect(noor.locator(f'#bookform input[data-label$=", {before.astimezone(LONDON):%H:%M}"]')).to_have_count(1)


def test_short_notice_is_agreed(visit, town, noor):
    page: Page = visit().page
    ref = book(page, town, "Cat Byron", town.at(0, 18))
    old, new = town.starts(ref), town.at(2, 10)
    expect(page.locator("main")).to_contain_text("You are booked")
    words = f"{new:%a} {new.day} {new:%b}, 10:00"
    move(page, ref, words, "Ask for this time")
    expect(page.locator("main")).to_contain_text("The other side has not answered yet.")
    assert town.starts(ref) == old
    reads(noor, "/desk/requests", f"A new time: {words}")
    noor.get_by_role("link", name="A brand identity").click()
    press(noor, "Yes, move it", says="Agreed: the new time is set.")
    reads(page, f"/bookings/{ref}", f"{new:%A} {new.day} {new:%B}, 10:00 in London")
    # The terms count from the earliest start it ever had: free until half an hour after booking, half until two hours
    # before the old time.
    town.later(town.now() + timedelta(minutes=31))
    page.goto(f"/bookings/{ref}/cancellation")
    press(page, "Cancel and refund £49.88", says="The booking is cancelled.")
    until(lambda: town.refunded(ref) == [4_988])


def test_each_tier_to_the_cent(visit, town, noor):
    """£104.99 with the fee: all until five days before, half (which rounds up) until a day before, then nothing."""
    at = town.at(8, 9)
    starts = {name: at + timedelta(hours=2 * n) for n, name in enumerate(("Dee", "Eli", "Flo", "Gus"))}
    windows: dict[str, Page] = {name: visit().page for name in starts}
    listing = {"listing": "a-moderate-hour", "amount": "£104.99"}
    refs = {name: book(windows[name], town, f"{name} Byron", start, **listing) for name, start in starts.items()}

    def cancelled(name: str, button: str, back: list[int], practice: int, fees: int) -> None:
        page, ref = windows[name], refs[name]
        page.goto(f"/bookings/{ref}/cancellation")
        press(page, button, says="The booking is cancelled.")
        until(lambda: town.refunded(ref) == back)
        until(lambda: town.ledger(ref).get("refunds", 0) == 0)
        assert (town.earned(ref), -town.ledger(ref).get("fees", 0)) == (practice, fees)

    cancelled("Dee", "Cancel and refund £104.99", [10_499], 0, 0)  # within half an hour
    town.later(town.now() + timedelta(minutes=31))
    cancelled("Eli", "Cancel and refund £104.99", [10_499], 0, 0)
    town.later(town.starts(refs["Flo"]) - timedelta(days=5))
    cancelled("Flo", "Cancel and refund £52.50", [5_250], 4_999, 250)
    reads(windows["Flo"], f"/bookings/{refs['Flo']}", "£52.50 went back")
    town.later(town.starts(refs["Gus"]) - timedelta(hours=24))
    cancelled("Gus", "Cancel it", [], 9_999, 500)
    reads(noor, f"/bookings/{refs['Gus']}", "This booking is cancelled", "£99.99")


def test_keys_alone(visit, town):
    page: Page = visit(viewport={"width": 1280, "height": 900}).page
    page.goto("/noor-haddad/a-brand-identity?minutes=60")
    page.locator(".cal [aria-current]").focus()
    day = page.locator(".cal [aria-current]").inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".cal [aria-current]")).not_to_have_text(day)
    tab_to(page, "at")
    page.keyboard.press("ArrowDown")
    words = page.locator("#bookform input:checked").get_attribute("data-label")
    assert words
    page.keyboard.press("Enter")
    page.wait_for_url("**/book?*")
    for field, typed in (("name", "Hal Byron"), ("email", "hal@example.com")):
        tab_to(page, field)
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/_stripe/c/pay/**")
    tab_to(page, "fill")
    page.keyboard.press("Enter")
    for _ in range(20):
        if page.evaluate("document.activeElement.name") == "name":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.type("Hal Byron")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bookings/*")
    expect(page.locator("main")).to_contain_text(words.split(", ")[1])


def tab_to(page: Page, name: str) -> None:
    """The tab key until a field of that name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"no way to {name} by tab")


def test_a_project_and_a_seat_without_javascript(visit, town):
    page: Page = visit(java_script_enabled=False).page
    page.goto("/noor-haddad/a-whole-identity")
    page.locator(".opt", has_text="Small").click()
    page.get_by_role("button", name="Book this package").click()
    page.locator(".opt", has_text="Large").click()
    press(page, "Update the total", says="Continue to pay £525.01")
    fill(page, "Ira Byron")
    project = pay(page, "£525.01")
    page.goto("/noor-haddad/an-evening-at-the-wheel")
    page.locator("#book button").click()
    fill(page, "Ira Byron")
    seat = pay(page, "£42.00")
    for ref in (project, seat):
        reads(page, f"/bookings/{ref}", "You are booked with Noor Haddad")
    page.get_by_role("link", name="Cancel booking").click()
    press(page, "Cancel and refund £42.00", says="The booking is cancelled.")
