"""Parameters, errors, idempotency, refunds, capture and lists, through the real SDK."""

from typing import Any

import pytest
import stripe

from community.payments.sandbox import WsgiClient, checkouts
from tests.payments.desk import Desk, paid

pytestmark = pytest.mark.once


def params(desk: Desk, **changes: Any) -> dict[str, Any]:
    amount, currency = changes.pop("amount", 5000), changes.pop("currency", "gbp")
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "An hour"}}
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": "http://site.test/ok",
        **changes,
    }


def refusal(desk: Desk, given: dict[str, Any]) -> stripe.InvalidRequestError:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        desk.sdk.checkout.sessions.create(given)
    return caught.value


def test_needs_the_key(desk: Desk) -> None:
    other = stripe.StripeClient(
        "sk_test_other",
        base_addresses={"api": "http://site.test/_stripe"},
        http_client=WsgiClient(desk.sandbox),
    )
    with pytest.raises(stripe.AuthenticationError):
        other.v1.balance.retrieve()


@pytest.mark.parametrize(("currency", "least"), [("gbp", 30), ("eur", 50), ("usd", 50), ("jpy", 50), ("sek", 300)])
def test_least_amount(desk: Desk, currency: str, least: int) -> None:
    assert desk.sdk.checkout.sessions.create(params(desk, amount=least, currency=currency)).amount_total == least
    assert refusal(desk, params(desk, amount=least - 1, currency=currency)).code == "amount_too_small"


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"amount": 100_000_000}, "amount_too_large", None),
        ({"currency": "xyz"}, None, "line_items[0][price_data][currency]"),
        ({"amount": -1}, "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"),
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({"payment_intent_data": {"capture": "x"}}, "parameter_unknown", "payment_intent_data[capture]"),
        ({"success_url": "nowhere"}, "url_invalid", "success_url"),
        ({"mode": "setup"}, "sandbox_unsupported", "mode"),
        (
            {"payment_intent_data": {"application_fee_amount": 5}},
            None,
            "payment_intent_data[application_fee_amount]",
        ),
        ({"customer": "cus_none"}, "resource_missing", "customer"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"metadata": {"k" * 41: "v"}}, None, f"metadata[{'k' * 41}]"),
    ],
)
def test_refuses_as_stripe_does(desk: Desk, changes: Any, code: str | None, param: str | None) -> None:
    error = refusal(desk, params(desk, **changes))
    assert (error.code, error.param) == (code, param)


@pytest.mark.parametrize("missing", ["mode", "line_items", "success_url"])
def test_missing(desk: Desk, missing: str) -> None:
    given = params(desk)
    del given[missing]
    error = refusal(desk, given)
    assert (error.code, error.param) == ("parameter_missing", missing)


@pytest.mark.parametrize(("minutes", "taken"), [(29, False), (30, True), (1440, True), (1441, False)])
def test_ends_30_minutes_to_24_hours_away(desk: Desk, minutes: int, *, taken: bool) -> None:
    given = params(desk, expires_at=int(desk.at.timestamp()) + minutes * 60)
    if taken:
        assert desk.sdk.checkout.sessions.create(given).expires_at == given["expires_at"]
    else:
        assert refusal(desk, given).param == "expires_at"


def test_same_key_replays_even_after_a_restart(desk: Desk) -> None:
    first = desk.sdk.checkout.sessions.create(params(desk), {"idempotency_key": "k"})
    desk.sandbox.close()
    desk.open()
    again = desk.sdk.checkout.sessions.create(params(desk), {"idempotency_key": "k"})
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(desk.sdk.checkout.sessions.list().data) == 1
    desk.wait(hours=24)
    assert desk.sdk.checkout.sessions.create(params(desk), {"idempotency_key": "k"}).id != first.id


def test_same_key_other_parameters(desk: Desk) -> None:
    desk.sdk.checkout.sessions.create(params(desk), {"idempotency_key": "k"})
    with pytest.raises(stripe.IdempotencyError) as caught:
        desk.sdk.checkout.sessions.create(params(desk, amount=5001), {"idempotency_key": "k"})
    assert caught.value.http_status == 400


def test_a_refused_validation_does_not_use_up_the_key(desk: Desk) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        desk.sdk.checkout.sessions.create(params(desk, amount=1), {"idempotency_key": "k"})
    assert desk.sdk.checkout.sessions.create(params(desk), {"idempotency_key": "k"}).status == "open"


def test_a_refused_execution_is_remembered(desk: Desk) -> None:
    state = paid(desk)
    over = {"payment_intent": state.payment_intent, "amount": 9976}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded") as caught:
            desk.sdk.refunds.create(over, {"idempotency_key": "r"})
    assert caught.value.headers["Idempotent-Replayed"] == "true"


