"""Noor's practice with a listing of every kind and a peer, on a server whose clock stands some days before London's
clocks change and can be moved on; and the steps that people take in a browser there.
"""

import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from community import create_app
from community.availability import actions as availability
from community.availability.rules import OpenRange
from community.bookings.actions import workshops
from community.config import load
from community.core import clock, files
from community.core.db import db
from community.listings.models import Listing, Package
from community.payments import payees
from community.payments.models import ConnectedAccount
from community.payments.wiring import MOUNT, SANDBOX_KEY
from community.profiles.models import Peer, Practice
from tests.services.seed import folder, seed
from tests.services.server import Server
from tests.world import PASSWORD, World

LONDON = ZoneInfo("Europe/London")
DAILY = tuple(OpenRange(day, 8 * 60, 20 * 60) for day in range(7))
PLAN = [
    {"due": "booking", "per_cent": 50},
    {"due": "milestone", "per_cent": 30, "title": "First draft"},
    {"due": "date", "per_cent": 20, "days": 30},
]
MINUTE = timedelta(minutes=1)
GUIDE = b"%PDF-1.7\nHow to draw a label.\n" * 40


def tuesday_before_the_change(now: datetime) -> datetime:
    """Seven in the morning, UTC, five days before the next Sunday on which London's clocks change."""
    day = now.astimezone(LONDON).replace(hour=12) + timedelta(days=7)
    while day.utcoffset() == (day - timedelta(days=1)).utcoffset():
        day += timedelta(days=1)
    return (day - timedelta(days=5)).astimezone(UTC).replace(hour=7, minute=0, second=0, microsecond=0)


class Town(Server):
    """The server."""

    def __init__(self, var: Path) -> None:
        begins = tuesday_before_the_change(datetime.now(UTC))
        self._minutes = int((begins - datetime.now(UTC)) / MINUTE) + 1
        shutil.copytree(_stocked(begins), var, dirs_exist_ok=True)
        self._clock = var / "clock"
        self._clock.write_text(str(self._minutes))
        super().__init__(var, STORM_CLOCK=self._clock, STORM_MINUTES_AHEAD=self._minutes)

    def now(self) -> datetime:
        """What its clock says."""
        return datetime.now(UTC) + self._minutes * MINUTE

    def at(self, days: int, hour: int) -> datetime:
        """An hour by London's clocks, some days from now."""
        day = self.now().astimezone(LONDON) + timedelta(days=days)
        return day.replace(hour=hour, minute=0, second=0, microsecond=0)

    def later(self, than: datetime) -> None:
        """Move its clock to a minute or two after `than`."""
        self._minutes += max(0, int((than - self.now()) / MINUTE)) + 2
        told = self._clock.with_suffix(".new")
        told.write_text(str(self._minutes))
        told.replace(self._clock)
        until(lambda: self._clock.with_suffix(".seen").read_text() == str(self._minutes))

    def rows(self, sql: str, *given: Any) -> list[Any]:
        """What its database says."""
        with sqlite3.connect(f"file:{self.var / 'linchpin.db'}?mode=ro", uri=True) as connection:
            return connection.execute(sql, given).fetchall()

    def state(self, ref: str) -> str:
        """Where a booking stands."""
        return str(self.rows("select state from bookings where ref = ?", ref)[0][0])

    def starts(self, ref: str) -> datetime:
        """When a booking begins."""
        raw = self.rows("select starts_at from bookings where ref = ?", ref)[0][0]
        return datetime.fromisoformat(raw).replace(tzinfo=UTC)

    def stripe(self, path: str, **given: Any) -> Any:
        """What the sandbox says."""
        return requests.get(f"{self.url}{MOUNT}/v1/{path}", params=given, auth=(SANDBOX_KEY, ""), timeout=20).json()

    def intent(self, ref: str) -> Any:
        """The sandbox's latest payment for a booking."""
        sql = """select intent_id from payments join booking_payments on payment_id = payments.id
                 join bookings on bookings.id = booking_id where bookings.ref = ? and intent_id is not null
                 order by payments.id"""
        return self.stripe(f"payment_intents/{self.rows(sql, ref)[-1][0]}")

    def refunded(self, ref: str) -> list[int]:
        """What the sandbox has sent back for a booking, minor units."""
        return [one["amount"] for one in self.stripe("refunds", payment_intent=self.intent(ref)["id"])["data"]]

    def ledger(self, ref: str) -> dict[str, int]:
        """What the ledger says about the payments of a booking, by account; what comes to nothing left out."""
        sql = """select account, sum(amount) from postings join ledger_transactions t on t.id = transaction_id
                 where t.subject in (select 'payment:' || p.ref from bookings join booking_payments
                 on booking_id = bookings.id join payments p on p.id = payment_id where bookings.ref = ?)
                 group by account"""
        return {account: amount for account, amount in self.rows(sql, ref) if amount}

    def earned(self, ref: str) -> int:
        """What a booking left to Noor's practice, whether it was passed on already or not."""
        sql = """select -coalesce(sum(amount), 0) from postings join ledger_transactions t on t.id = transaction_id
                 where account = 'practice:1' and t.kind not like 'transfer%' and t.subject in
                 (select 'payment:' || p.ref from bookings join booking_payments on booking_id = bookings.id
                 join payments p on p.id = payment_id where bookings.ref = ?)"""
        return int(self.rows(sql, ref)[0][0])


@cache
def _stocked(begins: datetime) -> Path:
    """A folder with all of it, made once a run."""
    var = folder()
    with clock.frozen(begins):
        seed(var)
        _stock(var)
    return var


