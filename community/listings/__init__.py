"""What a practice offers."""
