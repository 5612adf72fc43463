"""How complete a practice's page is: what is there, and what would help next. Nothing here blocks anything."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, select

from community.availability.queries import weekly_hours
from community.core.db import db
from community.listings.models import Image, Listing
from community.profiles.models import Practice
from community.reviews import queries as reviews
from community.reviews.models import Reference

ABOUT = 200  # letters: from here on one learns something


@dataclass(frozen=True)
class Step:
    """One thing that makes a page stronger, and where it is done."""

    text: str
    href: str
    done: bool


@dataclass(frozen=True)
class Meter:
    """All steps, and how many of a hundred are done."""

    steps: tuple[Step, ...]

    @property
    def per_cent(self) -> int:
        """The share of what is done."""
        return round(100 * sum(step.done for step in self.steps) / len(self.steps))

    @property
    def next(self) -> tuple[Step, ...]:
        """The first few that are not."""
        return tuple(step for step in self.steps if not step.done)[:3]


def of(practice: Practice) -> Meter:
    """The meter of a practice, for its own people."""
    page, own = url_for("profiles.edit"), url_for("accounts.settings")
    public = select(Listing.id).where(Listing.practice_id == practice.id, Listing.status == "published")
    there, shown = (db.session.scalar(select(exists(one))) for one in (public, public.where(_has_picture())))
    asked = select(Reference.id).where(Reference.practice_id == practice.id, Reference.status == "given")
    praised = reviews.rating(practice.id) is not None or db.session.scalar(select(exists(asked)))
    known = (
        (_("One clear sentence"), page, bool(practice.help_whom and practice.help_what and practice.help_how)),
        (_("Something to book"), url_for("listings.index"), bool(there)),
        (_("Your hours"), url_for("availability.hours"), bool(weekly_hours(practice.owner.id))),
        (_("A photo of you"), own, bool(practice.owner.photo)),
        (_("A few paragraphs about your work"), page, len(practice.about) >= ABOUT),
        (_("What you do, and for whom"), page, bool(practice.niches and practice.audiences)),
        (_("Where you are"), page, practice.place_id is not None),
        (_("The languages you work in"), page, bool(practice.languages)),
        (_("A picture of real work"), url_for("listings.index"), bool(shown)),
        (_("A word by a client"), url_for("references.desk"), bool(praised)),
    )
    return Meter(tuple(Step(text, href, done) for text, href, done in known))


def _has_picture() -> ColumnElement[bool]:
    return exists().where(Image.listing_id == Listing.id)
