"""The operator's money desk: what flows, what is owed, what is stuck, and what is done about it and why."""
