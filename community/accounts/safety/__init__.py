"""What keeps people safe, below all rooms: reports with their evidence, appeals, who is on duty, and the log."""
