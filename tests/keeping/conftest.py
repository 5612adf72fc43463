"""The searchable marketplace of the search tests, with the embedded engine; and Tom, who keeps things."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.core.mail import outbox
from tests.notifications.post import Post
from tests.search.conftest import kind, make_engine, market, site_engine
from tests.world import World

__all__ = ["kind", "make_engine", "market", "site_engine"]


@pytest.fixture
def tom(world: World, market: dict[str, int]) -> int:
    """A member without a practice."""
    return world.person("Tom Reed")


@pytest.fixture
def browser(world: World, tom: int) -> FlaskClient:
    """Tom's."""
    return world.signed_in(tom)


@pytest.fixture
def post(app: Flask, drain: Callable[[], int]) -> Post:
    """What is sent from here on."""
    made = Post(app, drain)
    drain()
    with app.app_context():
        made.seen = len(outbox())
    return made
