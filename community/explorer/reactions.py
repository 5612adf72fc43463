"""The explorer follows time."""

from datetime import timedelta

from community.core.jobs import tick
from community.explorer import keeping


@tick("explorer.count", every=timedelta(hours=2))
def count() -> None:
    """The searches of days that are over, and what stands against them now."""
    keeping.count_all()
