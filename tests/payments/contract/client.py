"""The SDK's way to the sandbox that holds every request and every answer against the contract."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from community.payments.sandbox import WsgiClient
from tests.payments.contract.check import answer_faults, object_faults, request_faults


class BreachError(AssertionError):
    """Something that Stripe's published API does not say."""


ask = WsgiClient.request
# Every breach so far: whoever caught the exception, the test's end has the last word.
BREACHES: list[str] = []


class ContractClient(WsgiClient):
    """Raises on a request that Stripe would not know, once the sandbox has taken it, and on a wrong answer."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **more: Any
    ) -> Any:
        return held(self, method, url, headers, post_data, **more)


def held(
    client: WsgiClient, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **more: Any
) -> Any:
    """Send one request, and hold it and its answer against the contract."""
    answer = ask(client, method, url, headers, post_data, **more)
    parts = urlsplit(url)
    path, name = "/v1/" + parts.path.partition("/v1/")[2], method.upper()
    # What the sandbox refuses may be anything; what it takes, Stripe must know.
    if 200 <= answer[1] < 300:
        asked = post_data if isinstance(post_data, str) else ""
        form = "&".join(filter(None, (parts.query, asked)))
        _hold(request_faults(name, path, form), f"{name} {path} asks")
        body = json.loads(answer[0])
        _hold(answer_faults(name, path, body), f"{name} {path} answers")
        _hold_events(body)
    return answer


def _hold(faults: list[str], what: str) -> None:
    if faults:
        BREACHES.append(f"{what}: " + "; ".join(faults[:12]))
        raise BreachError(BREACHES[-1])


def _hold_events(body: Any) -> None:
    """An event's object is of any kind; the contract says of which."""
    data = body.get("data")
    for event in data if isinstance(data, list) else [body]:
        if event.get("object") == "event":
            about = event["data"]["object"]
            _hold(object_faults(about["object"], about), f"event {event['type']}")
