from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from community.payments.sandbox import WsgiClient
from tests.payments.contract.client import BREACHES, held
from tests.payments.desk import Desk
from tests.payments.till import Till


@pytest.fixture(autouse=True)
def contract(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the site asks of its sandbox is what Stripe's published API knows, and what it gets too."""
    monkeypatch.setattr(WsgiClient, "request", held)
    BREACHES.clear()
    yield
    assert BREACHES == []


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path / "sandbox.db")
    yield opened
    opened.sandbox.close()


@pytest.fixture
def till(app: Flask, drain: Callable[[], int]) -> Iterator[Till]:
    made = Till(app, drain)
    known, settings = app.extensions["gateway"], app.extensions["settings"]
    with made.hearing():
        yield made
    app.extensions["gateway"], app.extensions["settings"] = known, settings
