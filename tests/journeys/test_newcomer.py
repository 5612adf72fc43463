"""A newcomer's first session in Chromium: from the link in their first mail to the summary of what they did."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.town import Town, sign_in, until
from tests.world import PASSWORD

pytestmark = pytest.mark.browser
WHO = "fia@example.com"


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


@pytest.fixture
def starts(noor, town):
    """Noor promises an hour tomorrow at ten."""
    at = town.at(1, 10)
    noor.goto("/sessions/new")
    noor.get_by_label("What is it called?").fill("First hour")
    noor.get_by_label("Day").fill(f"{at:%Y-%m-%d}")
    noor.get_by_label("Starts at").fill("10:00")
    noor.get_by_label("Invoice hour: 2 × 25, 10 off").check()
    noor.get_by_label("Promise company").check()
    noor.get_by_role("button", name="Plan it").click()
    expect(noor.locator("h1")).to_have_text("First hour")
    return at


def link_in(mailbox, subject: str, path: str) -> str:
    """The address under `path` in the newest mail with these words in its subject."""
    found = until(lambda: [text for text in mailbox(WHO) if re.search(rf"^Subject: .*{subject}", text, re.MULTILINE)])
    address = re.search(rf"http://\S+?({path}[^\s\"<>]*)", found[0].replace("=\n", "").replace("=3D", "="))
    assert address, found[0]
    return address[1]


def join(page: Page) -> None:
    page.goto("/join")
    page.get_by_label("Your name").fill("Fia Holm")
    page.get_by_label("E-mail address").fill(WHO)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_label("I agree to the").check()
    page.get_by_role("button", name="Create my account").click()


def test_from_the_mail_to_the_summary(visit, town, noor, starts, mailbox):
    fia: Page = visit(viewport=PHONE, reduced_motion="no-preference").page
    join(fia)
    fia.goto(link_in(mailbox, "onfirm", "/confirm/"))
    sign_in(fia, WHO)
    fia.goto("/sessions")
    fia.get_by_role("button", name="I’m coming").first.click()
    expect(fia.get_by_role("button", name="Coming").first).to_be_visible()

    town.later(starts - timedelta(minutes=58))
    fia.goto(link_in(mailbox, "First hour", "/sessions/"))
    expect(fia.locator("main")).to_contain_text("Noor Haddad greets you")
    town.later(starts - timedelta(minutes=13))
    fia.get_by_role("link", name="Go to the room").click()
    expect(fia.locator("#table")).to_contain_text("Noor Haddad greets whoever comes.")
    fia.locator("#goals").fill("Find my way round")
    fia.get_by_role("button", name="Say it").click()
    noor.get_by_role("link", name="Go to the room").click()
    expect(noor.locator("#table")).to_contain_text("Find my way round")
    expect(noor.locator("#smile")).to_be_visible(timeout=15_000)  # its script is there
    noor.locator("#msg").fill("Welcome, Fia!")
    noor.locator("#msg").press("Enter")
    fia.locator('.roomtabs [data-tab="chat"]').click()
    expect(fia.locator("#log")).to_contain_text("Welcome, Fia!")

    town.later(starts)
    expect(fia.locator("#ring")).to_be_visible(timeout=10_000)
    fia.locator('.roomtabs [data-tab="people"]').click()
    fia.get_by_role("button", name="Done: Find my way round").click()
    expect(fia.locator("#table .tag")).to_have_text("Done")
    town.later(starts + timedelta(hours=1))
    expect(fia.locator("#table")).to_contain_text("What went well?", timeout=10_000)
    fia.get_by_label("Your win, in a line").fill("I was not alone")
    fia.get_by_role("button", name="Share it").click()
    expect(noor.locator("#table")).to_contain_text("I was not alone", timeout=10_000)

    town.later(starts + timedelta(minutes=80))
    link_in(mailbox, "What you did in First hour", "/sessions")
    (summary,) = [text for text in mailbox(WHO) if "What you did in" in text]
    assert "Find my way round" in summary
    assert "I was not alone" in summary
