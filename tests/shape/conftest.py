"""One scene a module: built once, and every request undone."""

from collections.abc import Iterator

import pytest
from flask import Flask

from community.core import clock
from community.search import index
from community.search.embedded import EmbeddedEngine
from community.search.titles import shipped
from tests.conftest import NOON, isolated
from tests.shape.scene import Scene


@pytest.fixture(scope="module")
def scene(built: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The ten roles and their things, with forms that need no token, and all of it in a search index of its own."""
    engine = EmbeddedEngine(tmp_path_factory.mktemp("index"), titles=shipped())
    built.extensions["search_engine"] = engine
    with clock.frozen(NOON), isolated(built) as connection:
        made = Scene(built, connection)
        with built.app_context():
            index.rebuild()
        built.config["WTF_CSRF_ENABLED"] = False
        try:
            yield made
        finally:
            built.config["WTF_CSRF_ENABLED"] = True
            built.extensions.pop("search_engine")
            engine.close()
