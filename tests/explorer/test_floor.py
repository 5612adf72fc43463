"""Nobody's figure: whatever two views, or more, are taken from each other, what is left is five people or nobody."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from community.explorer.rules import board as boards
from community.explorer.rules.board import SEARCHES, UNMET, Board, Supply
from community.explorer.rules.floor import FLOOR, SITE, Cell, Tally, bounds, coarse, parent_of, protected, shown_cells

FIELDS = {"a": "x", "b": "x", "c": "y", "d": "y"}
AUDIENCES = ("", "m", "n", "o")
PLACES = ("", "1", "2")

Made = tuple[str, str, str, bool, str]  # niche, audience, place, found nothing, who
one_search = st.tuples(
    st.sampled_from(("", *FIELDS)),
    st.sampled_from(AUDIENCES),
    st.sampled_from(PLACES),
    st.booleans(),
    st.integers(0, 15).map(str),
)
logs = st.lists(one_search, max_size=90)


def cells(made: Made) -> Iterator[Cell]:
    niche, audience, place, _unmet, _who = made
    yield SITE
    yield Cell("field", "", FIELDS.get(niche, ""))
    if niche:
        yield from (Cell("niche", niche), Cell("audience", niche, audience), Cell("place", niche, place))


def rows_of(log: list[Made], *, unmet: bool = False) -> dict[Cell, list[tuple[int, str]]]:
    """The very searches of each cell, by number, with who made them."""
    found: dict[Cell, list[tuple[int, str]]] = {}
    for number, made in enumerate(log):
        for cell in cells(made) if made[3] or not unmet else ():
            found.setdefault(cell, []).append((number, made[4]))
    return found


def tallied(rows: dict[Cell, list[tuple[int, str]]]) -> dict[Cell, Tally]:
    return {cell: Tally(len(own), len({who for _number, who in own})) for cell, own in rows.items()}


def board_of(log: list[Made], supplies: dict[Cell, Supply] | None = None) -> Board:
    now = {SEARCHES: tallied(rows_of(log)), UNMET: tallied(rows_of(log, unmet=True))}
    return Board(now, {}, supplies or {}, FIELDS)


def people_left(whole: list[tuple[int, str]], *taken: list[tuple[int, str]]) -> int:
    gone = {number for one in taken for number, _who in one}
    return len({who for number, who in whole if number not in gone})


def below(cell: Cell, shown: set[Cell], kinds: tuple[str, ...]) -> list[Cell]:
    """The shown cells right under one, of these kinds."""
    return [one for one in shown if one.kind in kinds and parent_of(one, FIELDS) == cell]


def is_under(cell: Cell, above: Cell) -> bool:
    at: Cell | None = parent_of(cell, FIELDS)
    while at is not None and at != above:
        at = parent_of(at, FIELDS)
    return at is not None


@given(logs)
@settings(max_examples=120)
def test_no_view_and_no_two_views_are_about_fewer_than_five(log: list[Made]) -> None:
    board = board_of(log)
    for measure in (SEARCHES, UNMET):
        rows, shown = rows_of(log, unmet=measure == UNMET), board.shown(measure)
        for one in shown:
            assert people_left(rows[one]) >= FLOOR
        for whole in shown:
            for part in shown:
                if is_under(part, whole):
                    assert people_left(rows[whole], rows[part]) not in range(1, FLOOR), (measure, whole, part)


@given(logs)
@settings(max_examples=120)
def test_nor_are_many_views_at_once(log: list[Made]) -> None:
    rows, board = rows_of(log), board_of(log)
    shown = board.shown(SEARCHES)
    for whole in shown:
        for kinds in (("field", "niche", "audience"), ("field", "niche", "place")):
            parts = below(whole, shown, kinds)
            assert people_left(rows[whole], *(rows[one] for one in parts)) not in range(1, FLOOR)
            # The same, with each part taken apart into what is shown of it.
            finest = [deep for one in parts for deep in (below(one, shown, kinds) or [one])]
            assert people_left(rows[whole], *(rows[one] for one in finest)) not in range(1, FLOOR)


@given(logs)
@settings(max_examples=60)
def test_nor_is_what_was_found_beside_what_was_not(log: list[Made]) -> None:
    board, every, unmet = board_of(log), rows_of(log), rows_of(log, unmet=True)
    for cell in board.shown(UNMET):
        assert cell in board.shown(SEARCHES)
        left = [row for row in every[cell] if row not in unmet[cell]]
        assert not left or len({who for _number, who in every[cell]}) - len({who for _n, who in unmet[cell]}) >= FLOOR


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_two_shown_numbers_never_pin_down_one_to_four(first: int, second: int) -> None:
    whole, part = max(first, second), min(first, second)
    (least, most), (low, high) = bounds(coarse(whole)), bounds(coarse(part))
    assert least <= whole <= most
    assert low <= part <= high
    smallest, largest = max(0, least - high), most - low
    assert smallest <= whole - part <= largest
    assert smallest == 0 or largest >= FLOOR
    assert largest >= FLOOR - 1  # nought is possible wherever four is


@given(
    st.dictionaries(st.integers(0, 12), st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=12),
    st.integers(0, 60),
)
def test_the_rest_is_five_people_or_nobody(parts: dict[int, tuple[int, int]], people: int) -> None:
    known = {key: Tally(max(count, by), by) for key, (count, by) in parts.items() if count or by}
    total = Tally(sum(one.count for one in known.values()), max([people, *(one.people for one in known.values())]))
    shown = protected(total, known, list(known))
    hidden = [one.people for key, one in known.items() if key not in shown]
    assert all(known[key].people >= FLOOR for key in shown)
    if shown and hidden:
        assert max([total.people - sum(known[key].people for key in shown), *hidden]) >= FLOOR


@given(st.lists(st.lists(one_search, max_size=30), min_size=6, max_size=6))
@settings(max_examples=40)
def test_over_time_too(stretches: list[list[Made]]) -> None:
    bins = [tallied(rows_of(log)) for log in stretches]
    values = boards.by_time(bins, FIELDS, Cell("niche", "a"))
    hidden = [one.get(Cell("niche", "a"), Tally()) for one, value in zip(bins, values, strict=True) if value is None]
    shown = [one for one, value in zip(bins, values, strict=True) if value is not None]
    assert all(Cell("niche", "a") in shown_cells(one, FIELDS) for one in shown)
    # Nobody is the same person on two days, so the people of stretches add up.
    assert not shown or sum(one.people for one in hidden) not in range(1, FLOOR)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 12), max_size=8), st.integers(0, 20))
def test_words_leave_nobody_over(asked: dict[str, int], more: int) -> None:
    words = {text: Tally(people, people) for text, people in asked.items()}
    total = Tally(sum(asked.values()) + more, sum(asked.values()) + more)
    shown = dict(boards.words_shown(words, total))
    assert all(asked[text] >= FLOOR for text in shown)
    assert not shown or total.people - sum(asked[text] for text in shown) not in range(1, FLOOR)
    assert list(shown.values()) == sorted(shown.values(), reverse=True)


@given(logs, st.integers(0, 3))
@settings(max_examples=60)
def test_the_score_knows_no_more_than_is_shown(log: list[Made], more: int) -> None:
    """Up to three more searches that change no shown number change no score."""
    supplies = {Cell("niche", niche): Supply(practices=2) for niche in FIELDS} | {SITE: Supply(practices=8)}
    first = board_of(log, supplies)
    seen = {cell: first.at(SEARCHES, cell) for cell in (SITE, *(Cell("niche", niche) for niche in FIELDS))}
    second = board_of(log + [("a", "m", "1", False, made[4]) for made in log[:1] for _ in range(more)], supplies)
    if seen == {cell: second.at(SEARCHES, cell) for cell in seen} and all(
        first.figure(measure, cell) == second.figure(measure, cell) for measure in (SEARCHES, UNMET) for cell in seen
    ):
        assert [first.score(cell) for cell in seen] == [second.score(cell) for cell in seen]
