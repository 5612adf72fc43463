"""The desk of a practice: today, money so far; and where signing in leads."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, url_for

from community.accounts.models import Person
from community.bookings import proposals
from community.bookings import queries as bookings
from community.bookings.retainers import queries as retainers
from community.core import clock
from community.core.auth import policy, viewer
from community.core.locale import reader_zone
from community.disputes import queries as disputes
from community.listings import queries as listings
from community.payments import payees
from community.payments import queries as payments
from community.payments.models import Dispute
from community.profiles import queries as profiles
from community.profiles.models import Practice

bp = Blueprint("desk", __name__)
AHEAD = timedelta(days=14)


def _day_bounds(zone: str) -> tuple[datetime, datetime]:
    known = ZoneInfo(zone)
    today = clock.now().astimezone(known).date()
    starts = datetime.combine(today, time(), known)
    return starts, datetime.combine(today + timedelta(days=1), time(), known)


@bp.get("/desk")
@policy("practice")
def today() -> Any:
    """Today at a glance: what is booked, what comes, what is owed."""
    person = viewer()
    practice = profiles.practice_of(person)
    if practice is None:
        return redirect(url_for("profiles.start"))
    begins, ends = _day_bounds(reader_zone())
    return render_template(
        "pages/desk.html",
        practice=practice,
        today=bookings.of_practice(person, practice.id, since=begins, until=ends),
        coming=bookings.of_practice(person, practice.id, since=ends, until=ends + AHEAD),
        listings=listings.of_practice(person, practice),
        waiting=len(bookings.requests(person)) + len(proposals.to_answer(person)) + len(proposals.offered_to(person)),
        owed=payments.owed_to(payees.of_practice(practice.id)),
        disputed=_disputed(person, practice),
        now=clock.now(),
    )


def _disputed(person: Person, practice: Practice) -> Sequence[Dispute]:
    """What a bank waits for, for those whose business money is."""
    if profiles.role_of(person, practice) == "assistant":
        return []
    return disputes.of_practice(practice, waiting=True)


@bp.get("/desk/money")
@policy("practice_owner")
def money() -> Any:
    """What the ledger says: earned, owed, and every posting."""
    practice = profiles.practice_of(viewer())
    if practice is None:
        return redirect(url_for("profiles.start"))
    payee = payees.of_practice(practice.id)
    rows = payments.statement(payee)
    refs = [row.transaction.subject.removeprefix("payment:") for row in rows]
    return render_template(
        "pages/money.html",
        practice=practice,
        owed=payments.owed_to(payee),
        rows=rows,
        bookings=bookings.by_payment_refs(viewer(), refs),
        retainers=retainers.by_payment_refs(viewer(), refs),
    )


@bp.get("/welcome/in")
@policy("person")
def start_page() -> Any:
    """Where signing in leads: the desk of those who have one, else what they booked, else the marketplace."""
    person = viewer()
    if profiles.practice_of(person) is not None:
        return redirect(url_for("desk.today"))
    booked = bookings.of_client(person) or retainers.of_client(person)
    return redirect(url_for("bookings.index" if booked else "search.index"))
