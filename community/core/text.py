"""Text from people: Markdown made safe, slugs, and short plain versions."""

import re
import unicodedata

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("strikethrough")
_TAGS = {"p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h3", "h4", "hr"}
# One line of words that no rule of CommonMark or HTML gives another meaning: most of what people say in a room.
_WORDS = re.compile(r"[^\W\d_](?: ?[\w,.;:?!'’…])*", re.UNICODE)
_SCHEMES = {"http", "https", "mailto"}


def markdown(source: str) -> Markup:
    """Markdown as safe HTML: a short list of tags, links that neither pass rank nor their opener."""
    if _WORDS.fullmatch(source) and "_" not in source:
        return Markup(f"<p>{source}</p>\n")  # noqa: S704 - no letter of it has a meaning
    html = _markdown.render(source.replace("\x00", ""))
    html = re.sub(r"<(/?)h[12]>", r"<\1h3>", html)
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener noreferrer ugc",
    )
    return Markup(clean)  # noqa: S704 - cleaned by nh3


def plain(source: str, most: int = 160) -> str:
    """Markdown as one plain line of at most `most` characters, cut at a word."""
    text = " ".join(nh3.clean(_markdown.render(source), tags=set()).split())
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, character)
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def slugify(text: str, most: int = 60) -> str:
    """Lower-case ASCII words joined by hyphens; may be empty."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:most].rstrip("-")


def fold(text: str) -> str:
    """For comparing addresses and names: trimmed, NFKC, case-folded."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def initials(name: str) -> str:
    """The letters of an avatar, of the first and the last word: Mara van Ellis gives ME."""
    words = (name or "").split() or ["?"]
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()
