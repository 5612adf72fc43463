"""The practice's calendar: time kept free by dragging, by the form, and without a script; moved and given back."""

import os
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from community import create_app
from community.availability.models import Feed, FeedBusy
from community.bookings import actions as bookings
from community.bookings.choices import Choice
from community.config import load
from community.core import clock
from community.core.db import db
from community.listings.models import Listing
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_booking import sign_in
from tests.services.server import Server
from tests.world import World

pytestmark = pytest.mark.browser


def week(page: Page) -> str:
    """The address of next week."""
    page.goto("/desk/calendar")
    href = page.get_by_role("link", name="Week after").get_attribute("href")
    assert href is not None
    return href


def fill(page: Page, day: str, starts: str, ends: str, note: str) -> None:
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_label("From", exact=True).fill(starts)
    page.get_by_label("To", exact=True).fill(ends)
    page.get_by_label("What for").fill(note)
    page.get_by_role("button", name="Keep it free").click()


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one point of the week's grid to another, each as (day from 0, hour of the day)."""
    grid = page.locator(".ec-body .ec-day")
    grid.first.scroll_into_view_if_needed()
    first, last = grid.nth(0).bounding_box(), grid.nth(6).bounding_box()
    assert first
    assert last
    width, hour = (last["x"] - first["x"]) / 6, first["height"] / 14  # from 7 to 21

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return first["x"] + width * (point[0] + 0.5), first["y"] + hour * (point[1] - 7) + 2

    page.mouse.move(*at(start))
    page.mouse.down()
    for share in (0.2, 0.6, 1.0):
        page.mouse.move(*(a + (b - a) * share for a, b in zip(at(start), at(end), strict=True)), steps=5)
    page.mouse.up()


def listed(page: Page) -> list[str]:
    """What the list of the week says, read anew."""
    page.reload()
    return page.locator(".rows .row small").all_inner_texts()


def test_dragging_keeps_time_free_moves_it_and_gives_it_back(visit: Any) -> None:
    page: Page = visit(viewport=DESK).page
    page.add_init_script(
        "window.hurt = []; addEventListener('securitypolicyviolation', (e) => window.hurt.push(e.violatedDirective))"
    )
    sign_in(page, "noor@example.com")
    page.goto(week(page))
    expect(page.locator(".ec .ec-toolbar")).to_be_visible()
    drag(page, (1, 10), (1, 11.9))
    expect(page.locator("#live")).to_contain_text("That time is kept free.")
    expect(page.locator(".ec-event.ec-k-block")).to_have_count(1)
    drag(page, (1, 11), (3, 14))  # the event itself, two days and three hours on
    expect(page.locator("#live")).to_contain_text("Moved.")
    assert listed(page) == ["13:00 to 15:00, Kept free"]
    drag(page, (3, 12), (3, 13.9))  # over its edge
    expect(page.locator("#live")).to_contain_text("A booking or its breathing room is at that time.")
    expect(page.locator(".ec-event.ec-k-block")).to_have_count(1)
    page.locator(".ec-event.ec-k-block").click()
    chosen = page.locator("#calendar-chosen")
    expect(chosen).to_contain_text("Kept free, Noor Haddad")
    chosen.get_by_role("button", name="Remove").click()
    expect(chosen).to_contain_text("That time can be booked again.")
    expect(page.locator(".ec-event")).to_have_count(0)
    page.get_by_role("button", name="Month").click()
    expect(page.locator(".ec-month-view")).to_be_visible()
    assert page.evaluate("window.hurt") == []
    assert Axe().run(page).response["violations"] == []


def book(server: Server, monday: date) -> None:
    """A first call on that Monday at two in London, and a calendar elsewhere that is busy then."""
    start = datetime.combine(monday, time(14), ZoneInfo("Europe/London"))
    app = create_app(load({"VAR": str(server.var)}))
    world = World(app)
    listing_id = world.listing(1, "A first call", prices={60: 0})
    with clock.frozen(start - timedelta(days=3)), world.writing():
        listing = db.session.get_one(Listing, listing_id)
        client = bookings.Client(
            name="Ada Byron", email="ada@example.com", browser="b", zone="Europe/London", locale="en_GB"
        )
        bookings.hold(listing, choice=Choice(minutes=60, starts=(start.astimezone(UTC),)), client=client)
        feed = Feed(practice_id=1, person_id=1, name="Family", url="https://calendar.example/x.ics")
        feed.checked_at = feed.read_at = start
        db.session.add(feed)
        db.session.flush()
        span = {"starts_at": start + timedelta(minutes=30), "ends_at": start + timedelta(hours=2)}
        db.session.add(FeedBusy(feed_id=feed.id, person_id=1, **span))
    with app.app_context():
        db.engine.dispose()


def test_what_clashes_is_shown(server: Server, visit: Any) -> None:
    """Said on top, drawn, and in the list."""
    page: Page = visit(viewport=DESK).page
    sign_in(page, "noor@example.com")
    address = week(page)
    book(server, date.fromisoformat(address.partition("week=")[2][:10]))
    page.goto(address)
    expect(page.locator(".ec-event")).to_have_count(2)
    expect(page.locator(".ec-event.ec-k-busy")).to_contain_text("Family")
    expect(page.locator(".note")).to_contain_text("Noor Haddad: Ada Byron: A first call")
    expect(page.locator(".note")).to_contain_text("14:00 to 15:00, while Family is busy.")
    assert listed(page) == ["14:00 to 15:00, Booked", "14:30 to 16:00, Busy in a calendar elsewhere"]
    page.screenshot(path=os.environ.get("SHOT", os.devnull), full_page=True, type="png")
    page.locator(".note").get_by_role("link", name="Open the booking").click()
    page.wait_for_url("**/bookings/*")


@pytest.mark.parametrize("options", [{"viewport": PHONE}, {"viewport": PHONE, "java_script_enabled": False}])
def test_the_form_does_the_same_by_keyboard_and_without_a_script(visit: Any, options: dict[str, Any]) -> None:
    page: Page = visit(**options).page
    sign_in(page, "noor@example.com")
    address = week(page)
    page.goto(address)
    day = address.partition("week=")[2][:10]
    fill(page, day, "12", "13:30", "Dentist")
    expect(page.locator(".rows .row small")).to_have_text(["12:00 to 13:30, Kept free"])
    fill(page, day, "13", "14:30", "Again")
    expect(page.locator("main")).to_contain_text("A booking or its breathing room is at that time.")
    expect(page.get_by_label("What for")).to_have_value("Again")
    fill(page, day, "soon", "14:30", "Again")
    expect(page.locator("main")).to_contain_text("Type a time such as 09:30.")
    expect(page.get_by_label("From", exact=True)).to_have_value("soon")
    page.goto(address)
    page.locator(".rows").get_by_role("button", name="Remove").click()
    expect(page.locator(".rows .row")).to_have_count(0)
    if options.get("java_script_enabled", True):
        assert Axe().run(page).response["violations"] == []
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0
