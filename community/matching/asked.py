"""The question that goes to who may keep somebody company: signed, for one person and one wish."""

from itsdangerous import BadData, URLSafeTimedSerializer

from community.accounts.models import Person
from community.accounts.queries import visible_to
from community.core.db import db
from community.core.errors import NotFound
from community.core.site import settings
from community.matching import keeping
from community.matching.models import PartnerWish


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="partner-asked")


def token(wish_id: int, person_id: int) -> str:
    """What the address in the mail holds."""
    return str(_signer().dumps([wish_id, person_id]))


def wish_of(viewer: Person, given: str) -> PartnerWish:
    """The wish that somebody was asked about, for them alone; `NotFound` when hidden, too old, or another's."""
    try:
        wish_id, person_id = _signer().loads(given, max_age=keeping.ASKED_SECONDS)
    except (BadData, ValueError, TypeError):
        raise NotFound from None
    query = db.select(PartnerWish).where(PartnerWish.id == wish_id, visible_to(viewer, PartnerWish.person_id))
    found: PartnerWish | None = db.session.scalar(query)
    if found is None or person_id != viewer.id:
        raise NotFound
    return found
