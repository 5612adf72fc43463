"""What the tests of income share."""

import pytest
from flask import Flask

from tests.bookings.house import House
from tests.world import World


@pytest.fixture
def house(app: Flask, world: World) -> House:
    """Noor's practice with its people and a peer."""
    return House(app, world)
