"""Retainers: a practice's work by the month. Each takes a client's place while it lives, and no time of anybody's."""
