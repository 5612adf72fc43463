"""Rooms: membership, messages, presence and the shared timer."""
