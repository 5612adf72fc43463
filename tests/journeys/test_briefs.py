"""From a brief to a booking: said once by a visitor who signs in on the way, told, replied to, chosen, booked, paid."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.looking import SETTLE
from tests.journeys.town import LONDON, Town, fill, pay, press, reads, until
from tests.world import PASSWORD

pytestmark = pytest.mark.browser
NEED = "Three hot sauces, sold at markets from spring on. Mild, medium, and one we must warn of."


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


def within_reach(page: Page) -> None:
    """Nothing that axe knows of is wrong, and nothing is wider than the window."""
    page.evaluate(SETTLE)
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0


def test_brief_to_booking(visit: Any, town: Town, noor: Page) -> None:
    page: Page = visit().page
    page.goto("/briefs/new")
    page.get_by_label("In one line").fill("Labels for a hot sauce")
    page.get_by_label("What do you need?").fill(NEED)
    page.get_by_label("Budget up to").fill("600")
    press(page, "Go on", says="From your words:")
    page.get_by_label("Who should hear of it?").select_option("brand-identity-food")
    within_reach(page)
    press(page, "Go on", says="What you typed is kept")
    page.locator("input[name=email]").first.fill("cleo@example.com")
    page.locator("input[name=password]").fill(PASSWORD)
    press(page, "Sign in")
    page.wait_for_url("**/briefs/new")
    expect(page.get_by_label("What do you need?")).to_have_value(NEED)
    press(page, "Send it", says="Asked.")
    brief = page.url.rpartition("/")[2]

    reads(noor, "/desk/briefs", "Labels for a hot sauce", "up to £600")
    noor.get_by_role("link", name="Labels for a hot sauce").click()
    press(noor, "Send the reply", says="Say how you would go about it")
    noor.get_by_label("Your reply").fill("I would begin with an hour and the three jars on the table.")
    noor.get_by_label("What they can book").select_option(label="A brand identity")
    within_reach(noor)
    press(noor, "Send the reply", says="You are told as soon as they answer.")

    reads(page, f"/briefs/{brief}", "the three jars on the table", "Noor Haddad")
    within_reach(page)
    press(page, "Choose and book")
    page.wait_for_url("**/noor-haddad/a-brand-identity")
    day = town.at(2, 11).astimezone(LONDON)
    page.goto(f"/noor-haddad/a-brand-identity?minutes=60&day={day:%Y-%m-%d}")
    page.locator('#bookform input[name="at"]').first.locator("xpath=..").click()
    page.locator("#bookform [data-cta]").click()
    assert NEED in page.get_by_label("Anything they should know?").input_value()
    fill(page, "Cleo Marsh")
    ref = pay(page, "£99.75")
    until(lambda: town.state(ref) == "confirmed")
    reads(page, f"/briefs/{brief}", "You went on with Noor Haddad.", "Found somebody")
    reads(noor, f"/desk/briefs/{brief}", "Accepted")
