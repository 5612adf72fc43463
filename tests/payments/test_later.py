"""Parts charged later to a saved card: due, refused, tried again, put right by the payer, given up; never twice."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.core import clock
from community.core.db import db, writing
from community.core.deliveries import Delivery
from community.payments import actions, collecting, later, queries, reactions, rules
from community.payments.checking import gaps
from tests.payments.till import CARD, Till
from tests.world import post

# https://docs.stripe.com/testing: one asks for 3-D Secure each time, one is refused once it was saved, one pays.
PAYS, ALWAYS_SECURE, SAVED_IS_REFUSED = "4242424242424242", "4000002760003184", "4000000000000341"
MODES = pytest.mark.parametrize("mode", ["platform", "direct"])


def planned(till: Till, card: str = PAYS, *, days: float = 5, secure: bool = False, **values: Any) -> tuple[int, int]:
    """A first part that is paid, and one to come: their ids."""
    first = till.opened(manual=False, amount=3000, fee=100, saves_card=True, **values)
    if secure:
        prove(till, first, card)
    else:
        till.pay(first, card)
    till.settle()
    assert till.status(first) == "paid"
    with till.app.app_context(), writing():
        due = clock.now() + timedelta(days=days)
        made = actions.plan_payment(
            queries.get(first), amount=7000, fee=233, kind="balance", description="The rest", due_at=due,
            until=due + timedelta(days=10),
        )  # fmt: skip
        return first, made.id


def prove(till: Till, payment_id: int, card: str) -> None:
    """Pay with a card whose bank asks for 3-D Secure, and say yes there."""
    url = till.read(payment_id).checkout_url
    browser = till.app.test_client()
    asked = browser.post(url, data=CARD | {"card": card})
    assert asked.status_code == 303
    assert browser.post(asked.location, data={"answer": "complete"}).status_code == 303


def recovered(till: Till, failed: int, card: str = PAYS, *, secure: bool = False) -> int:
    """The payer puts it right on the page of it; the id of what stands for it."""
    answer = post(till.app.test_client(), f"/payments/{till.read(failed).ref}", {})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with till.app.app_context():
        made = queries.recovery(failed, ("open",))
        assert made is not None
        made_id = made.id
    if secure:
        prove(till, made_id, card)
    else:
        till.pay(made_id, card)
    return made_id


def at_stripe(till: Till, payment_id: int) -> list[Any]:
    """Every PaymentIntent that was made for it."""
    ref = till.read(payment_id).ref
    found = till.sdk.payment_intents.list({"limit": 100}).auto_paging_iter()
    return [one for one in found if getattr(one.metadata, "reference", None) == ref]


def sound(till: Till) -> None:
    with till.app.app_context():
        assert gaps() == []


@MODES
def test_a_part_is_charged_when_it_falls_due(till: Till, mode: str) -> None:
    """Once, with the site's share on the charge itself in direct mode, and posted as any payment."""
    till.site(money_mode=mode)
    account = till.connect()
    first, rest = planned(till, mode=mode)
    till.settle()
    assert till.status(rest) == "due"
    till.wait(days=5, minutes=1)
    till.settle()
    found = till.read(rest)
    assert (found.status, found.card, found.attempts) == ("paid", "Visa 4242", 1)
    options = {"stripe_account": account} if mode == "direct" else {}
    intent = till.sdk.payment_intents.retrieve(found.intent_id, None, options)
    assert (intent.amount, intent.metadata["reference"]) == (7000, found.ref)
    assert intent.transfer_group == "test:1"
    assert intent.application_fee_amount == (233 if mode == "direct" else None)
    assert till.posted(rest) == ["payment", "stripe_fee"]
    assert till.balances()["fees"] == -333
    for _ in range(3):
        till.ask(later.charge, rest)
    till.settle()
    assert till.posted(rest) == ["payment", "stripe_fee"]
    till.do(actions.owe_refund, rest, amount=7000, reason="cancelled")
    till.do(actions.owe_refund, first, amount=3000, reason="cancelled")
    till.settle()
    assert till.balances().get("fees", 0) == 0
    sound(till)


