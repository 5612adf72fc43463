"""The booking's life through HTTP, the sandbox and the clock."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from community.availability.models import Claim
from community.bookings.models import Booking
from community.core.db import db
from community.payments import ledger
from community.payments.models import Payment
from tests.bookings.desk import Desk
from tests.world import token


@pytest.fixture
def desk(app, world, drain):
    return Desk(app, world, drain)


def test_the_whole_way(desk, app, advance):
    start = desk.tomorrow(14, 30)
    answer = desk.book(start)
    assert answer.status_code == 303
    assert "/_stripe/c/pay/" in answer.location
    assert desk.state() == "held"
    desk.pay(answer.location)
    page = desk.browser.get(desk.return_path(), follow_redirects=True).get_data(as_text=True)
    assert "https://meet.example/noor" in page
    assert desk.state() == "confirmed"
    desk.settle()
    mails = desk.mails()
    assert {m.to[0] for m in mails} == {"ada@example.com", "noor@example.com"}
    mine = next(m for m in mails if m.to[0] == "ada@example.com")
    assert "BEGIN:VCALENDAR" in mine.attachments[0][1]
    assert "LOCATION:https://meet.example/noor" in mine.attachments[0][1]
    code = re.search(r"\d{6}", mine.body.split("code")[1]).group()
    desk.post_code(code)
    assert "Type the code" not in desk.browser.get(desk.page_path()).get_data(as_text=True)
    with app.app_context():
        assert ledger.balance(f"practice:{desk.practice}", "GBP") == -9500
        assert ledger.balance("fees", "GBP") == -475
        assert ledger.gaps() == []
    advance(start + timedelta(hours=2) - desk.now())
    desk.settle()
    assert desk.state() == "delivered"
    advance(timedelta(days=2, minutes=5))
    desk.settle()
    assert desk.state() == "completed"


def test_the_browser_never_returns(desk):
    answer = desk.book(desk.tomorrow(14))
    desk.pay(answer.location)
    assert desk.state() == "held"
    desk.settle()
    assert desk.state() == "confirmed"


def test_the_webhook_twice_is_once(desk, app):
    answer = desk.book(desk.tomorrow(14))
    desk.pay(answer.location)
    desk.settle()
    desk.resend_all()
    desk.settle()
    assert desk.state() == "confirmed"
    with app.app_context():
        assert ledger.balance(f"practice:{desk.practice}", "GBP") == -9500


def test_a_hold_runs_out_and_frees_the_time(desk, app, advance):
    start = desk.tomorrow(14)
    desk.book(start)
    advance(timedelta(minutes=16))
    desk.settle()
    assert desk.state() == "expired"
    with app.app_context():
        assert not db.session.scalars(select(Claim).where(Claim.live)).all()
        assert db.session.scalars(select(Payment)).one().status == "expired"
    assert desk.other().book(start).status_code == 303


def test_paid_in_the_last_second_is_confirmed_not_expired(desk, advance):
    answer = desk.book(desk.tomorrow(14))
    desk.pay(answer.location)
    advance(timedelta(minutes=16))
    desk.run_jobs()
    assert desk.state() == "confirmed"


def test_late_payment_confirms_when_still_free(desk, app, advance):
    answer = desk.book(desk.tomorrow(14))
    desk.pay(answer.location)
    desk.expire_behind_its_back()
    desk.settle()
    assert desk.state() == "confirmed"


def test_late_payment_goes_back_when_the_time_is_gone(desk, app):
    start = desk.tomorrow(14)
    answer = desk.book(start)
    desk.pay(answer.location)
    desk.expire_behind_its_back()
    other = desk.other()
    other.pay(other.book(start).location)
    other.settle()
    assert other.state() == "confirmed"
    assert desk.state() == "expired"
    with app.app_context():
        assert ledger.balance("refunds", "GBP") == 0
        assert ledger.balance(f"practice:{desk.practice}", "GBP") == -9500
        late = db.session.scalar(select(Payment).where(Payment.refunded > 0))
        assert late.refunded == late.amount
        assert late.refunds[0].status == "done"


def test_the_same_time_twice_is_refused_with_the_next_free(desk):
    start = desk.tomorrow(14)
    desk.book(start)
    answer = desk.other().book(start)
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "just been taken" in page
    assert "16:00" in page or "15:30" in page
    assert 'value="ada2@example.com"' in page


def test_cancelling_gives_back_by_policy(desk, app, advance):
    start = desk.tomorrow(14)
    desk.pay(desk.book(start).location)
    desk.settle()
    advance(start - timedelta(hours=3) - desk.now())
    page = desk.browser.get(desk.page_path() + "/cancellation").get_data(as_text=True)
    assert "£49.88" in page
    desk.cancel()
    desk.settle()
    assert desk.state() == "cancelled"
    with app.app_context():
        payment = db.session.scalars(select(Payment)).one()
        assert [(r.amount, r.status) for r in payment.refunds] == [(4988, "done")]
        assert ledger.balance("refunds", "GBP") == 0
        assert ledger.gaps() == []


def test_cancelling_within_half_an_hour_gives_all_back(desk, app):
    desk.pay(desk.book(desk.tomorrow(14)).location)
    desk.settle()
    desk.cancel()
    desk.settle()
    with app.app_context():
        assert db.session.scalars(select(Payment)).one().refunded == 9975
        assert ledger.balance(f"practice:{desk.practice}", "GBP") == 0
        assert ledger.balance("fees", "GBP") == 0


def test_a_free_call_is_booked_at_once(desk, app):
    desk.listing_slug = desk.add_listing("Intro call", {30: 0})
    answer = desk.book(desk.tomorrow(10), minutes=30)
    assert answer.status_code == 302
    assert desk.state() == "confirmed"
    with app.app_context():
        assert db.session.scalars(select(Payment)).all() == []


def test_a_stranger_sees_no_booking(desk, app, world):
    desk.pay(desk.book(desk.tomorrow(14)).location)
    desk.settle()
    assert app.test_client().get(desk.page_path()).status_code == 404
    stranger = world.signed_in(world.person("Rosa Linde"))
    assert stranger.get(desk.page_path()).status_code == 404
    owner = world.signed_in(desk.owner)
    assert owner.get(desk.page_path()).status_code == 200


@pytest.mark.parametrize("field", ["name", "email"])
def test_bad_input_stays_typed(desk, field):
    answer = desk.book(desk.tomorrow(14), **{field: "" if field == "name" else "not an address"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "not an address" in page if field == "email" else "Please tell us your name" in page


def test_limits_on_holds(desk, app):
    desk.book(desk.tomorrow(9))
    again = desk.book(desk.tomorrow(12))
    assert "holding a time here already" in again.get_data(as_text=True)


def test_one_booking_in_the_database(desk, app):
    desk.book(desk.tomorrow(9))
    with app.app_context():
        booking = db.session.scalars(select(Booking)).one()
        assert (booking.price, booking.fee, booking.total) == (9500, 475, 9975)
        assert [event.transition for event in booking.log] == ["hold"]


def test_a_block_and_a_ban_hold_without_signing_in_too(desk, app, world):
    from community.accounts import actions as accounts
    from community.accounts.models import Person
    from community.core.db import writing

    ada = world.person("Ada Byron", email="ada@example.com")
    with app.app_context(), writing():
        owner = db.session.get_one(Person, desk.owner)
        accounts.block(db.session.get_one(Person, ada), by=owner)
    assert "can&#39;t be booked" in desk.book(desk.tomorrow(14)).get_data(as_text=True)
    with app.app_context(), writing():
        accounts.unblock(ada, by=db.session.get_one(Person, desk.owner))
        accounts.sanction(db.session.get_one(Person, ada), kind="ban", reason="fraud")
    assert "can&#39;t be booked" in desk.book(desk.tomorrow(14)).get_data(as_text=True)


@pytest.mark.parametrize(
    ("error", "words"), [("unavailable", "does not answer"), ("refused", "Let the time go and choose it again")]
)
def test_when_the_payment_page_cannot_be_opened_the_time_stays_held(desk, app, monkeypatch, error, words):
    from community.payments.gateway import Gateway
    from community.payments.terms import GatewayRefused, GatewayUnavailable

    known = {"unavailable": GatewayUnavailable("down"), "refused": GatewayRefused("expires_at", "too soon")}

    def fails(*_args, **_options):
        raise known[error]

    monkeypatch.setattr(Gateway, "open_checkout", fails)
    answer = desk.book(desk.tomorrow(14))
    assert answer.status_code == 302
    assert words in desk.browser.get(answer.location).get_data(as_text=True).replace("&#39;", "'")
    assert desk.state() == "held"
    monkeypatch.undo()
    desk.app.extensions["sandbox"]._deliverer._post = desk._post_webhook
    again = desk.browser.post(desk.page_path() + "/payment", data={"csrf_token": token(desk.browser, desk.page_path())})
    assert "/_stripe/c/pay/" in again.location
