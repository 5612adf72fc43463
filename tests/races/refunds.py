"""A site with paid bookings whose money many want back at once, through every door there is: client, practice and staff
call off the bookings of a series, a settlement is agreed to and staff decide it otherwise, the payer's bank takes the
charge back, and every webhook comes again and again.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import requests
import stripe
from sqlalchemy import select

from community import create_app
from community.accounts.models import Person
from community.bookings import actions
from community.bookings.models import Booking
from community.config import load
from community.core import clock
from community.core.db import db, writing
from community.payments.models import Payment
from community.payments.sandbox.funds.disputes import dispute
from community.payments.wiring import SANDBOX_KEY
from tests.races.books import Books
from tests.races.journey import settle, workday
from tests.rooms.wires import until
from tests.services.browser import Browser
from tests.services.seed import copied
from tests.services.server import Server
from tests.world import PASSWORD, World

WEEKLY = "/noor-haddad/weekly"
WEEKS = 4
Door = Callable[[], int]


class Site:
    """Servers on one database, and those who are signed in at them. `off` is the control: nothing guards a refund."""

    def __init__(self, var: Path, database_url: str, currency: str, *, processes: int, off: bool = False) -> None:
        copied(var, database_url)
        given = {"VAR": str(var), "NO_DEMO": "1", "CURRENCY": currency}
        given |= {"DATABASE_URL": database_url} if database_url else {}
        self.app = create_app(load(given))
        World(self.app).person("Olga Operator", role="operator")
        environ = {key: value for key, value in given.items() if key != "VAR"} | {"REGISTRATIONS": "open"}
        environ |= {"STORM_REFUNDS_OFF": "1"} if off else {}
        self.servers = [Server(var, **environ).start() for _ in range(processes)]
        self.books = Books(database_url or f"sqlite:///{var / 'linchpin.db'}", self.servers[0].url)
        base = {"api": f"{self.servers[0].url}/_stripe"}
        self.sdk = stripe.StripeClient(SANDBOX_KEY, base_addresses=base).v1
        self.staff, self.practice = self._signed_in("olga@example.com"), self._signed_in("noor@example.com")
        self.days = 0

    def end(self) -> None:
        """Everybody goes home."""
        for server in self.servers:
            server.stop()
        self.books.close()
        with self.app.app_context():
            db.engine.dispose()

    def _signed_in(self, email: str) -> list[Browser]:
        """At each of the servers; they share the key of the session."""
        browser = Browser(self.servers[0].url, email)
        form = {"email": email, "password": PASSWORD, "csrf_token": browser.token("/signin")}
        browser.session.post(f"{browser.url}/signin", data=form, headers={"Referer": browser.url}, timeout=30)
        return self._everywhere(browser)

    def _everywhere(self, browser: Browser) -> list[Browser]:
        found = []
        for server in self.servers:
            other = Browser(server.url, browser.email, browser.listing)
            other.session.cookies.update(browser.session.cookies)
            found.append(other)
        return found

    def paid_series(self, name: str) -> "Series":
        """Some weeks, paid at once."""
        browser = Browser(self.servers[0].url, f"{name}@example.com", WEEKLY)
        first = workday(self.days, 10)
        self.days += 1
        starts = [f"{first + timedelta(weeks=n):%Y-%m-%dT%H:%M:%SZ}" for n in range(WEEKS)]
        form = browser.form_for(first) | {"weeks": str(WEEKS), "starts": starts}
        back = browser.pay(browser.send(form).headers["Location"]).headers["Location"]
        browser.session.get(back, timeout=30)
        state = "select count(*) from payments where status = 'paid' and payer = :email"
        until(lambda: self.books.column(state, email=browser.email) == [1], 30, "paid")
        query = "select b.ref from bookings b join orders o on o.id = b.order_id where o.client_email = :email"
        refs = self.books.column(f"{query} order by b.starts_at", email=browser.email)
        return Series(self, self._everywhere(browser), refs)


class Series:
    """The bookings of one payment, and the doors by which their money goes back."""

    def __init__(self, site: Site, client: list[Browser], refs: list[str]) -> None:
        assert len(refs) == WEEKS
        self.site, self.client, self.refs = site, client, refs
        query = "select p.ref, p.amount, p.intent_id from payments p where p.payer = :email"
        self.ref, self.amount, self.intent = site.books.rows(query, email=client[0].email)[0]

    def object_to_first(self, back: int) -> None:
        """The first one is over, its client objects, and the practice offers `back` (minor units)."""
        with self.site.app.test_request_context(), self._after_first(), writing():
            booking = actions.lock(self._first().id)
            actions.deliver(booking)
            actions.object_to(booking, by=None, text="It was not what was said")
            owner = db.session.scalar(select(Person).where(Person.email == "noor@example.com"))
            actions.propose_settlement(booking, actor="practice", by=owner, amount=back)

    def _first(self) -> Booking:
        return db.session.execute(select(Booking).where(Booking.ref == self.refs[0])).scalar_one()

    def _after_first(self) -> Any:
        with self.site.app.app_context():
            ends: datetime = self._first().ends_at
        return clock.frozen(ends + timedelta(minutes=1))

    def doors(self, *, part: str) -> list[Door]:
        """Each way that somebody may take, at each server in turn; staff settle with `part`, as they type it."""
        turn = cycle(range(len(self.site.servers)))
        found = [
            _posting(who[next(turn)], f"/bookings/{ref}/cancellation", f"/bookings/{ref}", reason="")
            for ref in self.refs
            for who in (self.client, self.site.practice, self.site.staff)
        ]
        first = f"/bookings/{self.refs[0]}"
        found.append(_posting(self.client[next(turn)], f"{first}/settlement/answer", first, answer="agree"))
        found.append(_posting(self.site.staff[next(turn)], f"{first}/settlement", first, amount=part))
        return [*found, self.tell_again]

    def tell_again(self) -> int:
        """Whatever the sandbox told of it is told once more."""
        every = self.site.sdk.events.list({"limit": 100}).data
        for event in every:
            requests.post(f"{self.site.servers[0].url}/_stripe/events/{event.id}/resend", timeout=30)
        return 200

    def take_back(self, *, late: bool) -> int:
        """The payer's bank takes what is left of the charge; `late` is once a first part has gone back."""
        given = (
            "select r.id from refunds r join payments p on p.id = r.payment_id where p.ref = :ref and r.status = 'done'"
        )
        if late:
            until(lambda: self.site.books.column(given, ref=self.ref), 30, "a first refund")
        with self.site.app.app_context():
            charge = db.session.execute(select(Payment.charge_id).where(Payment.ref == self.ref)).scalar_one()
        with self.site.app.extensions["sandbox"]._store.write() as tx:
            dispute(tx.on(""), tx.on("").get("charge", charge), "fraudulent")
        return 200

    def came_back(self) -> tuple[int, int]:
        """At Stripe: (refunded, disputed), minor units."""
        given = self.site.sdk.refunds.list({"payment_intent": self.intent, "limit": 100}).data
        taken = self.site.sdk.disputes.list({"payment_intent": self.intent}).data
        return sum(one.amount for one in given), sum(one.amount for one in taken)


