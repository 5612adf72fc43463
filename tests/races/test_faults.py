"""Services that go away while people are at it: PostgreSQL, Redis, Elasticsearch, Stripe, SMTP, each behind a proxy.

Nobody waits for more than two seconds; the site is whole again five seconds after the service is; what was acknowledged
is there, what was refused is not; mails and payments arrive. `STORM_FAULTS=60` draws that many, each kind at least
once.
"""

import itertools
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests

from tests.conftest import fresh_database
from tests.races.books import Books
from tests.races.record import Record
from tests.races.visitors import LISTING, MOST_SECONDS, PEOPLE, Answer, Crowd, Watch, Watched, token
from tests.rooms.wires import Wire, until
from tests.services import spaces
from tests.services.browser import Browser
from tests.services.mailbox import Mailbox
from tests.services.proxy import MODES, Proxy
from tests.services.seed import copied
from tests.services.server import Server, free_port
from tests.services.stack import Stack

pytestmark = [pytest.mark.server, pytest.mark.postgresql, pytest.mark.full]

SEED = int(os.environ.get("SEED", "20261122"))
FAULT_SECONDS = float(os.environ.get("STORM_FAULT_SECONDS", "3"))
WHOLE_SECONDS = 5.0
CALM_SECONDS = 0.5  # what the slowest answer takes on a machine that is not busy with anything else
HANGS_SECONDS = 30.0
ARRIVAL_SECONDS = 180  # a mail or payment that failed five times waits 64 s for its next try, and a lease is 120 s
SERVICES = ("postgresql", "redis", "elasticsearch", "stripe", "smtp")
FEW = [
    *itertools.product(SERVICES[:3], ("down", "slow", "reset", "hole")),
    *itertools.product(SERVICES[1:3], ("garbage",)),
    ("stripe", "down"),
    ("smtp", "down"),
]


def _faults() -> list[tuple[str, str]]:
    """The few, or as many as asked for in an order drawn by the seed."""
    wanted = int(os.environ.get("STORM_FAULTS", "0"))
    if not wanted:
        return FEW
    draw, every = random.Random(SEED), list(itertools.product(SERVICES, MODES[1:]))
    return draw.sample(every, len(every)) + draw.choices(every, k=max(0, wanted - len(every)))


FAULTS = [pytest.param(*fault, id=f"{number}-{'-'.join(fault)}") for number, fault in enumerate(_faults(), 1)]

PRACTICES = 1 + len(FAULTS) // 14  # whose times are enough for the crowd


class Site:
    """Two web processes and a worker, every service of theirs behind a proxy, and the people on it."""

    def __init__(self, var: Path, database: str, opened: ExitStack) -> None:
        self.mailbox = opened.enter_context(Mailbox())
        self.books = Books(database)
        opened.callback(self.books.close)
        self.stack = self._stack(var, database, opened)
        self.books.url = self.stack.url
        opened.enter_context(self.stack.prepare(practices=PRACTICES, people=PEOPLE))
        self.record, self.watch = Record(), Watch()
        room = self.books.column("select ref from rooms where kind = 'lounge'")[0]
        self.wires = [self._wire(number, room) for number in (1, 2)]
        for wire in self.wires:
            opened.callback(wire.socket.disconnect)
        self.crowd = Crowd(self.stack.url, self.record, self.watch, room=room, wires=self.wires, practices=PRACTICES)

    def _stack(self, var: Path, database: str, opened: ExitStack) -> Stack:
        port, own = free_port(), spaces.settings_for()
        addresses = {
            "DATABASE_URL": ("postgresql", database.replace("+psycopg", "")),
            "REDIS_URL": ("redis", own["redis_url"]),
            "ELASTICSEARCH_URL": ("elasticsearch", own["elasticsearch_url"]),
            "MAIL_URL": ("smtp", f"smtp://127.0.0.1:{self.mailbox.port}"),
            "STORM_STRIPE": ("stripe", f"http://127.0.0.1:{port}"),
        }
        self.proxies = {name: opened.enter_context(_before(url)) for name, url in addresses.values()}
        through = {setting: _through(url, self.proxies[name]) for setting, (name, url) in addresses.items()}
        return Stack(var, database, web=2, workers=1, port=port, HOLDS_PER_ADDRESS="10000 per hour", **through)

    def _wire(self, number: int, room: str) -> Wire:
        """One at each process: what one says the other must hear."""
        wire = Wire(self.stack.url_of(number - 1), f"talker{number}@example.com", origin=self.stack.url)
        wire.http = Watched(self.watch, "127.0.0.1")
        wire.sign_in().connect().join(room)
        page = wire.http.get(f"{wire.url}/account").text
        wire.csrf = page.partition('name="csrf-token" content="')[2].partition('"')[0]
        return wire

    def whole_after(self) -> float:
        """Seconds from now until every process serves pages again, and the engine itself answers searches."""
        began = time.monotonic()
        while True:
            asked = time.monotonic() - began
            if self._is_whole():
                return asked
            assert asked < HANGS_SECONDS, self.stack.logs()[-3000:]
            time.sleep(0.1)

    def _is_whole(self) -> bool:
        for index in range(len(self.stack.web)):
            for path in (LISTING, "/search?q=brand"):
                answer = requests.get(self.stack.url_of(index) + path, timeout=10)
                if answer.status_code != 200 or "may be a minute old" in answer.text:
                    return False
        return True

    def hears(self) -> None:
        """What is said at one process is heard at the other, and nothing was missed. Raises AssertionError."""
        first, second = self.wires
        self.crowd.say_by_socket(first, f"talker1 says whole{time.monotonic_ns()}")
        until(lambda: first.texts[-1:] == second.texts[-1:] and second.seq >= first.seq > 0, HANGS_SECONDS, "heard")


