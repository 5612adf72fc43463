"""Both sides' blind reviews: from a booking that is done to the page of the practice, by keyboard, and by axe."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.looking import SETTLE
from tests.journeys.town import Town, book, press, reads, until

pytestmark = pytest.mark.browser
SAID = "She asked better questions than anyone I have hired."
KIND = "Brought the jar, paid at once, and laughed at my jokes."


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


def within_reach(page: Page) -> None:
    """Nothing that axe knows of is wrong, and nothing is wider than the window."""
    page.evaluate(SETTLE)
    found = [violation["id"] for violation in Axe().run(page).response["violations"]]
    assert found == []
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0


def test_blind_until_both_are_in_then_for_everybody(visit: Any, known: Any, town: Town, noor: Page) -> None:
    cleo: Page = visit(storage_state=known("cleo@example.com")).page
    ref = book(cleo, town, "Cleo Marsh", town.at(2, 10))
    town.later(town.starts(ref) + timedelta(hours=1))
    until(lambda: town.state(ref) == "delivered")
    cleo.goto(f"/bookings/{ref}")
    press(cleo, "Yes, it was done")
    cleo.get_by_role("link", name="Write a review").click()
    cleo.get_by_label("5 stars: excellent").focus()
    cleo.keyboard.press("Space")
    cleo.get_by_label("Worth it").select_option("5")
    cleo.get_by_label("How was it?").fill("Short")
    press(cleo, "Send it", says="Write at least a sentence")
    assert cleo.get_by_label("5 stars: excellent").is_checked()
    within_reach(cleo)
    cleo.get_by_label("How was it?").fill(SAID)
    press(cleo, "Send it", says="It opens once both are in.")

    reads(noor, f"/bookings/{ref}", "How was it?", "Neither of you reads what the other wrote")
    assert SAID not in noor.inner_text("main")
    noor.get_by_role("link", name="Write a review").click()
    noor.get_by_label("5 stars: excellent").check()
    noor.get_by_label("How was it to work with them?").fill(KIND)
    press(noor, "Send it", says=SAID)

    page: Page = visit().page
    reads(page, "/noor-haddad", SAID, "Cleo M.", "4.58")
    assert KIND not in page.content()
    within_reach(page)
    expect(page.get_by_role("link", name="1 review")).to_have_attribute("href", "#reviews")
    reads(cleo, f"/bookings/{ref}", KIND)
    noor.get_by_role("link", name="Answer in public").click()
    noor.get_by_label("Your answer").fill("That page has your coffee ring on it now.")
    press(noor, "Publish the answer", says="Your answer stands under the review.")
    reads(page, "/noor-haddad/a-brand-identity", "Noor Haddad replied", "coffee ring")
    until(lambda: page.goto("/search?q=brand&rating=450") and "4.58" in page.inner_text("main"))
