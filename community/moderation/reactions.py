"""Who hears of reports and decisions."""

from community.accounts.facts import PersonReported, PersonSanctioned
from community.accounts.models import Sanction
from community.accounts.safety.facts import AppealAnswered, AppealMade, ReportClosed, SanctionEnded, SanctionLifted
from community.accounts.safety.models import Appeal
from community.core.db import db, writing
from community.core.events import after
from community.moderation import telling


@after(PersonReported)
def call_on_duty(fact: PersonReported) -> None:
    """Urgent ones reach whoever is on duty at once."""
    with writing():
        report = telling.report(fact.report_id)
        if report.urgent and report.status == "open":
            telling.on_duty(report)


@after(ReportClosed)
def tell_closed(fact: ReportClosed) -> None:
    """Who reported, and who was warned."""
    with writing():
        telling.closed(telling.report(fact.report_id))


@after(PersonSanctioned)
def tell_sanctioned(fact: PersonSanctioned) -> None:
    """Whom it is about."""
    with writing():
        found = db.session.get(Sanction, fact.sanction_id)
        if found is not None and found.lifted_at is None:
            telling.sanctioned(found)


@after(SanctionEnded)
def tell_over(fact: SanctionEnded) -> None:
    """It ended by itself."""
    with writing():
        telling.over(db.session.get_one(Sanction, fact.sanction_id))


@after(SanctionLifted)
def tell_lifted(fact: SanctionLifted) -> None:
    """It was taken back; after a second look the answer says so."""
    if fact.told:
        with writing():
            telling.over(db.session.get_one(Sanction, fact.sanction_id))


@after(AppealMade)
def tell_appealed(fact: AppealMade) -> None:
    """Staff."""
    with writing():
        telling.appealed(db.session.get_one(Appeal, fact.appeal_id))


@after(AppealAnswered)
def tell_answered(fact: AppealAnswered) -> None:
    """Who asked."""
    with writing():
        telling.answered(db.session.get_one(Appeal, fact.appeal_id))
