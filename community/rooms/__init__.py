"""Coworking rooms, booking rooms, and direct messages: a room of two."""
