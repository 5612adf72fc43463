"""Money after the first payment, in Chromium: a deposit and its balance, one that fails and is put right with 3-D
Secure, a promo code, and each of the test cards at Checkout.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.town import Town, fill, pay, press, reads, slot, until

pytestmark = pytest.mark.browser

ALWAYS_SECURE = "4000 0027 6000 3184"


@pytest.fixture(scope="module")
def server(town: Town) -> Town:
    """All windows are open at the file's own server."""
    return town


def far_ahead(page: Page, town: Town, name: str, hour: int) -> None:
    """An hour in a hundred days: the form says what is charged when."""
    slot(page, town.at(100, hour))
    expect(page.get_by_text("is kept by Stripe and charged for the later parts: £74.81, on")).to_be_visible()
    fill(page, name)


def type_card(page: Page, number: str, amount: str) -> None:
    """A card at Checkout."""
    page.wait_for_url("**/_stripe/c/pay/**")
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Ada Byron")
    page.get_by_role("button", name=f"Pay {amount}", exact=True).click()


def prove(page: Page, answer: str = "Complete") -> None:
    """The bank's 3-D Secure step."""
    page.wait_for_url("**/3ds")
    page.get_by_role("button", name=answer, exact=True).click()


def falls_due(town: Town, ref: str) -> str:
    """The clock goes to two weeks before it begins, and the card is asked; an invoice may be drawn before."""
    town.later(town.starts(ref) - timedelta(days=14))
    sql = """select p.status from payments p join booking_payments on payment_id = p.id join bookings b
             on b.id = booking_id where b.ref = ? and p.due_at is not null"""
    return str(until(lambda: (now := town.rows(sql, ref)[0][0]) in {"paid", "recovering"} and now, 60))


def test_a_deposit_and_then_the_balance(visit, town):
    page: Page = visit().page
    far_ahead(page, town, "Gil Byron", 10)
    ref = pay(page, "£24.94")
    reads(page, f"/bookings/{ref}", "You are booked with Noor Haddad", "How it is paid", "£74.81", "Visa 4242")
    assert town.intent(ref)["amount"] == 2_494
    assert falls_due(town, ref) == "paid"
    assert (town.intent(ref)["amount"], town.intent(ref)["customer"] is not None) == (7_481, True)
    reads(page, f"/bookings/{ref}", "Paid", "£99.75")
    assert town.ledger(ref)["practice:1"] == -9_500


def test_a_balance_that_fails_is_put_right_with_three_d_secure(visit, town, noor):
    page: Page = visit().page
    far_ahead(page, town, "Hal Byron", 12)
    type_card(page, ALWAYS_SECURE, "£24.94")
    prove(page)
    page.wait_for_url("**/bookings/*")
    ref = page.url.rpartition("/")[2]
    reads(page, f"/bookings/{ref}", "How it is paid", "Visa 3184")
    assert falls_due(town, ref) == "recovering"
    reads(page, f"/bookings/{ref}", "Your card did not let £74.81 through.", "to be paid by")
    reads(noor, f"/bookings/{ref}", "Refused: to be paid by")
    page.get_by_role("link", name="Pay £74.81").click()
    expect(page.get_by_text("Your bank wants you to confirm this payment yourself.")).to_be_visible()
    press(page, "Pay £74.81")
    type_card(page, ALWAYS_SECURE, "£74.81")
    prove(page, "Fail")
    expect(page.get_by_text("could not confirm this card")).to_be_visible()
    type_card(page, ALWAYS_SECURE, "£74.81")
    prove(page)
    page.wait_for_url("**/bookings/*")
    reads(page, f"/bookings/{ref}", "How it is paid", "£99.75")
    assert "did not let" not in page.inner_text("main")
    assert town.ledger(ref)["practice:1"] == -9_500


def test_a_promo_code_from_the_desk_to_the_booking(visit, town, noor):
    noor.goto("/desk/money/codes")
    noor.get_by_label("The code").fill("fair20")
    noor.get_by_label("What it takes off").fill("20%")
    press(noor, "Make the code", says="FAIR20 holds from now on.")
    page: Page = visit().page
    slot(page, town.at(9, 10))
    page.get_by_label("Promo code").fill("fare20")
    fill(page, "Ida Byron")
    expect(page.get_by_text("There is no such code here.").first).to_be_visible()
    expect(page.get_by_label("Promo code")).to_have_value("fare20")
    page.get_by_label("Promo code").fill("fair20")
    page.get_by_role("button", name="Update the total").click()
    expect(page.get_by_text("−£19.00")).to_be_visible()
    page.get_by_role("button", name="Continue to pay £79.80").click()
    ref = pay(page, "£79.80")
    reads(page, f"/bookings/{ref}", "You are booked with Noor Haddad", "Code FAIR20")
    assert town.ledger(ref)["practice:1"] == -7_600
    reads(noor, "/desk/money/codes", "1 use")


def test_each_test_card_once(visit, town):
    page: Page = visit().page
    slot(page, town.at(10, 10))
    fill(page, "Jo Byron")
    type_card(page, "4000 0000 0000 0002", "£99.75")
    expect(page.get_by_text(re.compile("declined", re.I)).first).to_be_visible()
    type_card(page, "4000 0025 0000 3155", "£99.75")
    prove(page)
    page.wait_for_url("**/bookings/*")
    ref = page.url.rpartition("/")[2]
    until(lambda: town.state(ref) == "confirmed")
    other: Page = visit().page
    slot(other, town.at(10, 13))
    fill(other, "Kai Byron")
    type_card(other, "4000 0000 0000 0259", "£99.75")
    other.wait_for_url("**/bookings/*")
    disputed = other.url.rpartition("/")[2]
    until(lambda: town.rows("select count(*) from disputes") == [(1,)])
    assert town.state(disputed) == "confirmed"
