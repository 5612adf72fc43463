"""What a client has said already, elsewhere: it stands in the booking form, so that nobody types it again."""

from flask import session

MOST = 900  # letters: a session is a cookie


def remember(listing_id: int, text: str) -> None:
    """Keep it in this browser for the booking form of a listing; the latest alone."""
    session["said"] = [listing_id, text if len(text) <= MOST else f"{text[: MOST - 1]}…"]


def known(listing_id: int) -> str:
    """What was said for a listing; "" where nothing was."""
    kept = session.get("said") or (0, "")
    return str(kept[1]) if kept[0] == listing_id else ""


def forget(listing_id: int) -> None:
    """It is said: the next booking begins empty."""
    if known(listing_id):
        session.pop("said")