def _posting(browser: Browser, path: str, page: str, **form: str) -> Door:
    token = browser.token(page)
    headers = {"Referer": browser.url, "Accept": "application/json"}

    def post() -> int:
        data = form | {"csrf_token": token}
        for _ in range(10):
            answer = requests.post(
                browser.url + path, data=data, headers=headers, cookies=browser.session.cookies,
                allow_redirects=False, timeout=60,
            )  # fmt: skip
            if answer.status_code != 503:
                break
            time.sleep(float(answer.headers["Retry-After"]))
        return answer.status_code

    return post


def race(doors: list[Door], racers: int, draw: random.Random, *once: Door) -> Counter[int]:
    """As many as there are racers, each through a door, all at once, and what happens once meanwhile; what they were
    answered.
    """
    chosen = [*islice(cycle(draw.sample(doors, len(doors))), max(racers, len(doors))), *once]
    draw.shuffle(chosen)
    gate = threading.Barrier(len(chosen))

    def run(door: Door) -> int:
        gate.wait(60)
        return door()

    with ThreadPoolExecutor(len(chosen)) as pool:
        return Counter(pool.map(run, chosen))


def at_rest(site: Site) -> None:
    """Until nothing is under way, and every event that came has been applied."""
    log = site.servers[0].log
    unapplied = "select count(*) from stripe_events where applied_at is null"
    until(lambda: not site.books.number(unapplied), 60, "every event applied")
    settle(site.books, log.read_text)


def check(site: Site, *series: Series) -> None:
    """Of no payment more went back than was paid, by our rows, by our ledger and at Stripe. Raises AssertionError."""
    books = site.books
    for ref, amount, refunded, disputed in books.rows("select ref, amount, refunded, disputed from payments"):
        given = books.column("select r.amount from refunds r join payments p on p.id = r.payment_id where p.ref = :ref",
                             ref=ref)  # fmt: skip
        assert sum(given) == refunded, (ref, given, refunded)
        assert refunded + disputed <= amount, (ref, amount, refunded, disputed)
    for one in series:
        assert sum(one.came_back()) <= one.amount, (one.ref, one.came_back(), one.amount)
    books.check_books()
