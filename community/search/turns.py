"""One at a time among the processes of a machine: the kernel's lock on a file, which a killed process gives back."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from community.search.engine import WriterBusyError

_LOOK_SECONDS = 0.02


@contextmanager
def turn(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock on `path`. Raises `WriterBusyError` when others have had it for `seconds`.

    The file is opened anew each time, so that two threads or greenlets of one process exclude each other as well.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        until = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise WriterBusyError(f"somebody else holds {path.name}") from error
            time.sleep(_LOOK_SECONDS)
        yield
