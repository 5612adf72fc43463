"""Decisions about persons that need nothing but values."""

import hashlib
import hmac
import secrets
from datetime import timedelta

CODE_DIGITS = 6
CODE_LIFETIME = timedelta(minutes=15)
CODE_TRIES = 5
INVITATION_LIFETIME = timedelta(days=14)
MOST_INVITATIONS = 10


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def code_digest(code: str, person_id: int, key: str) -> str:
    """What is stored of a code: keyed, so that a copy of the table does not give a million guesses for free."""
    return hmac.new(key.encode(), f"{person_id}:{code}".encode(), hashlib.sha256).hexdigest()


def same_digest(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one, other)


def clean_code(typed: str) -> str:
    """The digits of what was typed: people copy codes with spaces and dashes."""
    return "".join(letter for letter in typed if letter.isdigit())


def first_membership(joining: str, *, invited: bool) -> str:
    """The status a new person starts with under the site's way of joining."""
    if joining == "open" or (joining == "invitation" and invited):
        return "active"
    return "pending"
