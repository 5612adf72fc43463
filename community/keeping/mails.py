"""The mail of a saved search: what is new, and the way to hear no more of it."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from community.core.mail import write_mail
from community.keeping import links, words
from community.keeping.models import SavedSearch
from community.listings import paid
from community.listings.models import Listing
from community.niches.names import names
from community.notifications.telling import Fact, News, first_time

_MOST = 10  # listings in one mail


def write(saved: SavedSearch, found: Sequence[Listing]) -> None:
    """Write it, once for these listings. Call inside `writing()`."""
    if not first_time(f"search:{saved.id}:{min(one.id for one in found)}"):
        return
    stop = url_for("searches.stop", token=links.token(saved), _external=True)
    with force_locale(saved.person.locale):
        news = _news(saved, found, stop)
    at_once = url_for("searches.stop_at_once", token=links.token(saved), _external=True)
    write_mail(saved.person.email, "booking_news", locale=saved.person.locale, unsubscribe=at_once, news=news)


def _news(saved: SavedSearch, found: Sequence[Listing], stop: str) -> News:
    title = words.title(saved, names())
    first, more = found[0], len(found) - _MOST
    several = _("%(n)s new listings: %(search)s", n=len(found), search=title)
    rest = (ngettext("And %(num)s more.", "And %(num)s more.", more),) if more > 0 else ()
    return News(
        subject=_("New: %(title)s", title=first.title) if len(found) == 1 else several,
        heading=_("Something new for you"),
        intro=_("You asked us to tell you: %(search)s.", search=title),
        facts=tuple(_fact(one) for one in found[:_MOST]),
        lines=(*rest, _("Enough of this search? Stop these mails with one click: %(address)s", address=stop)),
        button=(_("See them all"), url_for("search.index", _external=True) + f"?{saved.search}&sort=newest"),
    )


def _fact(listing: Listing) -> Fact:
    href = url_for("listings.show", practice=listing.practice.slug, slug=listing.slug, _external=True)
    price = "" if listing.least is None else f", {paid(listing.least, listing, '')}"
    return Fact(listing.practice.name, listing.title, price, href)
