"""What deploy/ says in several places is the same in all of them."""

import configparser
import re
from pathlib import Path

import pytest
import yaml

from deploy.nginx import SERVER, TEMPLATE, site

pytestmark = pytest.mark.once

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
PLACES = re.compile(r"\$\{(LINCHPIN_[A-Z]+)\}")


def test_every_place_of_the_template_is_filled() -> None:
    filled = site(listen="443 ssl", host="a.example", servers=["127.0.0.1:1"], cache="/c", certificate="/tls/a")
    assert "${" not in filled
    assert "listen 443 ssl;" in filled
    assert "ssl_certificate_key /tls/a.key;" in filled
    assert SERVER.format("127.0.0.1:1") in filled


def test_compose_fills_every_place_too() -> None:
    given = COMPOSE["services"]["nginx"]["environment"]
    assert set(PLACES.findall(TEMPLATE.read_text())) <= given.keys()


def test_compose_asks_every_web_process() -> None:
    web = {name for name in COMPOSE["services"] if name.startswith("web")}
    servers = COMPOSE["services"]["nginx"]["environment"]["LINCHPIN_SERVERS"]
    assert servers == " ".join(SERVER.format(f"{name}:8000") for name in sorted(web))
    assert {COMPOSE["services"][name]["environment"]["PROCESSES"] for name in web} == {len(web)}


def test_units_start_what_there_is() -> None:
    for unit in DEPLOY.glob("*.service"):
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.read(unit)
        command = parser["Service"]["ExecStart"].split()
        files = [DEPLOY.parent / word for word in command[1:] if word.endswith(".py")]
        assert files
        assert all(path.is_file() for path in files), unit
