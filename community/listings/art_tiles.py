"""The tiles of a generated cover: each a square with one simple shape."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

SIDE = 100
COLUMNS, ROWS = 4, 3


@dataclass(frozen=True)
class Tile:
    """Where a tile lies (its upper left corner), how it is turned, and its two colours."""

    x: int
    y: int
    turn: int
    first: str
    second: str

    @property
    def middle(self) -> tuple[int, int]:
        """Its centre."""
        return self.x + SIDE // 2, self.y + SIDE // 2

    def path(self, colour: str, d: str, *, stroke: int = 0) -> str:
        """A shape turned about the centre, filled or drawn with a line."""
        paint = f'stroke="{colour}" stroke-width="{stroke}"' if stroke else f'fill="{colour}"'
        x, y = self.middle
        return f'<path transform="rotate({self.turn} {x} {y})" {paint} d="M{self.x} {self.y}{d}"/>'

    def circle(self, radius: int, paint: str) -> str:
        """A circle about the centre."""
        x, y = self.middle
        return f'<circle cx="{x}" cy="{y}" r="{radius}" {paint}/>'


def _quarter(tile: Tile) -> str:
    return tile.path(tile.first, "h100a100 100 0 0 1-100 100z")


def _two_quarters(tile: Tile) -> str:
    return _quarter(tile) + tile.path(tile.second, "h50a50 50 0 0 1-50 50z")


def _leaf(tile: Tile) -> str:
    return tile.path(tile.first, "a100 100 0 0 1 100 100a100 100 0 0 1-100-100z")


def _disc(tile: Tile) -> str:
    return tile.circle(34, f'fill="{tile.first}"')


def _ring(tile: Tile) -> str:
    return tile.circle(32, f'fill="none" stroke="{tile.first}" stroke-width="16"')


def _halves(tile: Tile) -> str:
    return tile.path(tile.first, "m0 50a50 50 0 0 1 100 0z") + tile.path(tile.second, "m0 100a50 50 0 0 1 100 0z")


def _dots(tile: Tile) -> str:
    places = ((tile.x + 20 + 30 * column, tile.y + 20 + 30 * row) for column in range(3) for row in range(3))
    return "".join(f'<circle cx="{x}" cy="{y}" r="7" fill="{tile.first}"/>' for x, y in places)


def _stripes(tile: Tile) -> str:
    return tile.path(tile.first, "m0 14h100m-100 24h100m-100 24h100m-100 24h100", stroke=12)


def _arch(tile: Tile) -> str:
    outer = tile.path(tile.first, "m8 100v-50a42 42 0 0 1 84 0v50z")
    return outer + tile.path(tile.second, "m32 100v-50a18 18 0 0 1 36 0v50z")


def _plain(_tile: Tile) -> str:
    return ""


# A quarter comes twice as often: it is what ties the tiles together.
SHAPES: Sequence[Callable[[Tile], str]] = (
    _quarter,
    _quarter,
    _leaf,
    _disc,
    _halves,
    _ring,
    _dots,
    _stripes,
    _two_quarters,
    _plain,
    _arch,
)


def floor(chance: Random, colours: Sequence[str]) -> str:
    """Twelve tiles in four columns; neighbours overlap by a hair so that no seam shows."""
    parts = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            ground, first, second = chance.sample(list(colours), 3)
            shape = chance.choice(SHAPES)
            tile = Tile(column * SIDE, row * SIDE, chance.choice([0, 90, 180, 270]), first, second)
            parts.append(f'<path fill="{ground}" d="M{tile.x} {tile.y}h100.6v100.6h-100.6z"/>{shape(tile)}')
    return "".join(parts)
