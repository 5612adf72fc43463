"""Invoices and credit notes: gapless numbers, a snapshot of all that was true, never changed once issued.

An invoice is issued when a payment is taken, not on completion: with the payment the tax falls due (Art. 65 of the VAT
directive, and the British tax point), the client wants their paper with the receipt, and one payment, one invoice, one
refund, one credit note can be laid beside the ledger line by line.
"""
