"""What balancers and monitors see, what the log says, and what production refuses."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from community import create_app
from community.config import ConfigurationError, load, replace
from community.core import logs
from community.core.db import db
from tests.world import World


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").get_data(as_text=True) == "ok\n"
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["database"] is True


def test_not_ready_while_ending_or_without_a_database(app: Flask, client: FlaskClient, monkeypatch: Any) -> None:
    app.extensions["draining"] = True
    assert client.get("/readyz").status_code == 503
    app.extensions["draining"] = False

    def gone(*_args: object, **_more: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("no connection"))

    monkeypatch.setattr(db.session, "execute", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["database"] is False
    assert client.get("/healthz").status_code == 200


def test_figures_are_for_this_machine(app: Flask, client: FlaskClient) -> None:
    client.get("/")
    page = client.get("/metrics")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert 'linchpin_request_seconds_count{endpoint="pages.home",method="GET",status="2xx"}' in text
    assert 'linchpin_deliveries{state="due"}' in text
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404


@pytest.mark.parametrize(("sent", "kept"), [("0123456789abcdef", True), ("short", False), ("a b<script>xxxx", False)])
def test_each_answer_says_its_id(client: FlaskClient, sent: str, kept: bool) -> None:
    said = client.get("/healthz", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
    assert (said == sent) == kept
    assert len(said) >= 8


def test_a_line_says_request_and_person_and_no_secret(app: Flask, world: World, monkeypatch: Any) -> None:
    written = io.StringIO()
    person = world.person("Mara Ellis")
    browser = world.signed_in(person)
    logs.configure(testing=False)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written), cache_logger_on_first_use=False)

    def say(response: Any) -> Any:
        words = "postgresql://me:hunter22@db/x refused sk_test_51abcdefghijk for mara@example.com"
        structlog.get_logger("x").info("said", password="hunter22", error=words)
        return response

    app.after_request_funcs[None].append(say)
    try:
        browser.get("/account", headers={"X-Request-ID": "0123456789abcdef"})
    finally:
        app.after_request_funcs[None].remove(say)
        logs.configure(testing=True)
    line = json.loads(written.getvalue().splitlines()[-1])
    assert (line["request_id"], line["person_id"], line["event"]) == ("0123456789abcdef", person, "said")
    for secret in ("hunter22", "51abcdefghijk", "mara@"):
        assert secret not in written.getvalue()


SAFE = {
    "LINCHPIN_ENV": "production",
    "SECRET_KEY": "wL3kP9xQ2vR7tY5uN8mB4cD6fG1hJ0sA",
    "BASE_URL": "https://linchpin.example",
    "DATABASE_URL": "postgresql://site:Jq7w9Zk2@db/site",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
    "MAIL_URL": "smtp://mail.example:587",
}


@pytest.mark.parametrize("change", [{}, {"HOSTS": "www.linchpin.example, linchpin.internal"}, {"FLASK_DEBUG": "0"}])
def test_production_starts_when_it_is_safe(tmp_path: Path, change: dict[str, str]) -> None:
    assert load({"VAR": str(tmp_path), **SAFE, **change}).is_production


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"STRIPE_SECRET_KEY": ""}, "sandbox"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 64}, "SECRET_KEY"),
        ({"DATABASE_URL": "postgresql://linchpin:linchpin@db/linchpin"}, "password of its own"),
        ({"BASE_URL": "http://linchpin.example"}, "https"),
        ({"HOSTS": "*"}, "HOSTS"),
        ({"HOSTS": "linchpin.internal, *.example"}, "HOSTS"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"MAIL_URL": ""}, "MAIL_URL"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
        ({"JOINING": "perhaps"}, "JOINING"),
        ({"PROCESSES": "2"}, "REDIS_URL"),
        ({"PROCESSES": "2", "REDIS_URL": "redis://r", "DATABASE_URL": ""}, "PostgreSQL"),
    ],
)
def test_it_refuses_to_start_wrongly(tmp_path: Path, change: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        load({"VAR": str(tmp_path), **SAFE, **change})


def test_other_names_than_the_sites_are_refused(tmp_path: Path) -> None:
    known = load({"VAR": str(tmp_path), **SAFE, "DATABASE_URL": "", "HOSTS": "linchpin.internal"})
    app = create_app(replace(known, testing=True))  # limits and sockets are the process's: those of tests
    browser = app.test_client()
    answers = {"linchpin.example": 200, "linchpin.internal": 200, "127.0.0.1:8001": 200, "evil.example": 400}
    for host, status in answers.items():
        assert browser.get("/healthz", headers={"Host": host}).status_code == status
