"""A session in Chromium: planned by one, joined by another, goals, rounds by the clock, wins, the summary by mail."""

import re
from datetime import UTC, timedelta

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.journeys.conftest import DESK, PHONE, Visit
from tests.journeys.town import LONDON, Town, until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


def says(page: Page, goal: str) -> None:
    page.locator("#goals").fill(goal)
    page.get_by_role("button", name="Say it").click()
    expect(page.locator("#table")).to_contain_text(goal)


def a_late_answer_undoes_nothing(reader: Page, other: Page) -> None:
    """The page is drawn anew for one goal, and for the next before the first answer is in."""
    held: list[tuple[Route, APIResponse]] = []

    def first_is_late(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    reader.route(re.compile(r"/rooms/\w+$"), first_is_late)
    says(other, "Write to the bank")
    until(lambda: reader.evaluate("1") and held)
    says(other, "Water the plants")
    expect(reader.locator("#table")).to_contain_text("Water the plants")
    route, answer = held[0]
    with reader.expect_response(re.compile(r"/rooms/\w+$")):
        route.fulfill(response=answer)
    reader.wait_for_timeout(200)
    expect(reader.locator("#table")).to_contain_text("Water the plants")
    reader.unroute_all()


def what_was_missed_stands_there(window: Visit, other: Page) -> None:
    """Said while the reader's page had no connection, and could not be drawn anew."""
    window.context.set_offline(True)
    says(other, "Feed the cat")
    window.page.wait_for_timeout(2_500)  # longer than a page waits before it draws
    expect(window.page.locator("#table")).not_to_contain_text("Feed the cat")
    window.context.set_offline(False)
    expect(window.page.locator("#table")).to_contain_text("Feed the cat", timeout=20_000)
    window.complaints.clear()  # that there was no connection


def what_came_while_the_page_was_made_stands_there(window: Visit, other: Page) -> None:
    """Said after the page was drawn, and before its socket was there to hear of it."""
    held: list[Route] = []
    late = window.context.new_page()

    def hold(route: Route) -> None:
        held.append(route)

    late.route(re.compile(r"/vendor/socket\.io"), hold)
    late.goto(window.page.url, wait_until="commit")
    until(lambda: late.evaluate("document.getElementById('table') !== null") and held)
    says(other, "Pay the deposit")
    held[0].continue_()
    expect(late.locator("#table")).to_contain_text("Pay the deposit", timeout=10_000)
    late.close()


def what_failed_is_asked_for_again(window: Visit, other: Page) -> None:
    """The site is away at the moment the reader's page wants to be drawn anew."""
    window.page.route(re.compile(r"/rooms/\w+$"), lambda route: route.fulfill(status=503), times=1)
    with window.page.expect_response(re.compile(r"/rooms/\w+$")):
        says(other, "Call the printer")
    expect(window.page.locator("#table")).to_contain_text("Call the printer", timeout=10_000)
    window.complaints.clear()  # that the site was away


def test_planned_joined_worked_and_summed_up(visit, town, known, mailbox):
    window: Visit = visit(viewport=DESK, storage_state=known("noor@example.com"))
    noor, starts = window.page, town.at(1, 10)
    noor.goto("/sessions/new")
    noor.get_by_label("What is it called?").fill("Close the month")
    noor.get_by_label("Day").fill(f"{starts:%Y-%m-%d}")
    noor.get_by_label("Starts at").fill("10:00")
    noor.get_by_label("Invoice hour: 2 × 25, 10 off").check()
    noor.get_by_label("Promise company").check()
    noor.get_by_role("button", name="Plan it").click()
    expect(noor.locator("h1")).to_have_text("Close the month")
    assert starts.astimezone(LONDON).hour == 10

    phone: Visit = visit(viewport=PHONE, storage_state=known("cleo@example.com"))
    cleo = phone.page
    cleo.goto("/sessions")
    cleo.get_by_role("button", name="I’m coming").first.click()
    expect(cleo.get_by_role("button", name="Coming").first).to_be_visible()

    town.later(starts - timedelta(minutes=13))
    until(lambda: any("Close the month" in mail for mail in mailbox("cleo@example.com")))
    for page, goal in ((noor, "Send the late invoices"), (cleo, "Sort the receipts")):
        page.goto("/rooms")
        page.locator(".room2 a[href^='/rooms/']").first.click()
        expect(page.locator("#table")).to_contain_text("Close the month starts at 10:00")
        says(page, goal)
    expect(noor.locator("#table")).to_contain_text(
        "Sort the receipts", timeout=10_000
    )  # pushed: the page was open before
    a_late_answer_undoes_nothing(noor, cleo)
    what_was_missed_stands_there(window, cleo)
    what_came_while_the_page_was_made_stands_there(phone, noor)
    what_failed_is_asked_for_again(window, cleo)

    town.later(starts)
    for page in (noor, cleo):
        expect(page.locator("#ring")).to_be_visible(timeout=10_000)
    cleo.get_by_role("button", name="Done: Sort the receipts").click()
    expect(cleo.locator("#table .tag")).to_have_text("Done")

    town.later(starts + timedelta(hours=1))
    expect(cleo.locator("#table")).to_contain_text("What went well?", timeout=10_000)
    cleo.get_by_label("Your win, in a line").fill("Every receipt has a place")
    cleo.get_by_role("button", name="Share it").click()
    expect(noor.locator("#table")).to_contain_text("Every receipt has a place", timeout=10_000)

    town.later(starts.astimezone(UTC) + timedelta(minutes=80))
    found = until(lambda: [mail for mail in mailbox("noor@example.com") if "What you did in" in mail])
    assert "Every receipt has a place" in found[0]
