"""How somebody is doing: at work, on a break, away, not to be disturbed, or open for a quick call."""
