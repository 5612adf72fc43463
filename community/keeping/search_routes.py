"""Saved searches: one's own list of them, saving, pausing and deleting one, and the way out of their mails."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.core.auth import current_user, policy
from community.core.db import db, writes, writing
from community.core.errors import Refused
from community.core.limits import hit
from community.core.site import settings
from community.core.web import csrf
from community.keeping import actions, links, queries, rules, words
from community.listings import queries as listings
from community.niches.names import names

bp = Blueprint("searches", __name__)


@bp.get("/searches")
@policy("person")
def index() -> str:
    """One's saved searches, and what they found lately."""
    return _page()


def _page(refusal: Refused | None = None) -> str:
    saved = queries.searches(current_user)
    ids = {one.id: [match.listing_id for match in reversed(one.matches)][:3] for one in saved}
    found = {one.id: one for one in listings.by_ids(current_user, sorted({n for some in ids.values() for n in some}))}
    return render_template(
        "keeping/searches.html",
        saved=saved,
        names=names(),
        words=words,
        most=rules.MOST_SEARCHES,
        found={key: [found[n] for n in some if n in found] for key, some in ids.items()},
        refusal=refusal,
    )


@bp.get("/searches/new")
@policy("person")
def back() -> Any:
    """Where signing in leads back to for who asked as a visitor: the same search, to ask again."""
    wanted = rules.wanted_of(request.query_string.decode("utf-8", "replace"), settings().currency)
    return redirect(f"{url_for('search.index')}?{wanted.address()}")


@bp.post("/searches")
@policy("person")
@writes
def save() -> Any:
    """Save the search of a results page."""
    hit("60 per hour", "saved_search", str(current_user.id))
    try:
        with writing():
            saved, how = actions.save_search(request.form.get("search", ""), by=current_user)
            search = saved.search
    except Refused as refusal:
        db.session.rollback()
        return _page(refusal), refusal.status
    if how == "saved":
        flash(_("Saved. We write to you when something new fits, once a day at most."))
    else:
        flash(_("You have saved this search already."))
    return redirect(f"{url_for('search.index')}?{search}")


@bp.post("/searches/<int:saved_id>/pause")
@policy("person")
@writes
def pause(saved_id: int) -> Any:
    """Hear nothing of it for a while, or hear of it again."""
    with writing():
        saved = queries.search_of(current_user, saved_id)
        paused = saved.paused_at is None
        actions.pause(saved) if paused else actions.take_up(saved)
    flash(_("Paused. You hear nothing of it until you take it up again.") if paused else _("We tell you again."))
    return redirect(url_for("searches.index"))


@bp.post("/searches/<int:saved_id>/delete")
@policy("person")
@writes
def delete(saved_id: int) -> Any:
    """Forget it."""
    with writing():
        actions.delete(queries.search_of(current_user, saved_id))
    flash(_("Deleted."))
    return redirect(url_for("searches.index"))


@bp.route("/searches/stop/<token>", methods=["GET", "POST"])
@policy("public")
@writes
def stop(token: str) -> Any:
    """The way out in every mail: the address is the key. Looking at it changes nothing, for programs look at links."""
    saved = links.search_of(token)
    if request.method == "POST" and saved is not None:
        with writing():
            actions.pause(saved)
        return redirect(url_for("searches.stop", token=token))
    title = words.title(saved, names()) if saved else ""
    return render_template("keeping/stop.html", saved=saved, title=title, token=token)


@bp.post("/searches/stop/<token>/now")
@policy("public")
@csrf.exempt  # type: ignore[untyped-decorator]
@writes
def stop_at_once(token: str) -> Any:
    """The same for a mail program's own button, which has neither page nor token (RFC 8058)."""
    saved = links.search_of(token)
    if saved is not None:
        with writing():
            actions.pause(saved)
    return Response(_("Stopped.") + "\n", mimetype="text/plain")
