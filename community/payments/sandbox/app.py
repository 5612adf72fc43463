"""The WSGI application: which address goes where."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import happenings, meddling
from .api import Api
from .billing import hosted
from .connect import onboarding
from .deliveries import Deliverer, Poster, post_over_http
from .endpoint import Endpoint
from .endpoints import ENDPOINTS
from .errors import ApiError
from .form import Gettext
from .pages import Look, Pages
from .saved import proving
from .store import Store
from .sweeping import sweep
from .visit import Visit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def english(message: str, **values: object) -> str:
    """Return the message as it stands, with its values put in."""
    return message % values if values else message


@cache
def _rules() -> Map:
    """The map of addresses, the same for every sandbox of a process."""
    api = [Rule(one.path, endpoint=one, methods=[one.method]) for one in ENDPOINTS]
    pages = [
        Rule("/", endpoint="happenings", methods=["GET"]),
        Rule("/checkout.js", endpoint="script", methods=["GET"]),
        Rule("/c/pay/<id>", endpoint="show", methods=["GET"]),
        Rule("/c/pay/<id>", endpoint="pay", methods=["POST"]),
        Rule("/c/pay/<id>/3ds", endpoint="secure", methods=["GET"]),
        Rule("/c/pay/<id>/3ds", endpoint="prove", methods=["POST"]),
        Rule("/connect/<id>", endpoint=onboarding.open_page, methods=["GET"]),
        Rule("/connect/<id>", endpoint=onboarding.answer, methods=["POST"]),
        Rule("/invoice/<id>", endpoint=hosted.show, methods=["GET"]),
        Rule("/invoice/<id>", endpoint=hosted.pay, methods=["POST"]),
        Rule("/pi/<id>", endpoint=proving.show, methods=["GET"]),
        Rule("/pi/<id>", endpoint=proving.answer, methods=["POST"]),
        Rule("/next", endpoint=meddling.next_call, methods=["POST"]),
        Rule("/webhooks", endpoint=meddling.choose, methods=["POST"]),
        Rule("/events/<id>/resend", endpoint="resend", methods=["POST"]),
    ]
    return Map([*api, *pages], strict_slashes=False)


class Sandbox:
    """The sandbox as a WSGI callable, with its webhook deliverer. Build it with `create_sandbox`."""

    def __init__(self, store: Store, api: Api, pages: Pages, deliverer: Deliverer, mount: str) -> None:
        self._store = store
        self._api = api
        self._pages = pages
        self._deliverer = deliverer
        self._mount = mount
        self._map = _rules()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request, whether the mount is in SCRIPT_NAME or still in PATH_INFO."""
        request = Request(environ)
        return self._respond(request)(environ, start_response)

    def deliver_due(self) -> int:
        """Post every webhook attempt that is due once; return how many were answered with 2xx."""
        sweep(self._store)
        return self._deliverer.deliver_due()

    def spoil_next_call(self, fault: str) -> None:
        """Let one more call of the API meet a fault: one of `meddling.CALLS`."""
        with self._store.write() as tx:
            meddling.arm(tx, fault)

    def post_webhooks(self, how: str) -> None:
        """Post webhooks so from here on: one of `meddling.WEBHOOKS`."""
        with self._store.write() as tx:
            meddling.set_webhooks(tx, how)

    def run_forever(self, sleep: Callable[[float], object]) -> None:
        """Deliver webhooks and end what the clock ends, until killed; `sleep` takes seconds."""

        def rest(seconds: float) -> None:
            sleep(seconds)
            sweep(self._store)

        self._deliverer.run_forever(rest)

    def close(self) -> None:
        """Close the file; the next request opens it again."""
        self._store.close()

    def _respond(self, request: Request) -> Response:
        path = (request.root_path.rstrip("/") + request.path).removeprefix(self._mount) or "/"
        base = request.host_url.rstrip("/") + self._mount
        try:
            sweep(self._store)
            return self._route(request, path, base)
        except ApiError as error:
            return Response(error.message, status=error.status, content_type="text/plain; charset=utf-8")
        except HTTPException as error:
            return Response(error.name, status=error.code, content_type="text/plain; charset=utf-8")

    def _route(self, request: Request, path: str, base: str) -> Response:
        adapter = self._map.bind(request.host)
        try:
            target, values = adapter.match(path, request.method)
        except (NotFound, MethodNotAllowed):
            if path.startswith("/v1/"):
                return self._api.respond(request, None, ("", ""), base)
            raise
        identifier = values.get("id", "")
        if isinstance(target, Endpoint):
            return self._api.respond(request, target, (identifier, values.get("sub", "")), base)
        if callable(target):
            answer: Response = target(Visit(self._pages, self._store, request, base, identifier))
            return answer
        return self._page(target, request, base, identifier)

    def _page(self, target: str, request: Request, base: str, identifier: str) -> Response:
        pages = self._pages
        answers: dict[str, Callable[[], Response]] = {
            "happenings": lambda: happenings.show(pages, self._store, request, base),
            "script": pages.script,
            "show": lambda: pages.show(base, identifier),
            "pay": lambda: pages.pay(request, base, identifier),
            "secure": lambda: pages.secure(base, identifier),
            "prove": lambda: pages.prove(request, base, identifier),
            "resend": lambda: happenings.resend(self._store, base, identifier),
        }
        return answers[target]()


def create_sandbox(
    path: Path,
    *,
    secret_key: str,
    webhook_url: str,
    webhook_secret: str,
    clock: Callable[[], datetime],
    mount: str = "/_stripe",
    stylesheets: Sequence[str] = (),
    gettext: Gettext = english,
    business: str = "Linchpin",
    poster: Poster = post_over_http,
    durable: bool = True,
) -> Sandbox:
    """Build the sandbox; its file at `path` is made on first use.

    Args:
        path: The sandbox's own SQLite file.
        secret_key: The only API key it takes.
        webhook_url: Where events are posted, by `deliver_due` or `run_forever`.
        webhook_secret: Signs the events.
        clock: Returns the aware UTC time.
        mount: Where it lives on its host, without a slash at the end.
        stylesheets: Addresses of the stylesheets its pages link.
        gettext: Translates what people read: `gettext(message, **values)`.
        business: The name shown on the Checkout page.
        durable: Whether a commit waits for the disk; without, a power cut may cost some, a kill none.
        poster: Posts `(url, body, headers)` and returns the status; raises OSError when nobody answers.

    """
    store = Store(path, clock, durable=durable)
    pages = Pages(store, Look(tuple(stylesheets), gettext, business))
    deliverer = Deliverer(store, url=webhook_url, secret=webhook_secret, poster=poster)
    return Sandbox(store, Api(store, secret_key), pages, deliverer, mount.rstrip("/"))
