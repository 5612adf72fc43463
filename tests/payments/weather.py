"""The SDK's way to the sandbox over a bad line."""

from collections.abc import Mapping
from typing import Any

import stripe

from community.payments.sandbox import Sandbox, WsgiClient


class Weather(WsgiClient):
    """The sandbox behind a bad line: each try takes the next fault, then all is well."""

    def __init__(self, sandbox: Sandbox, *faults: str) -> None:
        super().__init__(sandbox)
        self.faults = list(faults)
        self.tries = 0

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **rest: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        self.tries += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "down":
            raise stripe.APIConnectionError("refused", should_retry=True)
        answer = super().request(method, url, headers, post_data, **rest)
        if fault == "lost":
            raise stripe.APIConnectionError("reset", should_retry=True)
        if fault:
            return '{"error": {"type": "api_error", "message": "no"}}', int(fault), {}
        return answer
