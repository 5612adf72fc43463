"""A troll in the lounge: somebody on a phone reports and separates in three taps, the host keeps them out."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from community import create_app
from community.accounts.models import Person
from community.config import load
from community.core.db import db, writing
from community.rooms import actions as rooms
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_talking import lounge, say
from tests.services.seed import seed
from tests.services.server import Server

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS")  # a folder to keep pictures in, for one's own eyes


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three who talk; the first hosts the lounge."""
    var = tmp_path_factory.mktemp("moderated")
    seed(var, people=3)
    app = create_app(load({"VAR": str(var)}))
    with app.app_context(), writing():
        host = db.session.scalars(select(Person).where(Person.handle == "talker1")).one()
        rooms.enter(rooms.ensure_lounge(), by=host).role = "host"
    with app.app_context():
        db.engine.dispose()
    return var


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.wait_for_timeout(150)
            page.screenshot(path=f"{SHOTS}/{name}-{theme}.png", full_page=True)


def ready(page: Page, number: int) -> None:
    """In the lounge, with its script at work."""
    lounge(page, number)
    expect(page.locator("#smile")).to_be_visible(timeout=15_000)


def test_a_troll_is_reported_separated_and_kept_out(server: Server, visit: Callable[..., Any]) -> None:
    host, troll, mara = (visit(viewport=size).page for size in (DESK, DESK, PHONE))
    for number, page in enumerate((host, troll, mara), start=1):
        ready(page, number)
    say(troll, "You are all fools")
    words = mara.locator(".msg[data-id]", has_text="all fools")
    words.locator("[data-more]").click()
    # From here three taps: report, also block and mute, what it is.
    mara.locator('#acts [data-do="report"]').click()
    shoot(mara, "report-390")
    mara.get_by_label("Also block and mute Talker2 Test for me").check()
    mara.get_by_role("button", name="Insulting or hateful").click()
    expect(mara.locator(".toast").first).to_contain_text("Thank you")
    mara.goto("/rooms")
    mara.get_by_role("link", name="The lounge").first.click()
    mara.locator('.roomtabs [data-tab="chat"]').click()
    say(troll, "Nobody can stop me")
    expect(host.locator(".msg[data-id]", has_text="stop me")).to_be_visible()
    expect(mara.locator(".msg[data-id]", has_text="fools")).to_have_count(0)
    expect(mara.locator(".msg[data-id]", has_text="stop me")).to_have_count(0)

    host.get_by_role("link", name="Look after this room").click()
    host.locator("#handle").select_option("talker2")
    host.get_by_role("button", name="Keep out").click()
    expect(host.locator("#reason-e")).to_contain_text("Say why")
    host.locator("#reason").fill("Insults, told twice")
    shoot(host, "tools-1280")
    host.get_by_role("button", name="Keep out").click()
    expect(host.locator("#barred")).to_contain_text("Insults, told twice")
    expect(troll.locator("#lost")).to_contain_text("Insults, told twice")
    expect(troll.locator("#comp")).to_have_count(0)
    troll.reload()
    expect(troll.locator("h1")).to_have_text("You can’t come in here")
    troll.get_by_role("link", name="Ask for a second look").click()
    troll.get_by_label("Why should it be looked at again?").fill("I was joking")
    shoot(troll, "decisions-1280")
    troll.get_by_role("button", name="Ask for a second look").click()
    expect(troll.locator(".note")).to_contain_text("You asked for a second look")


def test_slowed_down_the_words_stay_and_a_countdown_runs(server: Server, visit: Callable[..., Any]) -> None:
    host, other = (visit(viewport=DESK).page for _ in range(2))
    ready(host, 1)
    ready(other, 3)
    host.get_by_role("link", name="Look after this room").click()
    host.locator("#seconds").select_option("10")
    host.locator("#pace").get_by_role("button", name="Save").click()
    expect(host.locator("#seconds")).to_have_value("10")
    say(other, "One")
    other.locator("#msg").fill("Two")
    other.locator("#msg").press("Enter")
    expect(other.locator("#comp-e")).to_contain_text("You can write again in")
    expect(other.locator("#msg")).to_have_value("Two")
    host.locator("#seconds").select_option("0")
    host.locator("#pace").get_by_role("button", name="Save").click()
    expect(other.locator("#comp-e")).to_be_hidden()
    other.locator("#msg").press("Enter")
    expect(other.locator(".me[data-id]", has_text="Two")).to_be_visible()
