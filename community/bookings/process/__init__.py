"""The booking process: one table of transitions, one executor, an append-only log."""
