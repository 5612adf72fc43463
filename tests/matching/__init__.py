"""Partners: the matcher, its pages, and a simulated town."""
