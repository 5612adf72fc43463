"""Rooms of niches: one opens when five members of the niche have asked for it."""
