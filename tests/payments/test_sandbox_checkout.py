"""The hosted page, clicked through as a browser without JavaScript does."""

import re

import pytest

from community.payments.sandbox import create_sandbox
from community.payments.terms import CheckoutLine
from tests.payments.desk import GOOD, KEY, Desk

pytestmark = pytest.mark.once


def test_pays(desk: Desk) -> None:
    opened = desk.checkout()
    page = desk.get(f"c/pay/{opened.id}")
    for words in (
        "£99.75",
        "£95.00",
        "£4.75",
        "A first hour",
        "TEST MODE",
        "Full refund until",
        "mara@ellis-",
    ):
        assert words in page.text
    answer = desk.pay(opened)
    assert answer.status_code == 303
    assert answer.location == f"http://site.test/paid?session={opened.id}"
    assert desk.events() == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    state = desk.gateway().fetch_checkout(opened.id)
    assert (state.status, state.payment_status, state.amount, state.amount_received) == (
        "complete",
        "paid",
        9975,
        9975,
    )
    # 1.5 % of 9975 is 149.625, half up 150, plus 20.
    assert (state.fee, state.net, state.card_brand, state.card_last4) == (170, 9805, "visa", "4242")
    assert state.client_reference == "P1"


def test_policy_of_the_page_is_strict(desk: Desk) -> None:
    page = desk.get(f"c/pay/{desk.checkout().id}")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://site.test" in policy
    assert "unsafe" not in policy
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script>", page.text)


def test_double_submit_pays_once(desk: Desk) -> None:
    opened = desk.checkout()
    first, second = desk.pay(opened), desk.pay(opened)
    assert first.location == second.location
    assert len(desk.sdk.charges.list().data) == 1
    assert "Already paid" in desk.get(f"c/pay/{opened.id}").text


def test_decline_keeps_what_was_typed_and_another_card_pays(desk: Desk) -> None:
    opened = desk.checkout()
    answer = desk.pay(opened, card="4000 0000 0000 0002", name="Mara <E>")
    assert answer.status_code == 422
    assert "Your card was declined" in answer.text
    assert 'aria-describedby="err-card"' in answer.text
    assert 'value="4000 0000 0000 0002"' in answer.text
    assert "Mara &lt;E&gt;" in answer.text
    assert "BS6 5QA" in answer.text
    state = desk.gateway().fetch_checkout(opened.id)
    assert (state.status, state.charge, state.amount_received) == ("open", None, 0)
    assert "charge.failed" in desk.events()
    assert desk.pay(opened).status_code == 303
    assert desk.gateway().fetch_checkout(opened.id).payment_status == "paid"
    assert desk.events().count("payment_intent.created") == 1


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("card", "", "Enter your card number"),
        ("card", "4242 4242 4242 4241", "not valid"),
        ("card", "4111 1111 1111 1111", "test mode"),
        ("expiry", "13/30", "month and year"),
        ("expiry", "10/26", "in the past"),
        ("cvc", "12", "three or four digits"),
        ("email", "mara", "e-mail address"),
        ("name", " ", "name on the card"),
        ("country", "XX", "Choose a country"),
        ("card", "4000 0000 0000 9995", "insufficient funds"),
    ],
)
def test_errors_stand_at_their_field(desk: Desk, field: str, typed: str, words: str) -> None:
    answer = desk.pay(desk.checkout(), **{field: typed})
    assert answer.status_code == 422
    found = re.search(rf'id="err-{field}">.*?</p>', answer.text, re.DOTALL)
    assert found
    assert words in found[0]


def test_this_month_is_not_past(desk: Desk) -> None:
    assert desk.pay(desk.checkout(), expiry="11/26").status_code == 303


def test_test_card_fills_in_without_paying(desk: Desk) -> None:
    opened = desk.checkout()
    typed = {**GOOD, "card": "", "name": "Someone else", "fill": "4000002500003155"}
    answer = desk.post(f"c/pay/{opened.id}", **typed)
    assert answer.status_code == 200
    assert 'value="4000 0025 0000 3155"' in answer.text
    assert "Someone else" in answer.text
    assert desk.gateway().fetch_checkout(opened.id).status == "open"


