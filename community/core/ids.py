"""Public references: unguessable, short enough to read aloud, without look-alikes."""

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # 31 letters: no 0 o, 1 i l
LENGTH = 12  # 31^12 is about 2^59


def new_ref(prefix: str = "") -> str:
    """A fresh random reference, with `prefix` in front."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