def _stock(var: Path) -> None:
    """Longer hours and what `seed` does not have."""
    app = create_app(load({"VAR": str(var)}))
    world = World(app)
    with app.app_context():
        files.files().put(GUIDE, f"guide.{len(GUIDE)}")
    with world.writing():
        noor = db.session.query(Practice).filter_by(slug="noor-haddad").one()
        practice, owner = noor.id, noor.owner.id
        availability.set_hours(noor, noor.owner, DAILY)
        availability.set_terms(noor, notice=0, horizon_days=120)
    whole = [
        Package(title="Small", scope="A mark", days=5, price=20_000, plan=[]),
        Package(title="Large", scope="All of it", days=20, price=100_001, plan=PLAN, position=1),
    ]
    world.listing(practice, "A whole identity", kind="project", prices={}, packages=whole, where_kind="site_call")
    month = {"price": 45_000, "scope": "- Two label updates\n- A photo day"}
    world.listing(practice, "Label care", kind="retainer", prices={}, where_kind="site_call", **month)
    world.listing(practice, "A whole range", kind="inquiry", prices={}, where_kind="site_call")
    world.listing(
        practice, "A label guide", kind="digital", prices={}, price=900, file=f"guide.{len(GUIDE)}",
        file_name="guide.pdf", where_kind="site_call",
    )  # fmt: skip
    for policy in ("moderate", "strict"):
        world.listing(practice, f"A {policy} hour", policy=policy, prices={60: 9_999})
    wheel = world.listing(
        practice, "An evening at the wheel", kind="workshop", prices={}, price=4_000, where_kind="site_call"
    )
    with world.writing():
        first = (clock.now() + timedelta(days=45)).replace(hour=20)
        workshops.schedule(
            db.session.get_one(Listing, wheel), meetings=[(first, first + timedelta(hours=2))], seats=2, minimum=0,
            decides_at=first - timedelta(days=2), deliverer_id=owner,
        )  # fmt: skip
    for name in ("Cleo Marsh", "Dev Marsh"):
        world.person(name)
    world.person("Opal Reyes", role="operator")
    world.person("Gus Lind", member=False)  # a client, no member
    tom = world.practice(world.person("Tom Peer"), "Tom Peer")
    una = world.practice(world.person("Una Frost"), "Una Frost")
    with world.writing():
        db.session.add(Peer(practice_id=practice, peer_id=tom, share=1_000, agreed_at=clock.now()))
        db.session.execute(delete(ConnectedAccount).where(ConnectedAccount.payee == payees.of_practice(una)))
    with app.app_context():
        db.engine.dispose()


def until(what: Callable[[], Any], seconds: float = 60) -> Any:
    """What `what()` returns once it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def find(page: Page, words: str, title: str) -> None:
    """From the search to a listing's page: a fresh server needs a moment for its index."""
    link = page.get_by_role("link", name=title, exact=True)
    until(lambda: page.goto(f"/search?q={words}") and link.count())
    link.first.click()
    page.wait_for_url("**/noor-haddad/*")


def fill(page: Page, name: str, button: str = "Continue to pay") -> None:
    """The booking form; nothing is asked that is known of somebody who is signed in."""
    page.get_by_label("Your name").fill(name)
    address = page.get_by_label("Your e-mail address")
    if address.count():
        address.fill(f"{name.split(maxsplit=1)[0].lower()}@example.com")
    page.get_by_role("button", name=re.compile(button)).click()


def pay(page: Page, amount: str) -> str:
    """The sandbox's Checkout with the card that pays; returns the booking's reference."""
    page.wait_for_url("**/_stripe/c/pay/**")
    page.locator(".tcard--ok").click()
    page.get_by_label("Name on card").fill("Ada Byron")
    page.get_by_role("button", name=f"Pay {amount}", exact=True).click()
    page.wait_for_url("**/bookings/*")
    return page.url.rpartition("/")[2]


def slot(page: Page, at: datetime, minutes: int = 60, *, listing: str = "a-brand-identity") -> None:
    """A time of a listing on its day's page, and on to the form."""
    page.goto(f"/noor-haddad/{listing}?minutes={minutes}&day={at.astimezone(LONDON):%Y-%m-%d}")
    page.locator(f'#bookform input[value="{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"]').locator("xpath=..").click()
    page.locator("#bookform [data-cta]").click()


def book(
    page: Page, town: Town, name: str, at: datetime, *, listing: str = "a-brand-identity", amount: str = "£99.75"
) -> str:
    """An hour, paid and confirmed; returns its reference."""
    slot(page, at, listing=listing)
    fill(page, name)
    ref = pay(page, amount)
    until(lambda: town.state(ref) == "confirmed")
    return ref


def reads(page: Page, address: str, *words: str) -> None:
    """Open a page until it says all of it: what Stripe and the workers do takes a moment."""
    seen = ""

    def said() -> bool:
        nonlocal seen
        page.goto(address)
        seen = page.inner_text("main")
        return all(one in seen for one in words)

    try:
        until(said, 45)
    except AssertionError as error:
        raise AssertionError(f"{[one for one in words if one not in seen]} not on {address}:\n{seen}") from error


def press(page: Page, name: str, *, says: str = "") -> None:
    """A button, and what the page then says."""
    page.get_by_role("button", name=name, exact=True).click()
    if says:
        expect(page.locator("body")).to_contain_text(says)


def sign_in(page: Page, email: str) -> None:
    """Through the form, with everybody's password."""
    page.goto("/signin")
    page.locator("input[name=email]").first.fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"/(desk|bookings|search)"))
