"""An HTTP client for Stripe's SDK that calls a WSGI application in the same process, with no socket."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import stripe
from werkzeug.test import Client, EnvironBuilder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class WsgiClient(stripe.HTTPClient):
    """Pass it as `http_client` to a gateway or a `StripeClient`."""

    name = "wsgi"

    def __init__(self, app: "WSGIApplication") -> None:
        super().__init__()
        self._client = Client(app)

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Send one request of the SDK and return body, status and headers."""
        parts = urlsplit(url)
        builder = EnvironBuilder(
            path=parts.path,
            query_string=parts.query,
            base_url=f"{parts.scheme}://{parts.netloc}",
            method=method.upper(),
            headers=list((headers or {}).items()),
            data=post_data,
            content_type=(headers or {}).get("Content-Type"),
        )
        answer = self._client.open(builder)
        return answer.get_data(as_text=True), answer.status_code, dict(answer.headers)

    def close(self) -> None:
        """Nothing is kept open."""
