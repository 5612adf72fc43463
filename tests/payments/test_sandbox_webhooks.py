"""Webhooks: signed, after the answer, retried, resent, and never lost."""

import json

import pytest
import stripe

from tests.payments.desk import SECRET, Desk, paid

pytestmark = pytest.mark.once


def test_posted_by_the_deliverer_signed(desk: Desk) -> None:
    paid(desk)
    assert desk.posted == []
    assert desk.sandbox.deliver_due() == 4
    assert desk.sandbox.deliver_due() == 0
    url, body, headers = desk.posted[-1]
    assert url == "http://site.test/webhooks/stripe"
    stripe.WebhookSignature.verify_header(body.decode(), headers["Stripe-Signature"], SECRET, tolerance=None)
    event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET, tolerance=10**10)
    assert event.type == "checkout.session.completed"
    assert event.api_version == stripe.api_version
    assert desk.sdk.events.retrieve(event.id).type == event.type


def test_retried_with_backoff_until_taken(desk: Desk) -> None:
    desk.sdk.customers.create({"email": "a@a.test"})
    desk.answers = [500, 0, 302, 200]
    assert desk.sandbox.deliver_due() == 0
    for seconds in (5, 30, 120):
        desk.wait(seconds=seconds - 1)
        tries = len(desk.posted)
        assert desk.sandbox.deliver_due() == 0
        assert len(desk.posted) == tries
        desk.wait(seconds=1)
        desk.sandbox.deliver_due()
        assert len(desk.posted) == tries + 1
    assert len(desk.posted) == 4
    assert len({json.loads(body)["id"] for _, body, _ in desk.posted}) == 1
    desk.wait(days=3)
    assert desk.sandbox.deliver_due() == 0


def test_gives_up_after_three_days(desk: Desk) -> None:
    desk.sdk.customers.create({"email": "a@a.test"})
    desk.answers = [500] * 1000
    for _ in range(200):
        desk.sandbox.deliver_due()
        desk.wait(hours=1)
    tries = len(desk.posted)
    assert 10 < tries < 40
    assert "given up after" in desk.get("").text


def test_survives_a_kill_before_and_while_posting(desk: Desk) -> None:
    desk.sdk.customers.create({"email": "a@a.test"})
    desk.sandbox.close()
    desk.open()

    class Killed(BaseException):
        pass

    def die(*_: object) -> int:
        raise Killed

    desk.sandbox._deliverer._post = die
    with pytest.raises(Killed):
        desk.sandbox.deliver_due()
    desk.open()
    assert desk.sandbox.deliver_due() == 0
    desk.wait(seconds=60)
    assert desk.sandbox.deliver_due() == 1


def test_resend_from_the_page(desk: Desk) -> None:
    paid(desk)
    desk.sandbox.deliver_due()
    event = desk.sdk.events.list({"type": "checkout.session.completed"}).data[0]
    page = desk.get("")
    assert "checkout.session.completed" in page.text
    assert "delivered, 200" in page.text
    assert "POST /_stripe/v1/checkout/sessions" in page.text
    assert desk.post(f"events/{event.id}/resend").status_code == 303
    assert desk.sandbox.deliver_due() == 1
    assert json.loads(desk.posted[-1][1])["id"] == event.id
    assert desk.post("events/evt_none/resend").status_code == 404


def test_page_is_paged(desk: Desk) -> None:
    for number in range(51):
        desk.sdk.customers.create({"email": f"c{number}@a.test"})
    first, second = desk.get(""), desk.get("?page=2")
    assert first.text.count("/resend") == 50
    assert "Older" in first.text
    assert second.text.count("/resend") == 1
    assert "Older" not in second.text


def test_an_expiry_that_nobody_looks_at_is_still_told(desk: Desk) -> None:
    opened = desk.checkout()
    desk.wait(minutes=31)
    assert desk.sandbox.deliver_due() == 1
    event = json.loads(desk.posted[0][1])
    assert (event["type"], event["data"]["object"]["id"]) == ("checkout.session.expired", opened.id)


def test_run_forever_delivers_and_outlives_a_failure(desk: Desk) -> None:
    class Enough(BaseException):
        pass

    rounds: list[float] = []

    def sleep(seconds: float) -> None:
        rounds.append(seconds)
        if len(rounds) == 3:
            raise Enough

    desk.sdk.customers.create({"email": "a@a.test"})
    with pytest.raises(Enough):
        desk.sandbox.run_forever(sleep)
    assert len(rounds) == 3
    assert len(desk.posted) == 1
