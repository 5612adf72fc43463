"""Mails and notices that answer facts."""
