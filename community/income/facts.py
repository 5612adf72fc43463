"""What happened to invoices."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InvoiceIssued:
    """An invoice or a credit note has its number."""

    invoice_id: int
