"""Finding: suggestions by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK
from tests.journeys.test_booking import until

pytestmark = pytest.mark.browser


def test_as_you_type_by_keyboard(visit) -> None:
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
