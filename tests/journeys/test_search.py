"""Finding: from the wrong words to a booking, suggestions by keyboard alone, and a saved search that tells once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from community import create_app
from community.config import load
from tests.journeys.conftest import DESK
from tests.journeys.test_booking import choose_a_slot
from tests.journeys.town import Town, fill, pay, press, until
from tests.world import World

pytestmark = pytest.mark.browser
TITLE = "Linocut labels for jam"


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server, where Noor has a draft more."""
    World(create_app(load({"VAR": str(town.var)}))).listing(1, TITLE, status="draft", published_at=None)
    return town


def test_wrong_words_to_booked(visit: Any, town: Town) -> None:
    """Two slips in what a niche is also called: the listing, a time, paid, confirmed."""
    page: Page = visit().page
    until(lambda: page.goto("/search?q=caffe+brandign") and page.get_by_role("link", name="A brand identity").count())
    expect(page.get_by_text("Showing results for")).to_be_visible()
    page.get_by_role("link", name="A brand identity", exact=True).click()
    page.wait_for_url("**/noor-haddad/a-brand-identity*")
    chosen = choose_a_slot(page)
    page.locator("#bookform [data-cta]").click()
    fill(page, "Ada Byron")
    ref = pay(page, "£99.75")
    until(lambda: town.state(ref) == "confirmed")
    page.goto(f"/bookings/{ref}")
    expect(page.get_by_role("heading", name="You are booked with Noor Haddad")).to_be_visible()
    expect(page.locator("main")).to_contain_text(chosen)


def test_a_saved_search_tells_once(visit: Any, town: Town, known: Any, noor: Page, mailbox: Any) -> None:
    """Saved where nothing was found; told of what is published then, one time, whatever the clock does after."""
    page: Page = visit(storage_state=known("cleo@example.com")).page
    page.goto("/search?q=linocut")
    press(page, "Tell me of new ones", says="Saved. We write to you when something new fits")
    expect(page.get_by_role("link", name="You hear of new ones")).to_be_visible()
    town.later(town.now() + timedelta(minutes=5))
    noor.goto("/desk/listings")
    noor.locator("li, article, tr").filter(has_text=TITLE).get_by_role("button", name="Publish").last.click()
    until(lambda: page.goto("/search?q=linocut") and page.get_by_role("link", name=TITLE).count())

    def told() -> list[str]:
        return [mail for mail in mailbox("cleo@example.com") if f"Subject: New: {TITLE}" in mail]

    def looked() -> Any:
        return town.rows("select due_at from deliveries where handler = 'tick:keeping.look'")[0]

    town.later(town.at(0, 10))
    until(told)
    before = looked()
    town.later(town.now() + timedelta(hours=30))
    until(lambda: looked() > before)
    assert len(told()) == 1
    page.goto("/searches")
    expect(page.get_by_text("1 found so far")).to_be_visible()
    page.get_by_role("link", name=TITLE).click()
    press(page, "Save", says="Saved to your shortlist")
    page.goto("/favourites")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()


def test_as_you_type_by_keyboard(visit: Any) -> None:
    """Letters, arrows, Escape, Enter: to a listing, and with none chosen to the search."""
    page: Page = visit(viewport=DESK).page
    until(lambda: page.request.get("/search/suggest?q=brand").json()["suggestions"])
    page.goto("/")
    field, rows = page.get_by_role("combobox", name="What do you need?"), page.get_by_role("option")
    field.press_sequentially("brand id")
    expect(rows.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(rows.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == rows.first.get_attribute("id")
    field.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    field.press("Escape")
    expect(rows.first).to_be_hidden()
    expect(field).to_have_value("brand id")
    field.press("ArrowUp")
    last = rows.filter(has_text="A brand identity").first
    until(lambda: last.get_attribute("aria-selected") == "true" or field.press("ArrowUp"))
    field.press("Enter")
    page.wait_for_url("**/noor-haddad/a-brand-identity*")
    page.goto("/")
    field.press_sequentially("brand id")
    expect(rows.first).to_be_visible()
    field.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q=brand\+id"))
    assert page.context.cookies() == []
