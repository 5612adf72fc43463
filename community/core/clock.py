"""The one clock. Everything asks `now()`, so tests and the demo town can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_offset = timedelta()
_frozen: datetime | None = None


def now() -> datetime:
    """The current instant, in UTC."""
    return _frozen if _frozen is not None else datetime.now(UTC) + _offset


def advance(by: timedelta) -> None:
    """Move a frozen clock forward; raises RuntimeError on a running one."""
    global _frozen  # noqa: PLW0603 - one clock per process is the point
    if _frozen is None:
        raise RuntimeError("only a frozen clock can be advanced")
    _frozen += by


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stand still at `at` (aware) for the block."""
    global _frozen  # noqa: PLW0603
    if at.tzinfo is None:
        raise ValueError("naive datetime: an instant needs a zone")
    before, _frozen = _frozen, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
