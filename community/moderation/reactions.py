"""Who hears of reports and decisions."""

from community.accounts.facts import PersonReported, PersonSanctioned
from community.accounts.models import Sanction
from community.accounts.safety.facts import AppealAnswered, AppealMade, ReportClosed, SanctionEnded, SanctionLifted
from community.accounts.safety.models import Appeal
from community.core.db import db, writing
from community.core.events import after, on
from community.moderation import telling
from community.niches.facts import NicheMerged, NicheRenamed
from community.payments import fees


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


@on(NicheRenamed)
def move_fees(fact: NicheRenamed) -> None:
    """A fee of a niche stays its fee."""
    for rule in [one for one in fees.rows() if one.niche == fact.was]:
        fees.end_rule(rule)
        fees.set_rule(
            niche=fact.now,
            source=rule.source,
            side=rule.side,
            basis_points=rule.basis_points,
            minimum=rule.minimum,
        )


@on(NicheMerged)
def end_fees(fact: NicheMerged) -> None:
    """What goes into another niche has that one's fee."""
    for rule in [one for one in fees.rows() if one.niche == fact.was]:
        fees.end_rule(rule)
