"""A retainer from the listing to its end, seen by both sides, paid at the sandbox."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.availability import actions as availability
from community.availability.models import Calendar
from community.bookings.actions import Client
from community.bookings.retainers import actions, queries, steps
from community.core import clock
from community.core.db import db, writing
from community.core.errors import Refused
from community.core.events import emit
from community.income.invoices.models import Invoice
from community.listings.models import Listing
from community.payments.facts import PayeeNeverPayable
from tests.bookings.monthly import Month
from tests.payments.till import CARD
from tests.world import World, post


@pytest.fixture
def month(app: Flask, world: World, drain: Callable[[], int]) -> Month:
    return Month(app, world, drain)


def test_from_the_listing_to_the_first_month(month: Month) -> None:
    page = month.client.get("/noor-haddad/label-care").text
    assert "£472.50" in page  # with the client's 5 %
    assert "a month" in page
    assert "Two label updates" in page
    form = month.client.get("/noor-haddad/label-care/book").text
    assert "Every month, tax included" in form
    assert "Continue to pay £472.50" in form
    answer = month.book()
    assert "/_stripe/c/pay/" in answer.location
    held = month.client.get(f"/retainers/{month.last().ref}").text
    assert "Pay to begin" in held
    assert month.places() == 1
    back = month.pay(answer.location)
    there = month.client.get(back)  # the return itself looks, before any webhook
    assert there.location.endswith(f"/retainers/{month.last().ref}")
    assert month.last().state == "active"
    month.till.settle()
    shown = month.client.get(there.location).text
    assert "By the month with Noor Haddad" in shown
    assert "£472.50 paid" in shown
    assert "Visa 4242" in shown
    listed = month.client.get("/bookings").text
    assert "Label care" in listed
    assert "£472.50 a month" in listed
    desk = month.owner.get("/desk/retainers").text
    assert "Ada Byron" in desk
    assert "£450.00" in desk
    assert "is on retainer" in month.owner.get(there.location).text


def test_each_month_has_its_invoice_and_counts_as_income(month: Month) -> None:
    ref = month.begun()
    month.till.wait(days=31, hours=2)
    month.till.settle()
    month.till.wait(minutes=2)
    month.till.settle()
    with month.app.app_context():
        found = db.session.scalars(select(Invoice).order_by(Invoice.id)).all()
        assert [(one.number, one.total, one.buyer["name"]) for one in found] == [
            (1, 47250, "Ada Byron"),
            (2, 47250, "Ada Byron"),
        ]
        assert re.match(r"Label care, .* to ", found[0].lines[0]["text"])
    papers = month.client.get(f"/retainers/{ref}/invoices").text
    assert papers.count("47250") == 0
    assert papers.count("£472.50") >= 2
    income = month.owner.get("/desk/income").text
    assert "Label care" in income


def test_a_visitor_begins_and_opens_the_account_with_a_code(month: Month) -> None:
    browser = month.app.test_client()
    ref = month.begun(browser, name="Vera Visitor", email="vera@example.com")
    page = browser.get(f"/retainers/{ref}").text
    assert "Type the code from the mail" in page
    assert month.app.test_client().get(f"/retainers/{ref}").status_code == 404
    mail = next(mail for mail in month.post_box() if mail.to == ["vera@example.com"])
    code = re.search(r"\b\d{6}\b", mail.body)
    assert code
    wrong = post(browser, f"/retainers/{ref}/code", {"code": "000000"}, form_at=f"/retainers/{ref}")
    assert wrong.status_code == 422
    opened = post(browser, f"/retainers/{ref}/code", {"code": code[0]}, form_at=f"/retainers/{ref}")
    assert opened.status_code == 302
    assert "Type the code" not in browser.get(f"/retainers/{ref}").text


def test_two_clients_at_most(month: Month) -> None:
    with month.world.writing():
        db.session.get_one(Listing, month.listing).clients_most = 1
    month.begun()
    other = month.world.signed_in(month.world.person("Ben Carver", handle="ben"))
    assert "Nothing is open at the moment" in other.get("/noor-haddad/label-care").text
    refused = month.book(other)
    assert refused.status_code == 409
    assert "All places are taken" in refused.text
    again = month.book()
    assert "There is one under this address already" in again.text


def test_a_clients_place_is_taken(month: Month) -> None:
    with month.world.writing():
        db.session.get_one(Calendar, month.practice).clients_at_once = 1
    month.begun()
    other = month.world.signed_in(month.world.person("Ben Carver", handle="ben"))
    assert "Nothing is open at the moment" in other.get("/noor-haddad/label-care").text
    assert "All places are taken" in month.book(other).text


def test_unpaid_it_lapses_with_the_checkout(month: Month) -> None:
    month.book()
    assert "begun this already" in month.book().text
    month.till.wait(minutes=32)
    month.till.settle()
    assert (month.last().state, month.places()) == ("expired", 0)
    assert "not paid in time" in month.client.get(f"/retainers/{month.last().ref}").text
    month.begun()


def test_let_go(month: Month) -> None:
    month.book()
    ref = month.last().ref
    assert post(month.client, f"/retainers/{ref}/release", {}, form_at=f"/retainers/{ref}").status_code == 302
    month.till.settle()
    assert (month.last().state, month.places()) == ("expired", 0)


def test_failed_and_made_good(month: Month) -> None:
    ref = month.begun()
    month.mails()
    month.swap("pm_card_chargeCustomerFail")
    month.till.wait(days=31, hours=2)
    month.till.settle()
    assert month.last().state == "past_due"
    assert month.mails() == [
        ("ada@example.com", "Your payment failed: Label care"),
        ("noor@example.com", "A payment failed: Label care"),
    ]
    page = month.client.get(f"/retainers/{ref}").text
    found = re.search(r'href="([^"]*/_stripe/invoice/[^"]*)"', page)
    assert found
    assert "Payment failed" in month.owner.get("/desk/retainers").text
    month.app.test_client().post(found[1], data=CARD)
    assert post(month.client, f"/retainers/{ref}/look", {}, form_at=f"/retainers/{ref}").status_code == 302
    assert month.last().state == "active"
    month.mails()
    month.till.settle()
    assert month.mails() == [("noor@example.com", "Paid after all: Label care")]


def test_after_the_last_try_it_is_over(month: Month) -> None:
    month.begun()
    month.swap("pm_card_chargeCustomerFail")
    for days in (31, 3, 5, 7):
        month.till.wait(days=days, hours=2)
        month.till.settle()
    assert (month.last().state, month.last().ended_by, month.places()) == ("ended", "payment", 0)
    subjects = [subject for _to, subject in month.mails()]
    assert subjects.count("Your payment failed: Label care") == 3
    assert subjects.count("A payment failed: Label care") == 1
    assert subjects.count("Ended: Label care") == 2


@pytest.mark.parametrize("side", ["client", "practice"])
def test_ended_with_the_month_and_taken_back(month: Month, side: str) -> None:
    ref = month.begun()
    browser, other = (month.client, month.owner) if side == "client" else (month.owner, month.client)
    assert "runs until" in browser.get(f"/retainers/{ref}/end").text
    month.end(browser, ref, "month", reason="Moving on")
    assert month.last().ends_with_period
    assert "ends then" in other.get(f"/retainers/{ref}").text
    refused = month.end(other, ref, "on")
    assert refused.status_code == 302
    assert month.last().ends_with_period
    month.end(browser, ref, "on")
    assert not month.last().ends_with_period
    month.end(browser, ref, "month")
    month.till.wait(days=31, hours=2)
    month.till.settle()
    assert (month.last().state, month.last().ended_by, len(month.payments())) == ("ended", side, 1)
    assert [event.step for event in month.last().log] == ["hold", "start", "ending", "going_on", "ending", "end"]
    assert "It ended on" in browser.get(f"/retainers/{ref}").text
    subjects = [subject for _to, subject in month.mails()]
    assert sum(subject.startswith("Ends on") for subject in subjects) == 4
    assert subjects.count("Ended: Label care") == 2


def test_the_practice_ends_it_at_once(month: Month) -> None:
    ref = month.begun()
    month.till.wait(days=9)
    assert month.end(month.client, ref, "now").status_code == 302
    assert month.last().state == "active"  # the client's month is paid
    row = month.last()
    assert row.subscription is not None
    assert row.subscription.period_until is not None
    days = (row.subscription.period_until - row.subscription.period_from).days  # type: ignore[operator]
    back = (2 * 47250 * (days - 10) + days) // (2 * days)
    assert f"£{back / 100:.2f}" in month.owner.get(f"/retainers/{ref}/end").text
    month.end(month.owner, ref, "now", reason="Ill")
    month.till.settle()
    assert month.last().state == "ended"
    assert [payment.refunded for payment in month.payments()] == [back]
    assert month.last().log[-1].detail["back"] == back
    page = month.client.get(f"/retainers/{ref}").text
    assert "went back on" in page
    assert "Ill" in page


def test_a_client_who_owes_a_month_may_end_it_at_once(month: Month) -> None:
    ref = month.begun()
    month.swap("pm_card_chargeCustomerFail")
    month.till.wait(days=31, hours=2)
    month.till.settle()
    month.end(month.client, ref, "now")
    month.till.settle()
    assert (month.last().state, month.last().ended_by) == ("ended", "client")
    assert [payment.refunded for payment in month.payments()] == [0]


def test_where_no_money_goes_through_us(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    off = replace(month.app.extensions["settings"], money_mode="off")
    monkeypatch.setitem(month.app.extensions, "settings", off)
    answer = month.book()
    assert answer.location.endswith(month.last().ref)
    ref = month.last().ref
    assert (month.last().state, month.last().total) == ("active", 45000)
    assert "you settle it between you" in month.client.get(f"/retainers/{ref}").text
    month.end(month.client, ref, "month")
    assert month.last().state == "active"
    month.end(month.client, ref, "now")
    assert month.last().state == "ended"


@pytest.mark.parametrize("who", ["ada", "noor"])
def test_whoever_is_suspended_pays_and_is_paid_to_the_end_of_the_month(month: Month, who: str) -> None:
    month.begun()
    with month.world.writing():
        person = db.session.get_one(Person, getattr(month, who))
        accounts.sanction(person, kind="suspend", reason="Told twice")
    month.till.settle()
    assert (month.last().ends_with_period, month.last().ended_by) == (True, "moderator")


def test_a_practice_that_can_never_be_paid(month: Month) -> None:
    month.begun()
    payment_id = month.payments()[0].id
    with month.world.writing():
        emit(PayeeNeverPayable(payment_id))
    assert (month.last().state, month.payments()[0].refunded) == ("ended", 0)


@pytest.mark.parametrize("full", [False, True])
def test_paid_after_the_place_was_given_up(month: Month, full: bool) -> None:
    """It begins if there still is a place; else all of it goes back."""
    url = month.book().location
    month.do(steps.expire)
    if full:
        with month.world.writing():
            db.session.get_one(Calendar, month.practice).clients_at_once = 1
            today = clock.now().date()
            availability.take_place(practice_id=month.practice, owner="x:1", first=today, last=today)
    month.pay(url)
    month.till.settle()
    assert month.last().state == ("expired" if full else "active")
    assert [payment.refunded for payment in month.payments()] == [47250 if full else 0]


def test_a_stranger_finds_nothing(month: Month) -> None:
    ref = month.begun()
    other = month.world.signed_in(month.world.person("Ben Carver", handle="ben"))
    for path in ("", "/end", "/invoices"):
        assert other.get(f"/retainers/{ref}{path}").status_code == 404
    for path in ("payment", "release", "look", "code", "end"):
        assert post(other, f"/retainers/{ref}/{path}", {}, form_at="/").status_code == 404
    assert "Nobody is on retainer yet" not in month.owner.get("/desk/retainers").text


def test_refused_at_the_door(month: Month) -> None:
    with month.app.app_context():
        listing = db.session.get_one(Listing, month.listing)
        ada = db.session.get_one(Person, month.ada)
        client = Client("Ada", "ada@example.com", "b", "Europe/London", "en_GB", ada)
        listing.price = None
        with pytest.raises(Refused, match="not_open"), writing():
            actions.begin(listing, answers=(), client=client)
        db.session.rollback()
        assert queries.of_subscription(0) is None
