"""One scene a module: built once, and every request undone."""

from collections.abc import Iterator

import pytest
from flask import Flask

from community.core import clock
from tests.conftest import NOON, isolated
from tests.shape.scene import Scene


@pytest.fixture(scope="module")
def scene(built: Flask) -> Iterator[Scene]:
    """The ten roles and their things, with forms that need no token."""
    with clock.frozen(NOON), isolated(built) as connection:
        made = Scene(built, connection)
        built.config["WTF_CSRF_ENABLED"] = False
        try:
            yield made
        finally:
            built.config["WTF_CSRF_ENABLED"] = True
