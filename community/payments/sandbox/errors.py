"""Refusals in the shape Stripe gives them."""

from typing import Any


class ApiError(Exception):
    """A request Stripe would refuse.

    Args:
        message: What Stripe's answer says, in English as on Stripe.
        status: HTTP status of the answer.
        code: Stripe's error code, when it has one.
        param: The parameter at fault, in Stripe's bracket notation.
        kind: Stripe's error type.
        stored: Whether an `Idempotency-Key` remembers it: true once execution began.
        more: What else stands in the answer's `error`.

    `keeps` says that what the execution changed stays, as a declined payment does.

    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        stored: bool = True,
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.param = param
        self.kind = kind
        self.stored = stored
        self.more = dict(more or {})
        self.keeps = False

    def body(self) -> dict[str, Any]:
        """Return the JSON answer."""
        error: dict[str, Any] = {"type": self.kind, "message": self.message}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        return {"error": error | self.more}


def missing(kind: str, identifier: str, param: str = "id", *, status: int = 404) -> ApiError:
    """Return the refusal of an id that names nothing: 404 for one in the path, 400 for a parameter."""
    noun = kind.replace(".", " ").replace("_", " ")
    return ApiError(f"No such {noun}: '{identifier}'", status=status, code="resource_missing", param=param)


def unsupported(what: str, param: str | None = None) -> ApiError:
    """Return the refusal of something Stripe can do and this sandbox cannot."""
    return ApiError(f"The local sandbox does not cover {what}.", code="sandbox_unsupported", param=param, stored=False)
