"""The wire to Elasticsearch: one try, bounded waits, and a breaker that spares whoever would wait in vain."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from elastic_transport import ObjectApiResponse, TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from community.core.breaker import Breaker, ServiceAwayError
from community.search.engine import SearchError

SEARCH_SECONDS = 0.6
WRITE_SECONDS = 30.0
_JSON = {"accept": "application/json", "content-type": "application/json"}
_LINES = {"accept": "application/json", "content-type": "application/x-ndjson"}


class AwayError(Exception):
    """The node answered, but as one that cannot serve now."""


class MissingError(SearchError):
    """There is no such index."""


class Deadline:
    """When whoever asked has waited long enough, however many requests it takes: one that hangs is most of it."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin to count."""
        self._clock, self._until, self._most = clock, clock() + seconds, seconds * 2 / 3

    def left(self) -> float:
        """Return how long the next request may take, in tenths of a second; raise SearchError when it is too late."""
        tenths = int(min(self._most, self._until - self._clock()) * 10 + 1e-6)
        if tenths < 1:
            raise SearchError("the search took too long")
        return tenths / 10


def split_url(url: str) -> tuple[str, str]:
    """Return the node's address and the site's namespace there; raise ValueError for a path that cannot be one."""
    parts = urlsplit(url)
    name = parts.path.strip("/") or "linchpin"
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,60}", name):
        raise ValueError(f"ELASTICSEARCH_URL: the path {name!r} is not made of a-z, 0-9 and _")
    return parts._replace(path="", query="", fragment="").geturl(), name


@contextmanager
def making_sense() -> Iterator[None]:
    """The block reads an answer, which may be anything. Raises SearchError when it is not what was asked for."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise SearchError(f"the answer makes no sense: {error!r}") from error


class Link:
    """Requests to one node or cluster. Every error is a `SearchError`; `MissingError` where the index is not there."""

    def __init__(self, url: str, *, rest: float = 2.0) -> None:
        """Talk to `url`; after a failure it is left alone for `rest` seconds, since a stand-in answers at once."""
        self._client = Elasticsearch(url, max_retries=0, retry_on_timeout=False, retry_on_status=())
        self._clients: dict[float, Elasticsearch] = {}
        self.breaker = Breaker("elasticsearch", (TransportError, AwayError), most=1, rest=rest)

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, seconds: float = SEARCH_SECONDS
    ) -> Any:
        """Return the answer to one request; `path` holds names of ours only, never what somebody typed."""
        return self._guarded(method, path, _JSON, body, seconds).body

    def bulk(self, lines: Iterable[bytes], *, refresh: bool) -> list[dict[str, Any]]:
        """Send one bulk and return the answer of each item, in order."""
        wanted = "&refresh=true" if refresh else ""
        path = f"/_bulk?filter_path=errors,items{wanted}"
        answer = self._guarded("POST", path, _LINES, list(lines), WRITE_SECONDS).body
        return [next(iter(item.values())) for item in answer["items"]]

    def exists(self, path: str) -> bool:
        """Return whether there is something at `path`."""
        try:
            self.ask("GET", path)
        except MissingError:
            return False
        return True

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _waiting(self, seconds: float) -> Elasticsearch:
        """Return the client that waits so long, made once: it takes longer to make than to ask."""
        found = self._clients.get(seconds)
        if found is None:
            found = self._clients[seconds] = self._client.options(request_timeout=seconds)
        return found

    def _guarded(
        self, method: str, path: str, headers: Mapping[str, str], body: Any, seconds: float
    ) -> ObjectApiResponse[Any]:
        try:
            return self.breaker.call(lambda: self._send(method, path, headers, body, seconds))
        except ServiceAwayError as error:
            raise SearchError(str(error)) from error
        except ApiError as error:
            kind = MissingError if error.status_code == 404 else SearchError
            raise kind(f"{method} {path.partition('?')[0]}: {str(error)[:300]}") from error

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], body: Any, seconds: float
    ) -> ObjectApiResponse[Any]:
        try:
            answer = self._waiting(seconds).perform_request(method, path, headers=headers, body=body)
        except UnsupportedProductError as error:
            raise AwayError("this is no Elasticsearch") from error
        except ApiError as error:
            if error.status_code >= 500 or error.status_code == 429:
                raise AwayError(str(error)[:300]) from error
            raise
        if not isinstance(answer.body, dict):
            raise AwayError("the answer is no JSON object")
        return answer  # type: ignore[return-value]  # an object's answer, looked at just now
