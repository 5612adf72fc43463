"""Invoices: issued when a payment is taken, given back with the money, never changed, read by both sides only."""

import re
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from community.bookings import queries as bookings
from community.bookings.facts import BookingHandedOver
from community.core import clock, mail, programs
from community.core.db import db
from community.income import reactions
from community.income.invoices import actions as invoicing
from community.income.invoices import fees, paper, press
from community.income.invoices.models import Invoice
from community.payments import actions as payments
from community.payments.facts import PaymentSucceeded, RefundSettled
from community.payments.models import Payment, Refund
from community.payments.terms import RefundState
from tests.bookings.house import House
from tests.world import post

Drain = Callable[[], int]


def _all(house: House) -> list[Invoice]:
    with house.reading():
        return list(db.session.scalars(select(Invoice).order_by(Invoice.id)).all())


def _issue(house: House, booking_id: int) -> None:
    with house.reading():
        payment_id = bookings.get(booking_id).shares[-1].payment_id
        db.session.rollback()
        reactions.invoice_payment(PaymentSucceeded(payment_id))


def _back(house: House, booking_id: int, amount: int) -> int:
    """Give money back, Stripe's yes included; the refund's id."""
    with house.world.writing():
        payment = db.session.get_one(Payment, bookings.get(booking_id).shares[-1].payment_id)
        refund = payments.owe_refund(payment, amount=amount, reason="ill")
        payments.refund_answered(refund.id, _told(refund))
        return refund.id


def _told(refund: Refund) -> RefundState:
    return RefundState(
        id=f"re_{refund.ref}", status="succeeded", amount=refund.amount, currency="GBP", payment_intent=None,
        charge=None, balance_transaction=None, failure_reason=None,
    )  # fmt: skip


def _credit(house: House, refund_id: int) -> None:
    with house.reading():
        reactions.credit_refund(RefundSettled(refund_id))


def _terms(house: House, **values: Any) -> None:
    with house.world.writing():
        invoicing.set_terms(house.practice_of(house.practice), **values)


def test_one_payment_one_invoice(house: House) -> None:
    _terms(house, prefix="NH-", rates={"": 2000}, tax_name="VAT", address="1 Quay Street\nBristol", tax_id="GB1")
    booking = house.confirmed()
    for _ in range(2):
        _issue(house, booking)
    (one,) = _all(house)
    # 99.75 with 20 % in it: 99.75 / 6 = 16.625, up to 16.63
    assert (one.label, one.total, one.tax, one.net) == ("NH-0001", 9975, 1663, 8312)
    assert one.buyer["name"] == "Ada Byron"
    assert one.seller["address"] == "1 Quay Street\nBristol"
    assert one.lines[0]["text"].startswith("A brand identity, 60 minutes, 25 November 2026")


def test_what_goes_back_is_credited_once_and_to_the_unit(house: House) -> None:
    _terms(house, rates={"": 2000})
    booking = house.confirmed()
    _issue(house, booking)
    for amount in (3333, 3333, 3309):
        refund = _back(house, booking, amount)
        for _ in range(2):
            _credit(house, refund)
    first, *notes = _all(house)
    assert [one.label for one in notes] == ["0002", "0003", "0004"]
    assert [one.total for one in notes] == [-3333, -3333, -3309]
    assert sum(one.tax for one in notes) == -first.tax
    assert {one.credits_label for one in notes} == {"0001"}


def test_a_refund_heard_of_before_the_invoice(house: House) -> None:
    """Deliveries come in any order: both papers are there all the same."""
    booking = house.confirmed()
    _credit(house, _back(house, booking, 1000))
    _issue(house, booking)
    assert [(one.kind, one.total) for one in _all(house)] == [("invoice", 9975), ("credit_note", -1000)]


def test_nothing_is_issued_for_what_never_came_about(house: House) -> None:
    booking = house.confirmed()
    _credit(house, _back(house, booking, 9975))
    _issue(house, booking)
    assert _all(house) == []


def test_a_practice_with_its_own_invoices(house: House) -> None:
    _terms(house, active=False)
    _issue(house, house.confirmed())
    assert _all(house) == []


