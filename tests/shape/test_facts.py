"""Who reacts to what, as written down. After a change run with WRITE_FACTS=1 and read the difference."""

import os
from pathlib import Path

import pytest
from flask import Flask

pytestmark = pytest.mark.once

FACTS = Path(__file__).with_name("facts.txt")


def test_the_fact_map_is_as_written(built: Flask) -> None:
    answer = built.test_cli_runner().invoke(args=["facts"])
    assert answer.exit_code == 0
    # Other tests may have taught this process facts of their own.
    lines = (line for line in answer.output.splitlines() if "after test_" not in line)
    said = "\n".join(sorted(lines)) + "\n"
    if os.environ.get("WRITE_FACTS"):
        FACTS.write_text(said)
    assert said == FACTS.read_text()
