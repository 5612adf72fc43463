"""Fields, niches, audiences and places: the words by which people look for one another."""
