"""Where it happens, in words."""

from flask_babel import gettext as _

ICONS = {"own_link": "video", "site_call": "video", "phone": "phone", "on_site": "map-pin", "at_mine": "map-pin"}


def where_words(kind: str, name: str) -> str:
    """What stands on the page before the details are known."""
    words = {
        "own_link": _("Online, on %(name)s’s own video link", name=name),
        "site_call": _("Online, on a video call of this site"),
        "phone": _("By phone"),
        "on_site": _("At your place"),
        "at_mine": _("At %(name)s’s place", name=name),
    }
    return words[kind]
