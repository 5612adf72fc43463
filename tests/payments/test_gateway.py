"""Our gateway against the sandbox: values in and out, final and unknown errors, the guard."""

from datetime import timedelta

import pytest

from community.payments.patience import of_request
from community.payments.terms import (
    AlreadyComplete,
    Expired,
    GatewayRefused,
    GatewayUnavailable,
    RefundRequest,
    SignatureRefused,
)
from tests.payments.desk import Desk, paid
from tests.payments.weather import Weather

pytestmark = pytest.mark.once


def test_opens_once_per_key(desk: Desk) -> None:
    first, again = desk.checkout(), desk.checkout()
    assert first == again
    assert first.expires_at == desk.at + timedelta(minutes=31)
    assert first.url == f"http://site.test/_stripe/c/pay/{first.id}"
    session = desk.sdk.checkout.sessions.retrieve(first.id)
    assert session.allowed_payment_method_types == ["card"]


def test_the_payment_carries_its_order(desk: Desk) -> None:
    state = paid(desk, metadata={"kind": "booking"})
    intent = desk.sdk.payment_intents.retrieve(state.payment_intent)
    assert intent.transfer_group == "O1"
    assert intent.metadata.to_dict() == {"kind": "booking", "reference": "P1"}


def test_expires(desk: Desk) -> None:
    opened = desk.checkout()
    assert desk.gateway().expire_checkout(opened.id, key="x") == Expired(opened.id)
    assert desk.gateway().expire_checkout(opened.id, key="x") == Expired(opened.id)
    assert desk.gateway().expire_checkout(opened.id, key="y") == Expired(opened.id)
    assert "The time to pay is over" in desk.pay(opened).text
    assert desk.gateway().fetch_checkout(opened.id).status == "expired"


def test_paid_first_wins_over_expire(desk: Desk) -> None:
    opened = desk.checkout()
    desk.pay(opened)
    answer = desk.gateway().expire_checkout(opened.id, key="x")
    assert isinstance(answer, AlreadyComplete)
    assert (answer.state.payment_status, answer.state.amount_received) == ("paid", 9975)
    with pytest.raises(GatewayRefused) as caught:
        desk.gateway().expire_checkout("cs_test_none", key="z")
    assert caught.value.code == "resource_missing"


def test_expire_during_secure_ends_the_intent(desk: Desk) -> None:
    opened = desk.checkout()
    desk.pay(opened, card="4000002500003155")
    assert desk.gateway().expire_checkout(opened.id, key="x") == Expired(opened.id)
    assert "The time to pay is over" in desk.post(f"c/pay/{opened.id}/3ds", answer="complete").text
    state = desk.gateway().fetch_checkout(opened.id)
    assert (state.status, state.intent_status, state.amount_received) == ("expired", "canceled", 0)


def test_refund(desk: Desk) -> None:
    state, gateway = paid(desk), desk.gateway()
    asked = RefundRequest("r1", state.payment_intent, 4988, "requested_by_customer", {"why": "cancelled"})
    refund = gateway.refund(asked)
    assert (refund.status, refund.amount, refund.currency, refund.charge) == (
        "succeeded",
        4988,
        "GBP",
        state.charge,
    )
    assert gateway.refund(asked) == gateway.fetch_refund(refund.id) == refund
    gateway.refund(RefundRequest("r2", state.payment_intent, 4987))
    with pytest.raises(GatewayRefused) as caught:
        gateway.refund(RefundRequest("r3", state.payment_intent, 1))
    assert caught.value.code == "charge_already_refunded"


def test_capture(desk: Desk) -> None:
    state, gateway = paid(desk, capture="manual"), desk.gateway()
    assert state.capture_before == desk.at + timedelta(days=7)
    with pytest.raises(GatewayRefused):
        gateway.refund(RefundRequest("r", state.payment_intent, 1))
    with pytest.raises(GatewayRefused):
        gateway.capture(state.payment_intent, key="c0", amount=9976)
    taken = gateway.capture(state.payment_intent, key="c", amount=9000)
    assert (taken.status, taken.amount_received, taken.fee) == ("succeeded", 9000, 155)
    assert gateway.capture(state.payment_intent, key="c", amount=9000) == taken
    after = gateway.fetch_checkout(state.id)
    assert (after.payment_status, after.capture_before) == ("paid", None)
    with pytest.raises(GatewayRefused) as caught:
        gateway.cancel_intent(state.payment_intent, key="n")
    assert caught.value.code == "payment_intent_unexpected_state"


