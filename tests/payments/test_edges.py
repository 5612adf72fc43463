"""Where one thing meets another: settled twice, refused though it was done, called off while it is being put right."""

from dataclasses import replace
from typing import Any

import gevent
import pytest

from community.core.db import db, refuse_in_transaction, writing
from community.payments import actions, collecting, findings, later, queries, watching, wiring
from community.payments.checking import gaps
from community.payments.gateway import Gateway
from community.payments.sandbox.funds.disputes import dispute
from community.payments.terms import GatewayRefused, GatewayUnavailable
from tests.payments.club import Club
from tests.payments.test_later import ALWAYS_SECURE, at_stripe, planned, recovered
from tests.payments.test_passing_on import transfers
from tests.payments.till import Till


def done_but(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    """Stripe does what it is asked, and we hear this."""
    known = getattr(Gateway, name)

    def doing(self: Gateway, *given: Any, **more: Any) -> None:
        known(self, *given, **more)
        raise error

    monkeypatch.setattr(Gateway, name, doing)


def test_settled_twice_is_once(till: Till) -> None:
    payment_id = till.paid()
    before, posted, told = till.balances(), till.posted(payment_id), list(till.facts)
    with till.app.app_context():
        checkout, line = queries.get(payment_id).checkout_id, collecting.line_of(queries.get(payment_id))
        db.session.rollback()
        state = line.fetch_checkout(checkout or "")
        with writing():
            actions.settle(payment_id, state)
    till.settle()
    assert (till.balances(), till.posted(payment_id), till.facts) == (before, posted, told)


@pytest.mark.parametrize("error", [GatewayRefused("idempotency_key_in_use", "wait"), GatewayUnavailable()])
def test_a_charge_that_was_made_counts_whatever_we_heard(
    till: Till, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """A refusal is held against what Stripe has; where nothing was heard, the next try looks before it asks."""
    _first, rest = planned(till)
    till.wait(days=5, minutes=1)
    with monkeypatch.context() as broken:
        done_but(broken, "charge_saved", error)
        if isinstance(error, GatewayUnavailable):
            with pytest.raises(GatewayUnavailable):
                till.ask(later.charge, rest)
            assert till.status(rest) == "charging"
        assert till.ask(later.charge, rest) == "paid"
    assert len(at_stripe(till, rest)) == 1
    assert till.posted(rest) == ["payment", "stripe_fee"]


def test_called_off_while_it_is_being_put_right(till: Till) -> None:
    """Its Checkout ends too."""
    _first, rest = planned(till, ALWAYS_SECURE, secure=True)
    till.wait(days=5, minutes=1)
    till.settle()
    with till.app.app_context():
        url = later.open_recovery(rest)
        assert later.open_recovery(rest) == url
        made = queries.recovery(rest, ("open",))
        assert made is not None
        made_id = made.id
    till.do(actions.call_off, rest)
    till.do(actions.call_off, made_id)
    assert till.status(made_id) == "closing"
    till.do(actions.call_off, made_id)
    till.settle()
    assert (till.status(rest), till.status(made_id)) == ("given_up", "expired")
    assert till.sdk.checkout.sessions.retrieve(till.read(made_id).checkout_id).status == "expired"


def test_put_right_at_the_moment_it_was_called_off(till: Till) -> None:
    """It is paid: whose subject it is hears of it, and decides."""
    _first, rest = planned(till, ALWAYS_SECURE, secure=True)
    till.wait(days=5, minutes=1)
    till.settle()
    made = recovered(till, rest)
    told = till.facts.count("PaymentSucceeded")
    till.do(actions.call_off, rest)
    till.do(actions.call_off, made)
    till.settle()
    assert (till.status(rest), till.status(made)) == ("given_up", "paid")
    assert till.facts.count("PaymentSucceeded") == told + 1
    with till.app.app_context():
        assert gaps() == []


def test_a_dispute_about_a_payment_of_somebody_elses(till: Till) -> None:
    """Staff took it in the dashboard: there is nothing of ours to change."""
    name = till.sdk.customers.create({"email": "ada@example.com"}).id
    card = till.sdk.payment_methods.attach("pm_card_visa", {"customer": name})
    intent = till.sdk.payment_intents.create(
        {"amount": 700, "currency": "gbp", "customer": name, "payment_method": card.id, "off_session": True,
         "confirm": True}
    )  # fmt: skip
    with till.sandbox._store.write() as tx:
        dispute(tx, tx.get("charge", intent.latest_charge), "fraudulent")
    told = till.collect()
    assert any(b"charge.dispute.created" in body for body, _headers in told)
    till.send(told)
    assert till.drain() > 0
    with till.app.app_context():
        assert queries.disputes() == []
        assert queries.by_intent(intent.id) is None


def test_our_part_of_a_direct_charge_is_known_to_the_daily_compare(till: Till) -> None:
    with till.sandbox._store.write() as tx:
        for table in ("attempts", "answers", "requests", "objects"):
            tx.db.execute(f"DELETE FROM {table}")
    till.site(money_mode="direct")
    till.connect()
    payment_id = till.paid(mode="direct")
    till.do(actions.owe_refund, payment_id, amount=1000, reason="part")
    till.settle()
    till.wait(hours=2)
    with till.app.app_context():
        assert watching.compare() == 0
        assert findings.count_open() == 0


def test_a_month_paid_outside_of_stripe_is_no_payment(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Staff marked its invoice as paid by other means: no charge, so nothing to post."""
    club = Club(till)
    club.pay()
    known = Gateway.invoices_of

    def by_other_means(self: Gateway, name: str) -> tuple[Any, ...]:
        return tuple(replace(one, payment_intent=None) for one in known(self, name))

    monkeypatch.setattr(Gateway, "invoices_of", by_other_means)
    till.settle()
    assert (club.read().status, club.payments(), till.balances()) == ("active", [], {})


def test_the_keeper_delivers_what_the_sandbox_has_to_tell(till: Till) -> None:
    till.pay(till.opened(manual=False))
    assert till.post == []
    ours = [one for one in till.app.extensions["background"]["keeper"] if one.__module__ == wiring.__name__]
    begun = [gevent.spawn(start, till.app) for start in ours]
    try:
        with gevent.Timeout(20):
            while not till.post:
                gevent.sleep(0.05)
    finally:
        gevent.killall(begun)
    assert any(b"checkout.session.completed" in body for body, _headers in till.post)


def test_a_debt_is_kept_from_money_of_its_own_currency_alone(till: Till) -> None:
    """The site's currency was changed since."""
    account = till.connect()
    till.release(euros := till.paid(currency="EUR"))
    till.wait(days=8)
    till.settle()
    assert till.at_stripe(account, "eur") == 0  # it went to their bank
    till.do(actions.owe_refund, euros, amount=9975, reason="all")
    till.settle()
    assert till.balances("EUR")["practice:1"] == 9500
    till.release(pounds := till.paid())
    assert transfers(till, pounds) == [("practice:1", "sent", 9500)]
    assert till.balances("EUR")["practice:1"] == 9500
    till.release(more := till.paid(currency="EUR", amount=10_000, fee=0))
    assert transfers(till, more) == [("practice:1", "sent", 500)]
    assert "practice:1" not in till.balances("EUR")
    assert (till.posted(euros)[-1], till.posted(more)[-3:-1]) == ("debt_kept", ["debt_kept", "transfer_begun"])


def test_whoever_asked_may_ask_of_the_next_one(till: Till) -> None:
    """No talk leaves a transaction open, inside of which Stripe is never asked."""
    first, rest = planned(till)
    till.wait(days=5, minutes=1)
    with till.app.app_context():
        for talk in (later.charge, later.charge, later.end, collecting.look, collecting.close, collecting.look_at_fee):
            talk(rest)
            refuse_in_transaction()
        collecting.give_up(first)
        refuse_in_transaction()


def test_before_its_checkout_is_open_there_is_nothing_to_ask(till: Till) -> None:
    with till.app.app_context(), writing():
        payment = actions.open_payment(
            purpose="test", subject="test:1", payer="ada@example.com", payee="practice:1", payee_name="Noor Haddad",
            amount=9975, fee=475, currency="GBP", description="An hour",
        )  # fmt: skip
        payment_id = payment.id
    assert till.ask(collecting.look, payment_id) == "new"
    assert till.ask(collecting.give_up, payment_id) == "new"
    assert till.ask(collecting.take, payment_id) == "new"
    assert till.requests(till.read(payment_id).ref) == []
