"""Clients who book, pay, cancel and let go, while a process may die at any moment."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from tests.races import steps
from tests.races.books import Books
from tests.services.browser import Browser

HOURS = (10, 14, 16)
FIRST_DAY = 3


def workday(number: int, hour: int) -> datetime:
    """A UTC instant on the `number`-th weekday from `FIRST_DAY` days ahead (London's winter: UTC)."""
    at = datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=FIRST_DAY)
    while True:
        if at.weekday() < 5:
            if number == 0:
                return at
            number -= 1
        at += timedelta(days=1)


class Journey:
    """Two clients: one pays and cancels, one pays after the hold was let go, and a third pays in between. What they
    were told is remembered. `number` gives each journey on one site a day and people of its own; `whole` adds a
    request, a move, a seat and a series (`steps`).
    """

    def __init__(self, url: str, books: Books, armed: Path, number: int = 0, *, whole: bool = True) -> None:
        self.url, self.books, self.armed, self.number, self.whole = url, books, armed, number, whole
        self.confirmed: set[str] = set()
        self.cancelled: set[str] = set()
        self.moved: dict[str, str] = {}

    def when(self, hour: int) -> datetime:
        """A time on the journey's own day."""
        return workday(self.number, hour)

    def run(self) -> bool:
        """As far as somebody answers: who loses the connection, or is shown an error page, goes away. Returns whether
        a process has died of it.
        """
        self.armed.touch()
        try:
            more = steps.run(self, str(self.number or "")) if self.whole else []
            for part in (self._pay_and_cancel, self._pay_too_late, self._pay, *more):
                self._guarded(part)
            time.sleep(1.5)
            return not self.armed.exists()
        finally:
            self.armed.unlink(missing_ok=True)

    @staticmethod
    def _guarded(part: Callable[[], None]) -> None:
        with suppress(requests.RequestException, RuntimeError):
            part()

    def _browser(self, name: str) -> Browser:
        return Browser(self.url, f"{name}{self.number or ''}@example.com")

    def _pay_and_cancel(self) -> None:
        ada = self._browser("ada")
        ref = self._book_and_pay(ada, HOURS[1])
        if ref:
            self._cancel(ada, ref)

    def _pay_too_late(self) -> None:
        ben = self._browser("ben")
        checkout = ben.send(ben.form_for(workday(self.number, HOURS[0]))).headers.get("Location", "")
        page = self._newest_page()
        if page and "/_stripe/" in checkout:
            token = ben.token(page)
            ben.session.post(f"{self.url}{page}/release", data={"csrf_token": token}, timeout=30)
            ben.pay(checkout)

    def _pay(self) -> None:
        self._book_and_pay(self._browser("cleo"), HOURS[2])

    def _book_and_pay(self, browser: Browser, hour: int) -> str:
        answer = browser.send(browser.form_for(workday(self.number, hour)))
        checkout = answer.headers.get("Location", "")
        if "/_stripe/" not in checkout:
            return ""
        back = browser.pay(checkout).headers.get("Location")
        if back is None:
            return ""
        page = browser.session.get(back, timeout=30)
        ref = page.url.rpartition("/")[2]
        if "You are booked with" in page.text:
            self.confirmed.add(ref)
        return ref

    def _cancel(self, browser: Browser, ref: str) -> None:
        path = f"/bookings/{ref}/cancellation"
        form = {"csrf_token": browser.token(path), "reason": ""}
        answer = browser.session.post(self.url + path, data=form, headers={"Referer": self.url}, timeout=30)
        if "This booking is cancelled" in answer.text:
            self.cancelled.add(ref)

    def _newest_page(self) -> str:
        refs = self.books.column("select ref from bookings order by id desc limit 1")
        return f"/bookings/{refs[0]}" if refs else ""


def settle(books: Books, log: Callable[[], str], *, within: float = 60) -> None:
    """Wait until everything has come to rest. Raises AssertionError with `log()` after `within` seconds."""
    deadline = time.monotonic() + within
    while left := books.unsettled():
        if time.monotonic() > deadline:
            states = books.rows("select state, pending from bookings")
            waiting = books.rows("select handler, tries, error from deliveries where error is not null")
            raise AssertionError(f"it never came to rest: {left} {states} {waiting} {log()[-2000:]}")
        time.sleep(0.2)
    time.sleep(0.3)
