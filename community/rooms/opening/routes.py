"""Asking for a niche's room from the page of rooms."""

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.core.auth import current_user, policy
from community.core.db import writes, writing
from community.niches import queries as niches
from community.rooms.opening import actions

bp = Blueprint("opening", __name__)


@bp.post("/rooms/niches/<slug>/asking")
@policy("member")
@writes
def ask(slug: str) -> Response:
    """I would come."""
    niche = niches.niche(slug)
    with writing():
        room = actions.ask(niche, by=current_user)
    if room is not None:
        flash(_("The room is open. Come in."))
        return redirect(url_for("rooms.show", ref=room.ref))
    flash(_("Noted. The room opens when five of you have asked; we write to you then."))
    return redirect(url_for("rooms.index") + "#askings")


@bp.post("/rooms/niches/<slug>/asking/return")
@policy("member")
@writes
def take_back(slug: str) -> Response:
    """Not after all."""
    niche = niches.niche(slug)
    with writing():
        actions.take_back(niche, by=current_user)
    flash(_("Taken back."))
    return redirect(url_for("rooms.index") + "#askings")
