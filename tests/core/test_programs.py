"""Programs of ours beside the site."""

import time
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


ECHO = """import os, socket
line = socket.socket(fileno=0)
line.settimeout(IDLE)
with line.makefile("rb") as asked:
    while size := asked.read(8):
        text = asked.read(int.from_bytes(size))
        if text == b"hang":
            while True: pass
        if text == b"fall":
            raise SystemExit(3)
        said = text * 3 + str(os.getpid()).encode()
        line.sendall(len(said).to_bytes(8) + said)
"""


def test_a_kept_one_answers_again_and_again(program: Path) -> None:
    program.write_text(ECHO.replace("IDLE", "30"))
    kept = programs.Kept(str(program))
    long = b"x" * 1_000_000
    first, second = kept.ask(b"a", seconds=30), kept.ask(long, seconds=30)
    assert first.startswith(b"aaa")
    assert second == long * 3 + first[3:], "by the same process"


@pytest.mark.parametrize("bad", [b"hang", b"fall"])
def test_a_kept_one_that_hangs_or_falls_is_followed_by_another(program: Path, bad: bytes) -> None:
    program.write_text(ECHO.replace("IDLE", "30"))
    kept = programs.Kept(str(program))
    before = kept.ask(b"a", seconds=30)
    assert kept.ask(bad, seconds=1) == b""
    after = kept.ask(b"a", seconds=30)
    assert after.startswith(b"aaa")
    assert after != before


def test_one_that_ended_itself_is_not_missed(program: Path) -> None:
    program.write_text(ECHO.replace("IDLE", "0.2"))
    kept = programs.Kept(str(program))
    before = kept.ask(b"a", seconds=30)
    time.sleep(0.6)
    assert kept.ask(b"a", seconds=30)[3:] != before[3:]
