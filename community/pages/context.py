"""What every page's frame needs: the site, who is looking, and who is in the rooms."""

from typing import Any

from flask import Flask, g, has_request_context, url_for

from community.core.auth import viewer
from community.core.site import settings
from community.profiles import queries as profiles
from community.rooms import glance


def init_app(app: Flask) -> None:
    """Give every template `site`, `chrome` and `csrf_on`."""
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """The frame's context; a visitor who only looks gets neither token nor cookie."""
    known = settings()
    site = {
        "name": known.site_name,
        "url": known.base_url,
        "locale": known.locale,
        "currency": known.currency,
        "mail": known.operator_mail,
        "sandboxed": known.sandboxed,
    }
    if not has_request_context():
        return {"site": site}
    person = viewer()
    if "chrome" not in g:
        g.chrome = _chrome(person)
    return {"site": site, "chrome": g.chrome, "csrf_on": person is not None, "viewer": person}


def _chrome(person: Any) -> dict[str, Any]:
    if person is None:
        return {"role": "visitor", "here": glance.here()}
    practice = profiles.practice_of(person)
    role = "staff" if person.is_staff else ("practice" if practice else "client")
    return {
        "role": role,
        "practice": practice,
        "name": person.name,
        "handle": person.handle,
        "photo": url_for("accounts.photo", name=person.photo) if person.photo else "",
        "unread": glance.unread_total(person),
        "here": glance.here(person),
    }
