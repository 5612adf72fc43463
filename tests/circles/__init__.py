"""Circles: founding, joining, meeting, minutes."""
