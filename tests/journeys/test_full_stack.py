"""The main job on the full profile while processes die: three web processes behind nginx, two workers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, text

from community.core import jobs
from tests.journeys.test_booking import (
    fill_and_continue,
    open_with_code,
    pay,
    search_and_choose,
    see_confirmed,
    see_desk_and_money,
    talk,
    until,
)
from tests.services.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.full]

SECONDS = jobs.LEASE.total_seconds() + 60


@pytest.fixture
def server(tmp_path: Path, postgresql_database: str) -> Iterator[Stack]:
    """The whole stack on a database of its own, seeded."""
    with Stack(tmp_path / "var", postgresql_database, web=3, workers=2).prepare() as running:
        yield running


def _one(server: Stack, query: str) -> int:
    engine = create_engine(server.database_url)
    with engine.connect() as connection:
        found = int(connection.execute(text(query)).scalar_one())
    engine.dispose()
    return found


def _message_id(mail: str) -> str:
    return re.search(r"^Message-ID:\s*(\S+)", mail, re.MULTILINE | re.IGNORECASE).group(1)  # type: ignore[union-attr]


def test_the_main_job_while_processes_die(visit, mailbox, server: Stack) -> None:
    page: Page = visit().page
    time_chosen = search_and_choose(page)
    fill_and_continue(page)

    server.kill(0)  # between the hold and the payment
    pay(page)
    booking = see_confirmed(page, time_chosen)
    server.workers[0].kill()  # the keeper, or the other

    # Whatever the killed worker had leased is taken over when the lease has run out.
    open_with_code(page, until(lambda: mailbox("ada@example.com"), SECONDS)[0])  # type: ignore[index]
    until(lambda: mailbox("noor@example.com"), SECONDS)
    server.kill(1)
    noor: Page = visit(viewport={"width": 1280, "height": 900}).page
    see_desk_and_money(noor, booking)
    server.web[0].start()
    server.wait_for(0)
    talk(page, noor, booking)

    assert _one(server, "select count(*) from bookings where state = 'confirmed'") == 1
    assert _one(server, "select count(*) from claims where live and owner like 'booking:%'") == 1
    assert _one(server, "select count(*) from payments where status = 'paid'") == 1
    assert _one(server, "select coalesce(sum(amount), 0) from postings") == 0
    # A worker killed between sending and saying so has its mail sent again, as the same one.
    for to in ("ada@example.com", "noor@example.com"):
        assert len({_message_id(mail) for mail in mailbox(to)}) == 1
