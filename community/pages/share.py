"""The picture that other sites show of a link: drawn here, 1200 × 630, from a few words. Nothing in it is clickable."""

import io
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
_FONTS = Path(__file__).parents[2] / "static" / "fonts"
_GROUND, _LINE, _BRASS, _WHITE = "#11453a", "#bfe3cf", "#f2b83d", "#ffffff"
_MARGIN, _ROOM = 84, 800  # px; texts are that wide at most, the wheel stands to their right
_TWICE = 2  # circles are drawn at twice the size and made smaller: smooth edges


@dataclass(frozen=True)
class Card:
    """What stands on it: who or what, a sentence, a line beneath, and the site's name."""

    title: str
    text: str
    line: str
    site: str


@lru_cache(maxsize=64)
def png(card: Card) -> bytes:
    """The picture as PNG. The same words give the same bytes."""
    image = _ground().copy()
    pen = ImageDraw.Draw(image)
    title = _fitted(card.title, "bricolage", (84, 72, 60), 2)
    text = _fitted(card.text, "figtree", (40, 36, 32), 4)
    top = _MARGIN
    for lines, colour in ((title, _WHITE), (text, _LINE)):
        for words in lines.words:
            pen.text((_MARGIN, top), words, font=lines.font, fill=colour)
            top += round(lines.size * 1.22)
        top += 26
    small = _font("figtree", 34)
    if card.line:
        pen.text((_MARGIN, HEIGHT - _MARGIN - 96), card.line, font=small, fill=_BRASS)
    pen.text((_MARGIN, HEIGHT - _MARGIN - 36), card.site, font=_font("bricolage", 40), fill=_WHITE)
    kept = io.BytesIO()
    image.quantize(128).save(kept, "PNG", optimize=True)
    return kept.getvalue()


@dataclass(frozen=True)
class _Lines:
    """A text broken into lines in one size."""

    words: tuple[str, ...]
    size: int
    font: ImageFont.FreeTypeFont


def _fitted(text: str, face: str, sizes: tuple[int, ...], most: int) -> _Lines:
    """In the largest size that needs at most `most` lines; in the smallest one what is too long is cut."""
    for size in sizes:
        font = _font(face, size)
        lines = _wrapped(text, font)
        if len(lines) <= most:
            return _Lines(tuple(lines), size, font)
    kept = lines[:most]
    kept[-1] = kept[-1][:-1].rstrip(" ,.;") + "…"
    return _Lines(tuple(kept), size, font)


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in text[:400].split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= _ROOM:
            lines[-1] = longer
        else:
            lines.append(_cut(word, font))
    return lines or [""]


def _cut(word: str, font: ImageFont.FreeTypeFont) -> str:
    while len(word) > 1 and font.getlength(word) > _ROOM:
        word = word[:-1]
    return word


@lru_cache(maxsize=16)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(_FONTS / f"{face}.woff2"), size)
    if face == "figtree":
        font.set_variation_by_axes([500])
    return font


@lru_cache(maxsize=1)
def _ground() -> Image.Image:
    """The site's wheel on its green, cut by the right edge."""
    image = Image.new("RGB", (WIDTH * _TWICE, HEIGHT * _TWICE), _GROUND)
    pen = ImageDraw.Draw(image)
    middle = (WIDTH * _TWICE - 190, HEIGHT * _TWICE // 2)
    for radius, width, colour in ((420, 34, "#1b5a4c"), (300, 120, "#1d6353"), (150, 0, _GROUND)):
        box = (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)
        if width:
            pen.ellipse(box, outline=colour, width=width)
        else:
            pen.ellipse(box, fill=colour)
    turn, reach = math.radians(38), 470
    across, down = math.sin(turn) * reach, math.cos(turn) * reach
    ends = ((middle[0] + across, middle[1] - down), (middle[0] - across, middle[1] + down))
    pen.line(ends, fill=_BRASS, width=76)
    for x, y in ends:
        pen.ellipse((x - 38, y - 38, x + 38, y + 38), fill=_BRASS)
    return image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
