"""Find my niche: last job, its tasks, the niches that fit, a first listing. Each step is kept as it is sent."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.availability import queries as availability
from community.core import money
from community.core.auth import current_user, policy, viewer
from community.core.db import writes, writing
from community.core.errors import Refused
from community.core.site import settings
from community.explorer import actions, finding, onet, queries, words
from community.explorer.forms import OfferForm, TitleForm
from community.explorer.rules.floor import Cell
from community.niches import queries as niches
from community.niches.models import Niche
from community.profiles import queries as profiles

bp = Blueprint("explorer", __name__)

TICKS = ("liked", "good", "never")


def _said() -> dict[str, Any]:
    draft = queries.draft_of(viewer())
    return dict(draft.said) if draft else {}


def _steps(now: int) -> list[dict[str, str]]:
    titles = (_("Last job"), _("Its tasks"), _("Your niche"), _("Your offer"))
    states = ("done" if number < now else "now" if number == now else "" for number in range(4))
    return [{"title": title, "text": "", "state": state} for title, state in zip(titles, states, strict=True)]


@bp.route("/explore/find", methods=["GET", "POST"])
@policy("member")
@writes
def find() -> Any:
    """What one's last job was called; then which of the jobs called so it was."""
    said = _said()
    form = TitleForm(data={"title": said.get("title", "")})
    code = request.form.get("code", "")
    if request.form.get("then") == "anew":
        with writing():
            actions.forget(current_user)
        flash(_("Your draft is gone."))
        return redirect(url_for("explorer.find"))
    if request.method == "POST" and code in onet.occupations():
        changed = code != said.get("code")
        with writing():
            actions.keep(current_user, code=code, **({tick: [] for tick in TICKS} if changed else {}))
        return redirect(url_for("explorer.tasks"))
    if form.validate_on_submit():
        with writing():
            actions.keep(current_user, title=form.title.data)
        return redirect(url_for("explorer.find") + "#jobs")
    known = onet.occupations()
    found = onet.titles().nearest(said["title"]) if said.get("title") else []
    page = render_template(
        "explorer/find.html",
        form=form,
        steps=_steps(0),
        said=said,
        found=[(one, known[one], list(onet.tasks(one).values())[:2]) for one in found],
    )
    return page, 422 if form.errors else 200


@bp.route("/explore/find/tasks", methods=["GET", "POST"])
@policy("member")
@writes
def tasks() -> Any:
    """What one did there: liked, good at, never again."""
    said = _said()
    known = onet.tasks(said.get("code", ""))
    if not known:
        return redirect(url_for("explorer.find"))
    if request.method == "POST":
        ticked = {tick: [n for n in known if str(n) in request.form.getlist(tick)] for tick in TICKS}
        with writing():
            actions.keep(current_user, **ticked)
        return redirect(url_for("explorer.candidates"))
    return render_template(
        "explorer/tasks.html",
        steps=_steps(1),
        job=onet.occupations()[said["code"]],
        tasks=known,
        said={tick: said.get(tick, ()) for tick in TICKS},
    )


@bp.route("/explore/find/niches", methods=["GET", "POST"])
@policy("member")
@writes
def candidates() -> Any:
    """The niches that fit, with what speaks for each; choosing one leads to the offer."""
    said = _said()
    if not onet.tasks(said.get("code", "")):
        return redirect(url_for("explorer.find"))
    if request.method == "POST":
        niche = niches.niche(request.form.get("niche", ""))
        with writing():
            actions.keep(current_user, **_chosen(said, niche))
        return redirect(url_for("explorer.offer"))
    found = finding.candidates(viewer(), said, queries.board(), words.names({}))
    return render_template("explorer/candidates.html", steps=_steps(2), found=found, said=said, words=words)


def _chosen(said: dict[str, Any], niche: Niche) -> dict[str, Any]:
    """What was typed for another niche is not what this one begins with."""
    return {"niche": niche.slug} | ({} if said.get("niche") == niche.slug else {"offer": {}})


@bp.route("/explore/find/offer", methods=["GET", "POST"])
@policy("member")
@writes
def offer() -> Any:
    """The first listing, beside what the nearest five offer; published, or kept for later."""
    said = _said()
    slug = request.values.get("niche") or said.get("niche")
    if not slug:
        return redirect(url_for("explorer.find"))
    niche, practice, board = niches.niche(slug), profiles.practice_of(viewer()), queries.board()
    typed = (said.get("offer") if said.get("niche") == slug else None) or {}
    form = OfferForm(
        data=finding.beginning(viewer(), practice, niche, said, board) | typed, has_practice=practice is not None
    )
    if request.method == "POST":
        with writing():
            actions.keep(current_user, niche=niche.slug, offer=form.typed())
        if request.form.get("then") == "later":
            flash(_("Kept. It waits here for you: only you see it."))
            return redirect(url_for("explorer.index"))
        if form.validate_on_submit():
            try:
                return _publish(form, niche)
            except Refused as refusal:
                form.form_errors.append(refusal.message)
                niche, practice = niches.niche(slug), profiles.practice_of(viewer())
    return _offer_page(form, niche), 422 if form.errors else 200


def _publish(form: OfferForm, niche: Niche) -> Any:
    with writing():
        made = actions.publish(
            current_user,
            niche,
            sentence=form.sentence(),
            name=str(form.name.data) if form.name else "",
            place=form.found_place,
            audiences=form.audiences(),
            call=bool(form.call.data),
            **form.values(),
        )
        practice, slug = made.practice.slug, made.slug
    if not availability.weekly_hours(current_user.id):
        flash(_("Published: clients find it now. Say when you are open, and they can book it."))
        return redirect(url_for("availability.hours"))
    flash(_("Published. Clients can book it now."))
    return redirect(url_for("listings.show", practice=practice, slug=slug))


def _offer_page(form: OfferForm, niche: Niche) -> str:
    board, known = queries.board(), words.names({})
    chosen = [form.audience.data] if form.audience.data else []
    prices = board.prices(Cell("niche", niche.slug))
    return render_template(
        "explorer/offer.html",
        steps=_steps(3),
        form=form,
        niche=niche,
        prices=prices,
        prices_level=known.of(prices.cell) if prices else "",
        nearest=queries.nearest(viewer(), niche, chosen),
        sign=money.format_money(0, settings().currency).strip("0., \u00a0"),
    )
