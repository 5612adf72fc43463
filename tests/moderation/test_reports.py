"""Reports: urgent mails to who is on duty, evidence that stays, decisions that both sides hear of, second looks."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from community.accounts import actions, queries
from community.accounts.models import Person, Report, Sanction
from community.accounts.safety import duty, log, rules
from community.accounts.safety.models import Appeal, EvidenceChange, ModerationEntry
from community.core import clock
from community.core.db import db
from community.core.mail import outbox
from community.rooms import actions as rooms
from community.rooms import changing
from tests.world import World, post

Mails = Callable[[], list[tuple[str, str, str]]]


class Town:
    """A troll, who meets them, two of the staff, and what Vic said in the lounge."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.mara, self.vic = world.person("Mara Ellis"), world.person("Vic Stone", handle="vic")
        self.milo = world.person("Milo Grant", role="moderator")
        self.opal = world.person("Opal Reyes", role="operator")
        with world.writing():
            lounge, vic, mara = rooms.ensure_lounge(), self.get(self.vic), self.get(self.mara)
            for person in (vic, mara):
                rooms.enter(lounge, by=person)
            rooms.say(lounge, "Good morning", client_id="1", by=mara)
            self.message = rooms.say(lounge, "I will find you", client_id="2", by=vic).id
            self.ref = lounge.ref

    def get(self, person_id: int) -> Person:
        return db.session.get_one(Person, person_id)

    def report(self, reason: str = "threat", **more: Any) -> Any:
        browser = self.world.signed_in(self.mara)
        form = {"subject": f"message:{self.message}", "reason": reason, **more}
        return post(browser, "/reports", form, form_at=f"/reports?subject=message:{self.message}")

    def decide(self, browser: FlaskClient, **form: str) -> Any:
        number = self.number()
        return post(browser, f"/staff/reports/{number}/decision", form, form_at=f"/staff/reports/{number}")

    def number(self) -> int:
        with self.app.app_context():
            return db.session.scalars(select(Report.id)).one()

    def log(self) -> list[str]:
        with self.app.app_context():
            return list(db.session.scalars(select(ModerationEntry.what).order_by(ModerationEntry.id)))


@pytest.fixture
def town(app: Flask, world: World) -> Town:
    return Town(app, world)


@pytest.fixture
def mails(app: Flask, drain: Callable[[], int]) -> Mails:
    """(to, subject, words) of what was sent since the last look."""
    seen = 0

    def read() -> list[tuple[str, str, str]]:
        nonlocal seen
        drain()
        with app.app_context():
            new = outbox()[seen:]
        seen += len(new)
        return sorted((mail.to[0].partition("@")[0], mail.subject, mail.body) for mail in new)

    return read


def test_an_urgent_report_reaches_everybody_when_nobody_is_on_duty(town: Town, mails: Mails) -> None:
    mails()
    assert town.report().status_code == 302
    sent = mails()
    assert [to for to, *_ in sent] == ["milo", "opal"]
    assert "Threats" in sent[0][1]
    assert "I will find you" in sent[0][2]
    town.report("spam")  # the same again is the same report
    assert mails() == []


def test_it_reaches_who_is_on_duty_alone(town: Town, mails: Mails) -> None:
    with town.world.writing():
        milo = town.get(town.milo)
        milo.zone = "America/New_York"
        at = clock.now().astimezone(UTC)
        day = (at - timedelta(hours=5)).weekday()
        duty.add(milo, day=day, starts=0, ends=23 * 60 + 59, by=milo)
    mails()
    town.report()
    assert [to for to, *_ in mails()] == ["milo"]


def test_one_who_is_not_urgent_waits_in_the_queue(town: Town, mails: Mails) -> None:
    mails()
    town.report("spam")
    assert mails() == []
    milo = town.world.signed_in(town.milo)
    assert "Vic Stone" in milo.get("/staff/reports").text


@pytest.mark.parametrize(
    ("day", "starts", "ends", "at", "on"),
    [
        (3, 540, 1020, datetime(2026, 11, 26, 9, 0, tzinfo=UTC), True),
        (3, 540, 1020, datetime(2026, 11, 26, 17, 0, tzinfo=UTC), False),
        (3, 1320, 360, datetime(2026, 11, 27, 5, 59, tzinfo=UTC), True),
        (3, 1320, 360, datetime(2026, 11, 27, 6, 0, tzinfo=UTC), False),
        (6, 1320, 360, datetime(2026, 11, 30, 1, 0, tzinfo=UTC), True),
        (4, 540, 1020, datetime(2026, 11, 26, 9, 0, tzinfo=UTC), False),
    ],
)
def test_shifts_end_and_go_over_midnight(day: int, starts: int, ends: int, at: datetime, on: bool) -> None:
    assert rules.is_on_duty(day, starts, ends, zone="UTC", at=at) is on


