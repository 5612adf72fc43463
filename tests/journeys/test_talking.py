"""Two people talk in the lounge: say, call, answer, set a sign, change, send a picture, offline and back, delete."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.town import sign_in
from tests.services.seed import seed
from tests.services.server import Server

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS")  # a folder to keep pictures in, for one's own eyes


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("talking")
    seed(var, people=2)
    return var


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), (180, 120, 40)).save(out, "PNG")
    return out.getvalue()


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.wait_for_timeout(150)
            page.screenshot(path=f"{SHOTS}/{name}-{theme}.png")
        page.emulate_media(color_scheme="light")


def lounge(page: Page, number: int) -> None:
    sign_in(page, f"talker{number}@example.com")
    page.goto("/rooms")
    page.get_by_role("link", name="The lounge").first.click()
    page.wait_for_url("**/rooms/*")
    tab = page.locator('.roomtabs [data-tab="chat"]')
    if tab.is_visible():
        tab.click()
    expect(page.locator("#log")).to_be_visible()


def say(page: Page, words: str) -> Locator:
    expect(page.locator("#smile")).to_be_visible(timeout=15_000)  # its script is there
    page.locator("#msg").fill(words)
    page.locator("#msg").press("Enter")
    mine = page.locator(".me[data-id]", has_text=words.rpartition("* ")[2])
    expect(mine).to_be_visible()
    return mine


def do(page: Page, message: Locator, what: str) -> None:
    message.locator("[data-more]").click()
    page.locator(f'#acts [data-do="{what}"]').click()


def test_two_talk(chromium: Browser, server: Server, visit: Callable[..., Any]) -> None:
    window = visit(viewport=DESK)
    one: Page = window.page
    two: Page = visit(viewport=DESK).page
    lounge(one, 1)
    lounge(two, 2)
    # Called by keys: the list takes Enter, the next Enter sends.
    one.locator("#msg").press_sequentially("Good **morning** @talk")
    expect(one.locator("#called [aria-selected=true]")).to_contain_text("Talker2 Test")
    shoot(one, "calling-1280")
    one.keyboard.press("Enter")
    expect(one.locator("#msg")).to_have_value("Good **morning** @talker2 ")
    say(one, "Good **morning** @talker2, shall we?")
    heard = two.locator(".msg[data-id]", has_text="shall we")
    expect(heard).to_have_class("msg called")
    # Answered, with a sign, by keys alone.
    heard.focus()
    two.keyboard.press("r")
    expect(two.locator("#doing")).to_contain_text("Answering Talker1 Test")
    two.keyboard.type("Yes, in ten minutes")
    two.keyboard.press("Enter")
    answer = one.locator(".msg[data-id]", has_text="in ten minutes")
    expect(answer.locator(".quo")).to_contain_text("shall we?")
    heard.locator("[data-more]").click()
    shoot(two, "menu-1280")
    two.locator("#hand button").first.click()
    expect(one.locator(".me[data-id] .rx button")).to_contain_text("1")
    # Changed: the answer quotes the new words, everybody sees that it was.
    first = one.locator(".me[data-id]", has_text="shall we")
    do(one, first, "edit")
    expect(one.locator("#msg")).to_have_value("Good **morning** @talker2, shall we?")
    one.locator("#msg").fill("Good morning, shall we begin?")
    one.locator("#msg").press("Enter")
    expect(two.locator(".msg[data-id]", has_text="begin?").locator(".edited")).to_have_text("edited")
    expect(two.locator(".me[data-id] .quo")).to_contain_text("shall we begin?")
    expect(answer.locator(".quo")).to_contain_text("shall we begin?")
    # A picture, encoded anew.
    two.locator("#files").set_input_files({"name": "jar.png", "mimeType": "image/png", "buffer": picture()})
    expect(two.locator("#picked li")).to_contain_text("jar.png")
    say(two, "The new label")
    shot = one.locator(".msg .shot img")
    expect(shot).to_be_visible()
    assert one.evaluate("img => fetch(img.src).then((a) => a.headers.get('content-type'))", shot.element_handle()) == (
        "image/webp"
    )
    offline_and_back(one, two)
    window.complaints[:] = [line for line in window.complaints if "DISCONNECTED" not in line]  # on purpose
    shoot(one, "room-1280")
    # Taken back: gone in both windows, also where it is quoted.
    do(one, one.locator(".me[data-id]", has_text="begin?"), "delete")
    one.locator('#acts [data-do="delete"]').click()
    expect(two.locator(".words--gone")).to_be_visible()
    expect(two.locator(".me[data-id] .quo")).to_have_text("The message answered is gone.")


def offline_and_back(one: Page, two: Page) -> None:
    one.context.set_offline(True)
    one.locator("#msg").fill("Written in a tunnel")
    one.locator("#msg").press("Enter")
    expect(one.locator(".me.wait time")).to_have_text("Waiting for the connection")
    say(two, "Where are you?")
    one.context.set_offline(False)
    one.evaluate("dispatchEvent(new Event('online'))")
    expect(two.locator(".msg[data-id]", has_text="in a tunnel")).to_have_count(1)
    expect(one.locator(".msg[data-id]", has_text="Where are you?")).to_have_count(1)
    expect(one.locator(".me.wait")).to_have_count(0)


def test_on_a_phone(chromium: Browser, server: Server, visit: Callable[..., Any]) -> None:
    """A host pins; the search finds; the link leads back; a draft is kept."""
    page: Page = visit(viewport=PHONE).page
    lounge(page, 1)
    mine = say(page, "The deposit clause: 40% up front 🎉")
    do(page, mine, "link")
    page.locator("#msg").fill("Half a thought")
    page.goto(page.url.partition("?")[0] + "?tab=chat")
    expect(page.locator("#msg")).to_have_value("Half a thought")
    shoot(page, "room-390")
    page.locator("[data-more]").first.click()
    shoot(page, "menu-390")
    page.keyboard.press("Escape")
    page.goto("/rooms/search?q=deposit")
    expect(page.locator(".hits mark")).to_have_text("deposit")
    shoot(page, "search-390")
    page.locator(".hits a").click()
    expect(page.locator("[data-id]:focus")).to_contain_text("deposit clause")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    shoot(page, "help-390")