def _before(url: str) -> Proxy:
    parts = urlsplit(url)
    return Proxy((parts.hostname or "127.0.0.1", parts.port or 5432))


def _through(url: str, proxy: Proxy) -> str:
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@127.0.0.1:{proxy.port}" if user else f"127.0.0.1:{proxy.port}"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with fresh_database(os.environ["TEST_POSTGRESQL_URL"]) as database, ExitStack() as opened:
        yield Site(tmp_path_factory.mktemp("faults"), database, opened)


def _right(service: str, answer: Answer) -> bool:
    """Where there is no other way a page says so and when to come back; all else goes on as ever."""
    if service == "postgresql":
        return 200 <= answer.status < 500 or (answer.status == 503 and bool(answer.retry_after)) or _is_socket(answer)
    return 200 <= answer.status < 500


def _is_socket(answer: Answer) -> bool:
    return answer.what.startswith("socket")


@pytest.fixture(scope="module")
def late(site: Site) -> float:
    """How much longer than on a quiet machine the slowest answer takes here without any fault, in seconds. The limits
    are those of a quiet machine; on a busy one nobody could say who made people wait.
    """
    with site.crowd.at_work():
        time.sleep(FAULT_SECONDS)
    found = max(0.0, site.watch.slowest() - CALM_SECONDS)
    print(f"\nwithout a fault: slowest {site.watch.slowest():.2f} s")
    return found


@pytest.mark.parametrize(("service", "mode"), FAULTS)
def test_a_service_is_away(site: Site, late: float, service: str, mode: str) -> None:
    site.watch.begin()
    with site.crowd.at_work():
        time.sleep(0.5)
        site.proxies[service].mode = mode
        try:
            time.sleep(FAULT_SECONDS)
        finally:
            site.proxies[service].mode = "pass"
        whole = site.whole_after()
    told = Counter(answer.status for answer in site.watch.answers)
    print(f"\n{service} {mode}: slowest {site.watch.slowest():.2f} s, whole after {whole:.2f} s, answers {dict(told)}")
    assert site.watch.slow(MOST_SECONDS + late) == []
    assert whole < WHOLE_SECONDS + late
    wrong = [answer for answer in site.watch.answers if not _right(service, answer)]
    assert not wrong, f"{wrong[:5]} {site.stack.logs()[-3000:]}"
    site.hears()
    _check_kept(site)


def _check_kept(site: Site) -> None:
    site.crowd.say_again()
    assert site.record.keys("say", "unknown") == []
    site.record.check("say", site.books.column("select client_id from messages"))
    site.record.check("hold", site.books.column("select client_email from orders"))
    for wire in site.wires:
        numbers = [message["changed_seq"] for message in wire.log]
        assert numbers == sorted(set(numbers))


