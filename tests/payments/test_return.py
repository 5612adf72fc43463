"""The payer's browser comes back, and where Stripe does not answer then."""

from typing import Any

import pytest

from community.payments import collecting, later
from community.payments.billing import subscribing
from community.payments.terms import GatewayRefused, GatewayUnavailable
from tests.payments.club import Club
from tests.payments.test_later import planned
from tests.payments.till import Till
from tests.world import post


def away(*_given: Any) -> None:
    raise GatewayUnavailable


def refused(*_given: Any) -> None:
    raise GatewayRefused("resource_missing", "No such checkout.session")


def back(till: Till, ref: str, query: str = "") -> int:
    return till.app.test_client().get(f"/payments/{ref}/return{query}").status_code


def test_who_is_back_is_shown_what_it_was_for(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    payment_id, club = till.opened(manual=False), Club(till)
    ref = till.read(payment_id).ref
    till.pay(payment_id)
    assert back(till, "nothing") == 404
    assert back(till, ref, "?left=1") == 302
    assert back(till, club.read().ref, "?left=1") == 302
    assert till.status(payment_id) == "open"
    for answer, status in ((away, 200), (refused, 302)):
        with monkeypatch.context() as patched:
            patched.setattr(collecting, "look", answer)
            patched.setattr(subscribing, "look", answer)
            assert back(till, ref) == status
            assert back(till, club.read().ref) == status
    assert till.status(payment_id) == "open"
    assert back(till, ref) == 302
    assert till.status(payment_id) == "paid"


def test_the_page_that_waits_asks_again(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    payment_id = till.opened(manual=False)
    till.pay(payment_id)
    path, client = f"/payments/{till.read(payment_id).ref}/return", till.app.test_client()
    with monkeypatch.context() as patched:
        patched.setattr(collecting, "look", away)
        page = client.get(path).get_data(as_text=True)
    assert '<meta http-equiv="refresh" content="3">' in page
    assert "Please don’t pay a second time." in page
    assert "<button" not in page.partition("<main")[2].partition("</main")[0]
    assert client.get(path).status_code == 302
    assert till.status(payment_id) == "paid"


def test_a_part_to_put_right_while_stripe_is_away(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    _first, rest = planned(till, "4000000000000341")
    till.wait(days=5, minutes=1)
    till.settle()
    monkeypatch.setattr(later, "open_recovery", away)
    answer = post(till.app.test_client(), f"/payments/{till.read(rest).ref}", {})
    assert answer.status_code == 503
    assert "The payment page does not answer. Please try again in a minute." in answer.get_data(as_text=True)
    assert till.status(rest) == "recovering"


def test_a_webhook_that_stripe_did_not_sign(till: Till) -> None:
    payment_id = till.opened(manual=False)
    till.pay(payment_id)
    body, headers = till.collect()[-1]
    client = till.app.test_client()
    assert client.post("/payments/webhook", data=body + b" ", headers=headers).status_code == 400
    assert client.post("/payments/webhook", data=body).status_code == 400
    till.drain()
    assert till.status(payment_id) == "open"
