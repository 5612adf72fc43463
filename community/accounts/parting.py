"""What is still to be settled between two people once one has blocked the other. Upper slices know what there is."""

from collections.abc import Callable

from community.accounts.models import Person

Asker = Callable[[Person, int], str | None]
_askers: list[Asker] = []


def asks(asker: Asker) -> Asker:
    """Register who knows whether something is left between a viewer and a person's id: it gives the page's address."""
    _askers.append(asker)
    return asker


def question(viewer: Person, other_id: int) -> str | None:
    """The page that asks what becomes of what is left; None where nothing is."""
    return next((address for asker in _askers if (address := asker(viewer, other_id))), None)
