"""An open house in Chromium: a client who is no member comes by the link, works along with its host, is seen out."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.town import Town, until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


def say(page: Page, text: str) -> None:
    expect(page.locator("#smile")).to_be_visible(timeout=15_000)  # its script is there
    page.locator("#msg").fill(text)
    page.locator("#msg").press("Enter")


def test_a_client_comes_works_and_goes(visit, town, noor, known, mailbox):
    starts = town.at(1, 10)
    noor.goto("/sessions/new")
    noor.get_by_label("What is it called?").fill("Try us out")
    noor.get_by_label("Day").fill(f"{starts:%Y-%m-%d}")
    noor.get_by_label("Starts at").fill("10:00")
    noor.get_by_label("Invoice hour: 2 × 25, 10 off").check()
    noor.get_by_label("Open house").check()
    noor.get_by_role("button", name="Plan it").click()
    expect(noor.locator("main")).to_contain_text("An open house")
    link = noor.url
    noor.goto("/rooms")
    noor.locator(".room2 a[href^='/rooms/']").first.click()
    say(noor, "Between members")
    expect(noor.locator("#log")).to_contain_text("Between members")
    room = noor.url

    visitor: Page = visit(viewport=PHONE).page
    visitor.goto("/sessions")
    expect(visitor.locator("main")).to_contain_text("Open house")
    gus: Page = visit(viewport=PHONE, storage_state=known("gus@example.com")).page
    gus.goto(link)
    gus.get_by_role("button", name="I’m coming").click()
    expect(gus.get_by_role("button", name="Coming")).to_be_visible()
    expect(gus.get_by_role("link", name="Go to the room")).to_have_count(0)

    town.later(starts - timedelta(minutes=13))
    until(lambda: any("open house" in mail for mail in mailbox("gus@example.com")))
    gus.goto(link)
    gus.get_by_role("link", name="Go to the room").click()
    expect(gus.locator("#table")).to_contain_text("Try us out starts at 10:00")
    gus.locator("#goals").fill("See how it feels")
    gus.get_by_role("button", name="Say it").click()
    expect(noor.locator("#table")).to_contain_text("See how it feels")
    gus.get_by_role("button", name="Chat").click()
    say(gus, "Hello, I am new")
    expect(noor.locator("#log")).to_contain_text("Hello, I am new")
    expect(gus.locator("#log")).not_to_contain_text("Between members")

    town.later(starts)
    expect(gus.locator("#ring")).to_be_visible(timeout=10_000)
    town.later(starts + timedelta(hours=1))
    gus.get_by_role("button", name="Table").click()
    expect(gus.locator("#table")).to_contain_text("What went well?", timeout=10_000)
    gus.get_by_label("Your win, in a line").focus()
    noor.get_by_label("Your win, in a line").fill("We had a guest")
    noor.get_by_role("button", name="Share it").click()
    expect(gus.locator("#table")).to_contain_text("We had a guest")
    expect(gus.get_by_label("Your win, in a line")).to_be_focused()  # the table was drawn anew around who went there
    gus.get_by_label("Your win, in a line").fill("I sat down with others")
    gus.get_by_role("button", name="Share it").click()
    expect(noor.locator("#table")).to_contain_text("I sat down with others")

    town.later(starts + timedelta(minutes=78))
    expect(gus.locator("body")).to_contain_text("You were here as a guest, and that time is over.", timeout=10_000)
    say(noor, "Between members again")
    expect(noor.locator("#log")).to_contain_text("Between members again")
    assert "Between members again" not in gus.content()
    answer = gus.goto(room)
    assert answer is not None
    assert answer.status == 403
