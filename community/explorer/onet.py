"""What people did in their last job: O*NET's occupations, their tasks and titles, as shipped (see NOTICE).

Read once, when somebody first looks for a niche: about 2 MB of text.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache

from community.explorer.rules.fit import Niches, Titles
from community.niches import catalogue
from community.search.aside import aside


@lru_cache(maxsize=1)
def occupations() -> Mapping[str, str]:
    """Every occupation with tasks: code → title."""
    return {one.code: one.title for one in catalogue.occupations() if tasks(one.code)}


@lru_cache(maxsize=1)
def _tasks() -> Mapping[str, Mapping[int, str]]:
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for code, number, text in catalogue.tasks():
        found[code][number] = text
    return found


def tasks(code: str) -> Mapping[int, str]:
    """Up to ten tasks of an occupation, number → text; none of an unknown one."""
    return _tasks().get(code, {})


@lru_cache(maxsize=1)
def _niches_of() -> Mapping[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in catalogue.synonyms():
        if one.onet_code:
            found[one.onet_code][one.niche] += 1
    return found


def niches_of(code: str) -> dict[str, float]:
    """The niches an occupation's work is sold as, each with its share of the titles."""
    known = _niches_of().get(code, Counter())
    return {niche: many / known.total() for niche, many in known.items()}


@lru_cache(maxsize=1)
def titles() -> Titles:
    """All titles of all occupations, to ask for the nearest. Half a second of work once, so it is done aside."""
    return aside(_titles)


def _titles() -> Titles:
    known = occupations()
    named = [(code, title) for code, title in known.items()]
    said = [(one.onet_code, one.title) for one in catalogue.synonyms() if one.onet_code in known]
    return Titles(named + said)


@lru_cache(maxsize=1)
def niches() -> Niches:
    """What the work of each niche sounds like; made aside as well."""
    return aside(_niches)


def _niches() -> Niches:
    texts = {one.slug: [one.name, one.description] for one in catalogue.niches()}
    for code, own in _niches_of().items():
        for niche in own:
            texts[niche] += tasks(code).values()
    return Niches(texts)
