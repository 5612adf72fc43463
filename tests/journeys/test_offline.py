"""Offline in Chromium while others talk, and back: the page then shows what one opened anew does, and what was written
meanwhile is said once. `STORM_OFFLINE_SECONDS`: for how long.
"""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.journeys.conftest import DESK
from tests.journeys.test_talking import do, lounge, say
from tests.services.seed import seed

pytestmark = pytest.mark.browser
SECONDS = int(os.environ.get("STORM_OFFLINE_SECONDS", "6"))
LOG = """() => [...document.querySelectorAll("#log [data-id]")].map((el) =>
  [el.dataset.id, el.querySelector(".quo")?.textContent, el.querySelector(".words")?.textContent,
   el.querySelector(".edited")?.hidden, el.querySelector(".rx")?.textContent].join("|"))"""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    var = tmp_path_factory.mktemp("offline")
    seed(var, people=2)
    return var


def test_away_while_others_talk(visit: Callable[..., Any]) -> None:
    window = visit(viewport=DESK)
    one: Page = window.page
    two: Page = visit(viewport=DESK).page
    for number, page in enumerate((one, two), start=1):
        lounge(page, number)
        expect(page.locator("#smile")).to_be_visible()  # its script is there
    say(two, "Changed while you are away")
    say(two, "Taken back while you are away")
    said = say(one, "Answered while I am away")
    expect(one.locator(".msg[data-id]", has_text="Taken back")).to_be_visible()

    cable = one.context.new_cdp_session(one)
    cable.send("Network.enable")
    nothing = {"latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    cable.send("Network.emulateNetworkConditions", {"offline": True, **nothing})
    until, number = time.monotonic() + SECONDS, 0
    for text in ("First in a tunnel", "Second in a tunnel"):
        one.locator("#msg").fill(text)
        one.locator("#msg").press("Enter")
    expect(one.locator(".me.wait")).to_have_count(2)
    do(two, two.locator(".me[data-id]", has_text="Changed while"), "edit")
    two.locator("#msg").fill("Changed, you were away")
    two.locator("#msg").press("Enter")
    do(two, two.locator(".me[data-id]", has_text="Taken back"), "delete")
    two.locator('#acts [data-do="delete"]').click()
    two.locator(".msg[data-id]", has_text="Answered while").focus()
    two.keyboard.press("r")
    two.keyboard.type("Here is the answer")
    two.keyboard.press("Enter")
    while time.monotonic() < until:
        number += 1
        say(two, f"Entry {number} while you are away")
        two.wait_for_timeout(700)
    expect(one.locator("#lost")).to_be_visible()
    expect(one.locator(".msg[data-id]", has_text="Entry")).to_have_count(0)

    cable.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": -1,
                                                    "uploadThroughput": -1})  # fmt: skip
    expect(one.locator("#lost")).to_be_hidden(timeout=30_000)
    expect(one.locator(".me.wait")).to_have_count(0, timeout=30_000)
    expect(one.locator("#log")).to_contain_text(f"Entry {number} while")
    for text in ("First in a tunnel", "Second in a tunnel"):
        expect(two.locator(".msg[data-id]", has_text=text)).to_have_count(1)
    if number < 80:  # the page keeps a hundred messages, the last ones
        expect(said).to_have_count(1)
    kept = one.evaluate(LOG)
    anew: Page = visit(viewport=DESK, storage_state=one.context.storage_state()).page
    anew.goto(one.url)
    expect(anew.locator("#log [data-id]").last).to_be_visible()
    fresh = anew.evaluate(LOG)
    assert kept[-len(fresh) :] == fresh
    window.complaints[:] = [line for line in window.complaints if "ERR_INTERNET_DISCONNECTED" not in line]  # on purpose


def test_a_site_that_had_no_time_is_asked_again_on_the_same_connection(visit: Callable[..., Any]) -> None:
    page: Page = visit(viewport=DESK).page
    connections, joins = [], []

    def busy(here: WebSocketRoute) -> None:
        connections.append(here)
        there = here.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            join = re.match(r'42(\d+)\["join"', str(message))
            joins.extend(join.groups() if join else ())
            if join and len(joins) == 1:
                here.send(f'43{join[1]}[{{"error":"too_many","message":"One moment"}}]')
            else:
                there.send(message)

        here.on_message(pass_on)

    page.route_web_socket(re.compile(r"/socket\.io/"), busy)
    lounge(page, 1)
    expect(page.locator("#lost")).to_contain_text("We keep trying")
    say(page, "Said while it is busy")
    expect(page.locator("#lost")).to_be_hidden(timeout=12_000)
    assert (len(connections), len(joins)) == (1, 2)
    other: Page = visit(viewport=DESK).page
    lounge(other, 2)
    say(other, "Heard by a page that was let in later")
    expect(page.locator("#log")).to_contain_text("Heard by a page that was let in later")
