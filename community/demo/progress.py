"""How far the loading is: a bar for the console, a file for the page that waits."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from click._termui_impl import ProgressBar
from flask_babel import gettext as _

from community.core.site import settings
from community.demo.town import FILE

DONE = "done"


class Progress:
    """Counts steps; the file holds {"done", "total", "step"} and is replaced whole."""

    def __init__(self, path: Path, total: int, bar: "ProgressBar[int]") -> None:
        self._path, self._total, self._bar = path, total, bar
        self._done = self._told = 0
        self._step = ""

    def begin(self, step: str) -> None:
        """Say what is being made now."""
        self._step = step
        self._bar.label = f"{step:<24}"
        self._write()

    def add(self, count: int = 1) -> None:
        """That much more is there."""
        self._done = min(self._total, self._done + count)
        self._bar.update(count)
        self._write()
        self._tell()

    def end(self) -> None:
        """Everything is there."""
        self._done, self._step = self._total, DONE
        self._write()

    def _tell(self) -> None:
        """Where there is no terminal for a bar, a line for every twentieth."""
        share = 20 * self._done // max(1, self._total)
        if share > self._told and not sys.stdout.isatty():
            click.echo(f"{5 * share:3} %  {self._step}")
        self._told = max(share, self._told)

    def _write(self) -> None:
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps({"done": self._done, "total": self._total, "step": self._step}))
        new.replace(self._path)


@contextmanager
def showing(path: Path, total: int) -> Iterator[Progress]:
    """A bar while the block runs."""
    with click.progressbar(length=total, label=" " * 24, width=30) as bar:
        yield Progress(path, total, bar)


@dataclass(frozen=True)
class State:
    """What the file says."""

    done: int
    total: int
    step: str

    @property
    def is_done(self) -> bool:
        """True once everything is there."""
        return self.step == DONE

    @property
    def percent(self) -> int:
        """How much of it is there."""
        return 100 * self.done // max(1, self.total)


def here() -> State | None:
    """How far this site's town is; None where none was ever begun."""
    try:
        found = json.loads((settings().var / FILE).read_text())
        return State(int(found["done"]), int(found["total"]), str(found["step"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def step_words(step: str) -> str:
    """A step of the loading in the reader's language."""
    words = {
        "People": _("People"),
        "Practices and listings": _("Practices and listings"),
        "Searches": _("Searches"),
        "Bookings": _("Bookings"),
        "Reviews": _("Reviews"),
        "Bookings to come": _("Bookings to come"),
        "Talk": _("Talk"),
        "Figures": _("Figures"),
        "Search": _("Search"),
    }
    return words.get(step, "")
