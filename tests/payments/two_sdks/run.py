"""Runs script.json with Stripe's SDK for Python; run.cjs does the same with the one for Node."""

import json
from functools import reduce
from pathlib import Path
from typing import Any

import requests
import stripe

SCRIPT = Path(__file__).with_name("script.json")


class Runner:
    """One run against one address."""

    def __init__(self, base: str, key: str, secret: str) -> None:
        self.base, self.key, self.secret = base, key, secret
        self.known: dict[str, Any] = {}

    def results(self) -> list[Any]:
        return [self._safely(step) for step in json.loads(SCRIPT.read_text())]

    def _safely(self, step: dict[str, Any]) -> Any:
        try:
            return self._run(step)
        except stripe.StripeError as error:
            more = error.error
            return {
                "error": type(error).__name__,
                "status": error.http_status,
                "code": more.code if more else None,
                "param": more.param if more else None,
                "decline_code": more.decline_code if more else None,
            }

    def _run(self, step: dict[str, Any]) -> Any:
        if "visit" in step:
            method = "POST" if "form" in step else "GET"
            answer = requests.request(
                method, self._filled(step["visit"]), data=step.get("form"), allow_redirects=False, timeout=20
            )
            return {"status": answer.status_code, "location": answer.headers.get("Location")}
        if "same" in step:
            return {"same": len(set(self._filled(step["same"]))) == 1}
        if "hooks" in step:
            return self._hooks(step["hooks"])
        if "every" in step:
            found = self._call(step, step["every"])
            return {"every": [shown(one.to_dict(), step.get("show")) for one in found.auto_paging_iter()]}
        answer = self._call(step, step["do"]).to_dict()
        if "as" in step:
            self.known[step["as"]] = answer
        return shown(answer, step.get("show"))

    def _call(self, step: dict[str, Any], name: str) -> Any:
        client = stripe.StripeClient(
            step.get("key", self.key), base_addresses={"api": self.base}, max_network_retries=0
        ).v1
        options = [self._filled(step["options"])] if "options" in step else []
        return reduce(getattr, name.split("."), client)(*self._filled(step["with"]), *options)  # type: ignore[operator]

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("$"):
            return look(self.known, value[1:])
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        if isinstance(value, dict):
            return {name: self._filled(one) for name, one in value.items()}
        return value

    def _hooks(self, kind: str) -> Any:
        every = requests.get(f"{self.base}/posted", timeout=20).json()
        posted = [one for one in every if f'"type": "{kind}"' in one["body"]]
        verify = stripe.Webhook.construct_event
        events = [verify(one["body"], one["signature"], self.secret, 0).type for one in posted]
        forged = None
        try:
            verify(posted[0]["body"] + " ", posted[0]["signature"], self.secret, 0)
        except stripe.SignatureVerificationError as error:
            forged = type(error).__name__
        return {"events": events, "forged": forged}


def look(value: Any, where: str) -> Any:
    """What stands at `a.b.0.c`, None where nothing does."""
    for step in where.split("."):
        if value is None:
            return None
        value = value[int(step)] if isinstance(value, list) else value.get(step)
    return value


def shown(value: Any, names: list[str] | None) -> dict[str, Any]:
    """The fields that a step compares."""
    return {name: look(value, name) for name in names or []}
