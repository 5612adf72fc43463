"""Looks at pages in Chromium, each in two themes and two widths, and writes down all that is wrong with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

WIDTHS = {390: {"width": 390, "height": 844}, 1280: {"width": 1280, "height": 900}}
THEMES = ("light", "dark")
KB = 1024

# What is listened to before anything of the page runs.
LISTEN = """
window.hurt = [];
addEventListener("securitypolicyviolation", (event) =>
  window.hurt.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
# Colours that are still on their way are no colours to judge.
SETTLE = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  for (const one of document.getAnimations())
    if (one.effect.getComputedTiming().endTime !== Infinity) one.finish();
}"""
# What the page is made of now. `encodedBodySize` is what was sent, cached or not.
MEASURE = """() => ({
  hurt: window.hurt,
  headings: document.querySelectorAll("h1").length,
  title: document.title,
  over: document.scrollingElement.scrollWidth - innerWidth,
  wide: [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map((one) => `${one.tagName}.${one.className}`),
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  parts: performance.getEntriesByType("resource").map((one) => [new URL(one.name).pathname, one.encodedBodySize]),
})"""


@dataclass(frozen=True)
class Weight:
    """What one page makes a browser fetch: bytes as sent (gzipped), and the number of requests with the page's own."""

    name: str
    js: int
    css: int
    fonts: int
    requests: int
    is_live: bool
    is_calendar: bool = False

    def faults(self) -> Iterator[str]:
        """Which budgets it breaks; live rooms may have more script, and the practice's calendar its library."""
        js = 48 if self.is_calendar else 40 if self.is_live else 20
        budgets = {"js": js * KB, "css": 20 * KB, "fonts": 65 * KB, "requests": 20}
        for what, most in budgets.items():
            if getattr(self, what) > most:
                yield f"{self.name}: {what} {getattr(self, what)} > {most}"


@dataclass
class Notes:
    """What was seen, by kind of fault."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    weights: list[Weight] = field(default_factory=list)
    looks: int = 0

    def add(self, kind: str, fault: str) -> None:
        """One thing that is wrong."""
        self.faults.setdefault(kind, []).append(fault)

    def of(self, kind: str) -> str:
        """All faults of a kind, a line each."""
        return "\n".join(self.faults.get(kind, []))


class Looker:
    """One browser window of one width, with what it hears."""

    def __init__(self, context: BrowserContext, width: int, notes: Notes) -> None:
        self.context, self.width, self.notes = context, width, notes
        self.name, self.status = "", 200
        self.axe = Axe()
        context.add_init_script(LISTEN)
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self._note("script", str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)
        self.page.on("console", self._said)

    def _note(self, kind: str, text: str) -> None:
        self.notes.add(kind, f"{self.name} at {self.width}: {text}")

    def _answered(self, response: Any) -> None:
        wanted = self.status if response.request.is_navigation_request() else 0
        if response.status >= 400 and response.status != wanted:
            self._note("network", f"{response.url} answered {response.status}")

    def _failed(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # the browser's own end of what it no longer needs on leaving
            self._note("network", f"{request.url}: {request.failure}")

    def _said(self, message: Any) -> None:
        refused = f"status of {self.status} " in message.text and self.status >= 400
        if message.type in {"error", "warning"} and not refused:
            self._note("console", f"{message.type}: {message.text}")

    def visit(
        self,
        path: str,
        name: str,
        status: int = 200,
        *,
        themes: tuple[str, ...] = THEMES,
        judged: tuple[str, ...] = THEMES,
    ) -> None:
        """Go to a page that answers `status`, and look; axe in the themes `judged`."""
        self.name, self.status = name, status
        self.page.emulate_media(color_scheme=themes[0])  # type: ignore[arg-type]
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        if answer.status != status:
            self._note("network", f"answered {answer.status}")
        self.look(themes=themes, judged=judged)

    def look(self, *, themes: tuple[str, ...] = THEMES, judged: tuple[str, ...] = THEMES) -> None:
        """The page as it stands, in each theme; axe in those `judged`."""
        for theme in themes:
            self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            self.page.evaluate(SETTLE)
            seen = self.page.evaluate(MEASURE)
            assert seen["dark"] == (theme == "dark")
            self._judge(seen, first=theme == themes[0])
            if theme in judged:
                self._reach(theme, whole=theme == judged[0])
            self.notes.looks += 1
        self._weigh(seen["parts"])

    def _judge(self, seen: dict[str, Any], *, first: bool) -> None:
        if seen["over"] > 0:
            self._note("overflow", f"{seen['over']} px over the edge: {seen['wide']}")
        if first:
            for one in seen["hurt"]:
                self._note("policy", one)
            if seen["headings"] != 1 or not seen["title"].strip():
                self._note("outline", f"{seen['headings']} h1, title {seen['title']!r}")

    def _reach(self, theme: str, *, whole: bool) -> None:
        # The theme changes colours and nothing else, so that the second one needs only what judges colours.
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if not whole:
            options["runOnly"] = ["color-contrast", "link-in-text-block"]
        for violation in self.axe.run(self.page, options=options).response["violations"]:
            nodes = [(node["target"], node["failureSummary"].splitlines()[-1]) for node in violation["nodes"][:3]]
            self._note("axe", f"{theme}: {violation['id']}: {nodes}")

    def _weigh(self, all_parts: list[tuple[str, int]]) -> None:
        # Pictures that people sent, and what an open room asks for after a gap, are no parts of the page.
        parts = [
            (path, many) for path, many in all_parts if not path.startswith("/messages/") and "/changes" not in path
        ]

        def size(ending: str) -> int:
            return sum(many for path, many in parts if path.endswith(ending))

        self.notes.weights.append(
            Weight(
                f"{self.name} at {self.width}",
                js=size(".js"),
                css=size(".css"),
                fonts=size(".woff2"),
                requests=1 + len(parts),
                is_live=any("socket.io" in path for path, _ in parts),
                is_calendar=any("event-calendar" in path for path, _ in parts),
            )
        )


@contextmanager
def looker(
    chromium: Browser, url: str, width: int, notes: Notes, cookies: list[dict[str, str]] | None = None
) -> Iterator[Looker]:
    """A window of that width, signed in by `cookies`."""
    context = chromium.new_context(base_url=url, viewport=WIDTHS[width], reduced_motion="reduce")  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    context.add_cookies(cookies or [])  # type: ignore[arg-type]
    try:
        yield Looker(context, width, notes)
    finally:
        context.close()
