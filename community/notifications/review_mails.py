"""Mails about reviews: asked once, reminded once, told when both can read, and when a practice answered."""

from flask import url_for
from flask_babel import gettext as _

from community.bookings.models import Booking
from community.core import clock, formats
from community.core.db import writing
from community.core.events import after
from community.core.mail import write_mail
from community.notifications.readers import Reader, client_of, deliverer_of, worker
from community.notifications.telling import Fact, News, client_name, first_time, tell
from community.reviews import queries, references, vouching
from community.reviews.facts import (
    ReferenceAsked,
    ReferenceGiven,
    ReviewAsked,
    ReviewHidden,
    ReviewReminder,
    ReviewReplied,
    ReviewsOpened,
    VouchGiven,
)
from community.reviews.models import Round


def _other(booking: Booking, reader: Reader) -> str:
    return client_name(booking) if reader.side == "practice" else booking.practice.name


def _asked(found: Round, reader: Reader, *, again: bool = False) -> News:
    booking, name = found.booking, _other(found.booking, reader)
    until = formats.long_day(found.closes_at, reader.zone)
    return News(
        subject=_("Still time: how was it with %(name)s?", name=name)
        if again
        else _("How was it with %(name)s?", name=name),
        heading=_("How was it?"),
        intro=_("%(title)s is done. A sentence or two from you helps the next one.", title=booking.listing.title),
        facts=(Fact(_("Open until"), until),),
        lines=(_("Neither of you reads what the other wrote before both have, or before that day."),),
        button=(_("Write a review"), url_for("reviews.write", ref=booking.ref, _external=True)),
    )


@after(ReviewAsked)
def ask_for_review(fact: ReviewAsked) -> None:
    """Both sides, once."""
    with writing():
        found = queries.round_of(fact.booking_id)
        if found is not None and found.opened_at is None:
            readers = (client_of(found.booking), deliverer_of(found.booking))
            tell(readers, f"review:{fact.booking_id}", lambda reader: _asked(found, reader))


@after(ReviewReminder)
def remind_of_review(fact: ReviewReminder) -> None:
    """Who has not written, once more and never again."""
    with writing():
        found = queries.round_of(fact.booking_id)
        if found is None or found.opened_at is not None or found.closes_at <= clock.now():
            return
        readers = [one for one in (client_of(found.booking), deliverer_of(found.booking)) if not found.by(one.side)]
        tell(readers, f"review_reminder:{fact.booking_id}", lambda reader: _asked(found, reader, again=True))


@after(ReviewsOpened)
def tell_opened(fact: ReviewsOpened) -> None:
    """What the other side wrote can be read."""
    with writing():
        found = queries.round_of(fact.booking_id)
        if found is None:
            return
        both = (client_of(found.booking), deliverer_of(found.booking))
        readers = [one for one in both if found.by("practice" if one.side == "client" else "client")]
        tell(readers, f"review_opened:{fact.booking_id}", lambda reader: _opened(found, reader))


def _opened(found: Round, reader: Reader) -> News:
    booking, name = found.booking, _other(found.booking, reader)
    said = found.by("practice" if reader.side == "client" else "client")
    return News(
        subject=_("%(name)s has written about you", name=name),
        heading=_("Now both can read it"),
        intro=booking.listing.title,
        facts=(Fact(_("Stars"), str(said.stars if said else "")),),
        said=(name, said.text) if said else None,
        button=(_("Read it"), url_for("bookings.show", ref=booking.ref, _external=True)),
    )


@after(ReviewReplied)
def tell_replied(fact: ReviewReplied) -> None:
    """The client hears what the practice answered."""
    with writing():
        review = queries.get(fact.review_id)
        if review is None or review.author is None:
            return
        booking = review.round.booking
        tell([client_of(booking)], f"review_replied:{review.id}", lambda _reader: News(
            subject=_("%(name)s answered your review", name=booking.practice.name),
            heading=_("An answer to your review"),
            intro=booking.listing.title,
            said=(booking.practice.name, review.reply),
            button=(_("See it"), url_for("bookings.show", ref=booking.ref, _external=True)),
        ))  # fmt: skip


@after(ReviewHidden)
def tell_hidden(fact: ReviewHidden) -> None:
    """Who wrote it hears why it is out of sight."""
    with writing():
        review = queries.get(fact.review_id)
        if review is None or review.author is None or review.hidden_at is None:
            return
        booking = review.round.booking
        reader = client_of(booking) if review.side == "client" else worker(review.author)
        key = f"review_hidden:{review.id}:{int(review.hidden_at.timestamp())}"
        tell([reader], key, lambda _reader: News(
            subject=_("Your review is not shown at the moment"),
            heading=_("Your review is not shown"),
            intro=_("The people who run this site took it out of sight."),
            said=(_("Why"), review.hidden_reason),
            lines=(_("If you see it differently, write to them: there is an address on the page of the rules."),),
            button=(_("See it"), url_for("reviews.mine", _external=True)),
        ))  # fmt: skip


@after(ReferenceAsked)
def ask_for_reference(fact: ReferenceAsked) -> None:
    """The client from before, with the one link that lets them write."""
    with writing():
        found = references.get(fact.reference_id)
        if found.status != "asked" or not first_time(f"reference:{found.id}"):
            return
        practice = found.practice
        owner = practice.owner
        news = News(
            subject=_("%(name)s asks you for a word", name=practice.name),
            heading=_("A word about %(name)s?", name=practice.name),
            intro=_("They say that they worked for you, and ask what it was like."),
            facts=(Fact(_("What it was about"), found.about),),
            lines=(_("Not you, or you would rather not? The page has a “no”, and we forget your address."),),
            button=(
                _("Write a word"),
                url_for("references.show", token=references.token(found), _external=True),
            ),
        )
        write_mail(found.email, "booking_news", locale=owner.locale, news=news)


@after(ReferenceGiven)
def tell_reference(fact: ReferenceGiven) -> None:
    """The practice hears that somebody wrote."""
    with writing():
        found = references.get(fact.reference_id)
        practice = found.practice
        tell([worker(practice.owner)], f"reference_given:{found.id}", lambda _reader: News(
            subject=_("%(name)s wrote you a reference", name=found.name),
            heading=_("A word from before"),
            intro=found.work,
            said=(found.name, found.text),
            button=(_("See your page"), url_for("profiles.practice", practice=practice.slug, _external=True)),
        ))  # fmt: skip


@after(VouchGiven)
def tell_vouched(fact: VouchGiven) -> None:
    """The practice hears who stands up for it."""
    with writing():
        found = vouching.get(fact.vouch_id)
        if found is None:
            return
        practice, name = found.practice, found.person.name
        tell([worker(practice.owner)], f"vouched:{found.id}", lambda _reader: News(
            subject=_("%(name)s vouches for you", name=name),
            heading=_("Somebody stands up for you"),
            intro=name,
            said=(name, found.text),
            button=(_("See your page"), url_for("profiles.practice", practice=practice.slug, _external=True)),
        ))  # fmt: skip
