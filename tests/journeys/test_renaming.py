"""A practice takes another address: old links lead on, search tells the new one, and going back works."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.town import Town, until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


def rename(noor: Page, address: str) -> None:
    """Type another address at the desk and save."""
    noor.goto("/desk/practice")
    noor.get_by_role("textbox", name="Address").first.fill(address)
    noor.get_by_role("button", name="Save changes").first.click()


def test_rename_of_an_address(visit: Any, noor: Page) -> None:
    page: Page = visit().page
    page.goto("/noor-haddad/a-brand-identity")

    rename(noor, "tom-peer")  # taken
    expect(noor.get_by_role("textbox", name="Address").first).to_have_attribute("aria-invalid", "true")
    rename(noor, "noor-draws")
    expect(noor.get_by_text("Saved.")).to_be_visible()

    for old, new in (
        ("/noor-haddad", "/noor-draws"),
        ("/noor-haddad/a-brand-identity", "/noor-draws/a-brand-identity"),
    ):
        answer = page.goto(old)
        assert answer is not None
        assert answer.status == 200
        assert answer.request.redirected_from is not None
        assert page.url.endswith(new)
        expect(page.locator('link[rel="canonical"]')).to_have_attribute("href", page.url)
    link = page.get_by_role("link", name="A brand identity", exact=True)
    until(lambda: page.goto("/search?q=brand") and "/noor-draws/" in str(link.get_attribute("href")))
    link.click()
    page.wait_for_url("**/noor-draws/a-brand-identity*")

    rename(noor, "noor-haddad")
    expect(noor.get_by_text("Saved.")).to_be_visible()
    page.goto("/noor-draws")
    assert page.url.endswith("/noor-haddad")
