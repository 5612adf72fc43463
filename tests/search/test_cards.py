"""What pages of results write by a shorter way is what the longer one says."""

from contextlib import suppress
from datetime import UTC, datetime

import flask_babel
import pytest
from flask import url_for
from flask_babel import force_locale
from markupsafe import escape

from community.accounts.models import Person
from community.core.db import db, writing
from community.core.locale import gettext
from community.core.text import initials
from community.niches import editing
from community.niches import names as niche_names
from community.niches.models import CatalogueEntry, Niche
from community.niches.names import names
from community.search import cards
from community.search.engine import Document, Query


def document(**more):
    at = datetime(2026, 11, 1, tzinfo=UTC)
    given = {"id": "1", "title": "T", "text": "", "practice": "P", "practice_slug": "mara-ellis", "niche": "n"}
    given |= {"niche_name": "N", "updated_at": at, "payload": {"slug": "a-tasting", "cover": "a-tasting", **more}}
    return Document(**given)


@pytest.mark.parametrize("root", ["", "/town"])
def test_addresses_are_those_of_the_routes(app, root):
    with app.test_request_context("/search", environ_overrides={"SCRIPT_NAME": root}):
        plain, pictured = document(), document(image="abc.webp")
        assert cards.address(plain) == url_for("listings.show", practice="mara-ellis", slug="a-tasting")
        reader = cards.Reader.now_here()
        assert cards.card(plain, reader)["image"] == url_for("listings.cover", seed="a-tasting")
        small, large = (url_for("listings.smaller", width=width, name="abc.webp") for width in (400, 800))
        assert cards.card(pictured, reader)["image"] == small
        assert cards.card(pictured, reader)["srcset"] == f"{small} 400w, {large} 800w"


def called(slug):
    return db.session.query(Niche).filter_by(slug=slug).one()


def test_what_an_operator_does_here_is_said_at_once(app, world):
    opal = world.person("Opal Reyes", role="operator")
    with app.test_request_context("/"):
        slug = next(iter(names().niches))
        with writing():
            editing.rename(called(slug), name="Otherwise", line="Not as before.", by=db.session.get(Person, opal))
            assert "otherwise" not in names().niches  # nobody has it before it is true
        assert names().niches["otherwise"].name == "Otherwise"
        with suppress(RuntimeError), writing():
            editing.rename(called("otherwise"), name="Never", line="It fails.", by=db.session.get(Person, opal))
            raise RuntimeError
        assert "never" not in names().niches


def test_what_an_operator_does_elsewhere_is_said_with_the_next_look(app, world, monkeypatch):
    del world
    with app.test_request_context("/"):
        slug = next(iter(names().niches))
        with writing():
            called(slug).name = "Otherwise"
            db.session.add(CatalogueEntry(what="rename", about=slug))
        assert names().niches[slug].name != "Otherwise"
        monkeypatch.setattr(niche_names, "SECONDS", 0.0)
        assert names().niches[slug].name == "Otherwise"


def test_one_audience_is_chosen_among_the_options(app, world):
    del world
    with app.test_request_context("/"):
        known = names()
        one, *_others = known.audiences.values()
        chosen = known.options_with(one.slug)
        assert chosen.count(" selected") == 1
        assert f'<option value="{one.slug}" selected>{escape(one.name)}</option>' in chosen
        assert known.options_with("") == known.options_with("nobody") == known.options
        assert known.options.count("<option") == len(known.audiences)


def test_templates_say_words_as_jinja_does(app):
    with app.test_request_context("/"):
        said = app.jinja_env.from_string
        assert said("{{ _('100 %% of %(whom)s', whom='<b>') }}").render() == "100 % of &lt;b&gt;"
        assert said("{{ _('5 %%') }}").render() == "5 %"
        assert said("{% autoescape false %}{{ _('of %(whom)s', whom='<b>') }}{% endautoescape %}").render() == "of <b>"
        with force_locale("de"):
            assert said("{{ _('Search') }}").render() == "Search"  # no German catalogue yet


def test_code_says_words_as_flask_babel_does(app):
    with app.test_request_context("/"):
        assert gettext("5 %") == flask_babel.gettext("5 %") == "5 %"
        assert gettext("of %(whom)s", whom="<b>") == flask_babel.gettext("of %(whom)s", whom="<b>") == "of <b>"


@pytest.mark.parametrize(("name", "letters"), [("Mara van Ellis", "ME"), ("mara", "M"), ("", "?"), ("  ", "?")])
def test_letters_of_an_avatar(name, letters):
    assert initials(name) == letters


def test_only_words_are_ranked():
    assert Query(words="cake").is_ranked()
    assert not Query().is_ranked()
    assert not Query(words="cake", sort="price").is_ranked()
