"""The one family of expected errors. A handler in `core.web` answers it as a page or as problem+json."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """An expected no. `code` is for machines, `message` for people (translated, plain words).

    `status` is the HTTP status; `extra` is added to a JSON answer and given to the error page.
    """

    def __init__(
        self, code: str, message: object = "", status: int = 409, extra: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.extra = dict(extra or {})


class BusyError(Exception):
    """Somebody else kept the database's write turn for too long; nothing was written, and asking again is safe."""


class NotFound(Refused):
    """Not there, or not for this viewer: both look the same."""

    def __init__(self, message: object = "") -> None:
        super().__init__("not_found", message, 404)
