"""Working with a partner: who would work when, who works with whom, and what becomes of it."""
