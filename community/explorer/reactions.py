"""The explorer follows time, and the catalogue."""

from datetime import timedelta

from community.core.events import on
from community.core.jobs import tick
from community.explorer import keeping, moving
from community.niches.facts import NicheMerged, NicheRenamed


@tick("explorer.count", every=timedelta(hours=2))
def count() -> None:
    """The searches of days that are over, and what stands against them now."""
    keeping.count_all()


@on(NicheRenamed)
def rename_days(fact: NicheRenamed) -> None:
    """What was counted stands under the new address."""
    moving.move_days(fact.was, fact.now)


@on(NicheMerged)
def merge_days(fact: NicheMerged) -> None:
    """Or counts for the niche that took it in."""
    moving.move_days(fact.was, fact.now)
