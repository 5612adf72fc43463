"""The peer of `pages.py`: a bare Flask + SQLAlchemy page that shows some listings in HTML of a given size.

It reads them by their numbers from the same database, with practices and lengths in two queries, and writes the cards
as the site does, less what is not in those rows. What else the site's page has (choices, towns, a frame) is written as
plain choices, in one loop of Jinja. No index, filters, counts, languages, macros, limits or headers.
"""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title>
<link rel="stylesheet" href="/app.css"></head><body>
<form action="/"><fieldset>{% for one in choices %}<label class="check"><input type="checkbox" name="of"
 value="{{ one.value }}"><span>{{ one.text }}</span><span class="n num">{{ one.count }}</span></label>
{% endfor %}</fieldset></form>
<main>{% for one in listings %}<article class="card">
    <div class="card__art">
      <img src="/covers/{{ one.cover }}.svg" alt="" width="400" height="300" loading="lazy">
    </div>
    <div class="card__by"><span class="av av--xs a{{ one.practice.id % 8 + 1 }}" aria-hidden="true"></span>\
<b>{{ one.practice.name }}</b></div>
    <h2 class="card__t"><a href="{{ url_for('show', practice=one.practice.slug, slug=one.slug) }}">\
{{ one.title }}</a></h2>
    <p class="card__price">{% if one.lengths[1:] %}<span>from</span>{% endif %}\
<b class="num">£{{ "%.2f"|format(one.lengths[0].price / 100) }}</b><span>{{ one.lengths[0].minutes }} min</span></p>
  </article>{% endfor %}</main></body></html>"""


@dataclass(frozen=True)
class Choice:
    """One line of a filter."""

    value: str
    text: str
    count: int


CHOICES = [Choice(f"choice-{n}", f"Choice of a filter {n}", n) for n in range(1, 1_000)]


def bare_app(engine: Engine) -> Flask:
    """The peer: `/?ids=1,2,3&choices=MANY`."""
    from community.listings.models import Listing  # noqa: PLC0415 - models need the app first

    app = Flask("bare")
    page = app.jinja_env.from_string(PAGE)  # compiled once, as a file would be
    whose = joinedload(Listing.practice)
    wanted = (lazyload("*"), whose, whose.lazyload("*"), selectinload(Listing.lengths))

    @app.get("/")
    def index() -> str:
        ids = [int(one) for one in request.args["ids"].split(",")]
        with Session(engine) as session:
            listings = session.scalars(select(Listing).options(*wanted).where(Listing.id.in_(ids))).unique().all()
            return page.render(title="Listings", listings=listings, choices=CHOICES[: int(request.args["choices"])])

    @app.get("/<practice>/<slug>")
    def show(practice: str, slug: str) -> str:
        return practice + slug

    return app


def choices_for(client: Any, ids: str, size: int) -> int:
    """How many choices make its page as large as that."""
    none, ten = (len(client.get(f"/?ids={ids}&choices={many}").data) for many in (0, 10))
    return max(0, round(10 * (size - none) / (ten - none)))
