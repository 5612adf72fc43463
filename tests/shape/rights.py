"""The table of rights: `access.tsv`, which `test_access.py` holds the site to."""

from pathlib import Path

from tests.shape.scene import ROLES

TABLE = Path(__file__).with_name("access.tsv")
HEAD = ("method", "route", "object", "policy", *ROLES, "why")
Key = tuple[str, str, str]


def read() -> dict[Key, tuple[str, dict[str, str], str]]:
    """The table as it is written: policy, cell by role, and why."""
    lines = [line.split("\t") for line in TABLE.read_text().splitlines()]
    assert tuple(lines[0]) == HEAD
    return {(one[0], one[1], one[2]): (one[3], dict(zip(ROLES, one[4:-1], strict=True)), one[-1]) for one in lines[1:]}
