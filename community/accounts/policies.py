"""Who may open which route, as far as the account decides."""

from typing import Any

from flask import redirect, request, session, url_for
from flask_babel import gettext as _

from community.accounts import queries
from community.core.auth import current_user, define_policy
from community.core.errors import Refused
from community.core.web import wants_json


@define_policy("person")
def person() -> Any:
    """Signed in, and neither suspended nor banned."""
    if not current_user.is_authenticated:
        return _sign_in()
    found = queries.sanction(current_user, "suspend", "ban")
    if found is not None:
        raise Refused("suspended", _("Your account is suspended: %(reason)s", reason=found.reason), 403)
    return None


@define_policy("account")
def account() -> Any:
    """Signed in, also while suspended or banned: what one owes and is owed, and the way to a second look."""
    return None if current_user.is_authenticated else _sign_in()


@define_policy("member")
def member() -> Any:
    """A person with an active membership."""
    answer = person()
    if answer is None and not queries.is_member(current_user):
        raise Refused("members_only", _("This is for members. Your membership is not active yet."), 403)
    return answer


@define_policy("staff")
def staff() -> Any:
    """An operator or moderator; for others the page does not exist."""
    answer = person()
    if answer is None and not current_user.is_staff:
        raise Refused("not_found", status=404)
    return answer


@define_policy("operator")
def operator() -> Any:
    """An operator: money is not a moderator's business. For others the page does not exist."""
    answer = person()
    if answer is None and not current_user.is_operator:
        raise Refused("not_found", status=404)
    return answer


def _sign_in() -> Any:
    if wants_json():
        raise Refused("sign_in", _("Please sign in first."), 401)
    if request.method == "GET":
        session["next"] = request.full_path.rstrip("?")
    return redirect(url_for("security.login"))
