"""Bookings: one process as data, one executor, an append-only log."""
