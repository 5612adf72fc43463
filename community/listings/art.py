"""Generated covers: flat geometry in one of ten palettes, the same picture for the same seed. 1 to 6 KB of SVG."""

import math
from collections.abc import Callable
from itertools import pairwise
from random import Random

from community.listings import art_tiles

WIDTH, HEIGHT = 400, 300

# The ground, then four colours for the shapes.
PALETTES: tuple[tuple[str, str, str, str, str], ...] = (
    ("#12453a", "#bfe3cf", "#f0b63f", "#f7f2e6", "#e8694a"),  # spruce
    ("#232c5c", "#97a8f2", "#f7b79b", "#fbf3e8", "#d9608a"),  # dusk
    ("#c9573f", "#f4dbbb", "#2c2b36", "#f6b39e", "#fff6ea"),  # clay
    ("#d3e8f6", "#2d5bd1", "#f7c648", "#ffffff", "#173163"),  # sky
    ("#4b2447", "#f2aacb", "#cfb8f2", "#fff3ea", "#f0b63f"),  # plum
    ("#f7d65e", "#2a7858", "#f0793f", "#fff8e4", "#24302b"),  # citrus
    ("#e8e4d8", "#22302c", "#2c7059", "#f0b63f", "#e8694a"),  # stone
    ("#0f5e6b", "#8fdcd3", "#ffd9a0", "#fdf6ec", "#f0784f"),  # lagoon
    ("#f6d5d3", "#b8324f", "#f3a33c", "#fff8f2", "#44223b"),  # rose
    ("#cfeadd", "#14624c", "#f3b23e", "#ffffff", "#ef6f52"),  # mint
)
Palette = tuple[str, str, str, str, str]


def cover(seed: str) -> str:
    """The SVG of `seed`, 4:3. Any text is a seed; none of it gets into the picture."""
    chance = Random(seed)  # noqa: S311 - a picture, not a secret
    palette = chance.choice(PALETTES)
    draw = chance.choice(_KINDS)
    frame = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice"'
    return f"<svg {frame}>{draw(chance, palette)}</svg>"


def _short(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _ground(colour: str) -> str:
    return f'<path fill="{colour}" d="M0 0h{WIDTH}v{HEIGHT}h-{WIDTH}z"/>'


def _circle(x: float, y: float, radius: float, colour: str) -> str:
    return f'<circle cx="{_short(x)}" cy="{_short(y)}" r="{radius}" fill="{colour}"/>'


def wheel(chance: Random, palette: Palette) -> str:
    """A potter's wheel with a pin through it: the site's own sign, seen large."""
    ground, first, second, third, fourth = palette
    x, y = chance.choice([(285, 185), (110, 190), (200, 310)])
    rings = zip((250, 200, 152, 106, 62), (first, ground, second, ground, third), strict=True)
    parts = [_ground(ground), *(_circle(x, y, radius, colour) for radius, colour in rings)]
    for number in range(24):
        angle = 2 * math.pi * number / 24
        across, down = math.cos(angle), math.sin(angle)
        if number % 2:
            ends = ((x + reach * across, y + reach * down) for reach in (112, 146))
            line = "M" + "L".join(f"{_short(a)} {_short(b)}" for a, b in ends)
            parts.append(f'<path stroke="{third}" stroke-width="3" stroke-linecap="round" d="{line}"/>')
        else:
            parts.append(_circle(x + 226 * across, y + 226 * down, 7, ground))
    turn = chance.choice([35, -35, 55])
    parts.append(
        f'<rect x="{x - 14}" y="{y - 130}" width="28" height="260" rx="14" fill="{fourth}" '
        f'transform="rotate({turn} {x} {y})"/>'
    )
    return "".join([*parts, _circle(x, y, 16, ground)])


def hills(chance: Random, palette: Palette) -> str:
    """Three hills before a sun."""
    ground, first, second, third, fourth = palette
    sun = chance.choice([100, 290, 200])
    ring = f'<circle cx="{sun}" cy="128" r="104" fill="none" stroke="{second}" stroke-width="10"/>'
    parts = [_ground(third), ring, _circle(sun, 128, 82, second)]
    for colour, base in ((fourth, 172), (first, 212), (ground, 250)):
        parts.append(f'<path fill="{colour}" d="{_ridge(chance, base)}V{HEIGHT}H0z"/>')
    return "".join(parts)


def _ridge(chance: Random, base: int) -> str:
    """A sine as cubic curves: the handles lie on its tangents, a third of a step away."""
    rise, phase, step = chance.randint(20, 36), chance.random() * 6, 80
    points = [
        (x, base + rise * math.sin(x / 62 + phase), rise / 62 * math.cos(x / 62 + phase))
        for x in range(0, WIDTH + 1, step)
    ]
    path = f"M0 {_short(points[0][1])}"
    for (x, y, slope), (next_x, next_y, next_slope) in pairwise(points):
        first = f"{_short(x + step / 3)} {_short(y + slope * step / 3)}"
        second = f"{_short(next_x - step / 3)} {_short(next_y - next_slope * step / 3)}"
        path += f"C{first} {second} {next_x} {_short(next_y)}"
    return path


def stacks(chance: Random, palette: Palette) -> str:
    """Five columns of rounded stones."""
    ground, *colours = palette
    parts, last = [_ground(ground)], ""
    for column in range(5):
        x, y = column * 80, chance.choice([-60, -20, 30, 60])
        while y < HEIGHT + 20:
            tall = chance.choice([80, 120, 160, 160, 200])
            last = chance.choice([colour for colour in colours if colour != last])
            parts.append(f'<rect x="{x + 5}" y="{y}" width="70" height="{tall - 8}" rx="35" fill="{last}"/>')
            if chance.random() < 0.45:
                parts.append(_circle(x + 40, y + 35, 17, ground))
            y += tall
    return "".join(parts)


def arches(chance: Random, palette: Palette) -> str:
    """Three rows of nested arches."""
    ground, *colours = palette
    parts = [_ground(ground)]
    for base, left in ((110, -50), (210, 0), (310, -50)):
        for number in range(5):
            middle = left + number * 100 + 50
            for radius, colour in zip((50, 37, 24, 11), [*chance.sample(colours, 3), ground], strict=True):
                arch = f"M{middle - radius} {base + 0.6}v-30.6a{radius} {radius} 0 0 1 {2 * radius} 0v30.6z"
                parts.append(f'<path fill="{colour}" d="{arch}"/>')
        parts.append(f'<path fill="{ground}" d="M0 {base}h{WIDTH}v2h-{WIDTH}z"/>')
    return "".join(parts)


def tiles(chance: Random, palette: Palette) -> str:
    """Twelve square tiles."""
    return art_tiles.floor(chance, palette)


_KINDS: tuple[Callable[[Random, Palette], str], ...] = (tiles, wheel, hills, stacks, arches)