def test_effect_and_remembered_answer_are_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A death between the effect and its remembered answer leaves neither."""
    from community.payments.sandbox.api import Api

    def die(*_: object) -> None:
        raise RuntimeError("killed")

    state = paid(desk)
    given = {"payment_intent": state.payment_intent, "amount": 1000}
    before = desk.events()
    with monkeypatch.context() as patch:
        patch.setattr(Api, "_remember", staticmethod(die))
        with pytest.raises(stripe.APIError):
            desk.sdk.refunds.create(given, {"idempotency_key": "r"})
    assert desk.sdk.refunds.list().data == []
    assert desk.events() == before
    refund = desk.sdk.refunds.create(given, {"idempotency_key": "r"})
    assert desk.sdk.refunds.create(given, {"idempotency_key": "r"}).id == refund.id
    assert len(desk.sdk.refunds.list().data) == 1


def test_a_payment_is_one_transaction(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = desk.checkout()

    def die(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(checkouts.intents, "collect", die)
        with pytest.raises(RuntimeError):
            desk.pay(opened)
    assert desk.events() == []
    assert desk.sdk.charges.list().data == []
    assert desk.pay(opened).status_code == 303


def test_refunds_never_exceed_what_was_paid(desk: Desk) -> None:
    state = paid(desk)
    intent = state.payment_intent
    first = desk.sdk.refunds.create({"payment_intent": intent, "amount": 4000})
    entry = desk.sdk.balance_transactions.retrieve(first.balance_transaction)
    assert (entry.amount, entry.fee, entry.net, entry.type) == (-4000, 0, -4000, "refund")
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded") as over:
        desk.sdk.refunds.create({"payment_intent": intent, "amount": 5976})
    assert over.value.param == "amount"
    assert desk.sdk.refunds.create({"charge": state.charge}).amount == 5975
    with pytest.raises(stripe.InvalidRequestError) as gone:
        desk.sdk.refunds.create({"payment_intent": intent, "amount": 1})
    assert gone.value.code == "charge_already_refunded"
    charge = desk.sdk.charges.retrieve(state.charge)
    assert (charge.amount_refunded, charge.refunded) == (9975, True)
    assert [one.amount for one in desk.sdk.refunds.list({"payment_intent": intent}).data] == [5975, 4000]
    assert len(desk.sdk.refunds.list({"charge": state.charge}).data) == 2
    assert desk.events().count("charge.refunded") == 2


def test_a_disputed_charge_is_not_refunded(desk: Desk) -> None:
    opened = desk.checkout()
    desk.pay(opened, card="4000000000000259")
    intent = desk.gateway().fetch_checkout(opened.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError) as caught:
        desk.sdk.refunds.create({"payment_intent": intent})
    assert caught.value.code == "charge_disputed"


def test_authorisation_lapses_by_the_clock(desk: Desk) -> None:
    state = paid(desk, capture="manual")
    assert (state.intent_status, state.payment_status, state.fee) == ("requires_capture", "unpaid", None)
    desk.wait(days=7)
    assert desk.sdk.payment_intents.retrieve(state.payment_intent).status == "canceled"
    assert desk.events()[-2:] == ["charge.expired", "payment_intent.canceled"]


def test_balance_settles(desk: Desk) -> None:
    paid(desk)
    balance = desk.sdk.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 9805)
    desk.wait(days=2)
    assert desk.sdk.balance.retrieve().available[0].amount == 9805
    assert desk.sdk.balance_transactions.list().data[0].status == "available"


def test_lists_page_and_filter(desk: Desk) -> None:
    for number in range(5):
        desk.sdk.customers.create({"email": f"c{number}@a.test"})
        desk.wait(minutes=1)
    everything = list(desk.sdk.events.list({"limit": 2}).auto_paging_iter())
    assert len(everything) == len({event.id for event in everything}) == 5
    assert everything[0].created > everything[-1].created
    moment = everything[1].created
    assert len(desk.sdk.events.list({"created": {"gte": moment}}).data) == 2
    assert len(desk.sdk.events.list({"created": {"gt": moment}}).data) == 1
    assert desk.sdk.events.list({"type": "charge.failed"}).data == []
    newer = desk.sdk.events.list({"ending_before": everything[3].id, "limit": 2})
    assert [event.id for event in newer.data] == [everything[1].id, everything[2].id]
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        desk.sdk.events.list({"starting_after": "evt_none"})
    with pytest.raises(stripe.InvalidRequestError, match="100"):
        desk.sdk.events.list({"limit": 101})


def test_expand(desk: Desk) -> None:
    state = paid(desk)
    session = desk.sdk.checkout.sessions.retrieve(state.id, {"expand": ["line_items", "payment_intent.latest_charge"]})
    assert [line.amount_total for line in session.line_items.data] == [9500, 475]
    assert session.payment_intent.latest_charge.id == state.charge
    found = desk.sdk.checkout.sessions.list({"payment_intent": state.payment_intent}).data
    assert [one.id for one in found] == [state.id]
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        desk.sdk.checkout.sessions.retrieve(state.id, {"expand": ["colour"]})


def test_unknown_address_and_object(desk: Desk) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        desk.sdk.coupons.list()
    with pytest.raises(stripe.InvalidRequestError) as caught:
        desk.sdk.refunds.retrieve("re_none")
    assert (caught.value.code, caught.value.http_status) == ("resource_missing", 404)
