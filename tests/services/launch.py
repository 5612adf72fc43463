"""Starts the real server with what a storm needs and no product should have: a moved clock, a point to die at, its
guards off, or pages that break. Run as `python -m tests.services.launch`."""

from gevent import monkey

monkey.patch_all()

import os
import signal
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, event

from community import create_app
from community.core import clock, guards
from community.core.db import db
from community.payments.gateway import Gateway
from community.serve import migrate, serve

_points = 0


def main() -> None:
    clock._offset = timedelta(minutes=int(os.environ.get("STORM_MINUTES_AHEAD", "0")))
    app = create_app()
    if os.environ.get("STORM_KILL_AT"):
        _die_at(int(os.environ["STORM_KILL_AT"]))
    if os.environ.get("STORM_GUARDS_OFF"):
        migrate(app)
        _guards_off(app)
    if os.environ.get("STORM_TRACE_TURN"):
        _trace_turn()
    if os.environ.get("STORM_BROKEN"):
        _broken(app)
    serve(app)


def _point(limit: int) -> None:
    """One place where a process can die: count it, and die there when it is the chosen one. 0 only counts."""
    global _points
    _points += 1
    if limit and _points == limit:
        os.kill(os.getpid(), signal.SIGKILL)
    if not limit:
        with open(os.environ["STORM_POINTS"], "w") as file:  # noqa: PTH123
            file.write(str(_points))


def _die_at(limit: int) -> None:
    def armed() -> bool:
        return os.path.exists(os.environ["STORM_ARMED"])  # noqa: PTH110 - the storm arms it once the journey begins

    @event.listens_for(Engine, "commit")
    def before_commit(_connection: Any) -> None:
        if armed():
            _point(limit)

    for name in ("open_checkout", "expire_checkout", "fetch_checkout", "refund"):
        _after_answer(name, limit, armed)


def _after_answer(name: str, limit: int, armed: Any) -> None:
    asked = getattr(Gateway, name)

    def answered(self: Gateway, *args: Any, **kwargs: Any) -> Any:
        answer = asked(self, *args, **kwargs)
        if armed():
            _point(limit)
        return answer

    setattr(Gateway, name, answered)


def _guards_off(app: Any) -> None:
    """The control: neither lock, nor check, nor the database's refusal."""
    from community.availability import actions, queries

    queries.conflicts = lambda *_args, **_kwargs: False
    queries.is_offered = lambda **_kwargs: True
    actions.lock_practices = lambda *_ids: None
    with app.app_context(), db.engine.begin() as connection:
        guards.remove(connection, "claims_no_overlap")
    guards._guards.pop("claims_no_overlap")


def _broken(app: Any) -> None:
    """Two addresses that fail as nothing should: by a mistake of ours, and for want of the database."""
    from sqlalchemy.exc import TimeoutError as PoolTimeout

    from community.core.auth import policy

    def error() -> Any:
        raise ZeroDivisionError("broken on purpose")

    def database() -> Any:
        raise PoolTimeout("no connection on purpose")

    for view in (error, database):
        app.add_url_rule(f"/_broken/{view.__name__}", f"broken_{view.__name__}", policy("public")(view))


def _trace_turn() -> None:
    """Die loudly when a greenlet switches while it holds SQLite's write turn."""
    import sys
    import traceback

    import greenlet

    from community.core import db as module

    holder: dict[str, Any] = {}
    take, hand = module._begin_immediate, module._turn.release

    def began(raw: Any) -> None:
        take(raw)
        holder["greenlet"] = greenlet.getcurrent()

    def released() -> None:
        holder.pop("greenlet", None)
        hand()

    def traced(what: str, args: Any) -> None:
        if what == "switch" and holder.get("greenlet") is args[0]:
            sys.stderr.write("SWITCHED WITH THE WRITE TURN\n" + "".join(traceback.format_stack(limit=14)))
            holder.pop("greenlet", None)

    module._begin_immediate = began
    module._turn.release = released  # type: ignore[method-assign]
    greenlet.settrace(traced)


if __name__ == "__main__":
    main()