@pytest.mark.parametrize("days", [5, 3])
def test_a_part_is_told_of_three_days_before(till: Till, days: int) -> None:
    """Where it comes sooner, its payer has just read of it."""
    _first, rest = planned(till, days=days)
    with till.app.app_context():
        coming = select(Delivery).where(Delivery.handler.like("%tell_charge_coming"))
        told = [(one.payload["payment_id"], one.due_at) for one in db.session.scalars(coming)]
    assert told == ([(rest, till.read(rest).due_at - timedelta(days=3))] if days > 3 else [])


def test_an_answer_that_is_lost_is_asked_for_again(till: Till) -> None:
    """The card is charged once: what was begun is looked for at Stripe before anything is asked anew."""
    _first, rest = planned(till)
    till.wait(days=5, minutes=3)
    line = till.weather("lost")
    with till.app.app_context():
        reactions.sweep()
    assert till.status(rest) in {"charging", "paid"}
    line.faults.clear()
    with till.app.app_context():
        reactions.sweep()
    till.settle()
    assert till.status(rest) == "paid"
    assert len(at_stripe(till, rest)) == 1
    sound(till)


def test_without_any_webhook(till: Till) -> None:
    """The timer's own answer settles it; so does listening, where even that is lost."""
    _first, rest = planned(till, ALWAYS_SECURE, secure=True)
    till.wait(days=5, minutes=1)
    till.drain()
    assert till.status(rest) == "recovering"
    made = recovered(till, rest)
    till.collect()  # thrown away
    till.wait(minutes=6)
    with till.app.app_context():
        reactions.listen()
    till.drain()
    assert (till.status(made), till.status(rest)) == ("paid", "given_up")
    sound(till)


@MODES
def test_three_d_secure_is_put_right_by_the_payer(till: Till, mode: str) -> None:
    till.site(money_mode=mode)
    account = till.connect()
    _first, rest = planned(till, ALWAYS_SECURE, secure=True, mode=mode)
    till.wait(days=5, minutes=1)
    till.settle()
    failed = till.read(rest)
    assert (failed.status, failed.failure, failed.next_try_at) == ("recovering", "authentication_required", None)
    assert failed.recover_by == clock.now() + timedelta(hours=72)
    page = till.app.test_client().get(f"/payments/{failed.ref}").get_data(as_text=True)
    assert "Your bank wants you to confirm this payment yourself" in page
    assert "£70.00" in page
    made = recovered(till, rest, ALWAYS_SECURE, secure=True)
    till.settle()
    assert (till.status(made), till.status(rest)) == ("paid", "given_up")
    assert till.posted(rest) == []
    assert "This is paid" in till.app.test_client().get(f"/payments/{failed.ref}").get_data(as_text=True)
    assert post(till.app.test_client(), f"/payments/{failed.ref}", {}, form_at="/signin").status_code == 409
    options = {"stripe_account": account} if mode == "direct" else {}
    assert till.sdk.payment_intents.retrieve(failed.intent_id, None, options).status == "canceled"
    sound(till)


def test_a_soft_refusal_is_tried_again_and_then_given_up(till: Till) -> None:
    """A day apart, three times in all, on one payment at Stripe; after three days whose money it is decides."""
    _first, rest = planned(till, SAVED_IS_REFUSED)
    till.wait(days=5, minutes=1)
    till.settle()
    for attempt in (1, 2, 3):
        found = till.read(rest)
        assert (found.status, found.failure, found.attempts) == ("recovering", "generic_decline", attempt)
        till.wait(days=1, minutes=1)
        till.settle()
    assert till.status(rest) == "given_up"
    assert len(at_stripe(till, rest)) == 1
    assert [len(till.requests(f"{till.read(rest).ref}{nth}")) for nth in ("", "-2", "-3", "-4")] == [1, 1, 1, 0]
    till.do(actions.wait_longer, rest)
    assert till.status(rest) == "recovering"
    made = recovered(till, rest)
    till.settle()
    assert (till.status(made), till.status(rest)) == ("paid", "given_up")
    sound(till)


