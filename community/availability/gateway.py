"""Calendars elsewhere: fetched through the one door for addresses that people gave, expanded in a program aside."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from community.availability import rules
from community.core import fetch, programs
from community.core.db import refuse_in_transaction
from community.core.errors import Refused

MOST_BYTES = 2 * 1024 * 1024
MOST_BUSY = 2_000
WHOLE_SECONDS = 20.0  # for expanding, on a machine that has other things to do; its processor time is limited beside
_PROGRAM = str(Path(__file__).with_name("expand.py"))
# One or the other, whatever the server gave last.
_ENTITY_TAG = ('"', "W/")


class FeedUnreadable(Exception):
    """A feed could not be read; `code` says why, `forms.FEED_ERRORS` in words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Reading:
    """What a feed says: its busy time, how many events could not be understood, and what to ask with next time.

    `busy` is None where nothing changed since the last time.
    """

    busy: tuple[rules.Interval, ...] | None
    left_out: int = 0
    validator: str = ""


def read(url: str, *, validator: str, zone: str, first: date, last: date) -> Reading:
    """The busy time of the calendar at `url` from `first` to `last`; what has no zone of its own is in `zone`.

    Raises `FeedUnreadable`, and RuntimeError inside a transaction.
    """
    refuse_in_transaction()
    try:
        answer = fetch.fetch(url, most=MOST_BYTES, headers=_asking(validator))
    except Refused as refusal:
        raise FeedUnreadable(refusal.code) from refusal
    if answer.status == 304 and validator:
        return Reading(None, validator=validator)
    if answer.status != 200:
        raise FeedUnreadable(_status(answer.status))
    said = expand(answer.body, first, last)
    there = ZoneInfo(zone)
    spans = (_interval(low, high, there) for low, high in said["busy"])
    busy = tuple(rules.merge(span for span in spans if span.start < span.end))
    return Reading(busy, said["left_out"], answer.headers.get("etag") or answer.headers.get("last-modified", ""))


def _asking(validator: str) -> dict[str, str]:
    headers = {"Accept": "text/calendar"}
    if validator:
        headers["If-None-Match" if validator.startswith(_ENTITY_TAG) else "If-Modified-Since"] = validator
    return headers


def _status(status: int) -> str:
    if 300 <= status < 400:
        return "moved"
    if status in {401, 403}:
        return "not_allowed"
    return "not_there" if status in {404, 410} else "no_answer"


def _interval(low: str, high: str, there: ZoneInfo) -> rules.Interval:
    return rules.Interval(_instant(low, there), _instant(high, there))


def _instant(text: str, there: ZoneInfo) -> datetime:
    at = datetime.fromisoformat(text)
    return rules.edge(at, there) if at.tzinfo is None else at.astimezone(UTC)


def expand(body: bytes, first: date, last: date) -> dict[str, Any]:
    """Run `expand.py` on a file. Raises `FeedUnreadable` when it refuses, or takes more than it may."""
    asked = json.dumps({"first": first.isoformat(), "last": last.isoformat(), "most": MOST_BUSY})
    answer = programs.run(_PROGRAM, asked.encode() + b"\n" + body, seconds=WHOLE_SECONDS)
    try:
        said: dict[str, Any] = json.loads(answer)
    except ValueError as error:  # it was ended on the way
        raise FeedUnreadable("too_much") from error
    if "error" in said:
        raise FeedUnreadable(str(said["error"]))
    return said
