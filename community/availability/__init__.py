"""Opening hours, leave, claims on time, and the slots that follow from them."""
