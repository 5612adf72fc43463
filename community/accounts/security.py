"""Flask-Security, fitted to the house: our persons, our mails, Argon2 off the hub, every view wrapped in `@writes`."""

import contextlib
import functools
from collections.abc import Callable
from typing import Any, cast

from flask import Flask, has_request_context, request
from flask_security import MailUtil, Security, SQLAlchemyUserDatastore, user_confirmed
from flask_security.core import _get_pwd_context
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from community.accounts import actions
from community.accounts.forms import RegisterForm
from community.accounts.models import Person, Role
from community.core import clock
from community.core.auth import policy
from community.core.db import db, writes
from community.core.limits import client_network, hit
from community.core.mail import write_mail
from community.core.text import fold

# Flask-Security's template → ours
_MAILS = {
    "welcome": "welcome",
    "welcome_existing": "already_registered",
    "confirmation_instructions": "confirm",
    "reset_instructions": "reset",
    "reset_notice": "password_changed",
    "change_notice": "password_changed",
}

# Flask-Security's view → who may open it; the others are for everybody
_POLICIES = {"change_password": "person", "verify": "person"}

_BY_SESSION = select(Person).where(Person.fs_uniquifier == bindparam("fs_uniquifier")).options(joinedload(Person.roles))


class Datastore(SQLAlchemyUserDatastore):
    """Makes persons through our own action, so that they have a handle, a zone and a membership."""

    def create_user(self, **kwargs: Any) -> Person:
        """A person from the sign-up form; the password is hashed already."""
        # Flask-Security passes on only what is a column of ours; the form has checked the code.
        invitation = request.form.get("invitation", "").strip() if has_request_context() else ""
        person = actions.register(
            email=kwargs["email"],
            name=kwargs.get("name") or "",
            password=kwargs.get("password"),
            invitation=invitation,
        )
        actions.join(person, invited=bool(invitation))
        return person

    def find_user(self, case_insensitive: bool = False, **given: Any) -> Person | None:  # noqa: FBT001, FBT002 - theirs
        """As theirs; whom a session names is asked at every request, by a statement that is built once."""
        if given.keys() == {"fs_uniquifier"}:
            return db.session.scalar(_BY_SESSION, given)
        return cast("Person | None", super().find_user(case_insensitive=case_insensitive, **given))


class QueuedMail(MailUtil):
    """Only writes a delivery; the worker sends it."""

    def send_mail(
        self, template: str, subject: str, recipient: Any, sender: Any, body: Any, html: Any, **kwargs: Any
    ) -> None:
        """Queue our own mail in place of the rendered one."""
        del subject, sender, body, html
        person = kwargs["user"]
        links = {key: value for key, value in kwargs.items() if key.endswith("_link")}
        write_mail(str(recipient), _MAILS[template.rpartition("/")[2]], locale=person.locale, person=person, **links)


class OffHub:
    """A password context that hashes in gevent's native threads: Argon2 would stop everybody else for 100 ms."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._context, name)
        return _in_thread(found) if name in {"hash", "verify"} else found


def _in_thread(work: Any) -> Any:
    from gevent import get_hub, monkey  # noqa: PLC0415 - only where gevent serves

    if not monkey.is_module_patched("threading"):
        return work
    return lambda *args, **kwargs: get_hub().threadpool.apply(work, args, kwargs)


security = Security(mail_util_cls=QueuedMail)


def init_app(app: Flask) -> None:
    """Attach Flask-Security."""
    app.config.update(_config(app))
    security.init_app(
        app,
        Datastore(db, Person, Role),
        register_form=RegisterForm,
    )
    security.pwd_context = OffHub(_get_pwd_context(app))
    for endpoint, view in list(app.view_functions.items()):
        if endpoint.startswith("security."):
            name = _POLICIES.get(endpoint.partition(".")[2], "public")
            app.view_functions[endpoint] = policy(name)(writes(_limited(endpoint, _committed(view))))
    user_confirmed.connect(_welcome, app)


# How often a form may be sent: by network, by the account it names, and over the whole site. An account's own limit
# slows guessing down to a few an hour and never shuts its owner out: the code by mail stays open to them.
_LIMITED = {
    "security.login": ("30 per 10 minute", "10 per 10 minute", "3000 per hour"),
    "security.register": ("20 per hour", "5 per hour", "1000 per hour"),
    "security.forgot_password": ("20 per hour", "5 per hour", "1000 per hour"),
    "security.send_confirmation": ("20 per hour", "5 per hour", "1000 per hour"),
    "security.reset_password": ("20 per hour", "", "1000 per hour"),
    "security.change_password": ("20 per hour", "", "1000 per hour"),
    "security.verify": ("30 per 10 minute", "", "1000 per hour"),
}


def _limited(endpoint: str, view: Callable[..., Any]) -> Callable[..., Any]:
    """Count what is sent before anything is looked up, so that the answer is the same for every address."""
    rules = _LIMITED.get(endpoint)
    if rules is None:
        return view

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if request.method == "POST":
            by_network, by_account, by_site = rules
            hit(by_network, endpoint, client_network())
            account = fold(request.form.get("email", ""))
            if by_account and account:
                hit(by_account, endpoint, "account", account)
            hit(by_site, endpoint, "site")
        return view(*args, **kwargs)

    return wrapped


def _committed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Flask-Security commits what it writes itself; the mails it causes are ours to commit."""

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        answer = view(*args, **kwargs)
        db.session.commit()
        return answer

    return wrapped


def _welcome(_app: Flask, user: Person, **_: Any) -> None:
    with contextlib.suppress(LookupError):
        actions.confirm(user)


def _config(app: Flask) -> dict[str, Any]:
    testing = app.extensions["settings"].testing
    cost = {"time_cost": 1, "memory_cost": 8} if testing else {"time_cost": 2, "memory_cost": 19456}
    options = {f"argon2__{name}": value for name, value in (cost | {"parallelism": 1}).items()}
    return {
        "SECURITY_LOGIN_URL": "/signin",
        "SECURITY_LOGOUT_URL": "/signout",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_REGISTER_URL": "/join",
        "SECURITY_RESET_URL": "/reset",
        "SECURITY_CONFIRM_URL": "/confirm",
        "SECURITY_CHANGE_URL": "/account/password",
        "SECURITY_POST_REGISTER_VIEW": "/join/sent",
        "SECURITY_POST_CONFIRM_VIEW": "/signin",
        "SECURITY_POST_LOGIN_VIEW": "/welcome",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_REGISTERABLE": True,
        "SECURITY_USE_REGISTER_V2": True,
        "SECURITY_CONFIRMABLE": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_AUTO_LOGIN_AFTER_CONFIRM": False,
        "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
        "SECURITY_PASSWORD_CONFIRM_REQUIRED": False,
        "SECURITY_PASSWORD_LENGTH_MIN": 10,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": True,
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": options,
        # Tokens are random and single-purpose; the default scheme spends 0.45 s of pure Python on each.
        "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
        "SECURITY_DEPRECATED_HASHING_SCHEMES": [],
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_DATETIME_FACTORY": clock.now,
        "SECURITY_FLASH_MESSAGES": True,
        "SECURITY_PASSWORD_SALT": "unused: single hash",
    }
