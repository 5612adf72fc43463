"""Work that would hold up every greenlet, done in a native thread where greenlets share this one."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


def aside(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `work` in a native thread under gevent, else here. It may touch no database session and no socket."""
    from gevent import get_hub, monkey  # noqa: PLC0415 - commands and tests run without gevent

    if not monkey.is_module_patched("threading"):
        return work(*args, **kwargs)
    return cast("R", get_hub().threadpool.apply(work, args, kwargs))
