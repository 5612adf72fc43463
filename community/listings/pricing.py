"""What clients pay for a listing: its own prices, and the fee of its niche and of the way they came."""

from flask import g, has_request_context, session
from itsdangerous import BadData, URLSafeSerializer

from community.core.auth import viewer
from community.core.errors import NotFound
from community.core.site import settings
from community.listings.models import Listing
from community.payments import fees
from community.payments.fees import FeeTerms
from community.profiles import queries as profiles

OWN, INVITED = "own", "invited"


def terms_of(listing: Listing, source: str | None = None) -> FeeTerms:
    """The fee of a listing for who came by `source`; None is the reader of this page."""
    return fees.terms(niche=listing.niche.slug, source=came_by(listing.practice_id) if source is None else source)


def came_by(practice_id: int) -> str:
    """How the reader came to a practice: "own" by its own link, lately and in this browser; "invited" where its people
    brought them to the site; "" over the market.
    """
    if not has_request_context():
        return ""
    if practice_id in session.get(OWN, ()):
        return OWN
    return INVITED if practice_id in _invited_by() else ""


def _invited_by() -> frozenset[int]:
    """The practices that brought the reader, asked once a request."""
    person = viewer()
    if person is None:
        return frozenset()
    if "invited_by" not in g:
        g.invited_by = profiles.brought_by(person)
    found: frozenset[int] = g.invited_by
    return found


def _links() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="own-link")


def own_token(practice_id: int) -> str:
    """What a practice's own link is known by: nobody else can make one."""
    return str(_links().dumps(practice_id))


def practice_of_token(token: str) -> int:
    """Whose link it is. Raises `NotFound` for a forged one."""
    try:
        return int(_links().loads(token))
    except (BadData, TypeError, ValueError) as error:
        raise NotFound from error


def remember_own(practice_id: int) -> None:
    """This browser came by the practice's own link."""
    kept = [known for known in session.get(OWN, ()) if known != practice_id]
    session[OWN] = [*kept, practice_id][-20:]
