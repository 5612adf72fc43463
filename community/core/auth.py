"""Who may open a route: every view names one policy. What a person may see of it is decided in `queries`.

Also re-exports what models and routes need of Flask-Login and Flask-Security.
"""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import current_app, g, session
from flask_login import current_user, login_required
from flask_security import RoleMixin, UserMixin

P = ParamSpec("P")
R = TypeVar("R")
Check = Callable[[], Any]

_checks: dict[str, Check] = {"public": lambda: None}


def define_policy(name: str) -> Callable[[Check], Check]:
    """Register the check behind a policy: returns None to let in, or a response; may raise `Refused`."""

    def register(check: Check) -> Check:
        _checks[name] = check
        return check

    return register


def policy(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Say who may open a view. Known names: public, and what the slices define (person, member, practice, staff…)."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            answer = _checks[name]()
            return answer if answer is not None else view(*args, **kwargs)

        guarded.policy = name  # type: ignore[attr-defined]
        return guarded

    return decorate


def check(name: str) -> Any:
    """Run a policy's check outside a view (sockets): None lets in."""
    return _checks[name]()


def policies() -> list[str]:
    """The names of all policies."""
    return sorted(_checks)


def viewer() -> Any:
    """The signed-in person, or None for a visitor."""
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001


def login_of_viewer() -> str:
    """What the session holds of the person who is signed in, without looking them up; empty for a visitor."""
    if "_user_id" in session:
        return str(session["_user_id"])
    person = viewer()  # perhaps by the cookie of a browser that was closed meanwhile
    return str(person.fs_uniquifier) if person else ""


def forget_viewer() -> None:
    """Treat the rest of this request as a visitor's: nobody can be looked up."""
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask-Login's own place


__all__ = [
    "RoleMixin",
    "UserMixin",
    "check",
    "current_user",
    "define_policy",
    "forget_viewer",
    "login_of_viewer",
    "login_required",
    "policies",
    "policy",
    "viewer",
]
