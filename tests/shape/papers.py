"""Notes, files and invoices for the scene: of Noor's practice, of Priya's, and of each role as a client."""

from typing import Any

from sqlalchemy import select

from community.accounts.models import Person
from community.bookings.models import Booking
from community.core.db import db
from community.income import actions
from community.income.invoices import actions as invoicing
from community.income.invoices.rules import Item, taxes
from community.income.sheets import Sheet
from community.income.whose import today_of
from community.profiles.models import Practice


def add(scene: Any) -> None:
    """Everything."""
    with scene.world.writing():
        noors = _notes(scene, scene.noors, scene.roles["owner"].id)
        for role in ("owner", "assistant"):
            scene.roles[role].has |= noors
        scene.other |= _notes(scene, scene.priyas, scene.priya)
    issue_anew(scene, "en_GB")


def issue_anew(scene: Any, locale: str) -> None:
    """An invoice for each role, and for somebody else."""
    with scene.world.writing():
        for mine in scene.roles.values():
            mine.has["invoice"] = _invoice(mine.has["confirmed"], locale)
        scene.other["invoice"] = _invoice(scene.other["confirmed"], locale)


def _notes(scene: Any, practice_id: int, person_id: int) -> dict[str, int]:
    practice, person = db.session.get_one(Practice, practice_id), db.session.get_one(Person, person_id)
    day = today_of(practice)
    made = [
        actions.note(practice, kind=kind, day=day, amount=amount, stream=stream, party="Ada & Sons")
        for kind, amount, stream in (("income", 64000, "A retainer & more"), ("cost", 4050, "Rent"))
    ]
    row = {"day": day.isoformat(), "amount": 4500, "stream": "A tasting", "party": "Leila & Co", "note": "", "line": 2}
    sheet = Sheet([row, row | {"line": 3}], [[4, "There is no amount."]])
    found = actions.look_at(practice, sheet, kind="income", name="bank & co.csv", by=person)
    return {"entry": made[0].id, "import": found.id}


def _invoice(booking_ref: str, locale: str) -> str:
    booking = db.session.scalars(select(Booking).where(Booking.ref == booking_ref)).one()
    lines = [Item("An hour & more", 9975, 2000)]
    made = invoicing.issue(
        invoicing.lock_series(f"practice:{booking.practice_id}"),
        kind="invoice",
        source=f"scene:{booking_ref}:{locale}",
        practice_id=booking.practice_id,
        prefix="",
        day=today_of(booking.practice),
        lines=lines,
        taxes=taxes(lines, "VAT"),
        order_id=booking.order_id,
        payment_ref=None,
        locale=locale,
        currency="GBP",
        seller={"name": booking.practice.name, "address": "1 Quay Street\nBristol", "country": "GB", "tax_id": "GB1"},
        buyer={"name": "Ada & Sons", "address": "", "country": "", "tax_id": ""},
        note="A note & more",
        paid="Visa 4242",
    )
    return made.ref
