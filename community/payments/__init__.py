"""Payments: they know purpose, subject, payer, payee and amount, never what was bought."""
