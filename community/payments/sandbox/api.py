"""From an HTTP request of the SDK to a JSON answer: key, parameters, idempotency, execution, log."""

import base64
import binascii
import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from werkzeug.wrappers import Request, Response

from . import meddling
from .endpoint import Call, Endpoint
from .errors import ApiError
from .lists import expand
from .params import parse
from .records import API_VERSION, Json, Tx, new_id
from .store import Store

log = logging.getLogger(__name__)
REMEMBERED = 24 * 3600


@dataclass(frozen=True)
class Answer:
    """A status and a JSON body as sent; `first` is the request that ran it when this is a replay."""

    status: int
    body: str
    first: str | None = None


@dataclass(frozen=True)
class Asked:
    """A request that found its endpoint."""

    request: Request
    endpoint: Endpoint
    ids: tuple[str, str]
    page_url: str
    account: str

    def call(self, tx: Tx, given: Json) -> Call:
        """Return what the endpoint runs on."""
        return Call(tx.on(self.account), given, self.ids[0], self.page_url, self.ids[1])


def _known(request: Request, endpoint: Endpoint | None) -> Endpoint:
    if endpoint is None:
        message = f"Unrecognized request URL ({request.method}: {request.path})."
        raise ApiError(message, status=404, stored=False)
    return endpoint


def _check_key(key: str | None) -> None:
    if key is not None and not 0 < len(key) <= 255:
        message = "Idempotency keys take 1 to 255 characters."
        raise ApiError(message, kind="idempotency_error", stored=False)


def _authenticate(request: Request, secret_key: str) -> None:
    header = request.headers.get("Authorization", "")
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            value = ""
    if not value:
        message = "You did not provide an API key. You need to provide your API key in the Authorization header."
        raise ApiError(message, status=401, stored=False)
    if not hmac.compare_digest(value.encode(), secret_key.encode()):
        message = f"Invalid API Key provided: {value[:8]}****{value[-4:]}"
        raise ApiError(message, status=401, stored=False)


def _check_account(tx: Tx, account: str, key: str) -> None:
    """Refuse to act for an account that is not connected."""
    if account and tx.on("").find("account", account) is None:
        message = (
            f"The provided key '{key[:8]}***{key[-4:]}' does not have access to account '{account}' (or that account "
            "does not exist). Application access may have been revoked."
        )
        raise ApiError(message, status=403, code="account_invalid", stored=False)


def _given(request: Request, endpoint: Endpoint) -> Json:
    pairs = list(request.args.items(multi=True))
    if endpoint.method != "GET":
        pairs += request.form.items(multi=True)
    read: Json = endpoint.takes(parse(pairs), "")
    return read


def _fingerprint(request: Request) -> str:
    account = request.headers.get("Stripe-Account", "")
    parts = [request.method, request.path, account, *sorted(f"{k}={v}" for k, v in request.form.items(multi=True))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _slot(account: str, key: str) -> str:
    """Return where an answer is remembered: each account has keys of its own."""
    return f"{account} {key}" if account else key


def _replay(tx: Tx, slot: str, key: str, fingerprint: str) -> Answer | None:
    tx.db.execute("DELETE FROM answers WHERE created <= ?", (tx.now - REMEMBERED,))
    rows = tx.rows("SELECT * FROM answers WHERE key = ?", slot)
    if not rows:
        return None
    if rows[0]["fingerprint"] != fingerprint:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were first used "
            f"with. Try using a key other than '{key}' if you meant to execute a different request.",
            kind="idempotency_error",
            stored=False,
        )
    return Answer(rows[0]["status"], rows[0]["body"], rows[0]["request"])


def _dumps(body: Json) -> str:
    return json.dumps(body, indent=2)


