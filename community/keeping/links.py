"""The address in a mail that ends it: signed, for one search, without signing in."""

from itsdangerous import BadData, URLSafeSerializer

from community.core.db import db
from community.core.errors import NotFound
from community.core.site import settings
from community.keeping.models import SavedSearch


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="saved-search-stop")


def token(saved: SavedSearch) -> str:
    """What the address holds. It does not grow old: so may the mail."""
    return str(_signer().dumps([saved.id, saved.person_id]))


def search_of(given: str) -> SavedSearch | None:
    """The search of a token, None where it was deleted; `NotFound` for a forged one."""
    try:
        saved_id, person_id = _signer().loads(given)
    except (BadData, ValueError, TypeError):
        raise NotFound from None
    found = db.session.get(SavedSearch, saved_id)
    return found if found is not None and found.person_id == person_id else None
