"""What the choices of a listing's form say, and which fields a kind has."""

from flask_babel import lazy_gettext as _

WHERE = (
    ("own_link", _("Online, on my own video link")),
    ("site_call", _("Online, on this site’s call")),
    ("phone", _("By phone")),
    ("on_site", _("At the client’s, near a town")),
    ("at_mine", _("At my place")),
)
REMOTE = (
    ("site_call", _("Online, in writing and on this site’s call")),
    *(one for one in WHERE if one[0] != "site_call"),
)
POLICIES = (
    ("flexible", _("Flexible")),
    ("moderate", _("Moderate")),
    ("strict", _("Strict")),
    ("own", _("My own")),
)
_PLACE = {"where_kind", "where_detail", "place", "radius_km"}
_MEETING = _PLACE | {"policy", "tiers", "addons"}
# The fields that only some kinds have.
FIELDS = {
    "session": _MEETING | {"lengths", "series_most", "on_request"},
    "project": _MEETING | {"packages", "on_request"},
    "workshop": _MEETING | {"price", "on_request"},
    "retainer": _PLACE | {"price", "scope", "clients_most"},
    "digital": {"price", "file", "addons"},
    "inquiry": _MEETING,
}
