"""Decisions about practices from values alone."""

import re
from typing import Protocol

MOST_PEOPLE = 5
SLUG = re.compile(r"^[a-z0-9](?:[a-z0-9-]{1,58})[a-z0-9]$")

# An address is `/<practice>`: none may hide a page of the site. First segments of our routes, and words kept back.
_WORDS = """
    about access accessibility account accounts admin api app apps assets audiences auth bank billing blocks blog
    board book booking bookings brief briefs calendar calls cancel cards careers change checkout circles clients
    codes collections community community-rules company confirm contact cookies covers dashboard demo desk dev
    developers directory docs download downloads explore explorer export faq favicon favourites feed feeds fees
    files find follow forum found fs-static health healthz help hold holds home hooks host hosts hours how
    how-it-works image images impressum inbox income index invitations invite invoices jobs join language leave
    legal licence licences license linchpin listing listings live login logout mail manifest market marketplace me
    media meetups member members membership memberships messages metrics mfa moderation moderator money new news
    niches notifications oauth operator operators ops orders own pages partner partners password pay payment
    payments payouts people person persons photos pictures places policies practice practices preview pricing
    privacy profile profiles ready readyz recover recovery references refunds register reports reset resources
    retainers reviews robots room rooms root rules sandbox saved search searches security sell send sent sessions
    settings setup share shortlist signin signout signup site sitemap socket socketio staff start static status
    stripe subscribe suggestions support team terms tf-setup tf-validate theme times tokens topics town towns
    unsubscribe upload uploads users verify visits vouches waiting wallet webhook webhooks welcome well-known work
    workshops www
"""
RESERVED = frozenset(_WORDS.split())


class Speaks(Protocol):
    """What can be said in one sentence."""

    help_whom: str
    help_what: str
    help_how: str


def sentence(practice: Speaks, pattern: str = "I help {whom} {what} by {how}") -> str:
    """The practice in one sentence; `pattern` is the translated frame."""
    return pattern.format(whom=practice.help_whom, what=practice.help_what, how=practice.help_how)


def is_address(slug: str) -> bool:
    """True for 3 to 60 small letters, digits and hyphens that no page of the site needs."""
    return bool(SLUG.match(slug)) and "--" not in slug and slug not in RESERVED


def address_from(base: str, taken: frozenset[str]) -> str:
    """The first free address that begins with `base`, itself a slug."""
    start = base if len(base) >= 3 else f"{base}-practice".strip("-")
    start = start[:56].rstrip("-")
    candidates = (start, *(f"{start}-{number}" for number in range(2, len(taken) + 4)))
    return next(one for one in candidates if one not in taken and is_address(one))


def names(typed: str, most: int = 12) -> list[str]:
    """What was typed as "English, Spanish" as a list without repeats, at most `most` of 40 characters."""
    found = (" ".join(part.split())[:40] for part in re.split(r"[,;\n]", typed))
    return list(dict.fromkeys(part for part in found if part))[:most]
