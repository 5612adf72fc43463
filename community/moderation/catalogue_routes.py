"""The operator's catalogue: niches, what people call them, audiences, what members propose, and who did what."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from community.core.auth import policy, viewer
from community.core.db import db, writes, writing
from community.core.errors import NotFound, Refused
from community.moderation import splitting
from community.moderation.catalogue_forms import DeclineForm, MergeForm, NameForm, NicheForm, one_line
from community.moderation.words import catalogue_deeds
from community.niches import editing, queries, titles
from community.niches.models import Niche

bp = Blueprint("staff_catalogue", __name__, url_prefix="/staff/catalogue")

MOST_LETTERS = 80
SPLIT = "new-"  # before the fields of the niche that is split off: the page has a form of the same fields


@bp.get("")
@policy("operator")
def index() -> Any:
    """All niches by field, the audiences, what is proposed, and the log."""
    return _index()


def _index(status: int = 200, **given: Any) -> Any:
    by_field: dict[str, list[Niche]] = {}
    for niche in queries.niches():
        by_field.setdefault(niche.field.name, []).append(niche)
    known: dict[str, Any] = {"decline": DeclineForm(formdata=None), "refused": 0, "said": "", "typed": "", "which": ""}
    return render_template(
        "staff/catalogue/index.html",
        by_field=sorted(by_field.items()),
        audiences=queries.audiences(),
        proposals=queries.proposals(),
        log=queries.log(),
        deeds=catalogue_deeds(),
        **(known | given),
    ), status


def _tried(form: FlaskForm, field: str, work: Callable[[], Any]) -> Any:
    """What `work` gives inside a transaction; None where it was refused, which then stands at the field."""
    try:
        with writing():
            return work()
    except NotFound:
        raise
    except Refused as refusal:
        db.session.rollback()
        form[field].errors = [str(refusal.message)]
        return None


@bp.route("/new", methods=["GET", "POST"])
@policy("operator")
@writes
def add() -> Any:
    """A new niche; of a proposal, which is accepted with it."""
    number = request.args.get("proposal", 0, type=int)
    proposal = queries.proposal(number) if number else None
    known = {"name": proposal.name, "line": proposal.why[:160], "field": proposal.field.slug} if proposal else {}
    form = NicheForm(data=known)
    if form.validate_on_submit():

        def work() -> str:
            made = editing.add(by=viewer(), **form.values())
            if proposal is not None:
                editing.decide(proposal, niche=made, reason="", by=viewer())
            return made.slug

        slug = _tried(form, "name", work)
        if slug:
            flash(_("It is there. Search knows it within seconds."))
            return redirect(url_for("staff_catalogue.show", slug=slug))
    html = render_template("staff/catalogue/new.html", form=form, proposal=proposal)
    return html, 422 if form.errors else 200


@bp.get("/niches/<slug>")
@policy("operator")
def show(slug: str) -> Any:
    """One niche: its name, its titles, merging and splitting."""
    return _page(queries.niche(slug))


def _page(niche: Niche, status: int = 200, **given: Any) -> Any:
    known: dict[str, Any] = {
        "name_form": NameForm(formdata=None, name=niche.name, line=niche.line),
        "merge_form": MergeForm(niche, formdata=None),
        "split_form": NicheForm(
            formdata=None, prefix=SPLIT, field=niche.field.slug, unit=niche.unit, minutes=niche.minutes,
            low=str(niche.price_low // 100), high=str(niche.price_high // 100),
        ),
        "said": "", "typed": "", "gone_said": "", "gone": "", "chosen": [],
    }  # fmt: skip
    page = {"niche": niche, "titles": titles.of(niche), "listings": splitting.listed(niche)}
    return render_template("staff/catalogue/niche.html", **page, **(known | given)), status


@bp.post("/niches/<slug>/name")
@policy("operator")
@writes
def rename(slug: str) -> Any:
    """Call it otherwise."""
    niche, form = queries.niche(slug), NameForm()

    def work() -> str:
        editing.rename(niche, name=form.name.data or "", line=form.line.data or "", by=viewer())
        return niche.slug

    now = _tried(form, "name", work) if form.validate_on_submit() else None
    if not now:
        return _page(queries.niche(slug), 422, name_form=form)
    flash(_("Saved. Its old address leads here."))
    return redirect(url_for("staff_catalogue.show", slug=now))


@bp.post("/niches/<slug>/merge")
@policy("operator")
@writes
def merge(slug: str) -> Any:
    """Put all of it into another one."""
    niche = queries.niche(slug)
    form = MergeForm(niche)

    def work() -> str:
        editing.merge(niche, queries.niche(form.into.data), by=viewer())
        return str(form.into.data)

    now = _tried(form, "into", work) if form.validate_on_submit() else None
    if not now:
        return _page(queries.niche(slug), 422, merge_form=form)
    flash(_("Merged. Practices, listings, searches and briefs have moved, and the old address leads here."))
    return redirect(url_for("staff_catalogue.show", slug=now))


@bp.post("/niches/<slug>/split")
@policy("operator")
@writes
def split(slug: str) -> Any:
    """A new niche beside it, with chosen listings."""
    niche, form = queries.niche(slug), NicheForm(prefix=SPLIT)
    chosen = request.form.getlist("listing", type=int)

    def work() -> str:
        return splitting.split(niche, chosen, by=viewer(), **form.values()).slug

    now = _tried(form, "name", work) if form.validate_on_submit() else None
    if not now:
        return _page(queries.niche(slug), 422, split_form=form, chosen=chosen)
    flash(_("Split. The chosen listings stand in the new niche."))
    return redirect(url_for("staff_catalogue.show", slug=now))


@bp.post("/niches/<slug>/titles")
@policy("operator")
@writes
def add_title(slug: str) -> Any:
    """People call it that, too."""
    niche, typed = queries.niche(slug), one_line(request.form.get("title"))[:MOST_LETTERS]
    if len(typed) < 2:
        return _page(niche, 422, said=_("What do people call it?"), typed=typed)
    try:
        with writing():
            editing.add_title(niche, typed, by=viewer())
    except Refused as refusal:
        db.session.rollback()
        return _page(queries.niche(slug), refusal.status, said=str(refusal.message), typed=typed)
    flash(_("Added. Search knows it within seconds."))
    return redirect(url_for("staff_catalogue.show", slug=slug) + "#titles")


@bp.post("/niches/<slug>/titles/end")
@policy("operator")
@writes
def drop_title(slug: str) -> Any:
    """Nobody means this niche by that."""
    niche, typed = queries.niche(slug), one_line(request.form.get("title"))[:MOST_LETTERS]
    known = next((title for title in titles.of(niche) if title.casefold() == typed.casefold()), None)
    if known is None:
        return _page(niche, 422, gone_said=_("That is none of its titles."), gone=typed)
    with writing():
        editing.drop_title(niche, known, by=viewer())
    flash(_("Taken away."))
    return redirect(url_for("staff_catalogue.show", slug=slug) + "#titles")


@bp.post("/audiences")
@policy("operator")
@writes
def add_audience() -> Any:
    """One more for whom."""
    return _audience(lambda name: editing.add_audience(name, by=viewer()), "new")


@bp.post("/audiences/<slug>")
@policy("operator")
@writes
def rename_audience(slug: str) -> Any:
    """Call it otherwise."""
    audience = queries.audience(slug)
    return _audience(lambda name: editing.rename_audience(audience, name, by=viewer()), slug)


def _audience(work: Callable[[str], object], which: str) -> Any:
    typed = one_line(request.form.get("name"))[:MOST_LETTERS]
    if len(typed) < 2:
        return _index(422, said=_("What are they called?"), typed=typed, which=which)
    try:
        with writing():
            work(typed)
    except Refused as refusal:
        db.session.rollback()
        return _index(refusal.status, said=str(refusal.message), typed=typed, which=which)
    flash(_("Saved."))
    return redirect(url_for("staff_catalogue.index") + "#audiences")


@bp.post("/proposals/<int:proposal_id>")
@policy("operator")
@writes
def decline(proposal_id: int) -> Any:
    """Not this one, and why."""
    proposal, form = queries.proposal(proposal_id), DeclineForm()

    def work() -> bool:
        editing.decide(proposal, niche=None, reason=form.reason.data or "", by=viewer())
        return True

    if not (form.validate_on_submit() and _tried(form, "reason", work)):
        return _index(422, decline=form, refused=proposal_id)
    flash(_("Declined. They are told why."))
    return redirect(url_for("staff_catalogue.index"))
