"""Invoices: the practice's list and terms, the client's own, and each paper as page and PDF."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from community.bookings import queries as bookings
from community.bookings.retainers import queries as retainers
from community.bookings.stepping import browser
from community.core.auth import current_user, policy, viewer
from community.core.db import release, writes, writing
from community.core.errors import NotFound, Refused
from community.income import queries as income
from community.income import words
from community.income.invoices import actions, paper, press, queries
from community.income.invoices.forms import BuyerForm, TermsForm
from community.profiles import queries as profiles

bp = Blueprint("invoices", __name__)


@bp.get("/desk/invoices")
@policy("practice_owner")
def index() -> Any:
    """What was issued to clients, and what the site issued to the practice."""
    practice = profiles.own_practice(current_user)
    found = queries.of_practice(practice.id, request.args.get("after"))
    return render_template(
        "income/invoices.html",
        found=found,
        terms=queries.terms_of(practice.id),
        next_url=url_for("invoices.index", after=found.next) if found.next else "",
    )


@bp.route("/desk/invoices/terms", methods=["GET", "POST"])
@policy("practice_owner")
@writes
def terms() -> Any:
    """What invoices say from now on."""
    practice = profiles.own_practice(current_user)
    form = TermsForm(terms=queries.terms_of(practice.id), practice=practice)
    if not form.validate_on_submit():
        html = render_template("income/terms.html", form=form, words=words)
        return make_response(html, 422 if request.method == "POST" else 200)
    with writing():
        actions.set_terms(practice, **form.values())
    flash(_("Saved. Invoices say so from the next one on; those already issued stay as they are."))
    return redirect(url_for("invoices.index"))


@bp.route("/bookings/<ref>/invoices", methods=["GET", "POST"])
@policy("public")
@writes
def of_booking(ref: str) -> Any:
    """A booking's papers; the client says whom they are made out to."""
    booking = bookings.get_for(viewer(), browser(), ref)
    side = bookings.side_of(viewer(), booking)
    form = BuyerForm(details=queries.details_of(booking.order))
    if request.method == "POST" and side != "client":
        raise NotFound
    if not form.validate_on_submit():
        found = queries.of_booking(viewer(), browser(), booking)
        html = render_template("income/booking.html", booking=booking, side=side, form=form, found=found)
        return make_response(html, 422 if request.method == "POST" else 200)
    payments = [share.payment.ref for share in booking.shares]
    with writing():
        actions.made_out_to(booking.order_id, **form.side())
        changed = [actions.anew(one) for one in map(queries.current, payments) if one and one.buyer != form.side()]
    flash(_("Your invoice is made out anew.") if any(changed) else _("Saved. Your invoices will say so."))
    return redirect(url_for("invoices.of_booking", ref=ref))


@bp.route("/retainers/<ref>/invoices", methods=["GET", "POST"])
@policy("public")
@writes
def of_retainer(ref: str) -> Any:
    """The same of a retainer: one paper for each month."""
    retainer = retainers.get_for(viewer(), browser(), ref)
    side = retainers.side_of(viewer(), retainer)
    form = BuyerForm(details=queries.details_of(retainer.order))
    if request.method == "POST" and side != "client":
        raise NotFound
    if not form.validate_on_submit():
        found = queries.of_retainer(viewer(), browser(), retainer)
        html = render_template("income/retainer.html", retainer=retainer, side=side, form=form, found=found)
        return make_response(html, 422 if request.method == "POST" else 200)
    with writing():
        actions.made_out_to(retainer.order_id, **form.side())
    flash(_("Saved. Your invoices will say so."))
    return redirect(url_for("invoices.of_retainer", ref=ref))


@bp.get("/invoices/<ref>")
@policy("public")
def show(ref: str) -> Any:
    """The paper, for both sides."""
    invoice = queries.get_for(viewer(), browser(), ref)
    works_there = income.has_practice(viewer())
    side = "practice" if works_there else "client"
    return paper.page(paper.words(invoice), back=_back(), has_pdf=paper.can_pdf(), side=side)


def _back() -> str:
    """Where one came from, if it was a page of this site's papers."""
    came = request.args.get("from", "")
    if came.isalnum():
        return url_for("invoices.of_booking", ref=came)
    return url_for("invoices.index") if income.has_practice(viewer()) else url_for("bookings.index")


@bp.get("/invoices/<ref>.pdf")
@policy("public")
def pdf(ref: str) -> Response:
    """The paper as a file."""
    said = paper.words(queries.get_for(viewer(), browser(), ref))
    release()
    try:
        content = paper.pdf(said)
    except press.NoPdf as error:
        raise Refused(
            "no_pdf",
            _("This site can't make PDF files. Open the invoice and print it: your browser can save it as one."),
            503,
        ) from error
    head = {
        "Content-Disposition": f"attachment; filename={paper.file_name(said)}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, mimetype="application/pdf", headers=head)