def test_secure_card_asks_first(desk: Desk) -> None:
    opened = desk.checkout()
    answer = desk.pay(opened, card="4000002500003155")
    assert answer.status_code == 303
    assert answer.location.endswith(f"/c/pay/{opened.id}/3ds")
    assert desk.gateway().fetch_checkout(opened.id).intent_status == "requires_action"
    assert "3-D Secure" in desk.get(f"c/pay/{opened.id}/3ds").text
    failed = desk.post(f"c/pay/{opened.id}/3ds", answer="fail")
    assert failed.status_code == 422
    assert "could not confirm this card" in failed.text
    assert "Mara Ellis" in failed.text
    assert desk.gateway().fetch_checkout(opened.id).intent_status == "requires_payment_method"
    # Nothing is under way any more, so an old tab cannot complete it.
    assert desk.post(f"c/pay/{opened.id}/3ds", answer="complete").status_code == 200
    assert desk.gateway().fetch_checkout(opened.id).status == "open"
    desk.pay(opened, card="4000002500003155")
    done = desk.post(f"c/pay/{opened.id}/3ds", answer="complete")
    assert done.location == f"http://site.test/paid?session={opened.id}"
    assert desk.gateway().fetch_checkout(opened.id).payment_status == "paid"


def test_dispute_card_pays_then_disputes(desk: Desk) -> None:
    opened = desk.checkout()
    assert desk.pay(opened, card="4000000000000259").status_code == 303
    charge = desk.gateway().fetch_checkout(opened.id).charge
    assert "charge.dispute.created" in desk.events()
    dispute = desk.sdk.disputes.list().data[0]
    assert (dispute.charge, dispute.amount, dispute.status) == (charge, 9975, "needs_response")
    assert desk.sdk.charges.retrieve(charge).disputed is True


def test_page_ends_by_the_clock(desk: Desk) -> None:
    opened = desk.checkout()
    desk.wait(minutes=30, seconds=59)
    assert desk.get(f"c/pay/{opened.id}").status_code == 200
    desk.wait(seconds=1)
    answer = desk.pay(opened)
    assert "The time to pay is over" in answer.text
    assert 'href="http://site.test/bookings/1"' in answer.text
    assert desk.gateway().fetch_checkout(opened.id).status == "expired"
    assert desk.events() == ["checkout.session.expired"]
    assert desk.sdk.charges.list().data == []


def test_unknown_addresses(desk: Desk) -> None:
    assert desk.get("c/pay/cs_test_none").status_code == 404
    assert desk.get("c/pay/cs_test_none/3ds").status_code == 404
    assert desk.post("c/pay/cs_test_none", **GOOD).status_code == 404
    assert desk.get("nowhere").status_code == 404
    assert desk.get("checkout.js").content_type.startswith("text/javascript")


def test_lines_without_a_picture(desk: Desk) -> None:
    lines = (CheckoutLine("A <call>", 5000, "Thu 3 Dec"), CheckoutLine("Booking fee", 250))
    page = desk.get(f"c/pay/{desk.checkout(lines=lines, note=None).id}").text
    assert "A &lt;call&gt;" in page
    assert "Thu 3 Dec" in page
    assert "£50.00" in page
    assert "£52.50" in page
    assert "<img" not in page


def test_words_are_chosen_outside_the_write_turn(desk: Desk) -> None:
    """A translator may look things up elsewhere; it must not do so while the sandbox's file is held."""

    def translate(message: str, **values: object) -> str:
        assert not sandbox._store._db().in_transaction
        said.append(message)
        return message % values if values else message

    said: list[str] = []
    sandbox = desk.sandbox = create_sandbox(
        desk.path, secret_key=KEY, webhook_url="", webhook_secret="", clock=lambda: desk.at, gettext=translate
    )
    opened = desk.checkout()
    for typed in ({"card": "1"}, {"card": "4000000000000002"}, {"card": "4000002500003155"}, {}):
        desk.get(f"c/pay/{opened.id}")
        desk.pay(opened, **typed)
    assert "Your card was declined. Try another card." in said
    desk.post(f"c/pay/{opened.id}/3ds", answer="fail")
    desk.get("")


def test_a_known_customer_need_not_type_their_address(desk: Desk) -> None:
    """The page has it from the customer: https://docs.stripe.com/api/checkout/sessions/create customer."""
    known = desk.sdk.customers.create({"email": "ada@example.com"})
    opened = desk.checkout(email=None, customer=known.id)
    assert 'value="ada@example.com"' in desk.get(f"c/pay/{opened.id}").text
