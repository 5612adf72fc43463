"""What happened to reports and decisions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReportClosed:
    """Staff decided about a report."""

    report_id: int


@dataclass(frozen=True)
class SanctionEnds:
    """A sanction's time is over (a timer). One that was lifted before does nothing."""

    sanction_id: int


@dataclass(frozen=True)
class SanctionEnded:
    """A sanction ended by itself."""

    sanction_id: int
    person_id: int


@dataclass(frozen=True)
class SanctionLifted:
    """Staff took a sanction back before its time. `told`: the person hears of it by this alone."""

    sanction_id: int
    person_id: int
    told: bool = True


@dataclass(frozen=True)
class AppealMade:
    """Somebody asks for a second look."""

    appeal_id: int


@dataclass(frozen=True)
class AppealAnswered:
    """Staff looked a second time."""

    appeal_id: int


@dataclass(frozen=True)
class AppealGranted:
    """The decision that "sanction:7" or "bar:2" names is taken back."""

    subject: str
    by_id: int
