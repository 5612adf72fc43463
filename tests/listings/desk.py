"""Forms of every kind as a browser sends them."""

import io
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.db import db
from community.listings.models import Listing
from tests.world import post

NICHE = "brand-identity-food"
WORDS: dict[str, Any] = {"title": "A brand, start to finish", "summary": "Bring the jar.", "niche": NICHE}
PACKAGE: dict[str, Any] = {
    "packages-0-title": "Small",
    "packages-0-scope": "A mark and **two** colours",
    "packages-0-days": "10",
    "packages-0-price": "450",
}
PARTS: dict[str, Any] = {
    "packages-0-parts-0-per_cent": "50",
    "packages-0-parts-0-due": "booking",
    "packages-0-parts-1-per_cent": "30",
    "packages-0-parts-1-due": "milestone",
    "packages-0-parts-1-detail": "First draft",
    "packages-0-parts-2-per_cent": "20",
    "packages-0-parts-2-due": "date",
    "packages-0-parts-2-detail": "30",
}
OF: dict[str, dict[str, Any]] = {
    "session": {"lengths-0-minutes": "60", "lengths-0-price": "95", "where_kind": "site_call", "policy": "strict"},
    "project": PACKAGE | {"where_kind": "site_call", "policy": "moderate"},
    "workshop": {"price": "40", "where_kind": "site_call", "policy": "flexible"},
    "retainer": {"price": "450", "scope": "Two label updates", "clients_most": "5", "where_kind": "site_call"},
    "digital": {"price": "12"},
    "inquiry": {"text": "Tell me what you need.", "where_kind": "site_call", "policy": "flexible"},
}


def make(browser: FlaskClient, kind: str, **more: Any) -> Any:
    """Send the form of a kind; a digital one with its file."""
    sent = {"file": (io.BytesIO(b"%PDF-1.7 a guide"), "Label guide.pdf")} if kind == "digital" else {}
    data = WORDS | OF[kind] | sent | {"then": "publish"} | more
    return post(browser, f"/desk/listings/new/{kind}", data, content_type="multipart/form-data")


def only() -> Listing:
    """The one listing there is."""
    return db.session.scalars(select(Listing)).one()
