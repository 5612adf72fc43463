"""Disputes that are answered, won and lost; refunds that wait or fail."""

import pytest
import stripe

from tests.payments.desk import Desk
from tests.payments.sandbox.market import balance, entries, sold

pytestmark = pytest.mark.once


def disputed(desk: Desk, card: str = "4000000000000259") -> str:
    desk.pay(desk.checkout(), card=card)
    return str(desk.sdk.disputes.list().data[0].id)


def test_won_by_evidence(desk: Desk) -> None:
    dispute = disputed(desk)
    assert balance(desk) == (-11975, 9805)
    staged = desk.sdk.disputes.update(dispute, {"evidence": {"customer_name": "Mara"}, "submit": False})
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    answer = {"evidence": {"uncategorized_text": "winning_evidence"}, "metadata": {"booking": "7"}}
    won = desk.sdk.disputes.update(dispute, answer)
    assert (won.status, won.evidence.customer_name, won.metadata.to_dict()) == ("won", "Mara", {"booking": "7"})
    assert entries(desk)[-2:] == [("adjustment", -11975, 2000), ("adjustment", 11975, -2000)]
    assert balance(desk) == (0, 9805)
    assert [one for one in desk.events() if "dispute" in one] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        desk.sdk.disputes.close(dispute)


def test_lost_by_evidence(desk: Desk) -> None:
    dispute = disputed(desk, "4000000000002685")
    lost = desk.sdk.disputes.update(dispute, {"evidence": {"uncategorized_text": "losing_evidence"}, "submit": True})
    assert (lost.status, lost.reason, len(lost.balance_transactions)) == ("lost", "product_not_received", 1)
    assert balance(desk) == (-11975, 9805)


def test_closed_by_hand_or_by_time(desk: Desk) -> None:
    assert desk.sdk.disputes.close(disputed(desk)).status == "lost"
    desk.pay(desk.checkout(key="pay-2"), card="4000000000000259")
    late = desk.sdk.disputes.list().data[0]
    desk.wait(days=7)
    found = desk.sdk.disputes.retrieve(late.id)
    assert (found.status, found.evidence_details.past_due) == ("lost", True)


def test_other_words_wait_for_the_bank(desk: Desk) -> None:
    dispute = disputed(desk)
    given = {"evidence": {"service_date": "2026-11-20", "uncategorized_text": "They came and stayed for the hour."}}
    assert desk.sdk.disputes.update(dispute, given).status == "under_review"
    with pytest.raises(stripe.InvalidRequestError, match="already submitted"):
        desk.sdk.disputes.update(dispute, given)
    desk.wait(days=60)
    assert desk.sdk.disputes.retrieve(dispute).status == "lost"


def test_typos_in_evidence_are_refused(desk: Desk) -> None:
    dispute = disputed(desk)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        desk.sdk.disputes.update(dispute, {"evidence": {"servce_date": "2026-11-20"}})
    assert (caught.value.code, caught.value.param) == ("parameter_unknown", "evidence[servce_date]")


def test_a_refund_fails_after_it_had_succeeded(desk: Desk) -> None:
    desk.pay(desk.checkout(), card="4000 0000 0000 5126")
    charge = desk.sdk.charges.list().data[0]
    refund = desk.sdk.refunds.create({"charge": charge.id, "amount": 4000})
    assert refund.status == "succeeded"
    desk.wait(seconds=30)
    found = desk.sdk.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert (found.status, found.failure_reason) == ("failed", "expired_or_canceled_card")
    assert (found.failure_balance_transaction.type, found.failure_balance_transaction.net) == ("refund_failure", 4000)
    assert desk.sdk.charges.retrieve(charge.id).amount_refunded == 0
    assert sum(balance(desk)) == 9805
    assert "refund.failed" in desk.events()


def test_a_refund_waits(desk: Desk) -> None:
    desk.pay(desk.checkout(), card="4000 0000 0000 7726")
    charge = desk.sdk.charges.list().data[0]
    refund = desk.sdk.refunds.create({"charge": charge.id, "metadata": {"why": "late"}})
    assert refund.status == "pending"
    desk.sdk.refunds.update(refund.id, {"metadata": {"who": "us"}})
    desk.wait(seconds=30)
    found = desk.sdk.refunds.retrieve(refund.id)
    assert (found.status, found.metadata.to_dict()) == ("succeeded", {"why": "late", "who": "us"})
    assert desk.events()[-2:] == ["refund.updated", "charge.refund.updated"]


def test_refunds_that_ask_for_what_is_not_there(desk: Desk) -> None:
    charge = sold(desk)
    for name in ("reverse_transfer", "refund_application_fee"):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            desk.sdk.refunds.create({"charge": charge.id, name: True})
        assert caught.value.param == name
