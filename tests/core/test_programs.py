"""Programs of ours beside the site."""

from pathlib import Path

import pytest

from community.core import programs

pytestmark = pytest.mark.once


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return tmp_path / "program.py"


def test_it_reads_and_writes_without_our_environment(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for others")
    program.write_text("import os, sys\nprint(sys.stdin.read().upper(), os.environ.get('SECRET_KEY'), end='')")
    assert programs.run(str(program), b"hello", seconds=30) == b"HELLO None"


def test_one_that_does_not_end_is_ended(program: Path) -> None:
    program.write_text("print('begun', flush=True)\nwhile True: pass")
    assert programs.run(str(program), b"", seconds=2) in {b"begun\n", b""}


def test_one_that_falls_says_what_it_had_said(program: Path) -> None:
    program.write_text("print('half', flush=True)\nraise SystemExit(3)")
    assert programs.run(str(program), b"", seconds=30) == b"half\n"
