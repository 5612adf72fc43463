"""A piece of one slice on another's page: a named region, filled by whoever registered for it."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

Filler = Callable[..., str]
_regions: dict[str, list[tuple[int, Filler]]] = defaultdict(list)


def fills(name: str, order: int = 0) -> Callable[[Filler], Filler]:
    """Register a function that returns HTML for region `name`; lower `order` comes first."""

    def register(filler: Filler) -> Filler:
        _regions[name].append((order, filler))
        _regions[name].sort(key=lambda entry: entry[0])
        return filler

    return register


def region(name: str, **context: Any) -> Markup:
    """Everything registered for `name`, rendered with `context`."""
    return Markup("").join(Markup(filler(**context)) for _, filler in _regions[name])  # noqa: S704 - fillers render templates
