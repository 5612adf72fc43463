from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.payments.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path / "sandbox.db")
    yield opened
    opened.sandbox.close()
