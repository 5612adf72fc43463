"""Facts and who reacts: three words. `on` is the same transaction, `after` is durable, `before` is for locks.

A fact is a frozen dataclass of ids. `prepare` runs `before` handlers; `emit` runs `on` handlers at once and
writes one delivery per `after` handler; `core.jobs` runs those once the transaction has committed.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from community.core import clock
from community.core.db import after_commit, db
from community.core.deliveries import Delivery, wake

F = TypeVar("F")
Handler = Callable[[F], None]

_before: dict[type, list[Handler[Any]]] = defaultdict(list)
_on: dict[type, list[Handler[Any]]] = defaultdict(list)
_after: dict[type, list[str]] = defaultdict(list)
_named: dict[str, tuple[type, Handler[Any]]] = {}


def before(fact: type[F]) -> Callable[[Handler[F]], Handler[F]]:
    """Register a handler that takes locks before anybody acts on the fact; same transaction."""
    return _registrar(_before, fact)


def on(fact: type[F]) -> Callable[[Handler[F]], Handler[F]]:
    """Register a handler for the same transaction: database writes only."""
    return _registrar(_on, fact)


def after(fact: type[F]) -> Callable[[Handler[F]], Handler[F]]:
    """Register a durable handler: run at least once after the commit, with no transaction open. Idempotent."""

    def register(handler: Handler[F]) -> Handler[F]:
        name = handler_name(handler)
        if name in _named:
            raise ValueError(f"two reactions are called {name}")
        _named[name] = (fact, handler)
        _after[fact].append(name)
        return handler

    return register


def prepare(fact: Any) -> None:
    """Run the `before` handlers of a fact that is about to be true: the subject's owner takes its locks in order."""
    for handler in _before[type(fact)]:
        handler(fact)


def emit(fact: Any, *, due: datetime | None = None) -> None:
    """Announce `fact`. With `due` it is a timer: only the durable handlers run, and not before that instant."""
    if due is None:
        for handler in _on[type(fact)]:
            handler(fact)
    for name in _after[type(fact)]:
        _enqueue(name, fact, due)
    if _after[type(fact)]:
        after_commit(wake)


def _enqueue(name: str, fact: Any, due: datetime | None) -> None:
    payload = dataclasses.asdict(fact)
    db.session.add(Delivery(handler=name, payload=payload, due_at=due or clock.now()))


def resolve(name: str) -> tuple[type, Handler[Any]] | None:
    """The fact and handler that a delivery names; None while no code knows it."""
    return _named.get(name)


def handler_name(handler: Callable[..., Any]) -> str:
    """How a delivery names a handler: its module and function, without the package."""
    return f"{handler.__module__.removeprefix('community.')}.{handler.__name__}"


def fact_map() -> dict[str, list[str]]:
    """Who reacts to what, for `flask facts`."""
    seen: dict[str, list[str]] = {}
    for word, table in (("before", _before), ("on", _on)):
        for fact, handlers in table.items():
            seen.setdefault(fact.__name__, []).extend(f"{word} {handler_name(h)}" for h in handlers)
    for fact, names in _after.items():
        seen.setdefault(fact.__name__, []).extend(f"after {name}" for name in names)
    return dict(sorted(seen.items()))


def _registrar(table: dict[type, list[Handler[Any]]], fact: type[F]) -> Callable[[Handler[F]], Handler[F]]:
    def register(handler: Handler[F]) -> Handler[F]:
        table[fact].append(handler)
        return handler

    return register
