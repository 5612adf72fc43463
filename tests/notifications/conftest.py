from collections.abc import Callable

import pytest
from flask import Flask

from tests.bookings.house import House
from tests.notifications.post import Post
from tests.world import World


@pytest.fixture
def house(app: Flask, world: World) -> House:
    return House(app, world)


@pytest.fixture
def post(app: Flask, drain: Callable[[], int]) -> Post:
    return Post(app, drain)