def test_release(desk: Desk) -> None:
    state, gateway = paid(desk, capture="manual"), desk.gateway()
    assert gateway.cancel_intent(state.payment_intent, key="n").status == "canceled"
    with pytest.raises(GatewayRefused):
        gateway.capture(state.payment_intent, key="c")


def test_what_a_state_means(desk: Desk) -> None:
    gateway = desk.gateway()
    opened = desk.checkout(key="a", capture="manual")
    seen = [gateway.fetch_checkout(opened.id).outcome]
    desk.pay(opened)
    seen.append(gateway.fetch_checkout(opened.id).outcome)
    intent = str(gateway.fetch_checkout(opened.id).payment_intent)
    gateway.capture(intent, key="c")
    seen.append(gateway.fetch_checkout(opened.id).outcome)
    other = paid(desk, key="b", capture="manual")
    gateway.cancel_intent(other.payment_intent, key="n")
    seen.append(gateway.fetch_checkout(other.id).outcome)
    third = desk.checkout(key="d", capture="manual")
    gateway.expire_checkout(third.id, key="x")
    seen.append(gateway.fetch_checkout(third.id).outcome)
    assert seen == ["open", "authorised", "paid", "released", "expired"]
    assert paid(desk, key="e").outcome == "paid"


def test_completed_before_it_could_be_ended(desk: Desk) -> None:
    state = paid(desk, capture="manual")
    answer = desk.gateway().expire_checkout(state.id, key="x")
    assert isinstance(answer, AlreadyComplete)
    assert (answer.state.outcome, answer.state.amount_received) == ("authorised", 0)


@pytest.mark.parametrize("verb", ["capture", "cancel_intent"])
@pytest.mark.parametrize("fault", ["down", "lost", "500", "409"])
def test_unknown_whether_it_was_taken_or_let_go(desk: Desk, verb: str, fault: str) -> None:
    """The same key afterwards tells, and it happened once."""
    state = paid(desk, capture="manual")
    gateway = desk.gateway(http_client=Weather(desk.sandbox, *[fault] * 3))
    with pytest.raises(GatewayUnavailable):
        getattr(gateway, verb)(state.payment_intent, key="k")
    after = getattr(gateway, verb)(state.payment_intent, key="k")
    assert after.status == {"capture": "succeeded", "cancel_intent": "canceled"}[verb]
    told = {"capture": "payment_intent.succeeded", "cancel_intent": "payment_intent.canceled"}[verb]
    assert desk.events().count(told) == 1


def test_events_since_oldest_first(desk: Desk) -> None:
    for number in range(101):
        desk.sdk.customers.create({"email": f"c{number}@a.test"})
    desk.wait(hours=1)
    state = paid(desk)
    recent = desk.gateway().events_since(desk.at)
    assert [event.type for event in recent][-1] == "checkout.session.completed"
    assert recent[-1].object_id == state.id
    assert recent[-1].livemode is False
    assert len(desk.gateway().events_since(desk.at - timedelta(days=1))) == 105
    only = desk.gateway().events_since(desk.at, types=["charge.succeeded", "charge.failed"])
    assert [event.object_id for event in only] == [state.charge]


def test_verify(desk: Desk) -> None:
    state = paid(desk)
    desk.sandbox.deliver_due()
    _, body, headers = desk.posted[-1]
    signature = headers["Stripe-Signature"]
    event = desk.gateway().verify(body, signature)
    assert (event.type, event.object_id, event.created) == ("checkout.session.completed", state.id, desk.at)
    for forged, sign in [
        (body.replace(b"9975", b"1"), signature),
        (body, signature[:-1] + ("0" if signature[-1] != "0" else "1")),
        (body, ""),
        (body, "t=x,v1=y"),
        (b"\xff", signature),
    ]:
        with pytest.raises(SignatureRefused):
            desk.gateway().verify(forged, sign)
    desk.wait(minutes=5, seconds=1)
    with pytest.raises(SignatureRefused):
        desk.gateway().verify(body, signature)


