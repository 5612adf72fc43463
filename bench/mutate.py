"""How many small mistakes in the code about money the tests notice: `bench/mutate.py [--draw 150] [--seed 1]
[--tests tests/payments …] [FILE …]`.

The tests run once to learn which of them go through which line and how long each takes. Then mistakes are drawn, each
is put into a fork of that process, and tests that go through it run there until one fails.
What none of them notices is printed. `--known FILE` keeps what was learnt; `--again FILE` tries only what survived in
an earlier run's output.
"""

import argparse
import io
import json
import os
import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from mutants import Mutant, mutants, put

ROOT = Path(__file__).parents[1]
PURE = ("ledger", "rules", "line", "terms", "fees", "giving_back", "passing_on", "collecting", "hearing", "checking")
MONEY = [f"community/payments/{name}.py" for name in (*PURE, "books", "later")]
TESTS = ("tests/payments", "tests/bookings", "tests/income", "tests/disputes", "tests/moderation")
NOT = "not server and not browser and not postgresql and not full and not stripe_mock and not stripe_node"
MOST_TESTS = 50  # that are tried for one mistake
MOST_SECONDS = 180  # of the processor that they may take together: a mistake may go round for ever


class _Root:
    """What comes after a test, when nobody knows: all but the session's own fixtures go."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[Any]:
        return [self.session]


class Mutate:
    """In place of pytest's own loop."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.failed = False
        self.took: dict[str, float] = {}
        self.through: dict[str, list[str]] = {}  # "file:line" → tests
        self.survived: list[tuple[Mutant, int]] = []
        self.tried = 0
        self.texts: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Whether it failed, and how long it took."""
        self.failed |= report.failed
        self.took[report.nodeid] = self.took.get(report.nodeid, 0.0) + report.duration

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn, draw, try."""
        items = {item.nodeid: item for item in session.items}
        if not self._known():
            self._learn(session, items)
        learnt = {name for names in self.through.values() for name in names} & items.keys()
        with_app = [name for name in learnt if "built" in items[name].fixturenames]
        self._run(session, items, min(with_app, key=lambda name: self.took[name]))  # the migrated app is there now
        drawn = self._drawn()
        for number, mutant in enumerate(drawn, 1):
            if number > self.args.after:
                self._try(session, items, mutant, f"{number}/{len(drawn)}")
        self._tell()
        return True

    def _known(self) -> bool:
        if not self.args.known or not self.args.known.exists():
            return False
        self.took, self.through = json.loads(self.args.known.read_text())
        return True

    def _run(self, session: pytest.Session, items: dict[str, pytest.Item], name: str) -> bool:
        """Run one test; true when it passed."""
        self.failed = False
        items[name].config.hook.pytest_runtest_protocol(item=items[name], nextitem=_Root(session))
        return not self.failed

    def _learn(self, session: pytest.Session, items: dict[str, pytest.Item]) -> None:
        for name in items:
            seen: set[tuple[str, int]] = set()

            def line(frame: FrameType, _what: str, _arg: object, seen: set[tuple[str, int]] = seen) -> Any:
                seen.add((frame.f_code.co_filename, frame.f_lineno))
                return line

            def called(frame: FrameType, _what: str, _arg: object, line: Any = line) -> Any:
                return line if "/community/payments/" in frame.f_code.co_filename else None

            sys.settrace(called)
            passed = self._run(session, items, name)
            sys.settrace(None)
            if not passed:
                self.say(f"left out, for it fails as it is: {name}")
                continue
            for path, number in seen:
                self.through.setdefault(f"{path.removeprefix(f'{ROOT}/')}:{number}", []).append(name)
        if self.args.known:
            self.args.known.write_text(json.dumps([self.took, self.through]))

    def _drawn(self) -> list[Mutant]:
        every = [one for path in self.args.files for one in mutants(Path(path))]
        if self.args.again:
            told = self.args.again.read_text()
            return [one for one in every if f"{one.path}:{one.line}: {one.what}\n" in told]
        return random.Random(self.args.seed).sample(every, min(self.args.draw, len(every)))

    def _tests(self, mutant: Mutant, items: dict[str, pytest.Item]) -> Iterator[str]:
        """So many as are to be tried: those of the payments whose file speaks of the module, then others of theirs,
        then any; of these the quickest first.
        """
        keys = self._of_function(mutant) if mutant.function else self._of_constant(mutant)
        names = {name for key in keys for name in self.through[key]}
        if self.args.new:
            names |= {name for name in items if name.startswith(tuple(self.args.new))}
        drawn = random.Random(self.args.seed).sample(sorted(names & items.keys()), len(names & items.keys()))
        module = Path(mutant.path).stem

        def far(name: str) -> tuple[bool, bool]:
            return not name.startswith(TESTS[0]), module not in self._text(name.partition("::")[0])

        yield from sorted(sorted(drawn, key=far)[: self.args.most], key=lambda one: self.took.get(one, 0.0))

    def _of_function(self, mutant: Mutant) -> list[str]:
        """The line of a mistake; a statement of several lines is known by those that the tracer tells."""
        lines = [int(key.rpartition(":")[2]) for key in self.through if key.startswith(f"{mutant.path}:")]
        near = [one for one in lines if mutant.function < one <= mutant.line]
        return [f"{mutant.path}:{max(near)}"] if near else []

    def _of_constant(self, mutant: Mutant) -> list[str]:
        """Every line that names it, or its class; of one that nobody names, those of its file."""
        word = re.compile(rf"\b{re.escape(mutant.name)}\b")
        named = [key for key in self.through if word.search(self._line(*key.rsplit(":", 1)))]
        return named or [key for key in self.through if key.startswith(f"{mutant.path}:")]

    def _line(self, path: str, number: str) -> str:
        return self._text(path).splitlines()[int(number) - 1]

    def _text(self, path: str) -> str:
        if path not in self.texts:
            self.texts[path] = (ROOT / path).read_text()
        return self.texts[path]

    def _try(self, session: pytest.Session, items: dict[str, pytest.Item], mutant: Mutant, place: str) -> None:
        names, began = list(self._tests(mutant, items)), time.monotonic()
        child = os.fork()
        if child == 0:
            self._in_child(session, items, mutant, names)
        _pid, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        self.tried += code != 2
        if code == 0:
            self.survived.append((mutant, len(names)))
        word = {0: "SURVIVED", 1: "noticed", 2: "could not be put"}.get(code, "noticed by its time")
        self.say(f"{place} {word} {time.monotonic() - began:.1f} s {mutant.path}:{mutant.line}: {mutant.what}")

    def _in_child(
        self, session: pytest.Session, items: dict[str, pytest.Item], mutant: Mutant, names: list[str]
    ) -> None:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)  # a busy machine makes no mistake noticed
        sys.stdout = sys.stderr = io.StringIO()
        try:
            put(mutant)
        except Exception:  # noqa: BLE001 - the parent tells
            os._exit(2)
        os._exit(0 if all(self._run(session, items, name) for name in names) else 1)

    def _tell(self) -> None:
        noticed = self.tried - len(self.survived)
        share = 100 * noticed / max(1, self.tried)
        self.say(f"\nseed {self.args.seed}: {noticed} of {self.tried} noticed ({share:.1f} %)")
        for mutant, tests in self.survived:
            self.say(f"{mutant.path}:{mutant.line}: {mutant.what}\n    survived {tests} tests")

    @staticmethod
    def say(line: str) -> None:
        """Past pytest's own output."""
        os.write(1, f"{line}\n".encode())


def main() -> int:
    """Run it from the project's folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", default=MONEY)
    parser.add_argument("--draw", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="+", default=TESTS)
    parser.add_argument("--most", type=int, default=MOST_TESTS, help="tests that are tried for one mistake")
    parser.add_argument("--new", nargs="+", default=[], help="tests to try on every mistake")
    parser.add_argument("--after", type=int, default=0, help="leave out so many of those that are drawn")
    parser.add_argument("--known", type=Path)
    parser.add_argument("--again", type=Path)
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    options = ["-s", "-p", "no:cacheprovider", "-p", "no:terminal", "-m", NOT, f"--rootdir={ROOT}", *args.tests]
    return int(pytest.main(options, plugins=[Mutate(args)]))


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
