"""A bad line on purpose: calls that fail, are lost, are slow; webhooks late, shuffled, held, dropped."""

import json
import sqlite3
import threading
from pathlib import Path

import pytest
import stripe

from community.payments.sandbox import meddling
from tests.payments.desk import Desk

pytestmark = pytest.mark.once


def customers(desk: Desk, count: int) -> None:
    for number in range(count):
        desk.sdk.customers.create({"email": f"c{number}@a.test"})


def test_the_next_call_fails_and_only_that(desk: Desk) -> None:
    assert desk.post("next", fault="fails").location == "http://site.test/_stripe/"
    desk.post("next", fault="no such thing")
    assert "fails" in desk.get("").text
    with pytest.raises(stripe.APIError) as caught:
        desk.sdk.customers.create({"email": "a@a.test"}, {"max_network_retries": 0})
    assert caught.value.http_status == 500
    assert desk.sdk.customers.list().data == []
    desk.sandbox.spoil_next_call("limited")
    with pytest.raises(stripe.RateLimitError):
        desk.sdk.balance.retrieve(None, {"max_network_retries": 0})
    with pytest.raises(ValueError, match="odd"):
        desk.sandbox.spoil_next_call("odd")


def test_a_lost_answer_is_found_by_its_key(desk: Desk) -> None:
    desk.sandbox.spoil_next_call("lost")
    options = {"idempotency_key": "k", "max_network_retries": 0}
    with pytest.raises(stripe.APIError):
        desk.sdk.customers.create({"email": "a@a.test"}, options)
    found = desk.sdk.customers.create({"email": "a@a.test"}, options)
    assert found.last_response.headers["Idempotent-Replayed"] == "true"
    assert [one.id for one in desk.sdk.customers.list().data] == [found.id]


def test_the_gateway_gets_over_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stripe._http_client.HTTPClient._sleep_time_seconds", lambda *_, **__: 0)
    for fault in ("fails", "lost"):
        desk.sandbox.spoil_next_call(fault)
        desk.checkout(key=fault)
    assert len(desk.sdk.checkout.sessions.list().data) == 2


def test_a_key_in_flight(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go = threading.Event(), threading.Event()

    def sleep(seconds: float) -> None:
        assert seconds == meddling.SLOW_SECONDS
        begun.set()
        go.wait(5)

    monkeypatch.setattr("community.payments.sandbox.api.time.sleep", sleep)
    desk.sandbox.spoil_next_call("slow")
    options = {"idempotency_key": "k", "max_network_retries": 0}
    first = threading.Thread(target=lambda: desk.sdk.customers.create({"email": "a@a.test"}, options))
    first.start()
    assert begun.wait(5)
    with pytest.raises(stripe.APIError) as caught:
        desk.sdk.customers.create({"email": "a@a.test"}, options)
    assert (caught.value.http_status, caught.value.error.code) == (409, "idempotency_key_in_use")
    go.set()
    first.join()
    assert desk.sdk.customers.create({"email": "a@a.test"}, options).email == "a@a.test"
    assert len(desk.sdk.customers.list().data) == 1


def test_webhooks_as_asked(desk: Desk) -> None:
    desk.sandbox.post_webhooks("held")
    customers(desk, 3)
    assert desk.sandbox.deliver_due() == 0
    desk.post("webhooks", how="late")
    assert desk.sandbox.deliver_due() == 0
    desk.wait(seconds=60)
    assert desk.sandbox.deliver_due() == 3
    desk.sandbox.post_webhooks("dropped")
    customers(desk, 2)
    assert desk.sandbox.deliver_due() == 0
    desk.sandbox.post_webhooks("prompt")
    assert desk.sandbox.deliver_due() == 0
    page = desk.get("").text
    assert page.count("<span>dropped</span>") == 2
    assert 'aria-pressed="true">as things happen' in page
    with pytest.raises(ValueError, match="odd"):
        desk.sandbox.post_webhooks("odd")


def test_webhooks_in_any_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.payments.sandbox.deliveries.random.shuffle", list.reverse)
    customers(desk, 3)
    desk.post("webhooks", how="shuffled")
    assert desk.sandbox.deliver_due() == 3
    told = [json.loads(body)["data"]["object"]["email"] for _, body, _ in desk.posted]
    assert told == ["c2@a.test", "c1@a.test", "c0@a.test"]


def test_a_file_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as db:
        db.executescript(
            "CREATE TABLE objects (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
            " created INTEGER NOT NULL, ref TEXT, label TEXT, due INTEGER, body TEXT NOT NULL,"
            " private TEXT NOT NULL DEFAULT '{}');"
            "CREATE TABLE requests (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, at INTEGER NOT NULL,"
            " method TEXT NOT NULL, path TEXT NOT NULL, status INTEGER NOT NULL, key TEXT);"
        )
    db.close()
    desk = Desk(path)
    customers(desk, 1)
    assert len(desk.sdk.customers.list().data) == 1
    desk.sandbox.close()
