"""Practices, their members and roles, and the public pages of persons and practices."""
