<<<<<<< HEAD
"""What is offered and for whom, and where: the niche catalogue and the places."""
=======
"""Fields, niches, audiences and places: the words by which people look for one another."""
>>>>>>> niches
