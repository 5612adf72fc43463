"""What may be shown of how many, what a niche's chances are, and which niche fits: pure."""
