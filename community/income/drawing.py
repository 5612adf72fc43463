"""Charts drawn here, as SVG without style or script. Each stands above a table that says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from community.core import formats, money
from community.core.site import settings
from community.income.rules.forecast import Range

COLOURS = 6


@dataclass(frozen=True)
class Size:
    """A canvas: for a desk, or for a telephone."""

    wide: int
    high: int


DESK, PHONE = Size(760, 300), Size(340, 250)
_LEFT, _TOP, _FOOT = 46, 12, 30


def top_of(values: Sequence[int]) -> int:
    """A round figure, at least as large as any of the values, that four lines divide well."""
    most = max([*values, 1])
    step = 1
    while True:
        for factor in (1, 2, 3, 4, 5, 8):
            if factor * step * 4 >= most:
                return factor * step * 4
        step *= 10


def months(
    bars: Sequence[Sequence[int]], labels: Sequence[str], ranges: Sequence[Range], *, size: Size, named: str
) -> Markup:
    """Months as stacks of streams (the first at the bottom), then those to come: booked, likely, and the range.

    `named` is the id of what the chart is called by.
    """
    top = top_of([*(sum(max(0, one) for one in bar) for bar in bars), *(one.high for one in ranges)])
    canvas = _Canvas(size, len(bars) + len(ranges), top)
    body = [canvas.ahead(len(bars))] if ranges else []
    body += [canvas.grid(part) for part in range(5)]
    for at, bar in enumerate(bars):
        body += canvas.stack(at, bar)
    for at, one in enumerate(ranges, start=len(bars)):
        body += canvas.range(at, one)
    body += [canvas.label(at, text, on=at == len(bars) - 1) for at, text in enumerate(labels)]
    return _svg(size, "".join(body), f'role="img" aria-labelledby="{escape(named)}"')


class _Canvas:
    """Where things stand on a chart of months."""

    def __init__(self, size: Size, count: int, top: int) -> None:
        self.size, self.top = size, top
        self.bottom = size.high - _FOOT
        self.step = (size.wide - _LEFT - 6) / max(count, 1)
        self.bar = self.step * 0.66 if size.wide > 400 else self.step * 0.78

    def y(self, amount: int) -> float:
        """How high an amount stands."""
        return round(self.bottom - (self.bottom - _TOP) * max(0, amount) / self.top, 1)

    def x(self, at: int) -> float:
        """Where the column of a month begins."""
        return round(_LEFT + self.step * at + (self.step - self.bar) / 2, 1)

    def ahead(self, at: int) -> str:
        """The ground under what is to come."""
        left = round(_LEFT + self.step * at, 1)
        wide = f"{self.size.wide - 6 - left:.1f}"
        return f'<rect class="fc" x="{left}" y="4" width="{wide}" height="{self.bottom - 4}" rx="12"/>'

    def grid(self, part: int) -> str:
        """One line across, and what it stands for."""
        amount = self.top * part // 4
        y = self.y(amount)
        return (
            f'<path class="gx" d="M{_LEFT} {y}H{self.size.wide - 6}"/>'
            f'<text class="gl" x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{escape(short(amount))}</text>'
        )

    def stack(self, at: int, bar: Sequence[int]) -> list[str]:
        """A month's streams, one upon another."""
        found, under = [], 0
        for colour, amount in enumerate(bar):
            if amount <= 0:
                continue
            low, high = self.y(under), self.y(under + amount)
            under += amount
            tall = max(low - high - 1.5, 0.8)
            tone = min(colour, COLOURS - 1) + 1
            found.append(
                f'<path class="d{tone}" d="M{self.x(at)} {high:.1f}h{self.bar:.1f}v{tall:.1f}h-{self.bar:.1f}z"/>'
            )
        return found

    def range(self, at: int, one: Range) -> list[str]:
        """A month to come."""
        x, middle = self.x(at), round(self.x(at) + self.bar / 2, 1)
        box = '<rect class="{}" x="{}" y="{}" width="{:.1f}" height="{:.1f}" rx="6"/>'
        found = [box.format("lk", x, self.y(one.likely), self.bar, max(self.bottom - self.y(one.likely), 0.8))]
        if one.booked > 0:
            found.append(box.format("bk", x, self.y(one.booked), self.bar, max(self.bottom - self.y(one.booked), 0.8)))
        high, low = self.y(one.high), self.y(one.low)
        return [*found, f'<path class="wh" d="M{middle} {high}V{low}M{middle - 7} {high}h14M{middle - 7} {low}h14"/>']

    def label(self, at: int, text: str, *, on: bool) -> str:
        """A month's name beneath it."""
        middle = round(self.x(at) + self.bar / 2, 1)
        now = " gl--on" if on else ""
        return f'<text class="gl{now}" x="{middle}" y="{self.size.high - 8}" text-anchor="middle">{escape(text)}</text>'


