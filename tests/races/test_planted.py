"""A gateway call inside a transaction: rows would stay locked for as long as Stripe takes. The gateway refuses."""

from typing import Any

import pytest
from flask import Flask

from community.core.db import writing
from community.payments import actions, collecting, queries
from tests.bookings.desk import Desk
from tests.world import World


@pytest.fixture
def desk(app: Flask, world: World, drain: Any) -> Desk:
    return Desk(app, world, drain)


def _planted(payment_id: int) -> str:
    """As somebody in a hurry might write it: shorter by two lines, and right on a machine with one visitor."""
    with writing():
        opened = collecting.gateway().open_checkout(collecting._request(queries.get(payment_id)))
        actions.checkout_opened(payment_id, opened.id, opened.url)
    return opened.url


def test_a_view_that_asks_stripe_while_writing_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "open_checkout", _planted)
    with pytest.raises(RuntimeError, match="an outside call while a transaction is open"):
        desk.book(desk.tomorrow(14))


def test_without_the_guard_nobody_would_notice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "open_checkout", _planted)
    monkeypatch.setattr(desk.app.extensions["request_gateway"], "_guard", lambda: None)
    assert "/_stripe/" in desk.book(desk.tomorrow(14)).headers["Location"]


def test_as_it_is_written_it_passes(desk: Desk) -> None:
    assert "/_stripe/" in desk.book(desk.tomorrow(14)).headers["Location"]
