"""A long room in Chromium: back by pages and forward again, a permalink into its middle, words that come meanwhile."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bench.room import write
from tests.journeys.conftest import DESK
from tests.journeys.town import sign_in
from tests.services.server import Server

pytestmark = pytest.mark.browser
MANY = 620  # messages; the page keeps 75
ROWS = "() => [...document.querySelectorAll('#log [data-id]')].map((el) => Number(el.dataset.seq))"
SEEN = """() => { const log = document.getElementById('log'), top = log.getBoundingClientRect().top;
  const el = [...log.querySelectorAll('[data-id]')].find((one) => one.getBoundingClientRect().bottom > top);
  return [el.id, el.getBoundingClientRect().top]; }"""


@pytest.fixture
def long_room(tmp_path: Path) -> Iterator[tuple[Server, str]]:
    """A lounge with many messages."""
    ref = write(tmp_path, MANY)
    with Server(tmp_path) as running:
        yield running, ref


@pytest.fixture
def server(long_room: tuple[Server, str]) -> Server:
    return long_room[0]


def rows(page: Page) -> list[int]:
    """The births that stand in the page; whatever happens they follow each other, under one line a day."""
    found: list[int] = page.evaluate(ROWS)
    assert found == list(range(found[0], found[-1] + 1))
    days = page.locator("#log .sys:not(#new)").all_inner_texts()
    assert len(days) == len(set(days)) >= 1
    return found


def scroll(page: Page, top: int) -> None:
    page.evaluate("(top) => (document.getElementById('log').scrollTop = top)", top)


def scrolled_to(page: Page, seq: int, top: int) -> None:
    """To one end again and again until that message is there."""
    for _ in range(60):
        scroll(page, top)
        page.wait_for_timeout(150)
        if page.locator(f'#log [data-seq="{seq}"][data-id]').count():
            return
    raise AssertionError(f"{seq} never came: {rows(page)}")


def test_back_and_forth(long_room: tuple[Server, str], visit: Callable[..., Any]) -> None:
    one: Page = visit(viewport=DESK).page
    two: Page = visit(viewport=DESK).page
    for page, number in ((one, 1), (two, 2)):
        sign_in(page, f"talker{number}@example.com")
        page.goto(f"/rooms/{long_room[1]}?tab=chat")
    expect(one.locator("#log [data-id]")).to_have_count(50)
    scrolled_to(one, 1, 0)
    one.wait_for_function("() => document.querySelectorAll('#log [data-id]').length <= 75")
    assert rows(one)[0] == 1
    expect(one.locator("#log [data-before]")).to_have_count(0)
    expect(one.locator("#latest")).to_be_visible()
    # What is said meanwhile moves nothing and is not lost.
    scroll(one, 3000)
    one.wait_for_timeout(300)
    before = one.evaluate(SEEN)
    two.locator("#msg").fill("Said while somebody reads old ones")
    two.locator("#msg").press("Enter")
    expect(one.locator("#said")).to_contain_text("Said while somebody reads old ones")
    assert one.evaluate(SEEN) == before
    assert max(rows(one)) < MANY
    expect(one).to_have_title("(1) The lounge · Linchpin")
    scrolled_to(one, MANY + 1, 10**9)
    one.wait_for_function("() => document.querySelectorAll('#log [data-id]').length <= 75")
    assert rows(one)[-1] == MANY + 1
    expect(one.locator("#log [data-behind]")).to_have_count(0)
    scroll(one, 10**9)
    expect(one).to_have_title("The lounge · Linchpin")  # read


def test_from_the_middle(long_room: tuple[Server, str], visit: Callable[..., Any]) -> None:
    page: Page = visit(viewport=DESK).page
    sign_in(page, "talker1@example.com")
    page.goto(f"/rooms/{long_room[1]}?at=300&tab=chat")
    expect(page.locator('[data-seq="300"][data-id]')).to_be_focused()
    expect(page.locator('[data-seq="300"][data-id]')).to_be_in_viewport()
    assert 300 in rows(page)
    scrolled_to(page, 400, 10**9)
    scrolled_to(page, 250, 0)
    rows(page)
    # Who writes wants to see it, wherever they are.
    page.locator("#msg").fill("Back among you")
    page.locator("#msg").press("Enter")
    mine = page.locator(".me[data-id]", has_text="Back among you")
    expect(mine).to_be_in_viewport()
    expect(page.locator("#latest")).to_be_hidden()
    assert rows(page)[-1] == MANY + 1
    page.goto(f"/rooms/{long_room[1]}?at=300&tab=chat")
    page.locator("#latest").click()
    expect(mine).to_be_in_viewport()
    assert rows(page)[-1] == MANY + 1
