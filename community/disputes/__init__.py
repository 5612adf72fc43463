"""When a client's bank takes a payment back: what speaks for the practice, gathered from the booking, and answering."""
