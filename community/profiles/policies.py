"""Who may open the desk."""

from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _

from community.accounts import queries as accounts
from community.core.auth import check, current_user, define_policy
from community.core.errors import Refused
from community.core.web import wants_json
from community.profiles import queries


@define_policy("practice")
def practice() -> Any:
    """Signed in and working in a practice; others are led to where one is started."""
    answer = check("person")
    if answer is not None or queries.practice_of(current_user) is not None:
        return answer
    if wants_json():
        raise Refused("no_practice", _("You need a practice for this."), 403)
    return redirect(url_for("profiles.start"))


@define_policy("practice_money")
def practice_money() -> Any:
    """An owner or partner, also while suspended or banned: what they earned is theirs to see and to export."""
    answer = check("account")
    if answer is not None or accounts.sanction(current_user, "suspend", "ban") is None:
        return answer if answer is not None else check("practice_owner")
    found = queries.practice_of(current_user)
    if found is None or queries.role_of(current_user, found) == "assistant":
        return check("person")
    return None


@define_policy("practice_owner")
def practice_owner() -> Any:
    """An owner or partner; assistants look after calendar and messages."""
    answer = practice()
    if answer is not None:
        return answer
    found = queries.practice_of(current_user)
    if found is not None and queries.role_of(current_user, found) == "assistant":
        raise Refused("owners_only", _("Only an owner or partner can change this."), 403)
    return None
