"""Ada, who asks; Noor and others, who are told."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.asking import actions
from community.asking.models import Brief
from community.core import jobs
from community.core.db import db
from community.niches import queries as niches
from tests.world import World, post

NEED = "Three hot sauces, sold at markets from spring on. Mild, medium, and one we must warn of."


class Market:
    """People with browsers, and briefs asked through the form."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.owner, self.practice, self.listing = world.bookable()
        self.ada = world.person("Ada Byron", handle="ada")
        self.browsers: dict[int, FlaskClient] = {}

    def browser(self, person: int) -> FlaskClient:
        """Signed in, kept."""
        if person not in self.browsers:
            self.browsers[person] = self.world.signed_in(person)
            self.browsers[person].environ_base["HTTP_ACCEPT"] = "text/html"
        return self.browsers[person]

    def other(self, name: str, **values: Any) -> tuple[int, int]:
        """Another practice in the same niche with a session: (person, practice)."""
        person = self.world.person(name)
        practice = self.world.practice(person, name, **values)
        self.world.listing(practice, f"An hour with {name.split(maxsplit=1)[0]}")
        return person, practice

    def inquiry(self, practice: int, **values: Any) -> int:
        """Where a practice is asked for a quote."""
        return self.world.listing(
            practice, "A whole range", kind="inquiry", prices={}, where_kind="site_call", **values
        )

    def ask(self, **values: Any) -> str:
        """A brief by Ada, through the action; everything due is run. Returns its reference."""
        with self.world.writing():
            given = {"title": "Labels for a hot sauce", "need": NEED, "niche": niches.niche("brand-identity-food")}
            made = actions.ask(by=self.person(self.ada), **(given | values))
            ref = made.ref
        self.run()
        return ref

    def person(self, person_id: int) -> Any:
        """Call inside a context."""
        from community.accounts.models import Person

        return db.session.get_one(Person, person_id)

    def run(self) -> None:
        """Everything due."""
        with self.app.app_context():
            jobs.drain()

    def brief(self, ref: str) -> Brief:
        """Call inside a context."""
        return db.session.query(Brief).filter_by(ref=ref).one()

    def told(self, ref: str) -> list[int]:
        """The practices that were told."""
        with self.app.app_context():
            return sorted(one.practice_id for one in self.brief(ref).told)

    def reply(self, person: int, ref: str, text: str = "I would begin with a look at the jars.", **more: str) -> Any:
        """Through the form."""
        where = f"/desk/briefs/{ref}"
        return post(self.browser(person), f"{where}/reply", {"text": text, **more}, form_at=where)

    def replied(self, ref: str) -> list[int]:
        """The ids of the replies, in order."""
        with self.app.app_context():
            return [one.id for one in self.brief(ref).replies]

    def mails(self, to: str) -> list[Any]:
        """What somebody was written."""
        self.run()
        outbox = self.app.extensions["mailman"].__dict__.get("outbox", [])
        return [mail for mail in outbox if to in mail.to]

    def read(self, person: int, path: str) -> str:
        """A page."""
        answer = self.browser(person).get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return str(answer.get_data(as_text=True))


@pytest.fixture
def market(app: Flask, world: World) -> Market:
    """Ada and Noor."""
    return Market(app, world)
