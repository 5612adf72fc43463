"""What is offered and for whom, and where: the niche catalogue and the places."""
