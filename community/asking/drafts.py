"""What visitors typed before they signed in, kept for two days."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from community.asking.models import BriefDraft
from community.core import clock
from community.core.db import db

LAST = timedelta(days=2)


def keep(said: dict[str, Any]) -> str:
    """Keep what a visitor typed while they sign in; returns the secret it is known by."""
    token = secrets.token_urlsafe(24)
    db.session.add(BriefDraft(token=token, typed=said))
    return token


def drop(token: str) -> None:
    """It is asked now."""
    db.session.execute(delete(BriefDraft).where(BriefDraft.token == token))


def forget_old() -> None:
    """Nobody came back for these."""
    db.session.execute(delete(BriefDraft).where(BriefDraft.at < clock.now() - LAST))


def typed(token: str) -> dict[str, Any]:
    """What was typed; empty where it was forgotten."""
    found = db.session.get(BriefDraft, token) if token else None
    return dict(found.typed) if found and found.at > clock.now() - LAST else {}
