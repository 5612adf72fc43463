"""Drawing, moving and ending blocks of time from the calendar's page."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _

from community.availability import blocks, rules
from community.availability.models import TimeBlock
from community.availability.whose import whose
from community.core.auth import policy
from community.core.db import writes, writing
from community.core.errors import Refused
from community.core.web import wants_json
from community.profiles.models import Practice

bp = Blueprint("blocks", __name__)


@bp.post("/desk/blocks")
@policy("practice")
@writes
def draw() -> Any:
    """Keep time free: start, end and note as JSON or a form; times are the practice's where they name no offset."""
    of, sent = whose(), _sent()
    starts_at, ends_at = _span(sent, of.practice)
    with writing():
        block = blocks.draw(
            of.practice, of.member, starts_at=starts_at, ends_at=ends_at, note=str(sent.get("note") or "")
        )
        answer = _said(block)
    return jsonify(answer), 201


@bp.post("/desk/blocks/<int:block_id>")
@policy("practice")
@writes
def move(block_id: int) -> Any:
    """Another time for a block."""
    of, sent = whose(), _sent()
    starts_at, ends_at = _span(sent, of.practice)
    with writing():
        block = blocks.find(of.practice, block_id)
        of.of(block.person_id)
        blocks.move(block, starts_at=starts_at, ends_at=ends_at)
        answer = _said(block)
    return jsonify(answer)


@bp.post("/desk/blocks/<int:block_id>/end")
@policy("practice")
@writes
def end(block_id: int) -> Any:
    """The time can be booked again."""
    of = whose()
    with writing():
        block = blocks.find(of.practice, block_id)
        of.of(block.person_id)
        blocks.end(block)
    if wants_json():
        return "", 204
    flash(_("That time can be booked again."))
    return redirect(url_for("desk_calendar.show", **_kept()))


def _kept() -> dict[str, Any]:
    return {name: request.args[name] for name in ("week", "who") if name in request.args}


def _sent() -> Any:
    return request.get_json(silent=True) if request.is_json else request.form


def _span(sent: Any, practice: Practice) -> tuple[datetime, datetime]:
    """Raises `Refused` for what are no times."""
    try:
        return _instant(str(sent["start"]), practice), _instant(str(sent["end"]), practice)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Refused("no_time", _("Say from when to when."), 422) from error


def _instant(text: str, practice: Practice) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else rules.edge(at, ZoneInfo(practice.zone))


def _said(block: TimeBlock) -> dict[str, Any]:
    starts_at, ends_at = block.starts_at.isoformat(), block.ends_at.isoformat()
    return {"id": block.id, "start": starts_at, "end": ends_at, "note": block.note}
