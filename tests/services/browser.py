"""A client over real HTTP without a browser: forms, tokens, the sandbox's Checkout."""

import random
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from tests.bookings.desk import CARD

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class From(HTTPAdapter):
    """Connects from another address of this machine: `session.mount("http://", From("127.0.0.9"))`. Limits are counted
    by network, and people on a site rarely share one.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **options)


class Browser:
    """One person's browser."""

    def __init__(self, url: str, email: str, listing: str = "/noor-haddad/a-brand-identity") -> None:
        self.url, self.email, self.listing = url, email, listing
        self.session = requests.Session()
        self.session.headers["User-Agent"] = "storm"

    def token(self, path: str) -> str:
        """The CSRF token of the form at `path`; asked for again where a busy server says 503, as people do."""
        for _ in range(20):
            answer = self.session.get(self.url + path, timeout=30)
            if answer.status_code != 503:
                break
            time.sleep(float(answer.headers["Retry-After"]) * random.uniform(1, 2))
        found = _TOKEN.search(answer.text)
        if found is None:
            raise RuntimeError(f"{path} answered {answer.status_code} without a form")
        return found.group(1)

    def form_for(self, start: datetime, minutes: int = 60) -> dict[str, Any]:
        """The filled booking form of one time."""
        at = f"{start:%Y-%m-%dT%H:%M:%SZ}"
        token = self.token(f"{self.listing}/book?at={at}&minutes={minutes}")
        return {"name": "Ada Byron", "email": self.email, "at": at, "minutes": minutes, "csrf_token": token}

    def send(self, form: dict[str, Any]) -> requests.Response:
        """Send the booking form; answers in JSON where it is refused."""
        headers = {"Accept": "application/json", "Referer": self.url}
        return self.session.post(
            f"{self.url}{self.listing}/book", data=form, headers=headers, allow_redirects=False, timeout=60
        )

    def pay(self, checkout: str) -> requests.Response:
        """Pay with the card that works; not following back."""
        return self.session.post(checkout, data=CARD | {"email": self.email}, allow_redirects=False, timeout=30)


def next_workday(hour: int, days: int = 1) -> datetime:
    """A UTC instant on a weekday at least `days` ahead (London's winter: UTC)."""
    at = datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    while at.weekday() > 4:
        at += timedelta(days=1)
    return at
