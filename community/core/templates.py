"""Jinja as Flask sets it up, less what every page would pay for."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class Templates(Environment):
    """Its globals are complete before the first template is read: the slices add theirs as the app is made."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows of the app, as one dictionary.

        Jinja's own is two in a chain, so that later globals are seen; each page and each import walks it name by name.
        """
        return {**self.globals, **(d or {})}
