"""What must be true of a booking before a step. Each raises `Refused` in plain words that say what to do instead."""

from flask_babel import gettext as _

from community.bookings import queries, rules
from community.bookings.models import Booking
from community.core import clock
from community.core.errors import Refused


def is_free(booking: Booking, _actor: str) -> None:
    """Nothing is paid through us: it costs nothing, or they pay each other."""
    if booking.total and booking.mode != "off":
        raise Refused("not_free", _("This has to be paid: go on to the payment."))


def is_paid_for(booking: Booking, _actor: str) -> None:
    """It is paid through us."""
    if not booking.total or booking.mode == "off":
        raise Refused("is_free", _("There is nothing to pay for this."))


def is_instant(booking: Booking, _actor: str) -> None:
    """The practice need not be asked."""
    if booking.on_request:
        raise Refused("on_request", _("The practice has to say yes first."))


def is_on_request(booking: Booking, _actor: str) -> None:
    """The practice is asked."""
    if not booking.on_request:
        raise Refused("instant", _("This is confirmed at once: nobody has to be asked."))


def lies_ahead(booking: Booking, _actor: str) -> None:
    """It has not begun."""
    if booking.starts_at <= clock.now():
        raise Refused("begun", _("This has begun already. Write to the other side, or say afterwards what was wrong."))


def lies_ahead_or_long(booking: Booking, actor: str) -> None:
    """What has a set time has not begun."""
    if booking.kind in rules.TIMED:
        lies_ahead(booking, actor)


def can_be_cancelled(booking: Booking, actor: str) -> None:
    """Before it begins; a project by its practice at any time; a file until it was downloaded."""
    if booking.kind == "digital":
        if booking.downloads and actor == "client":
            text = _("The file was downloaded, so it can’t be given back. If it is not what was promised, object.")
            raise Refused("downloaded", text)
        return
    if booking.kind in rules.LONG and actor in {"practice", "moderator"}:
        return
    lies_ahead(booking, actor)


def is_over(booking: Booking, _actor: str) -> None:
    """Its time has passed."""
    if booking.ends_at > clock.now():
        raise Refused("not_over", _("This is not over yet. Come back when it has ended."))


def is_timed(booking: Booking, _actor: str) -> None:
    """It is a meeting at a set time."""
    if booking.kind not in rules.TIMED:
        raise Refused("not_timed", _("This has no set time. Write to the other side instead."))


def can_move(booking: Booking, _actor: str) -> None:
    """It has a time of its own: a workshop's is everybody's."""
    if booking.kind != "session":
        raise Refused("fixed_time", _("The time of this can’t be changed. Cancel it and book another one."))


def is_long(booking: Booking, _actor: str) -> None:
    """It is a piece of work that is handed in."""
    if booking.kind not in rules.LONG:
        raise Refused("not_a_project", _("Only a project is handed in and changed."))


def ends_by_clock(booking: Booking, _actor: str) -> None:
    """It ends by itself; a project is handed in."""
    if booking.kind in rules.LONG:
        raise Refused("is_a_project", _("A project is over when the practice hands it in."))


def is_inquiry(booking: Booking, _actor: str) -> None:
    """It began with a question."""
    if booking.kind != "inquiry":
        raise Refused("not_an_inquiry", _("This has a price already: there is nothing to quote."))


def is_workshop(booking: Booking, _actor: str) -> None:
    """It is a seat at a date."""
    if booking.kind != "workshop":
        raise Refused("not_a_workshop", _("Only a workshop is called off for all."))


def may_report(booking: Booking, actor: str) -> None:
    """From the start until a day after the end."""
    is_timed(booking, actor)
    now = clock.now()
    if now < booking.starts_at:
        raise Refused("not_begun", _("It has not begun yet. You can say so once it has."))
    if now > booking.ends_at + rules.REPORT_WITHIN:
        raise Refused("too_late", _("That can be said until a day after the end. Write to those who run this site."))


def is_unpaid(booking: Booking, _actor: str) -> None:
    """A later part could not be charged, and its time to be put right is over."""
    if not any(one.status == "given_up" and one.recover_by for one in queries.unpaid_parts(booking)):
        raise Refused("all_paid", _("Nothing that was due is left to pay. Reload to see how it stands."))


def is_other_side(booking: Booking, actor: str) -> None:
    """Who was reported opposes, not who reported."""
    if reporter(booking) == actor:
        raise Refused("own_report", _("You reported this yourself: the other side can object."))


def is_open_report(booking: Booking, _actor: str) -> None:
    """There is still time to object."""
    if booking.expires_at is None:
        raise Refused(
            "stood", _("Nobody objected within a day, so the report stands. Write to the people who run this site.")
        )


def is_due(booking: Booking, _actor: str) -> None:
    """The time to answer is over."""
    if booking.expires_at is None or booking.expires_at > clock.now():
        raise Refused("not_due", _("There is still time to answer."))


def may_hand_over(booking: Booking, _actor: str) -> None:
    """Before it begins, and not what belongs to many."""
    if booking.kind == "workshop":
        raise Refused("not_a_workshop", _("A workshop’s seat can’t be passed on: call the date off instead."))
    if booking.kind == "session":
        lies_ahead(booking, _actor)


def reporter(booking: Booking) -> str:
    """Which side reported a no-show; empty when none did."""
    reports = [event for event in booking.log if event.transition == "report"]
    return reports[-1].actor if reports else ""