def test_another_name_is_another_invoice(house: House) -> None:
    _terms(house, rates={"": 2000}, country="GB", reverse_charge=True)
    booking = house.confirmed()
    _issue(house, booking)
    _credit(house, _back(house, booking, 2975))
    ada = house.world.signed_in(house.ada)
    with house.reading():
        ref = bookings.get(booking).ref
    page = ada.get(f"/bookings/{ref}").get_data(as_text=True)
    assert f"/bookings/{ref}/invoices" in page
    said = {"name": "Copper Kettle GmbH", "address": "Kai 1\nBremen", "country": "DE", "tax_id": "de 123"}
    assert post(ada, f"/bookings/{ref}/invoices", said).status_code == 302
    assert post(ada, f"/bookings/{ref}/invoices", said).status_code == 302, "nothing changed, nothing is issued"
    first, second, third, fourth = _all(house)
    assert (third.kind, third.total, third.credits_id) == ("credit_note", -7000, first.id)
    assert first.tax + second.tax + third.tax == 0
    assert (fourth.kind, fourth.total, fourth.tax) == ("invoice", 7000, 0)
    assert fourth.buyer == {
        "name": "Copper Kettle GmbH",
        "address": "Kai 1\nBremen",
        "country": "DE",
        "tax_id": "DE 123",
    }
    assert "Reverse charge" in fourth.note
    assert first.buyer["name"] == "Ada Byron"


def test_who_reads_it(house: House) -> None:
    booking = house.confirmed()
    _issue(house, booking)
    (one,) = _all(house)
    for person, status in ((house.owner, 200), (house.ada, 200), (house.ben, 404), (house.tom, 404)):
        browser = house.world.signed_in(person)
        assert browser.get(f"/invoices/{one.ref}").status_code == status
        assert browser.get(f"/invoices/{one.ref}.pdf").status_code == status
    assert house.app.test_client().get(f"/invoices/{one.ref}").status_code == 404
    tom = house.world.signed_in(house.tom)
    assert one.ref not in tom.get("/desk/invoices").get_data(as_text=True)
    assert one.ref in house.world.signed_in(house.owner).get("/desk/invoices").get_data(as_text=True)


def test_a_handed_over_booking_is_invoiced_by_who_has_it(house: House) -> None:
    booking = house.confirmed()
    _issue(house, booking)
    with house.world.writing():
        payment = db.session.get_one(Payment, bookings.get(booking).shares[-1].payment_id)
        payments.hand_over(payment, payee=f"practice:{house.peer}", payee_name="Tom Peer", share=1000)
    for _ in range(2):
        with house.reading():
            reactions.invoice_anew(BookingHandedOver(booking))
    first, back, second = _all(house)
    assert (back.kind, back.practice_id, back.label) == ("credit_note", house.practice, "0002")
    assert (second.kind, second.practice_id, second.label) == ("invoice", house.peer, "0001")
    assert first.total == second.total == 9975


@pytest.mark.parametrize("statement", ["UPDATE invoices SET total = 1, net = 1", "DELETE FROM invoices"])
def test_what_is_issued_is_never_changed(house: House, statement: str) -> None:
    _issue(house, house.confirmed())
    with house.reading(), pytest.raises(DatabaseError, match="invoices_append_only"):
        db.session.execute(text(statement))
    with house.reading():
        db.session.rollback()


@pytest.mark.parametrize(("number", "guard"), [(1, "series_id"), (3, "invoices_gapless"), (7, "invoices_gapless")])
def test_the_database_refuses_doubles_and_gaps(house: House, number: int, guard: str) -> None:
    _issue(house, house.confirmed())
    (one,) = _all(house)
    columns = [c.name for c in Invoice.__table__.columns if c.name not in {"id", "ref", "source", "number"}]
    listed = ", ".join(columns)
    with house.reading(), pytest.raises(DatabaseError, match=guard if number > 1 else "invoices_gapless|series_id"):
        db.session.execute(
            text(
                f"INSERT INTO invoices (ref, source, number, {listed}) "
                f"SELECT 'other', 'other', {number}, {listed} FROM invoices WHERE id = {one.id}"
            )
        )
    with house.reading():
        db.session.rollback()


