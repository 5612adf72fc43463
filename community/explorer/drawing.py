"""Charts of the explorer, as SVG without style or script. Each stands above a table that says the same in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

TONES = 6
_LEFT, _TOP, _FOOT = 44, 14, 40


@dataclass(frozen=True)
class Size:
    """A canvas: for a desk, or for a telephone."""

    wide: int
    high: int


DESK, PHONE = Size(760, 440), Size(350, 360)
BARS_DESK, BARS_PHONE = Size(760, 240), Size(340, 200)


@dataclass(frozen=True)
class Dot:
    """A niche on the map. `price` is an hour's middle price, minor units, 0 where unknown; `tone` from 1."""

    name: str
    href: str
    said: str
    searches: int
    practices: int
    price: int
    tone: int


def _top(most: int) -> int:
    """A round number, at least as large."""
    step = int(10 ** max(0, len(str(most)) - 1))
    return next(step * by for by in (1, 2, 3, 4, 5, 8, 10) if step * by >= most)


def niche_map(dots: Sequence[Dot], *, size: Size, x_title: str, label: str, named: int) -> Markup:
    """Niches by practices (across) and searches (up), on scales of square roots; the first `named` have names."""
    most_x = _top(max([dot.practices for dot in dots] + [4]))
    most_y = _top(max([dot.searches for dot in dots] + [20]))
    dearest = max([dot.price for dot in dots] + [1])
    right, bottom = size.wide - 14, size.high - _FOOT

    def x(value: float) -> float:
        return round(_LEFT + 14 + (right - _LEFT - 28) * math.sqrt(value / most_x), 1)

    def y(value: float) -> float:
        return round(bottom - (bottom - _TOP) * math.sqrt(value / most_y), 1)

    body = "".join(
        f'<path class="gx" d="M{_LEFT} {y(most_y * part / 4)}H{right}"/>'
        f'<text class="gl" x="{_LEFT - 8}" y="{y(most_y * part / 4) + 4}" text-anchor="end">{most_y * part // 4}</text>'
        for part in range(5)
    )
    marks = sorted({0, *(max(1, most_x * part // 4) for part in range(1, 5))})
    body += "".join(f'<text class="gl" x="{x(n)}" y="{bottom + 18}" text-anchor="middle">{n}</text>' for n in marks)
    middle = (_LEFT + right) / 2
    body += f'<text class="gl gl--ax" x="{middle}" y="{size.high - 4}" text-anchor="middle">{escape(x_title)}</text>'
    placed: list[tuple[float, float]] = []
    for dot in sorted(dots, key=lambda one: -one.price):
        tone = (dot.tone - 1) % TONES + 1
        radius = round(5 + 9 * math.sqrt(dot.price / dearest), 1) if size.wide > 400 else 6.0
        body += (
            f'<a class="nm" href="{escape(dot.href)}" aria-label="{escape(dot.said)}">'
            f'<circle class="d{tone}" cx="{x(dot.practices)}" cy="{y(dot.searches)}" r="{radius}"/></a>'
        )
    for dot in dots[:named]:
        at = (x(dot.practices), y(dot.searches))
        if all(abs(at[0] - other[0]) > 190 or abs(at[1] - other[1]) > 18 for other in placed):
            placed.append(at)
            end = at[0] > size.wide * 0.62
            body += (
                f'<text class="nm-t" x="{at[0] + (-18 if end else 18)}" y="{at[1] + 5}"'
                f' text-anchor="{"end" if end else "start"}" aria-hidden="true">{escape(dot.name)}</text>'
            )
    return _svg(size, body, f'role="group" aria-label="{escape(label)}"')


def bars(values: Sequence[int | None], labels: Sequence[str], *, size: Size, named: str) -> Markup:
    """Stretches of time as columns; one that has too few people has a dash on the ground. `named` is an id."""
    most = _top(max([one or 0 for one in values] + [10]))
    bottom, step = size.high - 30, (size.wide - _LEFT - 6) / max(len(values), 1)
    body = ""
    for part in range(0, 5, 2):
        high = round(bottom - (bottom - _TOP) * part / 4, 1)
        body += f'<path class="gx" d="M{_LEFT} {high}H{size.wide - 6}"/>'
        body += f'<text class="gl" x="{_LEFT - 6}" y="{high + 4}" text-anchor="end">{most * part // 4}</text>'
    for at, value in enumerate(values):
        left, wide = round(_LEFT + step * at + step * 0.2, 1), round(step * 0.6, 1)
        if value:
            tall = round((bottom - _TOP) * value / most, 1)
            body += f'<path class="d1" d="M{left} {bottom - tall:.1f}h{wide}v{tall}h-{wide}z"/>'
        else:
            body += f'<path class="wh" d="M{left} {bottom - 1}h{wide}"/>'
        middle = round(left + wide / 2, 1)
        body += f'<text class="gl" x="{middle}" y="{size.high - 8}" text-anchor="middle">{escape(labels[at])}</text>'
    return _svg(size, body, f'role="img" aria-labelledby="{escape(named)}"')


def box_plot(low: int, middle: int, high: int) -> Markup:
    """The middle half of prices, and the middle itself."""
    top = high * 1.15 or 1

    def x(amount: int) -> float:
        return round(10 + 310 * amount / top, 1)

    box = f'<rect class="bx" x="{x(low)}" y="12" width="{max(x(high) - x(low), 1):.1f}" height="24" rx="6"/>'
    return _svg(
        Size(330, 48),
        f'<path class="bx-w" d="M10 24H320"/>{box}<path class="bx-m" d="M{x(middle)} 10v28"/>',
        'aria-hidden="true"',
    )


def _svg(size: Size, body: str, more: str) -> Markup:
    return Markup(f'<svg class="chart" viewBox="0 0 {size.wide} {size.high}" {more}>{body}</svg>')  # noqa: S704