def test_verify_refuses_what_is_signed_but_no_event(desk: Desk) -> None:
    from community.payments.sandbox.deliveries import sign

    for body in (b"[]", b"{}", b'{"object": "charge"}', b"null"):
        with pytest.raises(SignatureRefused):
            desk.gateway().verify(body, sign("whsec_desk", body, int(desk.at.timestamp())))


def test_lost_answers_are_asked_again_and_happen_once(desk: Desk) -> None:
    line = Weather(desk.sandbox, "lost", "500")
    opened = desk.gateway(http_client=line).open_checkout(desk.request())
    assert line.tries == 3
    assert [one.id for one in desk.sdk.checkout.sessions.list().data] == [opened.id]


@pytest.mark.parametrize("fault", ["down", "lost", "500", "503", "409"])
def test_unknown_outcome(desk: Desk, fault: str) -> None:
    line = Weather(desk.sandbox, *[fault] * 3)
    gateway = desk.gateway(http_client=line)
    with pytest.raises(GatewayUnavailable):
        gateway.open_checkout(desk.request())
    assert line.tries == 3
    gateway.open_checkout(desk.request())
    assert len(desk.sdk.checkout.sessions.list().data) == 1


def test_a_request_asks_once_and_then_not_at_all(desk: Desk) -> None:
    line = Weather(desk.sandbox, *["down"] * 5)
    gateway = desk.gateway(http_client=line, patience=of_request())
    for _ in range(5):
        with pytest.raises(GatewayUnavailable):
            gateway.open_checkout(desk.request())
    assert line.tries == 2


def test_a_no_does_not_count_as_away(desk: Desk) -> None:
    gateway = desk.gateway(patience=of_request())
    for _ in range(3):
        with pytest.raises(GatewayRefused):
            gateway.fetch_checkout("cs_none")


def test_too_many_requests_is_unknown_too(desk: Desk) -> None:
    with pytest.raises(GatewayUnavailable):
        desk.gateway(http_client=Weather(desk.sandbox, "429")).open_checkout(desk.request())


def test_final_errors_have_codes(desk: Desk) -> None:
    with pytest.raises(GatewayRefused) as small:
        desk.checkout(lines=desk.request().lines[:0])
    assert small.value.code in {"parameter_missing", "parameter_invalid_empty"}
    desk.checkout()
    with pytest.raises(GatewayRefused) as other:
        desk.checkout(reference="P2")
    assert other.value.code == "idempotency_error"


def test_never_calls_with_a_transaction_open(desk: Desk) -> None:
    def guard() -> None:
        raise RuntimeError("a transaction is open")

    line = Weather(desk.sandbox)
    gateway = desk.gateway(http_client=line, guard=guard)
    calls = [
        lambda: gateway.open_checkout(desk.request()),
        lambda: gateway.fetch_checkout("cs"),
        lambda: gateway.expire_checkout("cs", key="k"),
        lambda: gateway.refund(RefundRequest("k", "pi", 1)),
        lambda: gateway.fetch_refund("re"),
        lambda: gateway.refunds_of("pi"),
        lambda: gateway.checkout_of("pi"),
        lambda: gateway.fetch_intent("pi"),
        lambda: gateway.capture("pi", key="k"),
        lambda: gateway.cancel_intent("pi", key="k"),
        lambda: gateway.events_since(desk.at),
    ]
    for call in calls:
        with pytest.raises(RuntimeError, match="transaction"):
            call()
    assert line.tries == 0


def test_names_the_payee(desk: Desk) -> None:
    opened = desk.checkout(payee="Noor Haddad")
    assert "Pay Noor Haddad" in desk.get(f"c/pay/{opened.id}").text


def test_finds_its_way_back_from_a_payment(desk: Desk) -> None:
    state, gateway = paid(desk), desk.gateway()
    intent = gateway.fetch_intent(state.payment_intent)
    assert (intent.status, intent.charge, intent.fee, intent.net) == ("succeeded", state.charge, 170, 9805)
    assert gateway.checkout_of(state.payment_intent) == state.id
    assert gateway.checkout_of("pi_none") is None
    assert gateway.refunds_of(state.payment_intent) == ()
    first = gateway.refund(RefundRequest("r1", state.payment_intent, 100))
    by_hand = desk.sdk.refunds.create({"charge": state.charge, "amount": 50})
    assert [one.id for one in gateway.refunds_of(state.payment_intent)] == [first.id, by_hand.id]
