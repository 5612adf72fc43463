"""A retainer in Chromium: begun by a visitor, a month whose card is refused, made good with another card, ended."""

from datetime import timedelta

import pytest
import requests
from playwright.sync_api import Page, expect

from community.payments.wiring import MOUNT, SANDBOX_KEY
from tests.journeys.town import Town, fill, press, reads, sign_in, until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


def refuse_the_card(town: Town, ref: str) -> None:
    """From now on the saved card is one that the bank refuses."""
    sql = "select s.stripe_id from retainers r join subscriptions s on s.id = r.subscription_id where r.ref = ?"
    name = town.rows(sql, ref)[0][0]
    data = {"default_payment_method": "pm_card_chargeCustomerFail"}
    answer = requests.post(f"{town.url}{MOUNT}/v1/subscriptions/{name}", data=data, auth=(SANDBOX_KEY, ""), timeout=20)
    assert answer.status_code == 200, answer.text


def pay_by_card(page: Page, amount: str) -> None:
    """The sandbox's page with the card that pays."""
    page.locator(".tcard--ok").click()
    page.get_by_label("Name on card").fill("Cleo Marsh")
    page.get_by_role("button", name=f"Pay {amount}", exact=True).click()


def test_begun_refused_made_good_and_ended(visit, town, noor):
    page: Page = visit().page
    sign_in(page, "cleo@example.com")
    page.goto("/noor-haddad/label-care")
    expect(page.locator("#book")).to_contain_text("£472.50")
    page.get_by_role("button", name="Begin the first month").click()
    expect(page.locator("main")).to_contain_text("on this day of every month")
    fill(page, "Cleo Marsh")
    page.wait_for_url("**/_stripe/c/pay/**")
    pay_by_card(page, "£472.50")
    page.wait_for_url("**/retainers/*")
    ref = page.url.rpartition("/")[2]
    reads(page, f"/retainers/{ref}", "By the month with Noor Haddad", "£472.50 paid", "Visa 4242")
    reads(noor, "/desk/retainers", "Cleo Marsh", "£450.00")

    refuse_the_card(town, ref)
    # It comes round, and an hour later Stripe asks for the month.
    town.later(town.now() + timedelta(days=31))
    until(lambda: town.rows("select count(*) from subscription_invoices")[0][0] == 2)
    town.later(town.now() + timedelta(hours=2))
    until(lambda: town.rows("select state from retainers") == [("past_due",)])
    reads(page, f"/retainers/{ref}", "The card could not be charged", "£472.50")
    reads(noor, "/desk/retainers", "Payment failed")
    page.get_by_role("link", name="Pay £472.50 by card").click()
    page.wait_for_url("**/_stripe/invoice/**")
    pay_by_card(page, "£472.50")
    expect(page.locator("body")).to_contain_text("Already paid")
    page.goto(f"/retainers/{ref}")
    reads(page, f"/retainers/{ref}", "Running")
    expect(page.locator("main")).to_contain_text("Paid after all")

    page.get_by_role("link", name="End it").click()
    page.get_by_label("Why").first.fill("A longer trip")
    press(page, "End it with the month", says="It ends with the month that is paid.")
    reads(noor, f"/retainers/{ref}", "Ends with the month", "A longer trip")
    town.later(town.now() + timedelta(days=32))
    reads(page, f"/retainers/{ref}", "It ended on")
    assert town.rows("select count(*) from payments where kind = 'retainer'") == [(2,)]
