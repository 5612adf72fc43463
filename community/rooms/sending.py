"""A message that comes over HTTP, perhaps with files: these are kept first, and forgotten where nothing needs them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from flask_babel import gettext as _

from community.accounts.models import Person
from community.core import files
from community.core.db import db, release, writing
from community.core.errors import Refused
from community.rooms import actions, quick
from community.rooms.hosting import holding
from community.rooms.hosting.screening import HeldError
from community.rooms.models import Message, Room
from community.rooms.sent import Sent, Upload


def quickly(ref: str, data: Mapping[str, Any], *, by: Person) -> dict[str, Any] | None:
    """The usual message as over the socket: many who have no connection say theirs here, and each held up the others
    of the room for ten statements. None: not the usual case, nothing was written.
    """
    login, text, client_id = by.fs_uniquifier, str(data.get("text") or ""), str(data.get("client_id") or "")
    if not text or data.get("reply_to"):
        return None
    release()  # those who write together wait for each other with nothing in hand
    return quick.say(login, ref, text, client_id)


def write(room: Room, data: Mapping[str, Any], uploads: Sequence[Upload], *, by: Person) -> Message:
    """Keep the files, write `text`, `client_id` and `reply_to` of `data`; a retry's files are forgotten again.

    Raises what `actions.say` raises; then no file is kept.
    """
    text, client_id, reply_to = (str(data.get(name) or "") for name in ("text", "client_id", "reply_to"))
    if uploads:
        release()  # the store may be far away
    with ExitStack() as stack:
        rows = _kept(stack, uploads)
        answers = int(reply_to) if reply_to.isdigit() else None

        def say() -> Message:
            with writing():
                found = db.session.get_one(Room, room.id)
                return actions.say(found, text, client_id=client_id, by=by, reply_to=answers, files=rows)

        message = _without_waiting(say) if rows else holding.kept(room, text, client_id, by, answers, say)
    spare = {row.file for row in rows} - {file.file for file in message.files} if rows else set()
    if spare:
        release()
    for name in spare:
        files.files().delete(name)
    return message


def _without_waiting(say: Callable[[], Message]) -> Message:
    """What comes with files can't wait for a host's look: nothing would keep the files meanwhile."""
    try:
        return say()
    except HeldError as held:
        told = _(
            "“%(word)s” has to be looked at first, and files can’t wait for that. Send them apart.", word=held.word
        )
        raise Refused("words", told, 422) from None


def _kept(stack: ExitStack, uploads: Sequence[Upload]) -> list[Sent]:
    rows = []
    for upload in uploads:
        ending = ".webp" if upload.kind == "image" else ".file"
        (name,) = stack.enter_context(files.kept([upload.content], ending))
        rows.append(upload.kept_as(name))
    return rows
