"""`make check` notices what must not be: each fault is planted in a copy of the tree, and the checks must name it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
PARTS = ("community", "templates", "bin", "tests/shape", ".importlinter")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tree, to plant faults in."""
    for part in PARTS:
        source, target = ROOT / part, tmp_path / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.write_bytes(source.read_bytes())
    return tmp_path


def _house(tree: Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "bin/house.py"], cwd=tree, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def _floors(tree: Path) -> tuple[int, str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--config", ".importlinter", "--no-cache"]
    done = subprocess.run(
        command, cwd=tree, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(tree), "COLUMNS": "200"}
    )
    return done.returncode, done.stdout + done.stderr


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def test_the_tree_as_it_is_passes(copy: Path) -> None:
    assert _house(copy) == (0, "\n")
    code, said = _floors(copy)
    assert code == 0, said


def test_an_upward_import_is_named(copy: Path) -> None:
    _append(copy / "community/accounts/queries.py", "\nfrom community.bookings import models as _above\n")
    code, said = _floors(copy)
    assert code == 1
    assert "community.accounts.queries -> community.bookings.models" in said


def test_http_below_the_edge_is_named(copy: Path) -> None:
    _append(copy / "community/rooms/actions.py", "\nfrom flask import request as _request\n")
    code, said = _floors(copy)
    assert code == 1
    assert "community.rooms.actions -> flask" in said


ROUTE = '''

@bp.post("/planted")
{decorators}def planted() -> str:
    """Planted."""
    return ""
'''


@pytest.mark.parametrize(
    ("decorators", "said"),
    [
        ('@policy("public")\n', "planted changes data without @writes"),
        ("@writes\n", "planted has no @policy"),
    ],
)
def test_an_unguarded_route_is_named(copy: Path, decorators: str, said: str) -> None:
    _append(copy / "community/bookings/routes.py", ROUTE.format(decorators=decorators))
    code, found = _house(copy)
    assert code == 1
    assert "community/bookings/routes.py:" in found
    assert said in found


def test_a_query_without_a_viewer_is_named(copy: Path) -> None:
    planted = '\n\ndef planted(room_id: int) -> int:\n    """Planted."""\n    return room_id\n'
    _append(copy / "community/rooms/queries.py", planted)
    code, found = _house(copy)
    assert code == 1
    assert "query rooms.planted takes no viewer" in found


def test_a_long_file_and_a_long_function_are_named(copy: Path) -> None:
    _append(copy / "community/rooms/rules.py", "\n" * 300)
    body = "\n".join(f"    a{number} = {number}" for number in range(45))
    _append(copy / "community/search/rules.py", f"\n\ndef planted() -> None:\n{body}\n")
    code, found = _house(copy)
    assert code == 1
    assert "community/rooms/rules.py: " in found
    assert "lines, 300 at most" in found
    assert "planted has 46 lines, 40 at most" in found


def test_an_inline_script_and_a_missing_title_are_named(copy: Path) -> None:
    (copy / "templates/planted.html").write_text('{% extends "base.html" %}<p style="color:red"><script>1</script>')
    code, found = _house(copy)
    assert code == 1
    assert "templates/planted.html: inline style or handler" in found
    assert "a script or style without its nonce" in found
    assert "templates/planted.html: a page without a title" in found


def test_every_reason_without_viewer_is_needed() -> None:
    """A line about a query that is gone, or that takes a viewer by now, is not true any more."""
    listed = [line.partition("#") for line in (ROOT / "bin/queries-without-viewer.txt").read_text().splitlines()]
    names = {name.strip(): reason.strip() for name, _, reason in listed if name.strip()}
    assert all(len(reason) > 5 for reason in names.values())
    for name in names:
        slice_name, _, query = name.partition(".")
        (path,) = (ROOT / "community").rglob(f"{slice_name}/queries.py")
        assert f"def {query}(" in path.read_text(), name