def test_the_evidence_stays_and_later_changes_stand_beside_it(town: Town) -> None:
    town.report()
    with town.world.writing():
        from community.rooms.models import Message

        message, vic = db.session.get_one(Message, town.message), town.get(town.vic)
        changing.edit(message, "I will find you a cake", by=vic)
        rooms.delete(message, by=vic)
    page = town.world.signed_in(town.milo).get(f"/staff/reports/{town.number()}").text
    assert re.search(r"Text</dt><dd[^>]*>I will find you</dd>", page)
    assert "Good morning" in page  # around it
    with town.app.app_context():
        kept = db.session.execute(select(EvidenceChange.what, EvidenceChange.text).order_by(EvidenceChange.id)).all()
    assert [tuple(one) for one in kept] == [("edited", "I will find you a cake"), ("deleted", "I will find you a cake")]


def test_words_that_nobody_reported_are_not_kept(town: Town) -> None:
    with town.world.writing():
        from community.rooms.models import Message

        rooms.delete(db.session.get_one(Message, town.message), by=town.get(town.vic))
        assert db.session.scalars(select(EvidenceChange)).all() == []


def test_what_gets_worse_becomes_urgent_and_what_was_closed_may_be_reported_anew(town: Town, mails: Mails) -> None:
    town.report("spam")
    mails()
    town.report("harassment", note="He goes on")
    assert [to for to, *_ in mails()] == ["milo", "opal"]
    town.decide(town.world.signed_in(town.milo), decision="nothing", days="7", said="")
    mails()
    town.report("threat")
    assert [to for to, *_ in mails()] == ["milo", "opal"]
    with town.app.app_context():
        found = [(one.status, one.reason) for one in db.session.scalars(select(Report).order_by(Report.id))]
    assert found == [("closed", "harassment"), ("open", "threat")]


def test_report_and_separate_in_one_form(town: Town) -> None:
    answer = town.report(separate="y", back=f"/rooms/{town.ref}")
    assert answer.location.endswith(f"/rooms/{town.ref}")
    with town.app.app_context():
        assert queries.are_apart(town.mara, town.vic)
    assert "I will find you" not in town.world.signed_in(town.mara).get(f"/rooms/{town.ref}").text


def test_a_decision_is_told_to_both_and_ends_by_itself(town: Town, mails: Mails, advance: Any) -> None:
    town.report()
    mails()
    milo = town.world.signed_in(town.milo)
    post(milo, f"/staff/reports/{town.number()}/taking", {}, form_at="/staff/reports")
    post(milo, f"/staff/reports/{town.number()}/notes", {"text": "The third time"}, form_at="/staff/reports")
    assert town.decide(milo, decision="suspend", days="7", said="").status_code == 422  # nobody is told nothing
    assert town.decide(milo, decision="suspend", days="7", said="You threatened somebody").status_code == 302
    sent = mails()
    assert [to for to, *_ in sent] == ["mara", "vic"]
    assert "Vic" not in sent[0][2]  # what was decided stays with him
    assert "You threatened somebody" in sent[1][2]
    assert "/account/decisions" in sent[1][2]
    advance(timedelta(days=7, seconds=1))
    assert [(to, subject) for to, subject, _ in mails()] == [("vic", "Everything is open to you again")]
    with town.app.app_context():
        assert queries.sanction(town.get(town.vic), "suspend") is None
    assert town.log() == ["taken", "noted", "suspend", "ended"]


def test_one_who_is_warned_hears_why_and_nothing_follows(town: Town, mails: Mails) -> None:
    town.report()
    mails()
    town.decide(town.world.signed_in(town.milo), decision="warned", days="7", said="Keep calm")
    assert [to for to, *_ in mails()] == ["mara", "vic"]
    with town.app.app_context():
        assert db.session.scalars(select(Sanction)).all() == []


