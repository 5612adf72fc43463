"""Decisions about income from values alone. Amounts are minor units, months are numbered from year 0."""
