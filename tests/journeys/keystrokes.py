"""How long a way through pages takes a person, whatever the machine: reckoned from what they do, never timed.

The keystroke-level model of Card, Moran and Newell (1980): a key or a press takes K, an average typist's 40 words a
minute; to point at something P; to make up one's mind before each step M. The model knows no reading, so each page that
comes has READ besides, and each text of one's own, for finding the words, COMPOSE.
"""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

K, P, M = 0.28, 1.1, 1.35  # seconds
READ = 6.0  # a page that comes: two dozen words, the ones that say what to do
COMPOSE = 8.0  # a sentence about oneself that nobody has written before


@dataclass
class Person:
    """Somebody before a page, and what they have done so far."""

    page: Page
    steps: int = 0
    typed: int = 0
    composed: int = 0
    pages: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.page.on("load", self._came)

    def press(self, what: Locator) -> None:
        """Decide, point, press."""
        self.steps += 1
        what.click()

    def write(self, where: Locator, text: str, *, own: bool = True) -> None:
        """Decide, point, press, type; `own` words have to be found first."""
        self.steps += 1
        self.typed += len(text)
        self.composed += own
        where.fill(text)

    @property
    def seconds(self) -> float:
        """What all of it takes."""
        return self.steps * (M + P + K) + self.typed * K + self.composed * COMPOSE + self.pages * READ

    def __str__(self) -> str:
        return (
            f"{self.pages} pages, {self.steps} steps, {self.typed} characters, {self.composed} texts of one's own: "
            f"{self.seconds:.0f} s"
        )

    def _came(self, _page: Page) -> None:
        self.pages += 1
