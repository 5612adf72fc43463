"""What pages of results write by a shorter way is what the longer one says."""

from datetime import UTC, datetime

import pytest
from flask import url_for
from flask_babel import force_locale

from community.core.db import db, writing
from community.core.text import initials
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


def test_a_niche_is_called_otherwise_as_soon_as_the_log_says_so(app, world):
    del world
    with app.test_request_context("/"):
        before = names().niches
        slug = next(iter(before))
        with writing():
            db.session.query(Niche).filter_by(slug=slug).one().name = "Otherwise"
            db.session.add(CatalogueEntry(what="rename", about=before[slug].name))
        assert names().niches[slug].name == "Otherwise"


def test_templates_say_words_as_jinja_does(app):
    with app.test_request_context("/"):
        said = app.jinja_env.from_string
        assert said("{{ _('100 %% of %(whom)s', whom='<b>') }}").render() == "100 % of &lt;b&gt;"
        assert said("{{ _('5 %%') }}").render() == "5 %"
        assert said("{% autoescape false %}{{ _('of %(whom)s', whom='<b>') }}{% endautoescape %}").render() == "of <b>"
        with force_locale("de"):
            assert said("{{ _('Search') }}").render() == "Search"  # no German catalogue yet


@pytest.mark.parametrize(("name", "letters"), [("Mara van Ellis", "ME"), ("mara", "M"), ("", "?"), ("  ", "?")])
def test_letters_of_an_avatar(name, letters):
    assert initials(name) == letters


def test_only_words_are_ranked():
    assert Query(words="cake").is_ranked()
    assert not Query().is_ranked()
    assert not Query(words="cake", sort="price").is_ranked()
