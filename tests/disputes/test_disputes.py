"""A client's bank asks a payment back: what speaks for the practice, answering once, and how it ends for both."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.accounts.models import Person
from community.bookings.models import Booking
from community.core import clock
from community.core.db import db, writing
from community.disputes import evidence
from community.payments import actions, contesting, queries
from community.payments.models import Dispute, MoneyAction
from community.payments.terms import GatewayRefused, GatewayUnavailable
from community.rooms import actions as rooms
from community.rooms import queries as room_queries
from tests.disputes.conftest import Case
from tests.moderation.conftest import opal, text
from tests.world import World, post

__all__ = ["opal"]
WON, LOST = "winning_evidence", "losing_evidence"


def answer(case: Case, words: str = WON) -> str:
    path = f"/desk/disputes/{case.ref}"
    assert post(case.noor, path, {"words": words}).status_code == 302
    return text(post(case.noor, f"{path}/submission", {}, form_at=path, follow_redirects=True))


def subjects(case: Case, to: str) -> list[str]:
    return [mail.subject for mail in case.mails() if to in mail.to[0]]


def fields(case: Case) -> dict[str, str]:
    with case.app.app_context():
        return evidence.fields(evidence.gather(db.session.scalars(select(Dispute)).one()))


def test_who_was_paid_hears_of_it_and_reads_it_in_plain_words(case: Case) -> None:
    assert "A bank asks for £99.75 back" in subjects(case, "noor@")
    assert "A bank asks for £99.75 back" in subjects(case, "hello@")
    assert "A client’s bank asks for a payment back." in text(case.noor.get("/desk"))
    assert "Answer it" in text(case.noor.get("/desk/disputes"))
    page = text(case.noor.get(f"/desk/disputes/{case.ref}"))
    for words in ("did not pay this", "£99.75", "Nothing has been sent yet", "26 November 2026", "Send it to the bank"):
        assert words in page, words


def test_what_the_booking_says_by_itself(case: Case, world: World) -> None:
    with world.writing():
        booking = db.session.get_one(Booking, case.booking)
        ada, room = db.session.get_one(Person, case.house.ada), room_queries.by_subject(f"booking:{booking.id}")
        assert room is not None
        kept = rooms.say(room, "Thank you, that was just right.", client_id="a", by=ada)
        gone = rooms.say(room, "Taken back", client_id="b", by=ada)
        rooms.delete(gone, by=ada)
        assert kept.deleted_at is None
    found = fields(case)
    assert found["customer_name"] == "Ada Byron"
    assert found["customer_email_address"] == "ada@example.com"
    assert "A brand identity, 60 minutes, by Noor Haddad." in found["product_description"]
    assert "Paid: £99.75, Visa 0259" in found["product_description"]
    assert found["service_date"] == "25 November 2026"
    assert "50% goes back" in found["cancellation_policy_disclosure"]
    assert "Paid and confirmed" in found["access_activity_log"]
    assert "Ada Byron: Thank you, that was just right." in found["access_activity_log"]
    assert "Taken back" not in found["access_activity_log"]
    assert "uncategorized_text" not in found
    assert "refund_refusal_explanation" not in found


def test_words_of_ones_own_are_needed(case: Case) -> None:
    path = f"/desk/disputes/{case.ref}"
    refused = post(case.noor, f"{path}/submission", {}, form_at=path)
    assert refused.status_code == 422
    assert "Write some words of your own first" in text(refused)
    assert case.at_stripe().status == "needs_response"
    too_long = post(case.noor, path, {"words": "x" * 20_001})
    assert too_long.status_code == 422
    assert "That is too long" in text(too_long)


def test_won(case: Case) -> None:
    with case.app.app_context():
        assert queries.get(case.payment).disputed == 9975
    assert "Sent." in answer(case)
    case.till.settle()
    assert case.dispute(outcome=1, status=1) == ("won", "won")
    assert "disputes" not in case.till.balances()
    with case.app.app_context():
        assert queries.get(case.payment).disputed == 0
    stripe = case.at_stripe()
    assert stripe.evidence.customer_name == "Ada Byron"
    assert stripe.evidence_details.submission_count == 1
    assert "Won: the bank gave the money back." in text(case.noor.get(f"/desk/disputes/{case.ref}"))
    assert any("The bank has decided" in one for one in subjects(case, "noor@"))
    assert any("Your bank has decided" in one for one in subjects(case, "ada@"))


def test_lost(case: Case) -> None:
    answer(case, LOST)
    case.till.settle()
    assert case.dispute(outcome=1)[0] == "lost"
    assert case.till.balances().get(f"practice:{case.house.practice}") is None
    page = text(case.noor.get(f"/desk/disputes/{case.ref}"))
    assert "Lost: the bank keeps the money." in page
    assert "What the bank has read" in page
    body = next(mail.body for mail in case.mails() if "ada@" in mail.to[0] and "Your bank has decided" in mail.subject)
    assert "gave you £99.75 back" in body


def test_answered_once(case: Case) -> None:
    answer(case, "They came, and they wrote to thank us.")
    assert case.dispute(status=1, outcome=1) == ("under_review", None)
    path = f"/desk/disputes/{case.ref}"
    again = post(case.noor, f"{path}/submission", {}, form_at="/desk")
    assert again.status_code == 409
    assert "read one answer only" not in text(again)
    assert "reads one answer only" in text(again)
    assert "Your answer" in text(case.noor.get(path))
    assert case.at_stripe().evidence_details.submission_count == 1


def test_an_answer_whose_receipt_was_lost_is_sent_again_as_it_was(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    known = contesting.line_of

    class Losing:
        def __init__(self, line: Any) -> None:
            self.line = line

        def submit_evidence(self, *given: Any, **more: Any) -> None:
            self.line.submit_evidence(*given, **more)
            raise GatewayUnavailable

    with monkeypatch.context() as lost:
        lost.setattr(contesting, "line_of", lambda payment: Losing(known(payment)))
        assert "Your answer is kept and goes out by itself." in answer(case, "They came.")
    assert case.dispute(submitted_at=1)[0] is None
    case.till.settle()
    assert case.dispute(submitted_at=1)[0] is not None
    assert case.at_stripe().evidence_details.submission_count == 1


def test_what_stripe_refuses_can_be_written_anew(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(*_given: Any, **_more: Any) -> None:
        raise GatewayRefused("parameter_invalid", "too long")

    with monkeypatch.context() as first:
        first.setattr("community.payments.gateway.Gateway.submit_evidence", refusing)
        answer(case, "Long words")
    assert "Stripe did not take the answer." in text(case.noor.get(f"/desk/disputes/{case.ref}"))
    answer(case)
    case.till.settle()
    assert case.dispute(outcome=1)[0] == "won"


def test_reminded_while_nothing_was_sent(case: Case) -> None:
    """Three days before the last one, and the day before."""
    spans = [
        timedelta(days=3, hours=23),
        timedelta(hours=1, minutes=1),
        timedelta(days=1, hours=23),
        timedelta(hours=1),
    ]
    told = []
    for span in spans:
        case.till.wait(seconds=span.total_seconds())
        case.till.settle()
        told.append(sum("Not answered yet" in one for one in subjects(case, "noor@")))
    assert told == [0, 1, 1, 2]
    case.till.wait(days=2)
    assert "The last day for an answer has passed without one." in text(case.noor.get(f"/desk/disputes/{case.ref}"))
    late = post(case.noor, f"/desk/disputes/{case.ref}", {"words": "Too late"}, form_at="/desk")
    assert late.status_code == 409


def test_who_answered_is_not_reminded(case: Case) -> None:
    answer(case, "They came.")
    case.till.wait(days=6, hours=1)
    case.till.settle()
    assert not [one for one in subjects(case, "noor@") if "Not answered yet" in one]


def test_a_foreign_one_is_not_there(case: Case, world: World) -> None:
    tom = world.signed_in(case.house.tom)
    ada = world.signed_in(case.house.ada)
    assert tom.get(f"/desk/disputes/{case.ref}").status_code == 404
    assert tom.get("/desk/disputes/dp_gone").status_code == 404
    assert "No disputes" in text(tom.get("/desk/disputes"))
    assert ada.get(f"/desk/disputes/{case.ref}").status_code == 302


def test_an_operator_answers_for_the_practice_and_says_why(app: Flask, case: Case, opal: Any) -> None:
    path = f"/staff/money/disputes/{case.ref}"
    assert "A brand identity" in text(opal.get("/staff/money/disputes"))
    assert "A brand identity" in text(opal.get("/staff/money"))
    post(opal, path, {"words": WON})
    bare = post(opal, f"{path}/submission", {"reason": ""}, form_at=path)
    assert bare.status_code == 422
    assert "Say why" in text(bare)
    assert post(opal, f"{path}/submission", {"reason": "Noor is ill"}, form_at=path).status_code == 302
    case.till.settle()
    assert case.dispute(outcome=1)[0] == "won"
    with app.app_context():
        action = db.session.scalars(select(MoneyAction)).one()
        assert (action.verb, action.subject, action.reason) == ("evidence", f"dispute:{case.ref}", "Noor is ill")


def test_money_that_comes_back_after_the_decision(case: Case) -> None:
    """Stripe may say "won" a while before the balance transaction that gives it back."""
    name = case.ref
    with case.app.app_context():
        state = case.app.extensions["gateway"].fetch_dispute(name)
    with case.app.app_context():
        with writing():
            actions.dispute_seen(case.payment, replace(state, status="won"))
        assert queries.get(case.payment).disputed == 9975
        entry = replace(state.entries[0], id="txn_back", amount=9975, fee=-2000, net=11975, created=clock.now())
        with writing():
            actions.dispute_seen(case.payment, replace(state, status="won", entries=(*state.entries, entry)))
        assert queries.get(case.payment).disputed == 0
