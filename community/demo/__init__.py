<<<<<<< HEAD
"""The demo towns."""
=======
"""The demo town: a coworking association with people, practices and a past."""
>>>>>>> niches
