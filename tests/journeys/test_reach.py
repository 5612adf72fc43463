"""Everybody reaches a booking: axe finds nothing on the way, payment page and rooms included, nothing runs over the
edge, and the keyboard alone books. (Every page by itself: `test_every_page.py`.)
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as NotYet

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_booking import choose_a_slot, fill_and_continue, pay, sign_in
from tests.journeys.town import until

pytestmark = pytest.mark.browser

LISTING = "/noor-haddad/a-brand-identity"


class Inspector:
    """Looks at pages as they are shown and keeps what is wrong."""

    def __init__(self, page: Page, width: int) -> None:
        self.page, self.width, self.faults, self.seen = page, width, [], 0
        self.axe = Axe()

    def look(self, name: str) -> None:
        """This page: axe, and its width."""
        self.page.wait_for_load_state("load")
        self.seen += 1
        for violation in self.axe.run(self.page).response["violations"]:
            nodes = [(node["target"], node["failureSummary"].splitlines()[-1]) for node in violation["nodes"][:3]]
            self.faults.append(f"{name}: {violation['id']}: {nodes}")
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            self.faults.append(f"{name}: {over} px too wide for {self.width}")


def _steps_of_a_client(inspector: Inspector) -> Iterator[str]:
    """From the listing to the confirmed booking; yields where it has come to."""
    page = inspector.page
    page.goto(LISTING)
    choose_a_slot(page)
    page.locator("#bookform [data-cta]").click()
    yield "booking form"
    fill_and_continue(page)
    yield "checkout"
    pay(page)
    page.wait_for_url("**/bookings/*")
    yield "booking"


@pytest.mark.parametrize(("theme", "viewport"), [("light", PHONE), ("dark", DESK)], ids=["390-light", "1280-dark"])
def test_the_way_to_a_booking_is_in_reach(visit: Callable[..., object], theme: str, viewport: dict[str, int]) -> None:
    def window() -> Inspector:
        options = {"viewport": dict(viewport), "color_scheme": theme, "reduced_motion": "reduce"}
        return Inspector(visit(**options).page, viewport["width"])  # type: ignore[attr-defined]

    client, owner = window(), window()
    for step in _steps_of_a_client(client):
        client.look(step)
    booking = client.page.url
    sign_in(owner.page, "noor@example.com")
    owner.page.goto(booking)
    owner.page.get_by_role("link", name="Messages", exact=True).first.click()
    owner.page.wait_for_url(re.compile(r"/(rooms|inbox)/"))
    owner.look("booking's room")
    owner.page.goto("/rooms")
    owner.page.locator("main a[href^='/rooms/']").first.click()
    owner.page.wait_for_url(re.compile(r"/rooms/."))
    owner.look("lounge")
    assert client.seen + owner.seen == 5
    assert "\n".join(client.faults + owner.faults) == ""


# On the element, on what a stretched link is stretched with, or on the card around it.
FOCUS_SHOWS = """() => {
  const shows = (style) => style.outlineStyle !== "none" || style.boxShadow !== "none";
  const focused = document.activeElement;
  const around = [focused, focused.parentElement, focused.closest("article, li, label, form")].filter(Boolean);
  return shows(getComputedStyle(focused, "::after")) || around.some((one) => shows(getComputedStyle(one)));
}"""


def _tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press Tab until the focus is on `selector`, and see that it shows."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate(FOCUS_SHOWS), f"the focus on {selector} does not show"
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_the_keyboard_alone_books(visit: Callable[..., object]) -> None:
    page: Page = visit(viewport=dict(DESK)).page  # type: ignore[attr-defined]
    link = page.locator("main a[href*='a-brand-identity']")
    until(lambda: page.goto("/search?q=brand") and link.count())  # a fresh server needs a moment for its index
    _tab_to(page, "main a[href*='a-brand-identity']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{LISTING}*")
    _tab_to(page, "#bookform .slot, #bookform .slot input")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    with suppress(NotYet):  # chosen and sent at once; if not, by its button
        page.wait_for_url("**/book?*", timeout=4_000)
    if "/book" not in page.url:
        _tab_to(page, "#bookform [data-cta]")
        page.keyboard.press("Enter")
    page.wait_for_url("**/book?*")
    _tab_to(page, "input[name=name]")
    page.keyboard.type("Ada Byron")
    _tab_to(page, "input[name=email]")
    page.keyboard.type("ada@example.com")
    page.keyboard.press("Enter")
    page.wait_for_url("**/_stripe/c/pay/**")
    for name, typed in (("card", "4242424242424242"), ("expiry", "1230"), ("cvc", "123"), ("name", "Ada Byron")):
        _tab_to(page, f"input[name={name}]")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/bookings/*")
    expect(page.get_by_role("heading", name="You are booked with Noor Haddad")).to_be_visible()