class Api:
    """Runs the endpoints on one store."""

    def __init__(self, store: Store, secret_key: str) -> None:
        self._store = store
        self._secret_key = secret_key
        self._running: set[str] = set()
        self._turn = threading.Lock()

    def respond(self, request: Request, endpoint: Endpoint | None, ids: tuple[str, str], page_url: str) -> Response:
        """Answer one request to `/v1/…`; `endpoint` is None when there is none at that address."""
        own, key = new_id("req"), request.headers.get("Idempotency-Key")
        try:
            _authenticate(request, self._secret_key)
            _check_key(key)
            fault = self._fault()
            call = Asked(request, _known(request, endpoint), ids, page_url, request.headers.get("Stripe-Account", ""))
            with self._alone(_slot(call.account, key) if key else None):
                if fault == "slow":
                    time.sleep(meddling.SLOW_SECONDS)
                answer = self._execute(call, own, key)
            meddling.lose(fault)
        except ApiError as error:
            answer = Answer(error.status, _dumps(error.body()))
        except Exception:
            log.exception("the sandbox failed on %s %s", request.method, request.path)
            failed = ApiError("An unknown error occurred in the sandbox.", status=500, kind="api_error")
            answer = Answer(500, _dumps(failed.body()))
        self._note(request, answer, own, key)
        return self._response(answer, own, key)

    def _fault(self) -> str | None:
        """Use up what the next call was to meet.

        Raises:
            ApiError: the call is not to run.

        """
        with self._store.read() as tx:
            armed = meddling.armed(tx)
        if not armed:
            return None
        with self._store.write() as tx:
            fault = meddling.take(tx)
        refusal = meddling.refusal(fault)
        if refusal:
            raise refusal
        return fault

    @contextmanager
    def _alone(self, slot: str | None) -> Iterator[None]:
        """Run while no other request of this process has the same key.

        Raises:
            ApiError: 409 `idempotency_key_in_use`.

        """
        with self._turn:
            taken = slot in self._running
            if slot and not taken:
                self._running.add(slot)
        if slot and taken:
            message = (
                "There is currently another in-progress request using this Idempotent Key (that probably means you "
                "submitted twice, and the other request is still going through). Please try again later."
            )
            kind = "idempotency_error"
            raise ApiError(message, status=409, code="idempotency_key_in_use", kind=kind, stored=False)
        try:
            yield
        finally:
            if slot:
                self._running.discard(slot)

    def _execute(self, asked: Asked, own: str, key: str | None) -> Answer:
        given, endpoint = _given(asked.request, asked.endpoint), asked.endpoint
        if endpoint.method == "GET":
            with self._store.read() as tx:
                _check_account(tx, asked.account, self._secret_key)
                return self._run(asked.call(tx, given), endpoint)
        fingerprint = _fingerprint(asked.request)
        with self._store.write(own, key) as tx:
            _check_account(tx, asked.account, self._secret_key)
            known = _replay(tx, _slot(asked.account, key), key, fingerprint) if key else None
            if known:
                return known
            answer = self._attempt(asked.call(tx, given), endpoint)
            if key:
                self._remember(tx, _slot(asked.account, key), fingerprint, answer, own)
            return answer

    def _attempt(self, call: Call, endpoint: Endpoint) -> Answer:
        """Run a write; a refusal undoes its effects, unless it keeps them, and is an answer to remember."""
        call.tx.db.execute("SAVEPOINT attempt")
        try:
            answer = self._run(call, endpoint)
        except ApiError as error:
            if not error.keeps:
                call.tx.db.execute("ROLLBACK TO attempt")
            if not error.stored:
                raise
            answer = Answer(error.status, _dumps(error.body()))
        call.tx.db.execute("RELEASE attempt")
        return answer

    @staticmethod
    def _run(call: Call, endpoint: Endpoint) -> Answer:
        body = endpoint.run(call)
        return Answer(200, _dumps(expand(call.tx, body, call.given.get("expand", []))))

    @staticmethod
    def _remember(tx: Tx, slot: str, fingerprint: str, answer: Answer, own: str) -> None:
        tx.db.execute(
            "INSERT INTO answers (key, fingerprint, status, body, request, created) VALUES (?,?,?,?,?,?)",
            (slot, fingerprint, answer.status, answer.body, own, tx.now),
        )

    def _note(self, request: Request, answer: Answer, own: str, key: str | None) -> None:
        account = request.headers.get("Stripe-Account", "")
        with self._store.write() as tx:
            tx.db.execute(
                "INSERT INTO requests (id, at, method, path, status, key, account) VALUES (?,?,?,?,?,?,?)",
                (own, tx.now, request.method, request.path, answer.status, key, account),
            )

    @staticmethod
    def _response(answer: Answer, own: str, key: str | None) -> Response:
        response = Response(answer.body, status=answer.status, content_type="application/json")
        response.headers["Request-Id"] = own
        response.headers["Stripe-Version"] = API_VERSION
        response.headers["Cache-Control"] = "no-cache, no-store"
        if key:
            response.headers["Idempotency-Key"] = key
        if answer.first:
            response.headers["Original-Request"] = answer.first
            response.headers["Idempotent-Replayed"] = "true"
        return response
