"""What happened to calls."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CallAsked:
    """Somebody would like a quarter of an hour now."""

    call_id: int


@dataclass(frozen=True)
class CallAgreed:
    """Both have said yes."""

    call_id: int
