"""What the booking pages show, worked out from the booking and who looks at it."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from community.accounts.queries import Viewer
from community.bookings import actions, queries, rules, standing, words
from community.bookings.models import Booking, Proposal
from community.bookings.process import executor
from community.bookings.where import ICONS, where_words
from community.core import clock, formats
from community.profiles import queries as profiles
from community.profiles.models import Practice


def refund_lines(tiers: rules.Tiers, start: datetime, zone: str) -> list[str]:
    """The cancellation terms of one start, as sentences in the reader's words."""
    lines = []
    for until, per_cent in rules.refund_steps(tiers, start)[:-1]:
        if until > clock.now():
            when = f"{formats.short_day(until, zone)}, {formats.clock_time(until, zone)}"
            lines.append(_back_until(per_cent, when))
    return lines or [_("No refund if you cancel, unless you do so within 30 minutes of booking")]


def _back_until(per_cent: int, when: str) -> str:
    if per_cent == 100:
        return _("All back until %(when)s", when=when)
    if per_cent == 50:
        return _("Half back until %(when)s", when=when)
    return _("%(n)s%% back until %(when)s", n=per_cent, when=when)


class BookingPage:
    """One booking, as one side sees it."""

    def __init__(self, booking: Booking, viewer: Viewer) -> None:
        self.booking = booking
        self.viewer = viewer
        self.side = queries.side_of(viewer, booking)
        self.zone = viewer.zone if viewer is not None else booking.zone
        self.paid = queries.paid_amount(booking)
        self.refunds = [refund for share in booking.shares for refund in share.payment.refunds]
        self.other = booking.order.client_name if self.side == "practice" else booking.practice.name

    @property
    def needs_code(self) -> bool:
        """The booking is still bound to the browser: the code from the mail opens the rest."""
        return self.viewer is None and self.booking.state in {"confirmed", "delivered"}

    @property
    def shows_place(self) -> bool:
        """Link, number and street only once confirmed."""
        return self.booking.state in {"confirmed", "delivered", "completed", "no_show", "objected"} and bool(
            self.booking.where_detail
        )

    @property
    def where(self) -> str:
        """Where it happens."""
        return where_words(self.booking.where_kind, self.booking.practice.name)

    @property
    def where_icon(self) -> str:
        """Its icon."""
        return ICONS[self.booking.where_kind]

    @property
    def let_go(self) -> bool:
        """Money was reserved and is free again."""
        return any(share.payment.status in {"releasing", "released"} for share in self.booking.shares)

    @property
    def came_to_nothing(self) -> bool:
        """It ended before anything was charged."""
        refused = self.booking.state in {"declined", "lapsed", "capture_failed"}
        return refused or (self.booking.state == "cancelled" and self.booking.confirmed_at is None)

    @property
    def payment(self) -> Any:
        """The payment that waits, while the hold runs."""
        return queries.payment_to_make(self.booking) if self.booking.state == "held" else None

    @property
    def due(self) -> int:
        """What is to be paid or reserved now, minor units: a part of a plan, all of a series."""
        payment = self.payment or next((share.payment for share in self.booking.shares), None)
        return payment.amount if payment is not None else self.booking.total

    @property
    def in_part(self) -> bool:
        """More is to be paid later."""
        return 0 < self.paid < self.booking.total

    @property
    def parts(self) -> list[dict[str, Any]]:
        """What is paid later: each part, how it stands, and what this side can do about it."""
        booking, found = self.booking, []
        paid = {share.payment.recovers_id for share in booking.shares if queries.is_kept(share.payment)}
        live = booking.state in {"confirmed", "delivered"}
        unpaid = queries.unpaid_parts(booking)
        for part in queries.later_parts(booking):
            done = part.id in paid
            title = part.description.removeprefix(f"{booking.listing.title}: ")
            found.append(
                {
                    "ref": part.ref,
                    "title": title if title != part.description else _("The rest"),
                    "text": words.part_words(part, self.zone, is_paid=done),
                    "amount": formats.money(part.amount, booking.currency),
                    "due": live and part.status == "due",
                    "accept": live and part.status == "due" and part.due_at is None and self.side == "client",
                    "recover": part in unpaid and part.status == "recovering" and self.side == "client",
                    "given_up": live and part in unpaid and part.status == "given_up" and self.side == "practice",
                }
            )
        return found

    @property
    def card(self) -> str:
        """The card that later parts are charged to."""
        return next((share.payment.card for share in self.booking.shares if share.payment.card), "") or ""

    @property
    def refund_if_unpaid(self) -> int:
        """What goes back if the practice calls it off since a part was not paid."""
        return actions.refund_if_unpaid(self.booking)

    @property
    def what(self) -> str:
        """What the price is for."""
        return words.price_words(self.booking.kind)

    @property
    def seconds_left(self) -> int:
        """Of the hold."""
        until = self.booking.expires_at
        return max(0, int((until - clock.now()).total_seconds())) if until else 0

    @property
    def can_cancel(self) -> bool:
        """The table allows it now."""
        return self.can("cancel")

    @property
    def can_accept(self) -> bool:
        """Done, and the client may say so."""
        return self.side == "client" and self.can("complete")

    @property
    def refund_now(self) -> int:
        """What goes back if this side cancelled now."""
        return actions.refund_if_cancelled(self.booking, self.side)

    @property
    def zones(self) -> list[dict[str, str]]:
        """The same time for both sides; once when they share a zone."""
        booking = self.booking
        both = [(booking.zone, _("client")), (booking.practice.zone, booking.practice.name)]
        if self.side == "client":
            both[0] = (self.zone, _("you"))
        seen: dict[str, dict[str, str]] = {}
        for zone, who in both:
            clock_from = formats.clock_time(booking.starts_at, zone)
            clock_to = formats.clock_time(booking.ends_at, zone)
            place = f"{formats.zone_name(zone)}, {who}" if both[0][0] != both[1][0] else formats.zone_name(zone)
            seen.setdefault(zone, {"place": place, "from": clock_from, "to": clock_to})
        return list(seen.values())

    @property
    def until(self) -> tuple[str, str]:
        """How long until it begins, as a number and a word."""
        left = self.booking.starts_at - clock.now()
        if left < timedelta():
            return ("", "")
        if left >= timedelta(days=2):
            return (_("%(n)s days", n=left.days), _("until you meet"))
        hours = int(left.total_seconds() // 3600)
        return (_("%(n)s hours", n=hours), _("until you meet")) if hours else (_("Soon"), _("within the hour"))

    @property
    def word(self) -> words.Said:
        """The state in words, with the tag's kind and icon."""
        return words.state_words(self.booking)

    @property
    def told(self) -> list[dict[str, Any]]:
        """The log, as both sides read it."""
        return [
            {
                "title": words.step_words(event),
                "text": words.step_detail(event, self.booking, self.zone),
                "at": event.at,
            }
            for event in self.booking.log
        ]

    def can(self, step: str) -> bool:
        """True when this side could take a step now."""
        return executor.allowed(self.booking, step, self.side)

    @property
    def proposals(self) -> dict[str, Proposal]:
        """What waits for an answer, by kind."""
        return {one.kind: one for one in self.booking.proposals if one.status == "open"}

    @property
    def peers(self) -> list[Practice]:
        """Whom the practice could pass it on to."""
        if self.side != "practice" or not self.can("hand_over") or "hand_over" in self.proposals:
            return []
        return list(profiles.peers_seen(self.viewer, self.booking.practice_id))

    @property
    def minutes_late(self) -> int | None:
        """What the last word about coming late said."""
        said = [event.detail["minutes"] for event in self.booking.log if event.transition == "say_late"]
        return said[-1] if said and self.booking.state == "confirmed" else None

    @property
    def is_near(self) -> bool:
        """Close enough to say that one comes late."""
        now = clock.now()
        return self.booking.starts_at - timedelta(hours=24) <= now <= self.booking.ends_at

    @property
    def length(self) -> str:
        """What was booked, in half a sentence."""
        return words.length_words(self.booking)

    @property
    def steps(self) -> list[dict[str, str]]:
        """Where it stands."""
        return standing.steps(self.booking, self.zone)

    @property
    def refund_steps(self) -> list[dict[str, Any]]:
        """The policy, drawn: what goes back until when."""
        if self.booking.kind == "digital":
            amount = formats.price(self.paid, self.booking.currency)
            return [{"title": _("Until you download it"), "text": _("All of it"), "amount": amount, "now": True}]
        found: list[dict[str, Any]] = []
        per_cent_now = rules.refund_per_cent(self.booking.tiers, self.booking.first_start, clock.now())
        current = self.side == "client" and self.refund_now > (self.paid * per_cent_now + 50) // 100
        if current:
            all_back = formats.price(self.refund_now, self.booking.currency)
            title, text = _("Within 30 minutes of booking"), _("Cancel freely")
            found.append({"title": title, "text": text, "amount": all_back, "now": True})
        for until, per_cent in rules.refund_steps(self.booking.tiers, self.booking.first_start):
            if until < clock.now() and per_cent:
                continue
            sum_back = (self.paid * per_cent + 50) // 100
            is_now = not current and clock.now() <= until
            current = current or is_now
            when = f"{formats.short_day(until, self.zone)}, {formats.clock_time(until, self.zone)}"
            some = _("%(n)s%% of all you paid, fee included", n=per_cent) if per_cent else _("Nothing comes back")
            words = {100: _("Cancel freely"), 50: _("Half of all you paid, fee included")}
            found.append(
                {
                    "title": _("Until %(when)s", when=when) if per_cent else _("After that"),
                    "text": words.get(per_cent, some),
                    "amount": formats.price(sum_back, self.booking.currency),
                    "now": is_now,
                }
            )
        return found
