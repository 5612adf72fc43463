"""Customers, the cards they leave, and payments that our own server asks of those cards."""
