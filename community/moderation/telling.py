"""Mails about safety: to whoever is on duty, to who reported, and to who was decided about."""

from flask import url_for
from flask_babel import gettext as _

from community.accounts.forms import REASONS
from community.accounts.models import Person, Report, Sanction
from community.accounts.safety import duty
from community.accounts.safety.models import Appeal
from community.core import clock
from community.core.db import db
from community.notifications.readers import Reader
from community.notifications.telling import Fact, News, at_time, tell


def _reader(person: Person) -> Reader:
    return Reader(f"person:{person.id}", "member", person.email, person.locale, person.zone, person)


def _decisions(words: str) -> tuple[str, str]:
    return words, url_for("standing.show", _external=True)


def on_duty(report: Report) -> None:
    """An urgent report, at once: whoever has a shift now, else all of the staff."""
    people = duty.on_duty(clock.now(), but=report.person_id)

    def news(_reader: Reader) -> News:
        reason = str(dict(REASONS).get(report.reason, report.reason))
        said = str(report.evidence.get("text") or "")
        return News(
            subject=_("Urgent: %(reason)s", reason=reason),
            heading=_("Somebody needs you now"),
            intro=_("An urgent report came in while you are on duty. Please look at it at once."),
            facts=(Fact(_("What"), reason), Fact(_("About"), report.person.name)),
            said=(_("What they saw"), said[:600]) if said else None,
            lines=(report.note,) if report.note else (),
            button=(_("Look at it"), url_for("staff.report", report_id=report.id, _external=True)),
        )

    tell([_reader(person) for person in people], f"report_urgent:{report.id}", news)


def closed(report: Report) -> None:
    """The one who reported hears that it was dealt with; a warned person hears why."""
    acted = report.decision != "nothing"

    def to_reporter(_reader: Reader) -> News:
        did = _("We looked at what you reported and did something about it.")
        left = _("We looked at what you reported. It is within the rules here, so we left it as it is.")
        line = _("You can always block somebody: then neither of you sees the other.")
        return News(
            subject=_("We looked at your report"),
            heading=_("Thank you for telling us"),
            intro=did if acted else left,
            lines=(_("The other side is not told who reported. What we decide about people stays with them."), line),
            button=(_("Community rules"), url_for("pages.rules", _external=True)),
        )

    tell([_reader(report.reporter)], f"report_closed:{report.id}", to_reporter)
    if report.decision == "warned":
        tell([_reader(report.person)], f"report_warned:{report.id}", lambda _reader: _warned(report))


def _warned(report: Report) -> News:
    return News(
        subject=_("A word about the rules"),
        heading=_("Please keep to the rules"),
        intro=_("Somebody reported something of yours, and we looked at it. Nothing else follows this time."),
        said=(_("What it is about"), report.said),
        button=(_("Community rules"), url_for("pages.rules", _external=True)),
    )


def sanctioned(sanction: Sanction) -> None:
    """What was decided about somebody, why, until when, and how to ask for a second look."""

    def news(reader: Reader) -> News:
        words = {
            "mute": _("You can read here, and not write"),
            "suspend": _("Your account is suspended"),
            "ban": _("Your account is banned"),
        }
        until = sanction.until
        when = at_time(_("Until"), until, reader) if until else Fact(_("Until"), _("Without end"))
        lines = [_("You can ask once for a second look; somebody else gives it where there is somebody.")]
        if sanction.kind != "mute":
            lines.append(_("Your bookings and your money stay within your reach: sign in as always."))
        return News(
            subject=words[sanction.kind],
            heading=words[sanction.kind],
            intro=_("The people who run this site have decided this."),
            facts=(when,),
            said=(_("Why"), sanction.reason),
            lines=tuple(lines),
            button=_decisions(_("Ask for a second look")),
        )

    tell([_reader(sanction.person)], f"sanctioned:{sanction.id}", news)


def over(sanction: Sanction) -> None:
    """Its time is up, or it was taken back."""

    def news(_reader: Reader) -> News:
        return News(
            subject=_("Everything is open to you again"),
            heading=_("Welcome back"),
            intro=_("What was decided about you is over. You need not do anything."),
            button=(_("Go in"), url_for("pages.home", _external=True)),
        )

    tell([_reader(sanction.person)], f"sanction_over:{sanction.id}", news)


def appealed(appeal: Appeal) -> None:
    """Those of the staff on duty who may give the second look."""
    people = [one for one in duty.on_duty(clock.now(), but=appeal.person_id) if one.id != appeal.decided_by_id]
    people = people or [one for one in duty.staff() if one.id != appeal.person_id]

    def news(_reader: Reader) -> News:
        return News(
            subject=_("%(name)s asks for a second look", name=appeal.person.name),
            heading=_("A second look is wanted"),
            intro=_("Somebody says that a decision about them was wrong."),
            said=(appeal.person.name, appeal.text),
            button=(_("Look at it"), url_for("care.appeal_list", _external=True)),
        )

    tell([_reader(person) for person in people], f"appealed:{appeal.id}", news)


def answered(appeal: Appeal) -> None:
    """What came of it."""

    def news(_reader: Reader) -> News:
        back, stands = _("We took the decision back"), _("We looked again, and it stands")
        return News(
            subject=back if appeal.granted else stands,
            heading=back if appeal.granted else stands,
            intro=_("You asked for a second look. Here is what came of it."),
            said=(_("Why"), appeal.answer),
            button=_decisions(_("See how you stand")),
        )

    tell([_reader(appeal.person)], f"appeal_answered:{appeal.id}", news)


def report(report_id: int) -> Report:
    """For reactions."""
    return db.session.get_one(Report, report_id)
