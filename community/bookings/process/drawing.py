"""The table of transitions, drawn: an SVG of states and steps, made from the data itself."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from community.bookings.process.table import TABLE

# Where each state stands: column and row. What is not here is not drawn, and a test says so.
PLACES = {
    None: (0, 2),
    "asked": (1, 0), "quoted": (2, 0), "countered": (3, 0),
    "held": (1, 2), "requested": (2, 2), "confirmed": (3, 2), "delivered": (4, 2), "completed": (5, 2),
    "expired": (1, 4), "capture_failed": (2, 4), "cancelled": (3, 4), "no_show": (4, 4), "objected": (5, 4),
    "declined": (1, 5), "lapsed": (2, 5), "resolved": (5, 5),
}  # fmt: skip
_WIDE, _HIGH, _BOX, _TALL = 190, 92, 128, 40


@dataclass(frozen=True)
class Row:
    """One step as a line of the table beneath the drawing."""

    name: str
    actors: tuple[str, ...]
    sources: tuple[str, ...]
    to: str
    guards: tuple[str, ...]
    effects: tuple[str, ...]
    timer: str


def rows() -> list[Row]:
    """Every transition in words of the code."""
    return [
        Row(
            one.name,
            tuple(sorted(one.actors)),
            tuple(sorted(source or "–" for source in one.sources)),
            one.to or "=",
            tuple(guard.__name__ for guard in one.guards),
            tuple(effect.__name__ for effect in one.effects),
            one.timer,
        )
        for one in TABLE
    ]


def arrows() -> dict[tuple[str | None, str], list[str]]:
    """The steps between each two states; those that keep the state lead back to it."""
    found: dict[tuple[str | None, str], list[str]] = {}
    for one in TABLE:
        for source in sorted(one.sources, key=lambda state: state or ""):
            found.setdefault((source, one.to or source or ""), []).append(one.name)
    return found


def svg(title: str = "The states of a booking") -> Markup:
    """The whole process as one picture, called `title`. An arrow's words are read by a pointer."""
    width, height = 6 * _WIDE, 6 * _HIGH
    lines = [_arrow(source, to, names) for (source, to), names in arrows().items()]
    boxes = [_state(state) for state in PLACES]
    body = "".join([*lines, *boxes])
    return Markup(  # noqa: S704 - names of the code alone, escaped
        f'<svg class="process" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 8 4 0 8z"/></marker></defs>{body}</svg>'
    )


def _centre(state: str | None) -> tuple[int, int]:
    column, row = PLACES[state]
    return column * _WIDE + _WIDE // 2, row * _HIGH + _HIGH // 2


def _state(state: str | None) -> str:
    x, y = _centre(state)
    if state is None:
        return f'<circle class="process__s" cx="{x}" cy="{y}" r="9"/>'
    kind = " process__b--end" if not any(state in one.sources for one in TABLE) else ""
    text = escape(state.replace("_", " "))
    return (
        f'<rect class="process__b{kind}" x="{x - _BOX // 2}" y="{y - _TALL // 2}" '
        f'width="{_BOX}" height="{_TALL}" rx="10"/>'
        f'<text x="{x}" y="{y + 5}" text-anchor="middle">{text}</text>'
    )


def _arrow(source: str | None, to: str, names: list[str]) -> str:
    said = escape((source or "new") + " → " + to + ": " + ", ".join(names))
    title = f'<text class="process__n" x="{(_centre(source)[0] + _centre(to)[0]) // 2}" y="16">{said}</text>'
    if source == to:
        x, y = _centre(to)
        top = y - _TALL // 2
        path = f"M{x - 18} {top} C{x - 34} {top - 34} {x + 34} {top - 34} {x + 18} {top}"
        return f'<g class="process__a"><path d="{path}" marker-end="url(#tip)"/>{title}</g>'
    (x1, y1), (x2, y2) = _edge(source, to), _edge(to, source)
    bend = 0 if y1 == y2 and abs(x1 - x2) < _WIDE else 22
    middle = f"{(x1 + x2) // 2 + bend} {(y1 + y2) // 2 - bend}"
    return f'<g class="process__a"><path d="M{x1} {y1} Q{middle} {x2} {y2}" marker-end="url(#tip)"/>{title}</g>'


def _edge(state: str | None, other: str | None) -> tuple[int, int]:
    """Where an arrow meets a box: on the side that faces the other one."""
    (x, y), (ox, oy) = _centre(state), _centre(other)
    half, tall = (9, 9) if state is None else (_BOX // 2, _TALL // 2)
    if abs(ox - x) * tall >= abs(oy - y) * half:
        return x + (half if ox > x else -half), y
    return x, y + (tall if oy > y else -tall)
