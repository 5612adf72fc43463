"""The app and the model of `model.py` side by side: one event at a time, compared after each."""

from collections import Counter
from datetime import timedelta
from random import Random

from sqlalchemy import select

from community.availability import actions as availability
from community.availability.models import Claim
from community.availability.rules import OpenRange
from community.bookings import actions, queries, reactions
from community.bookings.choices import Choice, Question
from community.bookings.facts import AnswerDue, SessionEnded
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.listings.models import Listing
from community.payments import ledger
from community.payments.models import Refund
from tests.bookings.house import House
from tests.bookings.model import EVENTS, MOVES, Books, Twin


class Machine:
    """The app and its model, side by side."""

    def __init__(self, app, world, seed):
        self.house = House(app, world)
        self.dice = Random(seed)
        self.books = Books()
        self.seen = Counter()
        house = self.house
        with world.writing():
            practice, owner = house.practice_of(house.practice), house.person(house.owner)
            availability.set_terms(practice, step=30, buffer_before=0, buffer_after=0, notice=0, horizon_days=365)
            availability.set_hours(practice, owner, [OpenRange(day, 0, 1440) for day in range(7)])
        self.instant = house.session
        self.asking = world.listing(house.practice, "By request", on_request=True)
        self.file = house.listing("digital", price=1500, file="abc.pdf", file_name="Guide.pdf")
        self.project = house.listing("project")
        self.inquiry = house.listing("inquiry")
        with house.reading():
            self.package = db.session.get_one(Listing, self.project).packages[0].id
        self.clients = 0

    def client(self):
        """Somebody new each time: the limits on holds are another test's."""
        self.clients += 1
        return self.house.client(email=f"c{self.clients}@example.com", browser=f"b{self.clients}")

    def make(self):
        kind = self.dice.choice(["session", "session", "asking", "digital", "project", "inquiry"])
        with self.house.world.writing():
            made = getattr(self, f"_{kind}")()
            if made is None:
                return
            row = queries.get(made)
            twin = Twin(
                row.kind, row.on_request, row.state, row.total, row.starts_at, row.ends_at, row.first_start,
                row.expires_at, clock.now(), holds_time=row.kind == "session",
            )  # fmt: skip
            self.books.twins[made] = twin

    def _hold(self, listing, **choice):
        found = db.session.get_one(Listing, listing)
        return actions.hold(found, choice=Choice(**choice), client=self.client())[0].id

    def _session(self, listing=0):
        ahead = self.dice.randint(1, self.dice.choice([12, 60, 200])) * timedelta(minutes=30)
        start = clock.now().replace(minute=0, second=0, microsecond=0) + ahead + timedelta(hours=1)
        busy = self.books.busy(start, start + timedelta(hours=1))
        late = listing == self.asking and start - clock.now() < timedelta(minutes=90)
        made, code = None, ""
        try:
            with db.session.begin_nested():
                made = self._hold(listing or self.instant, minutes=60, starts=(start,))
        except Refused as refusal:
            code = refusal.code
        assert code == ("slot_taken" if busy else "too_soon" if late else ""), (start, clock.now())
        return made

    def _asking(self):
        return self._session(self.asking)

    def _digital(self):
        return self._hold(self.file)

    def _project(self):
        return self._hold(self.project, package_id=self.package)

    def _inquiry(self):
        found = db.session.get_one(Listing, self.inquiry)
        return actions.ask(found, question=Question("A label"), client=self.client()).id

    def step(self):
        """One event for one booking, or time passes, or there is a new one."""
        if not self.books.twins or self.dice.random() < 0.1:
            self.make()
            return
        if self.dice.random() < 0.15:
            clock.advance(timedelta(minutes=self.dice.choice([5, 20, 40, 60, 120, 400, 1440])))
            return
        live = [number for number, twin in self.books.twins.items() if MOVES.get(twin.state)][-12:]
        number = self.dice.choice(live if live and self.dice.random() < 0.95 else list(self.books.twins))
        twin = self.books.twins[number]
        likely = list(MOVES.get(twin.state, {}))
        event = self.dice.choice(likely if likely and self.dice.random() < 0.7 else EVENTS)
        self.play(number, twin, event)

    def play(self, number, twin, event):
        now, before = clock.now(), twin.state
        allowed = twin.may(event, now)
        self.seen[before, event, allowed] += 1
        late = event == "pay" and before == "expired" and allowed
        if late and (twin.kind == "session" and (twin.start <= now or self.books.busy(twin.start, twin.end))):
            self.take(number, event)
            twin.paid, twin.back, twin.dead = twin.total, twin.total, True
            self.check(number, twin, event)
            return
        if event == "move" and allowed:
            self.move(number, twin)
            return
        try:
            self.take(number, event)
        except Refused:
            assert not allowed, (before, event, twin)
        else:
            if not allowed:  # answers of Stripe and of the clock are no requests: they do nothing
                assert event in {"ring", "pay", "authorise", "expire", "accept_refused", "accept"}, (
                    before,
                    event,
                    twin,
                )
        if allowed:
            self.note(number, twin, event, now)
        self.check(number, twin, event)

    def note(self, number, twin, event, now):
        """What the model is told beside the step: amounts and times that the step froze."""
        was = twin.state
        twin.step(event, now)
        if event in {"pay", "accept"}:
            twin.paid = twin.total if twin.kind != "project" else 47_250
            twin.confirmed, twin.dead = now, True
            twin.holds_time = twin.kind == "session"
        if event in {"authorise", "decline", "withdraw", "accept_refused"} or (was, event) == ("requested", "ring"):
            twin.dead = True
        if event == "settle":
            twin.back += twin.paid // 2
        with self.house.reading():
            row = self.house.booking(number)
            if event in {"authorise", "quote", "counter", "accept_quote"}:
                twin.expires = row.expires_at
            if event == "accept_quote":
                twin.total, twin.start, twin.end, twin.first_start = (
                    row.total,
                    row.starts_at,
                    row.ends_at,
                    row.starts_at,
                )

    def move(self, number, twin):
        """To a time of ours; the other side agrees where it has to."""
        start = clock.now().replace(minute=0, second=0, microsecond=0) + self.dice.randint(2, 200) * timedelta(hours=1)
        busy = self.books.busy(start, start + timedelta(hours=1), but=number)
        moved = self._moved(number, start, twin.first_start - clock.now() >= timedelta(hours=24))
        assert moved is not (busy or start == twin.start), (start, twin)
        if moved:
            twin.start, twin.end, twin.first_start = start, start + timedelta(hours=1), min(twin.first_start, start)
        self.check(number, twin, "move")

    def _moved(self, number, start, early):
        try:
            asked = self.house.do(number, lambda one: actions.reschedule(one, start=start, actor="client", by=None))
        except Refused:
            return False
        assert (asked is None) is early
        if asked is not None:
            self.house.do(number, lambda one: actions.agree_to_move(one, actor="practice", by=None))
        return True

    def take(self, number, event):
        """Do it in the app."""
        house = self.house
        owner = None
        simple = {
            "decline": lambda one: actions.decline(one, by=owner),
            "withdraw": lambda one: actions.withdraw(one, by=None),
            "refuse": lambda one: actions.refuse(one, by=None),
            "counter": lambda one: actions.counter(one, amount=40_000, text="", by=None),
            "accept_quote": lambda one: actions.accept_quote(one, by=None),
            "quote": self._quote,
            "move": lambda one: actions.reschedule(one, start=house.slot(9), actor="client", by=None),
            "say_late": lambda one: actions.say_late(one, actor="client", by=None, minutes=5),
            "cancel_client": lambda one: actions.cancel(one, actor="client", by=None),
            "cancel_practice": lambda one: actions.cancel(one, actor="practice", by=None),
            "cancel_moderator": lambda one: actions.cancel(one, actor="moderator", by=None),
            "hand_in": lambda one: actions.hand_in(one, by=owner),
            "ask_changes": lambda one: actions.ask_changes(one, by=None, text="more"),
            "complete": lambda one: actions.complete(one, actor="client"),
            "object": lambda one: actions.object_to(one, by=None, text="no"),
            "report_client": lambda one: actions.report(one, actor="client", by=None),
            "report_practice": lambda one: actions.report(one, actor="practice", by=None),
            "oppose_client": lambda one: actions.oppose(one, actor="client", by=None, text="no"),
            "oppose_practice": lambda one: actions.oppose(one, actor="practice", by=None, text="no"),
            "settle": lambda one: actions.settle(
                one, actor="moderator", by=None, amount=queries.paid_amount(one) // 2
            ),
            "download": actions.download,
            "expire": actions.expire,
        }  # fmt: skip
        if event in simple:
            house.do(number, simple[event])
            if event in {"decline", "withdraw"}:
                self._answered(number, house.released)
        else:
            getattr(self, f"_do_{event}")(number)

    def _quote(self, one):
        start = clock.now() + timedelta(days=3)
        return actions.quote(
            one, amount=50_000, starts_at=start, ends_at=start + timedelta(days=5), text="",
            expires_at=clock.now() + timedelta(days=2), by=None,
        )  # fmt: skip

    def _answered(self, number, answer):
        with self.house.reading():
            row = self.house.booking(number)
            waits = bool(row.pending) or any(s.payment.status in {"capturing", "releasing"} for s in row.shares)
        if waits:
            answer(number)

    def _do_pay(self, number):
        if self._payable(number, manual=False):
            self.house.pay(number)

    def _do_authorise(self, number):
        if self._payable(number, manual=True):
            self.house.authorise(number)
            self._answered_if_expired(number)

    def _answered_if_expired(self, number):
        if self.house.state(number) == "expired":
            self.house.released(number)

    def _payable(self, number, *, manual):
        with self.house.reading():
            shares = self.house.booking(number).shares
            return bool(shares) and shares[-1].payment.status in {"new", "open"} and shares[-1].payment.manual is manual

    def _do_accept(self, number):
        if self.house.state(number) == "requested":
            self.house.do(number, lambda one: actions.accept(one, by=None))
            self.house.captured(number)

    def _do_accept_refused(self, number):
        if self.house.state(number) == "requested":
            self.house.do(number, lambda one: actions.accept(one, by=None))
            self.house.released(number)

    def _do_ring(self, number):
        with self.house.reading():
            state = self.house.booking(number).state
        if state == "confirmed":
            with self.house.reading():
                reactions.deliver(SessionEnded(number))
        else:
            with self.house.reading():
                reactions.answer_due(AnswerDue(number))
            if state == "requested":
                self._answered(number, self.house.released)

    def check(self, number, twin, event):
        """What must hold after every step."""
        with self.house.reading():
            row = self.house.booking(number)
            said = (row.state, row.downloads, row.pending)
            assert said == (twin.state, twin.downloads, None), (event, said, twin)
            ids = [share.payment_id for share in row.shares]
            back = sum(db.session.scalars(select(Refund.amount).where(Refund.payment_id.in_(ids))))
            assert back == twin.back <= twin.paid, (event, back, twin)
            live = db.session.scalars(select(Claim.id).where(Claim.owner == f"booking:{number}", Claim.live)).all()
            assert len(live) == (1 if twin.holds_time else 0), (event, twin)
            db.session.rollback()

    def whole(self):
        """What must hold of everything."""
        with self.house.reading():
            assert ledger.gaps() == []
            paid = sum(twin.paid - twin.back for twin in self.books.twins.values())
            owed = -sum(ledger.balance(account, "GBP") for account in (f"practice:{self.house.practice}", "fees"))
            assert owed == paid
            rows = dict(db.session.execute(select(Booking.id, Booking.state)).all())
            assert rows == {number: twin.state for number, twin in self.books.twins.items()}
