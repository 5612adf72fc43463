"""What the tests of the money desk share: the till of the payments' tests, an operator, and Noor who is paid."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from community.core.db import db
from community.payments.models import ConnectedAccount
from tests.payments.conftest import contract, till
from tests.payments.till import Till
from tests.world import World

__all__ = ["contract", "till"]


def text(answer: Any) -> str:
    """A page on one line."""
    return re.sub(r"\s+", " ", str(answer.get_data(as_text=True)))


@pytest.fixture
def opal(world: World) -> FlaskClient:
    """The operator's browser."""
    return world.signed_in(world.person("Opal Reyes", role="operator"))


@pytest.fixture
def noor(app: Flask, world: World, till: Till) -> tuple[FlaskClient, str]:
    """Noor's browser, and the payee that she is, with an account that Stripe knows."""
    person, practice, _listing = world.bookable()
    with world.writing():
        db.session.execute(delete(ConnectedAccount))
    payee = f"practice:{practice}"
    till.connect(payee)
    return world.signed_in(person), payee
