"""Partners and a circle in Chromium: asked, found, one does not come, another takes the chair; a meeting, minutes."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.town import LONDON, Town, until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


@pytest.fixture
def others(visit, known):
    """Cleo's and Dev's windows, on phones."""
    return [visit(viewport=PHONE, storage_state=known(f"{name}@example.com")).page for name in ("cleo", "dev")]


def ask(page: Page, starts: datetime | None = None) -> None:
    page.goto("/partners")
    if starts is not None:
        page.get_by_label("On a day, at a time").check()
        page.get_by_label("Day", exact=True).fill(f"{starts:%Y-%m-%d}")
        page.get_by_label("Time", exact=True).fill(f"{starts:%H:%M}")
    page.get_by_label("One other only").check()
    page.get_by_role("button", name="Find somebody").click()
    page.wait_for_url("**/partners#asked")


def test_asked_found_left_alone_and_replaced(town, noor, others, mailbox):
    cleo, dev = others
    starts = town.at(1, 10)
    ask(noor, starts)
    expect(noor.locator("#asked")).to_contain_text("We look for somebody")
    ask(cleo, starts)
    # Noor's page was open: it is drawn anew by itself.
    expect(noor.get_by_text("With Cleo")).to_be_visible(timeout=15_000)
    assert until(lambda: [mail for mail in mailbox("cleo@example.com") if "You work with Noor" in mail])

    town.later(starts - timedelta(minutes=4))
    noor.goto("/partners")
    noor.get_by_role("link", name="Go to the room").first.click()
    expect(noor.locator("#company")).to_contain_text("Cleo Marsh")
    town.later(starts + timedelta(minutes=4))
    until(lambda: town.rows("select 1 from pairings where state = 'alone'"))
    ask(dev)
    until(lambda: town.rows("select 1 from pairings where state = 'set' and looked_at is not null"))
    dev.goto("/partners")
    dev.get_by_role("link", name="Go to the room").first.click()
    expect(dev.locator("#company")).to_contain_text("Noor Haddad")
    expect(noor.locator("#seats")).to_contain_text("Dev Marsh", timeout=10_000)  # she did nothing
    expect(noor.locator("#ring")).to_be_visible()
    assert until(lambda: [mail for mail in mailbox("cleo@example.com") if "We missed you" in mail])


def test_a_circle_meets(town, noor, others):
    cleo, _dev = others
    noor.goto("/circles/new")
    noor.get_by_label("What is it called?").fill("Numbers and nerves")
    noor.get_by_label("What for, and for whom?").fill("Money, once a month.")
    noor.get_by_label("Time").fill("18:30")
    noor.get_by_role("button", name="Found it").click()
    noor.get_by_label("Invite by handle").fill("cleo-marsh")
    noor.get_by_role("button", name="Invite").click()
    cleo.goto("/circles")
    cleo.get_by_role("link", name="Numbers and nerves").click()
    cleo.get_by_role("button", name="Join it").click()
    cleo.get_by_role("link", name="Agenda and minutes").click()
    cleo.get_by_label("What is it?").select_option("commitment")
    cleo.get_by_label("In a line").fill("Raise my rates")
    cleo.get_by_role("button", name="Put it on").click()
    expect(cleo.locator("main")).to_contain_text("Raise my rates")

    raw = town.rows("select starts_at from circle_meetings")[0][0]
    starts = datetime.fromisoformat(raw + "+00:00")
    assert f"{starts.astimezone(LONDON):%H:%M}" == "18:30"
    town.later(starts)
    noor.get_by_role("link", name="Agenda and minutes").click()
    expect(noor.locator("main")).to_contain_text("Raise my rates")
    noor.get_by_label("What was said and agreed").fill("Cleo raises her rates. **Two** names for a bookkeeper.")
    noor.get_by_role("button", name="Keep the minutes").click()
    expect(noor.locator("main")).to_contain_text("Written by Noor")
    cleo.reload()
    expect(cleo.locator("main .prose strong")).to_have_text("Two")
