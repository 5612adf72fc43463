"""Makes `log.tsv` (300 searches, 40 bookings) and `expected.tsv`, what they add up to. Imports nothing of the product:
run `python tests/explorer/making.py` and read both. What each line of the log is for is said in `SEARCHES`.
"""

from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
FIELD = {
    **dict.fromkeys(("bookkeeping", "vat-help", "payroll"), "money-law"),
    **dict.fromkeys(("label-design", "brand-identity"), "design"),
}
BRISTOL, BATH = "2654675", "2656173"

# (searches, people, days ago of the first, days they lie in, words, niche filter, niche meant, audience, place,
#  hits). The people of a line come in turn; "a" to "z" before the number keep the people of different lines apart.
SEARCHES = (
    ("a", 60, 30, 80, 60, "", "bookkeeping", "bookkeeping", "", "", 3),  # by the filter alone
    ("b", 20, 12, 40, 10, "bookkeeper", "", "bookkeeping", "cafes-restaurants", "", 0),  # by its words; found nothing
    ("c", 8, 8, 20, 4, "", "bookkeeping", "bookkeeping", "shops", BRISTOL, 2),  # an audience and a place with enough
    ("d", 4, 4, 12, 2, "", "bookkeeping", "bookkeeping", "charities", BATH, 2),  # fewer than five
    ("a", 10, 10, 70, 10, "", "bookkeeping", "bookkeeping", "shops", "", 1),  # the people of the first line once more
    ("e", 36, 18, 60, 50, "packaging design", "", "label-design", "", BRISTOL, 1),
    ("f", 12, 2, 50, 3, "", "label-design", "label-design", "makers-craft", "", 0),  # two people, very often
    ("g", 6, 3, 30, 3, "", "vat-help", "vat-help", "", "", 0),  # a niche with three people
    ("h", 9, 9, 25, 9, "", "brand-identity", "brand-identity", "", "", 0),
    ("u", 7, 7, 22, 7, "payroll", "", "payroll", "", "", 0),  # enough, and yet it would give away the one above
    ("i", 18, 10, 33, 20, "zzqx wvut", "", "", "", "", 0),  # leads nowhere
    ("j", 40, 20, 150, 40, "", "bookkeeping", "bookkeeping", "", "", 3),  # the ninety days before
    ("k", 30, 15, 110, 15, "", "no-such-niche", "", "no-such-audience", "", 1),  # what the catalogue does not know
    ("l", 20, 10, 91, 2, "", "label-design", "label-design", "", "", 1),  # its first day is before, its last the first
    ("m", 10, 10, 300, 50, "", "label-design", "label-design", "", "", 1),  # too long ago
    ("n", 10, 10, 0, 1, "", "label-design", "label-design", "", "", 1),  # today
)
# (bookings, clients, days ago of the first, days between, niche, place, kind, confirmed)
BOOKINGS = (
    ("o", 14, 7, 60, 4, "bookkeeping", BRISTOL, "session", True),
    ("p", 6, 3, 30, 2, "bookkeeping", BATH, "session", True),  # three clients
    ("q", 4, 4, 20, 1, "bookkeeping", BRISTOL, "session", False),  # held, never confirmed
    ("r", 7, 7, 50, 1, "label-design", BRISTOL, "inquiry", False),
    ("s", 3, 3, 40, 1, "label-design", BRISTOL, "inquiry", True),
    ("t", 6, 6, 160, 5, "label-design", BRISTOL, "session", True),  # before
)


def searches():
    """(days ago, words, niche, meant, audience, place, hits, visitor)"""
    for mark, count, people, first, over, words, niche, meant, audience, place, hits in SEARCHES:
        for number in range(count):
            who = number % people
            yield first - who % over, words, niche, meant, audience, place, hits, f"{mark}{who}"


def bookings():
    """(days ago, niche, place, kind, confirmed, client)"""
    for mark, count, people, first, step, niche, place, kind, confirmed in BOOKINGS:
        for number in range(count):
            yield first - number * step, niche, place, kind, int(confirmed), f"{mark}{number % people}@clients.example"


def window(ago):
    """The window of a day: "now" is 1 to 90 days ago, "before" 91 to 180."""
    return "now" if 1 <= ago <= 90 else "before" if 91 <= ago <= 180 else ""


def cells(niche, audience, place):
    """All cells of a search."""
    yield "site", "", ""
    yield "field", "", FIELD.get(niche, "")
    if niche:
        yield "niche", niche, ""
        yield "audience", niche, audience if audience != "no-such-audience" else ""
        yield "place", niche, place


def sums():
    """cell → eight numbers. A visitor is one person on one day; a client is one person."""
    counts = defaultdict(lambda: defaultdict(int))
    people = defaultdict(lambda: defaultdict(set))
    for ago, _words, _niche, meant, audience, place, hits, visitor in searches():
        for cell in cells(meant, audience, place) if window(ago) else ():
            for measure in ("searches",) + (("unmet",) if not hits else ()):
                counts[window(ago), *cell][measure] += 1
                people[window(ago), *cell][measure].add((ago, visitor))
    for ago, niche, place, kind, confirmed, client in bookings():
        for cell in cells(niche, "", place) if window(ago) else ():
            if cell[0] != "audience":  # nobody says for whom they book
                for measure in (("inquiries",) if kind == "inquiry" else ()) + (("bookings",) if confirmed else ()):
                    counts[window(ago), *cell][measure] += 1
                    people[window(ago), *cell][measure].add(client)
    return counts, people


MEASURES = ("searches", "unmet", "inquiries", "bookings")


def write():
    """Both files."""
    made = [("search", *row) for row in searches()]
    agreed = [("booking", *row) for row in bookings()]
    assert (len(made), len(agreed)) == (300, 40), (len(made), len(agreed))
    lines = ["\t".join(map(str, row)) for row in (*made, *agreed)]
    (HERE / "log.tsv").write_text("\n".join(lines) + "\n")
    counts, people = sums()
    head = ["window", "kind", "niche", "part", *(f"{m}{w}" for m in MEASURES for w in ("", "_people"))]
    rows = [
        [*cell, *(str(n) for m in MEASURES for n in (counts[cell][m], len(people[cell][m])))] for cell in sorted(counts)
    ]
    (HERE / "expected.tsv").write_text("\n".join("\t".join(row) for row in [head, *rows]) + "\n")


if __name__ == "__main__":
    write()