def test_one_that_staff_ended_at_stripe_is_put_right_by_the_payer(till: Till) -> None:
    """Between two tries, in Stripe's dashboard: it can't be asked again, which is heard before it is."""
    _first, rest = planned(till, SAVED_IS_REFUSED)
    till.wait(days=5, minutes=1)
    till.settle()
    till.sdk.payment_intents.cancel(till.read(rest).intent_id)
    till.wait(days=1, minutes=1)
    with till.app.app_context(), writing():
        assert actions.begin_charge(rest) == "first"
    till.ask(collecting.look, rest)
    found = till.read(rest)
    assert (found.status, found.attempts) == ("recovering", 2)


@pytest.mark.parametrize("order", ["first the charge", "first the recovery"])
def test_both_paid_one_goes_back_at_once(till: Till, order: str) -> None:
    """The charge went through after all while its payer put it right: whichever comes second is given back."""
    _first, rest = planned(till, ALWAYS_SECURE, secure=True)
    till.wait(days=5, minutes=1)
    till.settle()
    intent = till.read(rest).intent_id
    made = recovered(till, rest)
    till.sdk.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    talks = [rest, made] if order == "first the charge" else [made, rest]
    for payment_id in talks:
        till.ask(collecting.look, payment_id)
    till.settle()
    assert {till.status(rest), till.status(made)} == {"paid"}
    kept, back = till.read(talks[0]), till.read(talks[1])
    assert (kept.refunded, back.refunded) == (0, 7000)
    with till.app.app_context():
        assert [one.reason for one in queries.get(talks[1]).refunds] == [rules.NOT_WANTED]
    sound(till)


def test_called_off_while_it_is_being_charged(till: Till) -> None:
    """It was taken all the same: it goes back, and nothing is owed for it."""
    _first, rest = planned(till)
    till.wait(days=5, minutes=1)
    with till.app.app_context(), writing():
        assert actions.begin_charge(rest) == "first"
    till.do(actions.call_off, rest)
    payment = till.read(rest)
    with till.app.app_context():
        customer = queries.get(rest).customer.stripe_id
    till.sdk.payment_intents.create(
        {"amount": 7000, "currency": "gbp", "customer": customer, "payment_method": payment.payment_method,
         "off_session": True, "confirm": True, "metadata": {"reference": payment.ref}},
    )  # fmt: skip
    till.settle()
    assert (till.status(rest), till.read(rest).refunded) == ("paid", 7000)
    sound(till)


def test_called_off_before_the_card_was_asked(till: Till) -> None:
    """It was about to be: there is nothing at Stripe to end."""
    _first, rest = planned(till)
    till.wait(days=5, minutes=1)
    with till.app.app_context(), writing():
        assert actions.begin_charge(rest) == "first"
    till.do(actions.call_off, rest)
    till.settle()
    till.ask(later.end, rest)
    assert till.status(rest) == "given_up"
    assert at_stripe(till, rest) == []
    assert till.requests(f"{till.read(rest).ref}-cancel") == []


def test_what_is_planned_is_called_off(till: Till) -> None:
    _first, rest = planned(till)
    till.do(actions.call_off, rest)
    till.wait(days=6)
    till.settle()
    assert till.status(rest) == "given_up"
    assert post(till.app.test_client(), f"/payments/{till.read(rest).ref}", {}, form_at="/signin").status_code == 409


def test_what_is_not_charged_later_has_no_page(till: Till) -> None:
    first = till.paid()
    assert till.app.test_client().get(f"/payments/{till.read(first).ref}").status_code == 404
    assert till.app.test_client().get("/payments/paynothing").status_code == 404


def test_one_customer_per_payer_and_account(till: Till) -> None:
    """However often they book; another on a practice's own account."""
    first, _rest = planned(till)
    second, _rest = planned(till)
    till.site(money_mode="direct")
    till.connect()
    third, _rest = planned(till, mode="direct")
    with till.app.app_context():
        known = [queries.get(one).customer.stripe_id for one in (first, second, third)]
    assert known[0] == known[1] != known[2]
    assert till.read(first).payment_method != till.read(second).payment_method
