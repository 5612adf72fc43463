"""Language and zone of the reader. Strings live in `community/translations`."""

from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import reset_tzpath

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale
from flask_babel import Domain as _Domain  # type: ignore[attr-defined]
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from community.core.site import settings


class Spoken(NamedTuple):
    """A language, its catalogue, and its name as code has it: "" outside of any app."""

    locale: Locale | None
    catalogue: Any
    name: str


class Words(_Domain):  # type: ignore[misc]
    """The catalogues, the reader's looked up once a request: a page has a hundred texts, and Flask-Babel asks anew for
    each who is reading.
    """

    def get_translations(self) -> Any:
        """The reader's catalogue; that of another language inside `force_locale`."""
        return self.spoken().catalogue

    def spoken(self) -> Spoken:
        """What the reader speaks."""
        try:
            here = getattr(g, "_flask_babel", None)
        except RuntimeError:
            here = None
        locale = getattr(here, "babel_locale", None) or get_locale()
        known: Spoken | None = getattr(here, "words", None)
        if known is None or known.locale is not locale:
            known = Spoken(locale, super().get_translations(), str(locale or ""))
            if here is not None:
                here.words = known
        return known


class _Babel(Babel):
    @cached_property
    def domain_instance(self) -> Words:
        """Flask-Babel's own name for the catalogues of the site."""
        return Words(domain=self.domain)  # type: ignore[attr-defined]


babel = _Babel()


def init_app(app: Flask) -> None:
    """Attach Flask-Babel; the pinned tzdata decides about zones, not the machine's."""
    reset_tzpath(to=[])
    known = app.extensions["settings"]
    app.config.setdefault("BABEL_DEFAULT_LOCALE", known.locale)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", known.zone)
    app.config.setdefault(
        "BABEL_TRANSLATION_DIRECTORIES", str(known.extra.get("translations", "community/translations"))
    )
    babel.init_app(app, locale_selector=reader_locale, timezone_selector=reader_zone)
    app.jinja_env.globals.update(_=_said, reader_locale=reader_locale, reader_zone=reader_zone)


@pass_eval_context
def _said(template: EvalContext, text: str, **values: Any) -> str:
    """`_` of templates: what Jinja's own does, at a fifth of its time. "%%" is a per cent sign there."""
    found = babel.domain_instance.get_translations().gettext(text)
    said = Markup(found) if template.autoescape else str(found)  # noqa: S704 - a template's words, or a translator's
    return said % values if values or "%" in found else said


def gettext(text: str, **values: Any) -> str:
    """`_` of code that says the same few words of each of many rows: Flask-Babel's own takes five times as long."""
    found: str = babel.domain_instance.get_translations().gettext(text)
    return found % values if values else found


def reader_locale() -> str:
    """The signed-in person's language, else the site's."""
    if has_request_context() and current_user.is_authenticated:
        return str(current_user.locale)
    return settings().locale


def reader_zone() -> str:
    """The signed-in person's zone; of a visitor what they chose in the address (`?tz=`), else the site's."""
    if has_request_context():
        asked = request.args.get("tz", "")
        if asked and is_zone(asked):
            return asked
        if current_user.is_authenticated:
            return str(current_user.zone)
    return settings().zone


def is_zone(name: str) -> bool:
    """True for an IANA zone we know."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - built once, on first use

    return name in available_timezones()