def test_the_pdf(house: House) -> None:
    if not paper.can_pdf():
        pytest.skip("WeasyPrint can't load Pango here")
    _issue(house, house.confirmed())
    (one,) = _all(house)
    with house.app.app_context():
        content = paper.pdf(paper.words(one))
    assert content.startswith(b"%PDF")
    owner = house.world.signed_in(house.owner)
    answer = owner.get(f"/invoices/{one.ref}.pdf")
    assert answer.mimetype == "application/pdf"


def test_beside_others_it_is_drawn_by_a_program_of_its_own() -> None:
    if not paper.can_pdf():
        pytest.skip("WeasyPrint can't load Pango here")
    kept = programs.Kept(press.__file__)
    assert all(kept.ask(b"<p>Paid", seconds=60).startswith(b"%PDF") for _twice in range(2))


def test_without_pango_the_page_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _issue(house, house.confirmed())
    (one,) = _all(house)
    owner = house.world.signed_in(house.owner)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    paper.can_pdf.cache_clear()
    refused = owner.get(f"/invoices/{one.ref}.pdf")
    assert refused.status_code == 503
    assert "your browser can save it" in refused.get_data(as_text=True)
    assert "Print this page" in owner.get(f"/invoices/{one.ref}").get_data(as_text=True)
    paper.can_pdf.cache_clear()


def test_the_mail(house: House, drain: Drain) -> None:
    house.confirmed()
    drain()
    clock.advance(invoicing.MAILED_AFTER)
    drain()
    with house.app.app_context():
        sent = [one for one in mail.outbox() if "Invoice 0001" in one.subject]
    assert [one.to for one in sent] == [["ada@example.com"]]
    assert "£99.75" in sent[0].body
    if paper.can_pdf():
        ((name, content, kind),) = sent[0].attachments
        assert (name, kind, content[:4]) == ("0001.pdf", "application/pdf", b"%PDF")


def test_the_sites_monthly_invoice(house: House) -> None:
    first, second = house.confirmed(), house.confirmed(starts=(house.slot(days=7),))
    house.confirmed(starts=(house.slot(days=8),))
    _back(house, first, 9975)
    assert second
    with clock.frozen(clock.now() + timedelta(days=20)), house.reading():
        reactions.invoice_fees()
        reactions.invoice_fees()
    (one,) = [found for found in _all(house) if found.kind == "fee"]
    # three fees of 4.75, one of them given back
    assert (one.label, one.total, one.practice_id) == ("F-0001", 950, house.practice)
    assert one.lines[0]["text"] == "Booking fees in November 2026, 3 payments"
    assert fees.PREFIX == "F-"


def test_the_terms_form(house: House) -> None:
    owner = house.world.signed_in(house.owner)
    said = {
        "active": "y",
        "prefix": "NH/",
        "name": "Noor Haddad Ltd",
        "tax_name": "VAT",
        "rate": "20",
        "rate_digital": "0",
    }
    assert post(owner, "/desk/invoices/terms", said).status_code == 302
    _issue(house, house.confirmed())
    (one,) = _all(house)
    assert (one.label, one.seller["name"], one.tax) == ("NH/0001", "Noor Haddad Ltd", 1663)
    refused = post(owner, "/desk/invoices/terms", said | {"prefix": "<b>", "rate": "120", "reverse_charge": "y"})
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    for words in ("Letters, digits", "A share from 0 to 90", "which country"):
        assert words in page


def _client(house: House) -> FlaskClient:
    return house.world.signed_in(house.ada)


def test_words_in_an_invoice_are_words(house: House) -> None:
    booking = house.confirmed()
    with house.reading():
        ref = bookings.get(booking).ref
    hostile = "<script>alert(1)</script><img src=https://evil.example/x>"
    post(
        _client(house), f"/bookings/{ref}/invoices", {"name": hostile, "address": hostile, "country": "", "tax_id": ""}
    )
    _issue(house, booking)
    (one,) = _all(house)
    page = _client(house).get(f"/invoices/{one.ref}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert re.search(r"&lt;script&gt;alert\(1\)", page)
