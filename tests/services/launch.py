"""Starts the real server with what a storm needs and no product should have: a moved clock, a point to die at, or its
guards off. Run as `python -m tests.services.launch [work]`, or under gunicorn as `tests.services.launch:application`.

| variable | what it does |
|---|---|
| STORM_MINUTES_AHEAD | the process's clock is that many minutes ahead |
| STORM_CLOCK | the same while it runs: a file with the minutes, looked at five times a second; `….seen` says when |
| STORM_KILL_AT, STORM_ARMED | die at that commit or gateway answer, counted while this file is there; it goes first |
| STORM_POINTS | with STORM_KILL_AT=0: write into this file how many there were |
| STORM_STRIPE | where the sandbox is asked, past its usual address: a proxy that makes trouble |
| STORM_WEBHOOKS_OFF | the sandbox tells of nothing by itself |
| STORM_GUARDS_OFF | control: a time can be sold twice |
| STORM_REFUNDS_OFF | control: whoever asks for money back gets it, again and again |
| STORM_DEDUPE_OFF | control: an event that comes again is taken for a new one, a payment for unpaid |
| STORM_REDIS_DEFAULTS | control: Redis is asked as redis-py does by itself |
| STORM_BROKEN | two addresses that fail as nothing should |
| STORM_TRACE_TURN | die loudly when a greenlet switches while it holds SQLite's write turn |
"""

from gevent import monkey

monkey.patch_all()

import os
import secrets
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import gevent
from sqlalchemy import Engine, event

from community import create_app
from community.core import clock, guards
from community.core.db import db
from community.payments import collecting
from community.payments.gateway import Gateway
from community.payments.sandbox import Sandbox
from community.serve import migrate, serve, work

_points = 0


def stormy() -> Any:
    """The application with the hooks that the environment asks for."""
    clock._offset = timedelta(minutes=int(os.environ.get("STORM_MINUTES_AHEAD", "0")))
    if os.environ.get("STORM_CLOCK"):
        gevent.spawn(_follow, Path(os.environ["STORM_CLOCK"]))
    for name, control in {"STORM_REDIS_DEFAULTS": _redis_defaults, "STORM_DEDUPE_OFF": _dedupe_off}.items():
        if os.environ.get(name):
            control()
    if os.environ.get("STORM_STRIPE"):
        _stripe_at(os.environ["STORM_STRIPE"])
    if os.environ.get("STORM_WEBHOOKS_OFF"):
        Sandbox.run_forever = lambda _self, _sleep: None  # type: ignore[method-assign]
    app = create_app()
    if os.environ.get("STORM_KILL_AT"):
        _die_at(int(os.environ["STORM_KILL_AT"]))
    for name, hook in {
        "STORM_GUARDS_OFF": _guards_off,
        "STORM_REFUNDS_OFF": _refunds_off,
        "STORM_BROKEN": _broken,
    }.items():
        if os.environ.get(name):
            hook(app)
    if os.environ.get("STORM_TRACE_TURN"):
        _trace_turn()
    return app


def _follow(file: Path) -> None:
    """Keep the clock as far ahead as a file says."""
    while True:
        told = file.read_text()
        clock._offset = timedelta(minutes=int(told))
        file.with_suffix(".seen").write_text(told)
        gevent.sleep(0.2)


def __getattr__(name: str) -> Any:
    """`application`, made when gunicorn asks for it."""
    if name != "application":
        raise AttributeError(name)
    globals()["application"] = stormy()
    return globals()["application"]


def _point(limit: int) -> None:
    """One place where a process can die: count it, and die there when it is the chosen one. 0 only counts."""
    global _points
    _points += 1
    if limit and _points == limit:
        os.unlink(os.environ["STORM_ARMED"])  # noqa: PTH108 - once: gunicorn starts another worker in its place
        os.kill(os.getpid(), signal.SIGKILL)
    if not limit and "STORM_POINTS" in os.environ:
        with open(os.environ["STORM_POINTS"], "w") as file:  # noqa: PTH123
            file.write(str(_points))


def _die_at(limit: int) -> None:
    def armed() -> bool:
        return os.path.exists(os.environ["STORM_ARMED"])  # noqa: PTH110 - the storm arms it once the journey begins

    @event.listens_for(Engine, "commit")
    def before_commit(_connection: Any) -> None:
        if armed():
            _point(limit)

    for name in ("open_checkout", "expire_checkout", "fetch_checkout", "refund", "capture", "cancel_intent"):
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
    queries.who_is_free = lambda *, members, **_kwargs: list(members)
    actions.lock_practices = lambda *_ids: None
    migrate(app)
    with app.app_context(), db.engine.begin() as connection:
        guards.remove(connection, "claims_no_overlap")
    guards._guards.pop("claims_no_overlap")


def _refunds_off(app: Any) -> None:
    """The control: what is called off can be called off again, nobody waits or counts what is left, and the database
    takes it.
    """
    from community.availability import actions as availability
    from community.bookings.actions import ending
    from community.bookings.process import executor

    def give(booking: Any, amount: int, reason: str) -> None:
        ending.payments.owe_refund(booking.shares[0].payment, amount=amount, reason=reason)

    checked = executor.check
    executor.check = lambda booking, step, actor: None if step.name == "cancel" else checked(booking, step, actor)
    availability.lock_practices = lambda *_ids: None
    ending._give_money_back = give
    with app.app_context(), db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            event.listen(Engine, "connect", lambda raw, _record: raw.execute("PRAGMA ignore_check_constraints=ON"))
        else:
            connection.exec_driver_sql("ALTER TABLE payments DROP CONSTRAINT IF EXISTS ck_payments_refunded")
    with app.app_context():
        db.engine.dispose()


def _stripe_at(url: str) -> None:
    from community.payments import wiring

    class Elsewhere(Gateway):
        def __init__(self, key: str, _base: str | None, *rest: Any, **named: Any) -> None:
            super().__init__(key, f"{url}{wiring.MOUNT}", *rest, **named)

    wiring.Gateway = Elsewhere  # type: ignore[misc]


def _redis_defaults() -> None:
    """The planted bug: redis-py's own patience, which is several tries with pauses between them."""
    import redis

    from community.core import redis_link

    redis_link.client = lambda url, **_: redis.Redis.from_url(url, decode_responses=True)


def _dedupe_off() -> None:
    """The control: every delivery of an event is a new event, and what is paid is paid again."""
    from dataclasses import replace

    from community.payments import actions, ledger

    receive, settle, post = actions.receive, actions.settle, ledger.post

    def look(payment_id: int) -> str:
        checkout_id = collecting.queries.get(payment_id).checkout_id
        collecting.release()
        return collecting._apply(payment_id, collecting.gateway().fetch_checkout(checkout_id or ""))

    def settle_again(payment_id: int, state: Any) -> None:
        collecting.queries.get(payment_id).status = "open"
        settle(payment_id, state)

    actions.receive = lambda event, kept: receive(replace(event, id=f"{event.id}-{secrets.token_hex(4)}"), kept)
    actions.settle = settle_again
    collecting.look = look
    ledger.post = lambda *, external_id, **named: post(external_id=f"{external_id}-{secrets.token_hex(4)}", **named)


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
    work(stormy()) if sys.argv[1:] == ["work"] else serve(stormy())
