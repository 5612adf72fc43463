"""Every template parses, and every mail has its three parts."""

from pathlib import Path

import pytest
from flask import Flask

pytestmark = pytest.mark.once

MAILS = Path(__file__).parents[2] / "templates" / "mail"


def test_every_template_parses(built: Flask) -> None:
    env = built.jinja_env
    names = [name for name in env.list_templates() if name.endswith((".html", ".txt"))]
    assert len(names) > 60
    for name in names:
        assert env.loader is not None
        env.parse(env.loader.get_source(env, name)[0], name)


def test_every_mail_has_three_parts() -> None:
    for folder in MAILS.iterdir():
        if folder.is_dir():
            assert {path.name for path in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}, folder.name
