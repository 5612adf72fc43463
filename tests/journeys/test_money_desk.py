"""Money that needs somebody: a practice sets up its payouts, answers banks, and an operator sends a refund again."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK
from tests.journeys.town import Town, fill, press, reads, slot, until

pytestmark = pytest.mark.browser

DISPUTES, REFUND_FAILS = "4000 0000 0000 0259", "4000 0000 0000 5126"


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


def book(page: Page, town: Town, name: str, hour: int, card: str) -> str:
    """An hour paid with a card of one's own choice; returns its reference."""
    slot(page, town.at(3, hour))
    fill(page, name)
    page.wait_for_url("**/_stripe/c/pay/**")
    page.locator(".tcard--ok").click()
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Name on card").fill(name)
    page.get_by_role("button", name="Pay £99.75", exact=True).click()
    page.wait_for_url("**/bookings/*")
    return page.url.rpartition("/")[2]


def dispute_of(town: Town, ref: str) -> str:
    """Stripe's name of the dispute about a booking."""
    found = until(lambda: town.stripe("disputes", payment_intent=town.intent(ref)["id"])["data"])
    return str(found[0]["id"])


def answered(noor: Page, town: Town, ref: str, words: str, ends: str) -> None:
    """The practice is told on its desk, writes, reads it through, sends it, and reads how it ended."""
    name = dispute_of(town, ref)
    reads(noor, "/desk", "A client’s bank asks for a payment back.")
    noor.goto(f"/desk/disputes/{name}")
    expect(noor.get_by_role("heading", name="What the bank will read")).to_be_visible()
    noor.get_by_label("In your own words").fill(words)
    press(noor, "Save and read it through", says="nothing is sent yet")
    press(noor, "Send it to the bank", says="What the bank has read")
    reads(noor, f"/desk/disputes/{name}", ends)


def test_set_up_payouts(visit, known, town):
    page: Page = visit(viewport=DESK, storage_state=known("una@example.com")).page
    page.goto("/desk/money/payouts")
    press(page, "Set up payouts")
    page.wait_for_url("**/_stripe/connect/**")
    page.get_by_role("button", name="A document is missing", exact=True).click()
    page.wait_for_url("**/desk/money/payouts")
    expect(page.get_by_text("A photo of your identity card or passport")).to_be_visible()
    page.locator("form[action$='/desk/money/account'] button").click()
    page.wait_for_url("**/_stripe/connect/**")
    page.get_by_role("button", name="Everything is in order", exact=True).click()
    page.wait_for_url("**/desk/money/payouts")
    expect(page.get_by_text("All set up: your money goes out by itself.")).to_be_visible()


def test_a_dispute_won_and_one_lost(visit, town, noor):
    page = visit().page
    won = book(page, town, "Ida Byron", 9, DISPUTES)
    answered(noor, town, won, "winning_evidence", "Won: the bank gave the money back.")
    assert town.ledger(won).get("disputes") is None
    lost = book(visit().page, town, "Jon Byron", 11, DISPUTES)
    answered(noor, town, lost, "losing_evidence", "Lost: the bank keeps the money.")
    until(lambda: not town.ledger(lost).get("disputes"))
    assert not [one for name, one in town.ledger(lost).items() if name.startswith("practice:")]


def test_an_operator_sends_a_failing_refund_again(visit, known, town):
    page = visit().page
    ref = book(page, town, "Kim Byron", 13, REFUND_FAILS)
    until(lambda: town.state(ref) == "confirmed")
    page.goto(f"/bookings/{ref}/cancellation")
    page.locator("main form").get_by_role("button", name=re.compile("Cancel")).first.click()
    until(lambda: town.state(ref) == "cancelled")
    until(lambda: town.refunded(ref))
    town.later(town.now() + timedelta(minutes=1))
    opal: Page = visit(viewport=DESK, storage_state=known("opal@example.com")).page
    reads(opal, "/staff/money", "A refund fails")
    opal.get_by_role("link", name="A refund fails").first.click()
    press(opal, "Send it again", says="Say why, so that others understand it later.")
    opal.get_by_label("Why", exact=True).fill("The client has a new card")
    press(opal, "Send it again", says="Sent a refund again")
    expect(opal.get_by_text("Opal Reyes: The client has a new card")).to_be_visible()
    assert len(town.refunded(ref)) == 2