def test_nobody_decides_about_themselves(town: Town) -> None:
    with town.world.writing():
        actions.report(
            subject=f"person:{town.milo}", person=town.get(town.milo), evidence={}, reason="spam", note="",
            by=town.get(town.mara),
        )  # fmt: skip
    milo = town.world.signed_in(town.milo)
    assert town.decide(milo, decision="nothing", days="7", said="").status_code == 403
    opal = town.world.signed_in(town.opal)
    assert town.decide(opal, decision="nothing", days="7", said="").status_code == 302


def banned(town: Town) -> FlaskClient:
    with town.world.writing():
        actions.sanction(town.get(town.vic), kind="ban", reason="Threats", by=town.get(town.milo))
    return town.world.signed_in(town.vic)


def test_a_banned_person_reaches_the_second_look_their_bookings_and_nothing_else(town: Town) -> None:
    vic = banned(town)
    refused = vic.get("/inbox")
    assert refused.status_code == 403
    assert "/account/decisions" in refused.text
    assert vic.get("/bookings").status_code == 200
    assert "Threats" in vic.get("/account/decisions").text


def appeal(vic: FlaskClient, words: str) -> Any:
    page = vic.get("/account/decisions").text
    subject = re.search(r'name="subject" value="([^"]+)"', page)
    form = {"subject": subject[1] if subject else "sanction:1", "text": words}
    return post(vic, "/account/decisions", form)


def test_a_second_look_once_by_somebody_else(town: Town, mails: Mails) -> None:
    vic = banned(town)
    mails()
    assert appeal(vic, "").status_code == 422
    assert appeal(vic, "It was a joke among friends").status_code == 302
    with town.app.app_context():
        number, subject = db.session.execute(select(Appeal.id, Appeal.subject)).one()
    again = post(vic, "/account/decisions", {"subject": subject, "text": "Again"})
    assert again.status_code == 409
    assert [to for to, *_ in mails()] == ["opal"]
    form = {"granted": "yes", "answer": "It was one"}
    milo = town.world.signed_in(town.milo)
    assert post(milo, f"/staff/appeals/{number}", form, form_at="/staff/appeals").status_code == 403
    opal = town.world.signed_in(town.opal)
    assert 'value="yes"><span>Take the decision back' in opal.get("/staff/appeals").text
    assert post(opal, f"/staff/appeals/{number}", form, form_at="/staff/appeals").status_code == 302
    assert [to for to, *_ in mails()] == ["vic"]
    assert vic.get("/inbox").status_code == 200
    assert town.log() == ["ban", "appealed", "appeal_granted", "lifted"]


def test_who_decided_answers_where_there_is_nobody_else() -> None:
    assert not rules.may_answer(1, decided_by=1, appellant=9, staff=[1, 2])
    assert rules.may_answer(2, decided_by=1, appellant=9, staff=[1, 2])
    assert rules.may_answer(1, decided_by=1, appellant=9, staff=[1])
    assert rules.may_answer(1, decided_by=1, appellant=9, staff=[1, 9])
    assert not rules.may_answer(9, decided_by=1, appellant=9, staff=[1, 9])


def test_the_log_is_filtered_and_cannot_be_changed(town: Town) -> None:
    banned(town)
    with town.world.writing():
        log.note("site_words", by=town.get(town.opal), word="spam")
    milo = town.world.signed_in(town.milo)
    assert "Banned: Vic Stone" in milo.get("/staff/log?person=@vic").text
    assert "Banned: Vic Stone" not in milo.get("/staff/log?what=site_words").text
    for statement in ("UPDATE moderation_log SET reason = 'none'", "DELETE FROM moderation_log"):
        with town.app.app_context(), pytest.raises(DatabaseError, match="moderation_log_append_only"):
            db.session.execute(text(statement))
        with town.app.app_context():
            db.session.rollback()


def test_a_shift_is_ones_own_or_an_operators_to_give(town: Town) -> None:
    form = {"person": str(town.milo), "day": "0", "starts": "22:00", "ends": "06:00"}
    milo, opal = town.world.signed_in(town.milo), town.world.signed_in(town.opal)
    assert post(milo, "/staff/duty", form).status_code == 302
    assert post(opal, "/staff/duty", form | {"ends": "25:00"}).status_code == 422
    assert post(opal, "/staff/duty", form | {"day": "1"}).status_code == 302
    assert post(milo, "/staff/duty", form | {"person": str(town.opal)}).status_code == 422
    assert "Monday, 22:00–06:00" in milo.get("/staff/duty").text
