"""Pages that have not changed since a visitor had them: 304 instead of the page.

Only for those who only look: nobody signed in, no session, no cookie. The tag is taken of the page without its nonce,
which differs each time; so it is weak, and a 304 has no content policy: the kept page goes with the one it came with.
"""

import hashlib

from flask import Flask, Response, g, request, session
from flask_login import current_user

_KINDS = ("text/html", "application/xml", "application/atom+xml", "text/plain")


def init_app(app: Flask) -> None:
    """Look at each answer when everything else has been said about it: attach this before whatever adds headers."""
    app.after_request(_compare)


def _compare(response: Response) -> Response:
    if request.method not in {"GET", "HEAD"} or response.status_code != 200 or response.is_streamed:
        return response
    if response.mimetype not in _KINDS or response.direct_passthrough or "Set-Cookie" in response.headers:
        return response
    if "no-store" in response.headers.get("Cache-Control", "") or not _only_looks():
        return response
    response.set_etag(_tag(response.get_data()), weak=True)
    response.make_conditional(request)
    if response.status_code == 304:
        response.headers.pop("Content-Security-Policy", None)
    return response


def _only_looks() -> bool:
    return not session and not session.modified and not current_user.is_authenticated


def _tag(page: bytes) -> str:
    nonce = str(g.get("csp_nonce", ""))
    content = page.replace(nonce.encode(), b"") if nonce else page
    return hashlib.blake2b(content, digest_size=12).hexdigest()
