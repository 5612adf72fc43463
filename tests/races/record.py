"""What was done to a site under fire, and what must be found there afterwards.

An operation is *ok* once it was acknowledged, *failed* once it was refused, and else *unknown*: no answer, a broken
connection, or an answer from 500 on, which says nothing of a commit whose own answer was lost. Afterwards ok must be
there once, failed must not be there, and unknown may be either.
"""

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "failed", "unknown"]


@dataclass(frozen=True)
class Operation:
    """One thing that was asked for. `key` is how it is found again."""

    kind: str
    key: str
    outcome: Outcome
    detail: str = ""


class Record:
    """Operations of many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._operations: dict[tuple[str, str], Operation] = {}

    def tell(self, kind: str, key: str, outcome: Outcome, detail: str = "") -> None:
        """How it went. Told again, as after a retry, only an unknown one becomes anything else."""
        with self._lock:
            known = self._operations.get((kind, key))
            if known is None or known.outcome == "unknown":
                self._operations[kind, key] = Operation(kind, key, outcome, detail)

    def answered(self, kind: str, key: str, status: int, detail: str = "") -> Outcome:
        """The same from an HTTP status; None or 0 is no answer."""
        outcome: Outcome = "unknown" if status >= 500 or status < 200 else "ok" if status < 400 else "failed"
        self.tell(kind, key, outcome, f"{status} {detail}".strip())
        return outcome

    def keys(self, kind: str, outcome: Outcome) -> list[str]:
        """Those that went so, in order."""
        with self._lock:
            return [one.key for one in self._operations.values() if (one.kind, one.outcome) == (kind, outcome)]

    def counts(self) -> dict[str, int]:
        """How many of each kind and outcome."""
        with self._lock:
            found = Counter(f"{one.kind} {one.outcome}" for one in self._operations.values())
        return dict(sorted(found.items()))

    def check(self, kind: str, found: Iterable[str]) -> None:
        """Hold what is `found` against what was told. Raises AssertionError."""
        there = Counter(found)
        ok, failed = set(self.keys(kind, "ok")), set(self.keys(kind, "failed"))
        lost, wrong = sorted(ok - there.keys()), sorted(failed & there.keys())
        twice = sorted(key for key in there if there[key] > 1)
        assert not lost, f"{kind}: acknowledged and lost: {lost}"
        assert not wrong, f"{kind}: refused and there: {[self._operations[kind, key] for key in wrong]}"
        assert not twice, f"{kind}: there more than once: {twice}"
