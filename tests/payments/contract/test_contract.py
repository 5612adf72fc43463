"""The sandbox knows no parameter that Stripe does not, and whatever it is not, the contract says so.

Every request and answer of the other sandbox and gateway tests passes `ContractClient`; here it is put to the test.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from community.payments.sandbox.endpoints import ENDPOINTS
from community.payments.sandbox.params import Fields, ListOf
from tests.payments.contract.check import answer_faults, contract, object_faults, operation, request_faults
from tests.payments.contract.client import BREACHES, BreachError
from tests.payments.desk import Desk, paid

pytestmark = pytest.mark.once


def _unknown(reader: Any, schema: Any, where: str) -> Iterator[str]:
    """Names that the sandbox takes and the contract does not have."""
    schema = contract()["schemas"][schema["$ref"]] if "$ref" in schema else schema
    choices = [schema, *schema.get("anyOf", [])]
    if isinstance(reader, ListOf):
        inner = [one["items"] for one in choices if "items" in one]
        yield from _unknown(reader.item, inner[0], where) if inner else [f"{where} is no list"]
    elif isinstance(reader, Fields):
        known = {name: one for choice in choices for name, one in choice.get("properties", {}).items()}
        for name, part in reader.known.items():
            yield from _unknown(part, known[name], f"{where}.{name}") if name in known else [f"{where}.{name}"]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: f"{one.method} {one.path}")
def test_the_sandbox_takes_only_what_stripe_takes(endpoint: Any) -> None:
    found = operation(endpoint.method, endpoint.path)
    assert found is not None
    assert list(_unknown(endpoint.takes, found["asks"], "")) == []


def test_the_excerpt_says_where_it_is_from() -> None:
    assert contract()["source"].startswith("github.com/stripe/stripe-mock@v")
    assert contract()["version"] == "2026-08-26.dahlia"


def test_nested_typos_in_requests_are_caught() -> None:
    good = "amount=100&currency=gbp&destination=acct_1&metadata[any]=thing"
    assert request_faults("POST", "/v1/transfers", good) == []
    assert request_faults("POST", "/v1/transfers", f"{good}&transfer_goup=O1") == [".transfer_goup is unknown"]
    assert request_faults("POST", "/v1/transfers", "amount=100&currency=gbp") == [".destination is missing"]
    nested = "controller[losses][payment]=stripe"
    assert request_faults("POST", "/v1/accounts", nested) == [".controller.losses.payment is unknown"]
    lines = "mode=payment&line_items[0][price_data][product_data][nmae]=x"
    assert any("nmae is unknown" in fault for fault in request_faults("POST", "/v1/checkout/sessions", lines))
    assert request_faults("POST", "/v1/transfers/tr_1/reversals", "amount=ten") == [".amount is 'ten', not integer"]
    assert request_faults("POST", "/v1/refund", "amount=1") == ["POST /v1/refund is not in the contract"]


def test_faults_in_answers_are_caught(desk: Desk) -> None:
    charge = desk.sdk.charges.retrieve(paid(desk).charge).to_dict()
    path = f"/v1/charges/{charge['id']}"
    assert answer_faults("GET", path, charge) == []
    assert answer_faults("GET", path, {**charge, "colour": "red"}) == [".colour is unknown"]
    assert answer_faults("GET", path, {**charge, "amount": "9975"}) == [".amount is '9975', not integer"]
    assert answer_faults("GET", path, {**charge, "captured": None}) == [".captured is null"]
    assert answer_faults("GET", path, {**charge, "status": "paid"})[0].startswith(".status is 'paid', not one of")
    less = {name: value for name, value in charge.items() if name != "amount_refunded"}
    assert answer_faults("GET", path, less) == [".amount_refunded is missing"]
    details = {**charge["payment_method_details"], "card": {"brand": "visa"}}
    assert object_faults("charge", {**charge, "payment_method_details": details})


def test_a_planted_typo_breaks_a_gateway_test(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A parameter that the sandbox were to take by mistake does not get past the client."""
    takes = next(one.takes for one in ENDPOINTS if one.path == "/v1/refunds" and one.method == "POST")
    monkeypatch.setitem(takes.known, "reson", lambda value, where: value)  # type: ignore[attr-defined]
    with pytest.raises(BreachError, match="reson is unknown"):
        desk.sdk.refunds.create({"charge": paid(desk).charge, "reson": "duplicate"})
    assert len(BREACHES) == 1
    BREACHES.clear()


def test_a_planted_field_breaks_a_gateway_test(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from community.payments.sandbox import session_shape

    monkeypatch.setattr(session_shape, "EMPTY", (*session_shape.EMPTY, "colour"))
    with pytest.raises(BreachError, match="colour is unknown"):
        desk.checkout()
    BREACHES.clear()
