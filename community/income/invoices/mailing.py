"""Sending an invoice by mail: once, in its own language, with the PDF where it can be made."""

from flask import url_for

from community.bookings.models import Order
from community.core.db import db, release, writing
from community.core.mail import Attachment, write_mail
from community.income.invoices import paper, press, queries
from community.income.invoices.models import Invoice, InvoiceMail
from community.profiles.models import Practice


def send(invoice_id: int) -> None:
    """Draw the paper with no transaction open, then write the mail and remember that it was written."""
    invoice = queries.get(invoice_id)
    if db.session.get(InvoiceMail, invoice_id) is not None:
        release()
        return
    said = paper.words(invoice)
    release()
    try:
        files: tuple[Attachment, ...] = (Attachment(paper.file_name(said), paper.pdf(said), "application/pdf"),)
    except press.NoPdf:
        files = ()
    with writing():
        invoice = queries.get(invoice_id)
        to = _reader(invoice)
        if to is None or db.session.get(InvoiceMail, invoice_id) is not None:
            return
        db.session.add(InvoiceMail(invoice_id=invoice_id))
        link = url_for("invoices.show", ref=invoice.ref, _external=True)
        write_mail(to, "invoice", locale=invoice.locale, attachments=files, paper=said, link=link, enclosed=bool(files))


def _reader(invoice: Invoice) -> str | None:
    """The client's address; of a fee invoice the practice's owner's."""
    if invoice.kind == "fee":
        return db.session.get_one(Practice, invoice.practice_id).owner.email
    order = db.session.get(Order, invoice.order_id) if invoice.order_id else None
    if order is None:
        return None
    return order.client.email if order.client else order.client_email
