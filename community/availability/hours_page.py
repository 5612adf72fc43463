"""The hours editor as it is drawn: what stands there, and what clients would see."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import make_response, render_template, request

from community.availability import feed_words, queries, rules
from community.availability.forms import MOST_RANGES, Day, LeaveForm, TermsForm, week_of
from community.availability.own_forms import DayForm, FeedForm
from community.availability.whose import Whose
from community.core import clock
from community.core.auth import current_user
from community.listings import queries as listings

PREVIEW_MINUTES = 60


@dataclass(frozen=True)
class Preview:
    """A week as clients would see it: starts by day, the day chosen, and what is being booked."""

    days: list[tuple[date, list[datetime]]]
    chosen: date
    minutes: int
    title: str
    places: tuple[int, int] | None = None

    @property
    def starts(self) -> list[datetime]:
        """The starts of the chosen day, in the practice's wall clock."""
        return next(starts for day, starts in self.days if day == self.chosen)


@dataclass
class Forms:
    """The forms of the page: what was sent and refused, the others as they stand."""

    terms: TermsForm | None = None
    week: list[Day] | None = None
    leave: LeaveForm | None = None
    day: DayForm | None = None
    feed: FeedForm | None = field(default=None)


def page(of: Whose, sent: Forms, status: int = 200) -> Any:
    """The whole page."""
    terms = sent.terms or TermsForm(calendar=queries.calendar(of.practice.id), formdata=None)
    week = sent.week or week_of(_saved_ranges(of))
    today = clock.now().astimezone(ZoneInfo(of.practice.zone)).date()
    html = render_template(
        "availability/hours.html",
        of=of,
        practice=of.practice,
        form=terms,
        week=week,
        most_ranges=MOST_RANGES,
        leave_form=sent.leave or LeaveForm(formdata=None),
        leaves=queries.leaves(of.member.id, today),
        day_form=sent.day or DayForm(formdata=None),
        days=queries.days(of.member.id, today),
        feed_form=sent.feed or FeedForm(formdata=None),
        feeds=queries.feeds(of.member.id),
        words=feed_words,
        preview=preview(of, terms, week),
        today=today,
    )
    return make_response(html, status)


def _saved_ranges(of: Whose) -> list[rules.OpenRange]:
    saved = queries.weekly_hours(of.member.id)
    return [rules.OpenRange(one.weekday, one.starts, one.ends) for one in saved]


def preview(of: Whose, form: TermsForm, week: list[Day]) -> Preview:
    """Seven days from tomorrow with the first listing's shortest length. Fields that can't be read count as saved."""
    practice, zone = of.practice, ZoneInfo(of.practice.zone)
    today = clock.now().astimezone(zone).date()
    days = [today + timedelta(days=n + 1) for n in range(7)]
    offered = [one for one in listings.of_practice(current_user, practice) if one.lengths]
    minutes = min((one.minutes for one in offered[0].lengths), default=PREVIEW_MINUTES) if offered else PREVIEW_MINUTES
    found = queries.slots_under(
        queries.terms(practice.id) if form.errors else form.terms(),
        [one for day in week for one in day.ranges],
        practice_id=practice.id,
        person_id=of.member.id,
        zone=practice.zone,
        minutes=minutes,
        first=days[0],
        last=days[-1],
    )
    local = [start.astimezone(zone) for start in found]
    by_day = [(day, [start for start in local if start.date() == day]) for day in days]
    wanted = request.form.get("preview_day", "")
    full = (day for day, starts in by_day if starts)
    chosen = next((day for day in days if day.isoformat() == wanted), None) or next(full, days[0])
    most = None if form.errors else form.clients_at_once.number()
    taken = sum(one.first_day <= today for one in queries.places(practice.id, today)) if most else 0
    return Preview(by_day, chosen, minutes, offered[0].title if offered else "", (taken, most) if most else None)
