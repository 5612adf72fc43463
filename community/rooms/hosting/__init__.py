"""Keeping a room pleasant: who is muted or kept out, what is not wanted, and a log of it for its hosts."""
