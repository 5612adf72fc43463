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


@pytest.fixture
def asked(house: House, post: Post) -> int:
    """Ada's question, read by nobody yet."""
    return house.ask(house.listing("inquiry"), text="A label for <jam>")


@pytest.fixture
def requested(house: House, post: Post) -> int:
    """Ada's request: her card holds the money."""
    (booking,) = house.hold(house.world.listing(house.practice, "By request", on_request=True))
    house.authorise(booking)
    return booking


@pytest.fixture
def confirmed(house: House, post: Post) -> int:
    """A session of Ada's, paid for; the first mails are read."""
    booking = house.confirmed()
    post.read()
    return booking