def test_without_stripe_a_time_is_held_and_paid_later(site: Site, late: float) -> None:
    crowd, proxy = site.crowd, site.proxies["stripe"]
    early, slow = crowd.browser("early"), crowd.browser("slow")
    checkout = crowd.send(early, crowd.a_time()).headers["Location"]
    site.watch.begin()
    proxy.mode = "hole"
    answer = crowd.send(slow, crowd.a_time())
    assert "/_stripe/" not in answer.headers["Location"]
    page = slow.session.get(site.stack.url + answer.headers["Location"])
    assert "Your time is held; please try again in a moment." in page.text
    crowd.finish(early, checkout)  # paid at Stripe; we don't know yet
    assert site.record.keys("pay", "unknown")[-1] == early.email
    proxy.mode = "pass"
    path = f"/bookings/{page.url.rpartition('/')[2]}"
    form = {"csrf_token": token(slow, path)}
    paying = f"{site.stack.url}{path}/payment"
    checkout = until_given(lambda: slow.session.post(paying, data=form, allow_redirects=False))
    back = crowd.finish(slow, checkout)  # the other process may not let anybody through to Stripe yet
    until(lambda: crowd.come_back(slow, back), HANGS_SECONDS, "the booking that is paid")
    assert site.watch.slow(MOST_SECONDS + late) == []


def until_given(ask: Callable[[], requests.Response]) -> str:
    """The address of the Checkout, once there is one: for two seconds after Stripe was away nobody is let through."""
    found = [""]

    def given() -> bool:
        found[0] = ask().headers.get("Location", "")
        return "/_stripe/" in found[0]

    until(given, HANGS_SECONDS, "Checkout")
    return found[0]


def test_in_the_end_everything_arrives(site: Site) -> None:
    """Payments of which nobody was told, and mails, whatever was away when they were to go."""
    paid = "select o.client_email from orders o join bookings b on b.order_id = o.id where b.state = 'confirmed'"

    def missing() -> dict[str, object]:
        known = set(site.books.column(paid))
        return {
            "acknowledged": set(site.record.keys("pay", "ok")) - known,
            "charges": len(site.books.charges()) - len(known),
            "mails": {email: len(found) for email in known if len(found := _confirmations(site, email)) != 1},
        }

    try:
        took = until(lambda: not any(missing().values()), ARRIVAL_SECONDS)
    except AssertionError:
        waiting = site.books.rows("select handler, tries, due_at, leased_until, dead_at, error from deliveries")
        pytest.fail(f"after {ARRIVAL_SECONDS} s {missing()}; {waiting}")
    site.books.check_money()
    print(f"\nseed {SEED}: {site.record.counts()}; all arrived {took:.1f} s after the last fault")


def _confirmations(site: Site, email: str) -> set[str]:
    return site.mailbox.to(email, subject="Confirmed:")


def _wait_at_sign_in(server: Server, proxy: Proxy) -> float:
    """The longest that people with a wrong password wait while Redis, which counts them, has gone silent."""
    slowest = 0.0
    for number in range(3):
        browser = Browser(server.url, f"nobody{number}@example.com")
        form = {"email": browser.email, "password": "wrong", "csrf_token": browser.token("/signin")}
        proxy.mode = "hole"
        began = time.monotonic()
        answer = browser.session.post(f"{server.url}/signin", data=form, headers={"Referer": server.url}, timeout=60)
        slowest = max(slowest, time.monotonic() - began)
        proxy.mode = "pass"
        assert answer.status_code == 200
        if slowest > MOST_SECONDS:
            break
    return slowest


def test_patience_of_redis_py_would_be_noticed(tmp_path: Path) -> None:
    """The planted bug: redis-py's own retries."""
    copied(tmp_path)
    address = spaces.settings_for()["redis_url"]
    spaces.empty({"redis_url": address})
    with _before(address) as proxy:
        environ = {"REDIS_URL": _through(address, proxy)}
        with Server(tmp_path, **environ) as server:
            ours = _wait_at_sign_in(server, proxy)
        with Server(tmp_path, **environ, STORM_REDIS_DEFAULTS="1") as server:
            planted = _wait_at_sign_in(server, proxy)
    print(f"\nRedis silent: {ours:.2f} s, with redis-py's defaults {planted:.2f} s")
    assert ours < MOST_SECONDS < planted