def smoothing(flows: Sequence[int], pay: int) -> Markup:
    """Months up and down, and the even pay across them."""
    top, step = top_of([*flows, pay]), 330 / max(len(flows), 1)
    body = ""
    for at, flow in enumerate(flows):
        tall = round(100 * max(0, flow) / top, 1)
        lean = "sm-lo" if flow < pay else "sm"
        place = f'x="{step * at + step * 0.16:.1f}" y="{108 - tall:.1f}" width="{step * 0.68:.1f}"'
        body += f'<rect class="{lean}" {place} height="{max(tall, 0.8)}" rx="4"/>'
    y = round(108 - 100 * max(0, pay) / top, 1)
    return _svg(Size(330, 112), f'{body}<path class="sm-l" d="M0 {y}H330"/>', 'aria-hidden="true"')


def jar(level: int, colour: int) -> Markup:
    """A jar, `level` per cent full."""
    top = round(82 - 46 * min(max(level, 0), 100) / 100, 1)
    wave = f"M10 {top}q14-5 28 0t28 0V82q0 10-10 10H20q-10 0-10-10z"
    fill = f'<path class="jar-f d{colour}" d="{wave}"/>' if level > 0 else ""
    return Markup(  # noqa: S704 - figures of our own
        '<svg class="jar" viewBox="0 0 76 100" aria-hidden="true">'
        '<path class="jar-b" d="M14 22q-8 6-8 16v44q0 14 14 14h36q14 0 14-14V38q0-10-8-16z"/>'
        f'{fill}<path class="jar-h" d="M17 44v30"/>'
        '<rect class="jar-l" x="12" y="6" width="52" height="15" rx="6"/></svg>'
    )


def box_plot(low: int, middle: int, high: int, mine: int) -> Markup:
    """The middle half of prices, the median, and one's own."""
    top = top_of([high, mine])

    def x(amount: int) -> float:
        return round(10 + 310 * amount / top, 1)

    box = f'<rect class="bx" x="{x(low)}" y="14" width="{max(x(high) - x(low), 1):.1f}" height="28" rx="6"/>'
    marks = f'<path class="bx-m" d="M{x(middle)} 14v28"/><circle class="bx-y" cx="{x(mine)}" cy="28" r="8"/>'
    return _svg(Size(330, 56), f'<path class="bx-w" d="M10 28H320"/>{box}{marks}', 'aria-hidden="true"')


def short(amount: int) -> str:
    """An amount for a scale: £1k, £1.5k, £500."""
    currency = settings().currency
    major = money.to_decimal(amount, currency)
    sign = formats.price(0, currency).strip("0., \u00a0")
    if major >= 1000:
        return f"{sign}{(major / 1000).normalize():f}k"
    return f"{sign}{major.normalize():f}"


def _svg(size: Size, body: str, more: str) -> Markup:
    return Markup(f'<svg class="chart" viewBox="0 0 {size.wide} {size.high}" {more}>{body}</svg>')  # noqa: S704
