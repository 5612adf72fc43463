"""Planned sessions: who comes, what they mean to do, what came of it, and hours at which company is promised."""
