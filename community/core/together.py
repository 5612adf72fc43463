"""Work that costs less done together, as a database's group commit does: whoever comes first lets the others who are
ready come too, does it for all of them, and hands each its answer. Greenlets only; elsewhere each works for itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import gevent
from gevent import monkey
from gevent.event import Event

W = TypeVar("W")
A = TypeVar("A")

MOST = 32


@dataclass
class _Caller:
    """Who waits for what: until there is an answer or an error, or it is their turn to lead."""

    wanted: Any
    woken: Event = field(default_factory=Event)
    answer: Any = None
    error: BaseException | None = None
    is_done: bool = False

    def end(self, *, answer: Any = None, error: BaseException | None = None) -> None:
        self.answer, self.error, self.is_done = answer, error, True
        self.woken.set()


class Together(Generic[W, A]):
    """Calls `work` with what several callers want, in the order in which they came; it answers in the same order.

    Each batch is led by the first of those in it, so nobody works for others once served. When `work` raises, each
    caller's part is tried by itself, so that nobody fails for another's sake.
    """

    def __init__(self, work: Callable[[Sequence[W]], list[A]]) -> None:
        self._work = work
        self._waiting: list[_Caller] = []

    def __call__(self, wanted: W) -> A:
        """Have it done, alone or with others. Raises what `work` raises for this one."""
        if not monkey.is_module_patched("threading"):
            return self._work([wanted])[0]
        mine = _Caller(wanted)
        self._waiting.append(mine)
        if self._waiting[0] is mine:
            gevent.sleep(0)  # those who are ready to run come first
        else:
            mine.woken.wait()
        if not mine.is_done:
            self._lead()
        if mine.error is not None:
            raise mine.error
        answer: A = mine.answer
        return answer

    def _lead(self) -> None:
        """Do one batch. Those in it stay at the head meanwhile, so who comes now waits; then the next one leads."""
        batch = self._waiting[:MOST]
        try:
            self._do(batch)
        except BaseException as error:  # the leader was ended: nobody may wait for it for ever
            for caller in batch:
                if not caller.is_done:
                    caller.end(error=error)
            raise
        finally:
            del self._waiting[: len(batch)]
            if self._waiting:
                self._waiting[0].woken.set()

    def _do(self, batch: Sequence[_Caller]) -> None:
        try:
            answers = self._work([caller.wanted for caller in batch])
        except Exception as error:  # noqa: BLE001 - handed to whom it belongs
            if len(batch) == 1:
                batch[0].end(error=error)
            else:
                for caller in batch:
                    self._do([caller])
            return
        for caller, answer in zip(batch, answers, strict=True):
            caller.end(answer=answer)
