"""A room by the keyboard alone in Chromium: in, finding what was said, answering, a sign, what ? says, and out."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from community import create_app
from community.config import load
from community.core.db import db, writing
from community.rooms import actions
from tests.journeys.conftest import DESK
from tests.journeys.town import sign_in
from tests.services.seed import seed
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Talker2 has said something in the bookkeepers' room, and more after it."""
    var = tmp_path_factory.mktemp("keys")
    seed(var, people=1)
    app = create_app(load({"VAR": str(var)}))
    other = World(app).person("Talker2 Test", handle="talker2")
    with app.app_context(), writing():
        room = actions.open_quietly("niche", "niche:1", "Bookkeepers", "Books and what goes into them.")
        person = db.session.get_one(actions.Person, other)
        actions.enter(room, by=person)
        for number in range(30):
            said = "Keep the flour receipts apart" if number == 5 else f"Entry {number}"
            actions.say(room, said, client_id=f"said-{number}", by=person)
    with app.app_context():
        db.engine.dispose()
    return var


def tab_to(page: Page, wanted: Locator, most: int = 90) -> None:
    """Press Tab until it has the focus, as somebody without a mouse does."""
    for _ in range(most):
        if wanted.count() and wanted.first.evaluate("el => el === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by {most} tabs: {wanted}")


def test_keys_alone(visit) -> None:
    page: Page = visit(viewport=DESK).page
    sign_in(page, "talker1@example.com")
    page.goto("/rooms")
    tab_to(page, page.get_by_role("link", name="Bookkeepers"))
    page.keyboard.press("Enter")
    expect(page.locator("#log .msg[data-id]").last).to_contain_text("Entry 29")

    expect(page.locator("#smile")).to_be_visible()  # its script is there
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    for key, words in (
        ("R", "Answer the message you are on"),
        ("M", "All you can do with it"),
        ("/", "Write a message"),
    ):
        expect(page.locator("#help")).to_contain_text(f"{key}{words}")
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()

    tab_to(page, page.get_by_role("link", name="Search in this room"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#q"))
    page.keyboard.type("flour receipts")
    page.keyboard.press("Enter")
    tab_to(page, page.locator(".hits a"))
    page.keyboard.press("Enter")
    found = page.locator("#log .msg[data-id]", has_text="Keep the flour receipts apart")
    expect(found).to_be_in_viewport()
    expect(page.locator("#smile")).to_be_visible()

    if not found.evaluate("el => el === document.activeElement"):
        tab_to(page, page.locator("#log"))
        while not found.evaluate("el => el === document.activeElement"):
            page.keyboard.press("ArrowUp")
    page.keyboard.press("r")
    expect(page.locator("#doing")).to_contain_text("Answering Talker2 Test")
    page.keyboard.type("In a box of their own")
    page.keyboard.press("Enter")
    mine = page.locator(".me[data-id]", has_text="In a box of their own")
    expect(mine.locator(".quo")).to_contain_text("flour receipts")

    page.keyboard.press("ArrowUp")  # from the empty field to the last message
    page.keyboard.press("e")
    expect(page.locator("#msg")).to_have_value("In a box of their own")
    page.keyboard.press("End")
    page.keyboard.type(", by month")
    page.keyboard.press("Enter")
    expect(mine).to_contain_text("by month")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#log .msg[data-id]:focus")).to_contain_text("Entry 29")
    page.keyboard.press("m")
    tab_to(page, page.locator("#hand button").first)
    page.keyboard.press("Enter")
    expect(page.locator("#log .msg[data-id]", has_text="Entry 29").locator(".rx button")).to_contain_text("1")

    tab_to(page, page.get_by_role("button", name="Leave this room"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms")
    page.get_by_role("link", name="Bookkeepers").first.wait_for()
