"""What the product says a booking does, written down by hand from the specification and not from the code: a second
opinion for the machine's random walks. Amounts are minor units, times UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TIMED, LONG = {"session", "workshop"}, {"project", "inquiry"}

# state → event → next state, "=" for the same; what is not here is refused. Events name the actor where it matters.
MOVES = {
    "asked": {"quote": "quoted", "decline": "declined", "withdraw": "cancelled", "ring": "lapsed"},
    "quoted": {"counter": "countered", "accept_quote": "held", "refuse": "declined", "ring": "lapsed"},
    "countered": {"quote": "quoted", "decline": "declined", "withdraw": "cancelled", "ring": "lapsed"},
    "held": {"pay": "confirmed", "authorise": "requested", "expire": "expired"},
    "expired": {"pay": "confirmed", "authorise": "expired"},
    "requested": {
        "accept": "confirmed",
        "accept_refused": "capture_failed",
        "decline": "declined",
        "withdraw": "cancelled",
        "ring": "lapsed",
    },
    "capture_failed": {"ring": "lapsed"},
    "confirmed": {
        "move": "=",
        "say_late": "=",
        "cancel_client": "cancelled",
        "cancel_practice": "cancelled",
        "cancel_moderator": "cancelled",
        "hand_in": "delivered",
        "ring": "delivered",
        "report_client": "no_show",
        "report_practice": "no_show",
        "download": "=",
    },
    "delivered": {
        "complete": "completed",
        "ring": "completed",
        "ask_changes": "confirmed",
        "object": "objected",
        "report_client": "no_show",
        "report_practice": "no_show",
        "download": "=",
    },
    "no_show": {"oppose_client": "objected", "oppose_practice": "objected", "ring": "="},
    "objected": {"settle": "resolved", "download": "="},
    "completed": {"download": "="},
}
EVENTS = sorted({event for moves in MOVES.values() for event in moves})
FREED = {"expired", "declined", "lapsed", "cancelled", "capture_failed"}


@dataclass
class Twin:
    """One booking as the product describes it."""

    kind: str
    on_request: bool
    state: str
    total: int
    start: datetime
    end: datetime
    first_start: datetime
    expires: datetime | None
    created: datetime
    paid: int = 0
    back: int = 0
    downloads: int = 0
    reporter: str = ""
    confirmed: datetime | None = None
    holds_time: bool = True
    dead: bool = False  # nothing can be paid on it any more

    def may(self, event: str, now: datetime) -> bool:
        """True when the product allows the event."""
        if event not in MOVES.get(self.state, {}):
            return False
        rule = getattr(self, f"_may_{event}", None)
        return bool(rule(now)) if rule else True

    def _may_pay(self, _now: datetime) -> bool:
        return not self.dead and not self.on_request

    def _may_authorise(self, _now: datetime) -> bool:
        return self.on_request and not self.dead

    def _may_move(self, now: datetime) -> bool:
        return self.kind == "session" and self.start > now

    def _may_say_late(self, now: datetime) -> bool:
        return self.kind in TIMED and self.start - DAY <= now <= self.end

    def _may_cancel_client(self, now: datetime) -> bool:
        return not self.downloads if self.kind == "digital" else self.start > now

    def _may_cancel_practice(self, now: datetime) -> bool:
        return self.kind in LONG or self.kind == "digital" or self.start > now

    _may_cancel_moderator = _may_cancel_practice

    def _may_hand_in(self, _now: datetime) -> bool:
        return self.kind in LONG

    _may_ask_changes = _may_hand_in

    def _may_report_client(self, now: datetime) -> bool:
        return self.kind in TIMED and self.start <= now <= self.end + DAY

    _may_report_practice = _may_report_client

    def _may_oppose_client(self, _now: datetime) -> bool:
        return self.reporter == "practice" and self.expires is not None

    def _may_oppose_practice(self, _now: datetime) -> bool:
        return self.reporter == "client" and self.expires is not None

    def _may_download(self, _now: datetime) -> bool:
        return self.kind == "digital"

    def _may_ring(self, now: datetime) -> bool:
        if self.state == "confirmed":
            return self.kind not in LONG and self.end <= now
        return self.expires is not None and self.expires <= now

    def policy(self, now: datetime) -> int:
        """What a client gets back who cancels now, under the flexible policy."""
        ahead = self.first_start - now
        per_cent = 100 if ahead >= DAY else 50 if ahead >= 2 * HOUR else 0
        return (self.paid * per_cent + 50) // 100

    def cancelled_by_client(self, now: datetime) -> int:
        """The same with the half hour in which everything can be undone."""
        booked = self.confirmed or self.created
        if self.kind == "digital" or (now - booked <= timedelta(minutes=30) and self.first_start - now >= 2 * HOUR):
            return self.paid
        return self.policy(now)

    def step(self, event: str, now: datetime) -> None:
        """Do what the product says."""
        before, to = self.state, MOVES[self.state][event]
        self.state = before if to == "=" else to
        if event == "cancel_client":
            self.back += self.cancelled_by_client(now)
        elif event in {"cancel_practice", "cancel_moderator"}:
            self.back += self.paid
        elif event == "ring" and before == "no_show":
            self.back += self.paid if self.reporter == "client" else self.policy(now)
            self.expires = None
        elif event.startswith("report_"):
            self.reporter = event.removeprefix("report_")
            self.expires = now + DAY
        elif event == "download":
            self.downloads += 1
        self._times(event, now)
        if self.state in FREED:
            self.holds_time = False

    def _times(self, event: str, now: datetime) -> None:
        if self.state == "delivered":
            if event in {"ring", "hand_in"}:
                self.expires = now + (7 if self.kind in LONG else 2) * DAY
        elif self.state in {"quoted", "countered"}:
            self.expires = min(now + 7 * DAY, self.start) if event == "counter" else self.expires
        elif self.state == "capture_failed":
            self.expires = now + HOUR
        elif self.state != "no_show" and event not in {"move", "say_late", "download"}:
            self.expires = None if self.state != "requested" else self.expires


@dataclass
class Books:
    """Every booking's twin by id."""

    twins: dict[int, Twin] = field(default_factory=dict)

    def busy(self, start: datetime, end: datetime, but: int = 0) -> bool:
        """True when a session holds any of that time."""
        return any(
            twin.kind == "session" and twin.holds_time and number != but and twin.start < end and start < twin.end
            for number, twin in self.twins.items()
        )
