"""From the last job to a published listing: on a telephone, without JavaScript, leaving and coming back in between."""

import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from community import create_app
from community.config import load
from community.core import clock
from community.core.db import db
from community.explorer import keeping
from community.search.models import SearchMade
from tests.journeys.keystrokes import Person
from tests.journeys.town import sign_in
from tests.services.server import Server
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def server(seeded: Path, tmp_path: Path) -> Iterator[Server]:
    """The seed world, a member without a practice, and thirty people who looked for a bookkeeper."""
    shutil.copytree(seeded, tmp_path / "var")
    app = create_app(load({"VAR": str(tmp_path / "var")}))
    world = World(app)
    world.person("Ada Quist", email="ada@example.com")
    with world.writing():
        for number in range(30):
            at = clock.now() - timedelta(days=2 + number)
            db.session.add(SearchMade(at=at, words="bookkeeper", hits=0, visitor=f"v{number}"))
    with app.app_context():
        keeping.count_all()
        db.engine.dispose()
    with Server(tmp_path / "var") as running:
        yield running


def go(page: Page, name: str) -> None:
    """Press a button of the page itself."""
    button(page.locator("main"), name).click()


def button(where: Locator, name: str) -> Locator:
    """A button by its words."""
    return where.get_by_role("button", name=name, exact=True).first


def tick(page: Page, task: int, word: str) -> None:
    """Tick a word at one of the tasks."""
    page.locator("main fieldset").nth(task).get_by_label(word, exact=True).check()


def test_from_a_last_job_to_a_listing(visit, server):
    page: Page = visit(java_script_enabled=False).page
    sign_in(page, "ada@example.com")
    page.goto("/explore")
    main = page.locator("main")
    expect(main).to_contain_text("“bookkeeper”")
    main.get_by_role("link", name="Find my niche").click()
    main.get_by_label("Your last job’s title").fill("Bookkeeper")
    go(page, "Look it up")
    main.get_by_label("Bookkeeping, Accounting, and Auditing Clerks").check()
    go(page, "That was my job")
    for task, word in ((0, "Liked"), (0, "Good at"), (1, "Good at"), (2, "Never again")):
        tick(page, task, word)
    go(page, "Show me niches")
    first = main.get_by_role("region", name="Bookkeeping", exact=True)
    expect(first).to_contain_text("2 of your tasks fit")
    expect(first).to_contain_text("30+ searches by 30+ people")
    expect(first).to_contain_text("the niche Bookkeeping")
    first.get_by_role("button", name="Start from this").click()
    # What is not complete is refused at its field, and kept: also when one goes away and comes back.
    main.get_by_label("I help …").fill("market traders")
    main.get_by_label("Your price").fill("55")
    go(page, "Publish")
    expect(main).to_contain_text("Say what they can do then.")
    page.goto("/rooms")
    page.goto("/explore/find")
    main.get_by_role("link", name="Go on with your offer").click()
    expect(main.get_by_label("I help …")).to_have_value("market traders")
    expect(main.get_by_label("Your price")).to_have_value("55")
    main.get_by_label("… do what").fill("stop dreading January")
    main.get_by_label("… by how").fill("sorting receipts together")
    main.get_by_label("Title", exact=True).fill("Your receipts, sorted")
    expect(main.get_by_label("Also offer a first call of 15 minutes, free")).to_be_checked()
    go(page, "Publish")
    expect(page.locator("body")).to_contain_text("Published: clients find it now.")
    page.goto("/ada-quist")
    expect(main).to_contain_text("sorting receipts together")
    expect(main).to_contain_text("A first call, free")
    main.get_by_role("link", name="Your receipts, sorted").first.click()
    expect(page.get_by_role("heading", name="Your receipts, sorted", level=1)).to_be_visible()


def test_it_takes_less_than_five_minutes(visit, server):
    """From the page that asks for the last job to a listing that clients find; the straight way, by reckoning."""
    page: Page = visit(java_script_enabled=False).page
    sign_in(page, "ada@example.com")
    main, person, began = page.locator("main"), Person(page), time.monotonic()
    page.goto("/explore/find")
    person.write(main.get_by_label("Your last job’s title"), "Bookkeeper", own=False)
    person.press(button(main, "Look it up"))
    person.press(main.get_by_label("Bookkeeping, Accounting, and Auditing Clerks"))
    person.press(button(main, "That was my job"))
    for task, word in ((0, "Liked"), (0, "Good at"), (1, "Good at"), (2, "Never again")):
        person.press(main.locator("fieldset").nth(task).get_by_label(word, exact=True))
    person.press(button(main, "Show me niches"))
    person.press(button(main.get_by_role("region", name="Bookkeeping", exact=True), "Start from this"))
    for field, text in (
        ("I help …", "market traders"),
        ("… do what", "stop dreading January"),
        ("… by how", "sorting receipts together"),
        ("Title", "Your receipts, sorted"),
    ):
        person.write(main.get_by_label(field, exact=True), text)
    person.write(main.get_by_label("Your price"), "55")
    expect(main.get_by_label("Also offer a first call of 15 minutes, free")).to_be_checked()
    person.press(button(main, "Publish"))
    expect(page.locator("body")).to_contain_text("Published: clients find it now.")
    print(f"{person}; the machine took {time.monotonic() - began:.1f} s")
    assert person.pages <= 6
    assert person.steps <= 16
    assert person.typed <= 120
    assert person.seconds < 300
    page.goto("/ada-quist")
    expect(main).to_contain_text("A first call, free")
    expect(main.get_by_role("link", name="Your receipts, sorted").first).to_be_visible()
