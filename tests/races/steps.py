"""More clients of a journey that a death may interrupt at any moment: a request that the practice accepts, a booking
that is moved, a seat of a workshop, a series. What each was told is remembered.
"""

from datetime import datetime, timedelta
from typing import Any, Protocol

import requests

from tests.races.books import Books
from tests.services.browser import Browser
from tests.world import PASSWORD

ASKING = "/noor-haddad/by-request"
WEEKLY = "/noor-haddad/weekly"
WORKSHOP = "/noor-haddad/a-workshop"


class Told(Protocol):
    """What a journey remembers."""

    url: str
    books: Books
    confirmed: set[str]
    cancelled: set[str]
    moved: dict[str, str]

    def when(self, hour: int) -> datetime:
        """A UTC instant on the journey's own day."""


def run(told: Told, name: str) -> list[Any]:
    """The parts, to be run one after the other; each as far as somebody answers."""
    return [
        lambda: _request(told, Browser(told.url, f"dora{name}@example.com", ASKING)),
        lambda: _move(told, Browser(told.url, f"emil{name}@example.com")),
        lambda: _seat(told, Browser(told.url, f"fay{name}@example.com", WORKSHOP)),
        lambda: _series(told, Browser(told.url, f"gus{name}@example.com", WEEKLY)),
    ]


def _paid(told: Told, browser: Browser, form: dict[str, Any]) -> requests.Response | None:
    """The page after Checkout; None where it did not come to that."""
    checkout = browser.send(form).headers.get("Location", "")
    if "/_stripe/" not in checkout:
        return None
    back = browser.pay(checkout).headers.get("Location")
    return browser.session.get(back, timeout=30) if back else None


def _step(browser: Browser, page: str, step: str, **data: Any) -> requests.Response:
    form = data | {"csrf_token": browser.token(page)}
    return browser.session.post(f"{browser.url}{page}/{step}", data=form, headers={"Referer": browser.url}, timeout=30)


def _request(told: Told, browser: Browser) -> None:
    """Asked, and accepted by Noor: confirmed once the money is taken."""
    page = _paid(told, browser, browser.form_for(told.when(9)))
    if page is None or "has been asked" not in page.text:
        return
    noor = Browser(told.url, "noor@example.com")
    sign = {"email": noor.email, "password": PASSWORD, "csrf_token": noor.token("/signin")}
    noor.session.post(f"{told.url}/signin", data=sign, headers={"Referer": told.url}, timeout=30)
    path = f"/bookings/{page.url.rpartition('/')[2]}"
    _step(noor, path, "answer", answer="accept")
    for _turn in range(20):
        if "Confirmed and paid" in browser.session.get(told.url + path, timeout=30).text:
            told.confirmed.add(path.rpartition("/")[2])
            return


def _move(told: Told, browser: Browser) -> None:
    """Booked, and moved to another hour of the day."""
    page = _paid(told, browser, browser.form_for(told.when(11)))
    if page is None or "You are booked with" not in page.text:
        return
    ref = page.url.rpartition("/")[2]
    told.confirmed.add(ref)
    at = f"{told.when(12):%Y-%m-%dT%H:%M:%SZ}"
    answer = _step(browser, f"/bookings/{ref}", "time", at=at)
    if "The new time is set" in answer.text:
        told.moved[ref] = at


def _seat(told: Told, browser: Browser) -> None:
    """A seat of the workshop's date."""
    dates = told.books.column("select id from workshop_dates order by id")
    token = browser.token(f"{WORKSHOP}/book?date={dates[0]}")
    form = {"name": "Fay", "email": browser.email, "date": dates[0], "csrf_token": token}
    page = _paid(told, browser, form)
    if page is not None and "You are booked with" in page.text:
        told.confirmed.add(page.url.rpartition("/")[2])


def _series(told: Told, browser: Browser) -> None:
    """Two weeks at once; one payment, two bookings."""
    first = told.when(13)
    starts = [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (first, first + timedelta(weeks=1))]
    form = browser.form_for(first) | {"weeks": "2", "starts": starts}
    page = _paid(told, browser, form)
    if page is not None and "You are booked with" in page.text:
        told.confirmed.add(page.url.rpartition("/")[2])
