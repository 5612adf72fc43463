"""Transfers, reversals, payouts and the balance they move."""

import pytest
import stripe

from tests.payments.desk import Desk
from tests.payments.sandbox.market import EXPRESS, balance, entries, onboard, sold

pytestmark = pytest.mark.once

MANUAL = {"settings": {"payouts": {"schedule": {"interval": "manual"}}}}


def test_transfer_from_a_charge_before_it_settles(desk: Desk) -> None:
    account, charge = onboard(desk, **MANUAL), sold(desk)
    made = desk.sdk.transfers.create(
        {
            "amount": 9500,
            "currency": "gbp",
            "destination": account.id,
            "source_transaction": charge.id,
            "metadata": {"booking": "7"},
            "expand": ["balance_transaction", "destination_payment.balance_transaction"],
        }
    )
    assert (made.transfer_group, made.source_transaction, made.reversed) == (charge.transfer_group, charge.id, False)
    assert (made.balance_transaction.type, made.balance_transaction.net) == ("transfer", -9500)
    there = made.destination_payment.balance_transaction
    assert (there.type, there.net, there.status) == ("payment", 9500, "pending")
    assert (balance(desk), balance(desk, account.id)) == ((0, 305), (0, 9500))
    desk.wait(days=2)
    assert (balance(desk), balance(desk, account.id)) == ((305, 0), (9500, 0))
    assert [one.id for one in desk.sdk.transfers.list({"transfer_group": charge.transfer_group}).data] == [made.id]
    assert desk.sdk.transfers.list({"destination": "acct_other"}).data == []
    assert "transfer.created" in desk.events()


def test_transfer_refused_without_the_capability(desk: Desk) -> None:
    account, charge = desk.sdk.accounts.create(EXPRESS), sold(desk)
    given = {"amount": 100, "currency": "gbp", "destination": account.id, "source_transaction": charge.id}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        desk.sdk.transfers.create(given)
    assert caught.value.code == "insufficient_capabilities_for_transfer"
    with pytest.raises(stripe.InvalidRequestError) as nobody:
        desk.sdk.transfers.create({**given, "destination": "acct_none"})
    assert (nobody.value.code, nobody.value.param) == ("resource_missing", "destination")


def test_transfers_never_exceed_their_source(desk: Desk) -> None:
    account, charge = onboard(desk, **MANUAL), sold(desk)
    given = {"amount": 6000, "currency": "gbp", "destination": account.id, "source_transaction": charge.id}
    first = desk.sdk.transfers.create(given)
    with pytest.raises(stripe.InvalidRequestError, match="must not exceed the source amount"):
        desk.sdk.transfers.create({**given, "amount": 3976})
    with pytest.raises(stripe.InvalidRequestError, match="must be the same"):
        desk.sdk.transfers.create({**given, "currency": "eur"})
    with pytest.raises(stripe.InvalidRequestError, match="may not set another"):
        desk.sdk.transfers.create({**given, "amount": 1, "transfer_group": "other"})
    assert desk.sdk.transfers.create({**given, "amount": 3975}).amount == 3975
    desk.sdk.transfers.reversals.create(first.id)
    assert desk.sdk.transfers.create(given).amount == 6000


def test_transfers_without_source_need_an_available_balance(desk: Desk) -> None:
    account = onboard(desk, **MANUAL)
    sold(desk)
    given = {"amount": 5000, "currency": "gbp", "destination": account.id, "transfer_group": "O1"}
    with pytest.raises(stripe.InvalidRequestError) as poor:
        desk.sdk.transfers.create(given)
    assert poor.value.code == "balance_insufficient"
    desk.pay(desk.checkout(key="pay-2"), card="4000 0000 0000 0077")
    assert balance(desk) == (9805, 9805)
    desk.sdk.transfers.create(given)
    assert (balance(desk), balance(desk, account.id)) == ((4805, 9805), (5000, 0))


def test_reversals_in_parts_never_over(desk: Desk) -> None:
    account, charge = onboard(desk, **MANUAL), sold(desk)
    transfer = desk.sdk.transfers.create(
        {"amount": 9500, "currency": "gbp", "destination": account.id, "source_transaction": charge.id}
    )
    part = desk.sdk.transfers.reversals.create(transfer.id, {"amount": 4000, "metadata": {"refund": "1"}})
    assert (part.amount, part.transfer) == (4000, transfer.id)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unreversed") as over:
        desk.sdk.transfers.reversals.create(transfer.id, {"amount": 5501})
    assert over.value.param == "amount"
    rest = desk.sdk.transfers.reversals.create(transfer.id)
    found = desk.sdk.transfers.retrieve(transfer.id)
    assert (rest.amount, found.amount_reversed, found.reversed) == (5500, 9500, True)
    assert [one.id for one in found.reversals.data] == [rest.id, part.id]
    assert [one.id for one in desk.sdk.transfers.reversals.list(transfer.id).data] == [rest.id, part.id]
    assert desk.sdk.transfers.reversals.retrieve(transfer.id, part.id).metadata.to_dict() == {"refund": "1"}
    with pytest.raises(stripe.InvalidRequestError, match="already been fully reversed"):
        desk.sdk.transfers.reversals.create(transfer.id)
    assert entries(desk)[-2:] == [("transfer_refund", 4000, 0), ("transfer_refund", 5500, 0)]
    assert entries(desk, account.id)[-1] == ("payment_refund", -5500, 0)
    assert desk.events().count("transfer.reversed") == 2


def test_reversal_of_what_was_paid_out_is_refused(desk: Desk) -> None:
    account, charge = onboard(desk, **MANUAL), sold(desk)
    transfer = desk.sdk.transfers.create(
        {"amount": 9500, "currency": "gbp", "destination": account.id, "source_transaction": charge.id}
    )
    desk.wait(days=2)
    desk.sdk.payouts.create({"amount": 9000, "currency": "gbp"}, {"stripe_account": account.id})
    with pytest.raises(stripe.InvalidRequestError) as poor:
        desk.sdk.transfers.reversals.create(transfer.id, {"amount": 501})
    assert poor.value.code == "balance_insufficient"
    assert desk.sdk.transfers.reversals.create(transfer.id, {"amount": 500}).amount == 500


def test_platform_payouts_by_hand(desk: Desk) -> None:
    sold(desk)
    with pytest.raises(stripe.InvalidRequestError) as poor:
        desk.sdk.payouts.create({"amount": 1, "currency": "gbp"})
    assert poor.value.code == "balance_insufficient"
    desk.wait(days=2)
    payout = desk.sdk.payouts.create({"amount": 300, "currency": "gbp", "description": "Fees"})
    assert (payout.status, payout.automatic, balance(desk)) == ("pending", False, (9505, 0))
    stopped = desk.sdk.payouts.create({"amount": 5, "currency": "gbp"})
    assert desk.sdk.payouts.cancel(stopped.id).status == "canceled"
    desk.wait(days=1)
    assert desk.sdk.payouts.retrieve(payout.id).status == "paid"
    assert (balance(desk), entries(desk)[1]) == ((9505, 0), ("payout", -300, 0))
    assert [one for one in desk.events() if one.startswith("payout")] == [
        "payout.created", "payout.created", "payout.canceled", "payout.paid",
    ]  # fmt: skip


def test_a_payout_fails_and_comes_back(desk: Desk) -> None:
    account = onboard(desk, bank="000111111113", **MANUAL)
    charge, there = sold(desk), {"stripe_account": account.id}
    desk.sdk.transfers.create(
        {"amount": 9500, "currency": "gbp", "destination": account.id, "source_transaction": charge.id}
    )
    desk.wait(days=2)
    payout = desk.sdk.payouts.create({"amount": 9500, "currency": "gbp"}, there)
    assert balance(desk, account.id) == (0, 0)
    desk.wait(days=1)
    found = desk.sdk.payouts.retrieve(payout.id, {"expand": ["failure_balance_transaction"]}, there)
    assert (found.status, found.failure_code) == ("failed", "account_closed")
    assert (found.failure_balance_transaction.type, found.failure_balance_transaction.net) == ("payout_failure", 9500)
    assert balance(desk, account.id) == (9500, 0)


def test_daily_accounts_are_paid_out_by_themselves(desk: Desk) -> None:
    account, charge = onboard(desk), sold(desk)
    desk.sdk.transfers.create(
        {"amount": 9500, "currency": "gbp", "destination": account.id, "source_transaction": charge.id}
    )
    for _ in range(4):
        desk.wait(days=1)
        desk.sandbox.deliver_due()
    payouts = desk.sdk.payouts.list(None, {"stripe_account": account.id}).data
    assert [(one.amount, one.automatic, one.status) for one in payouts] == [(9500, True, "paid")]


def test_payouts_need_an_onboarded_account(desk: Desk) -> None:
    held = onboard(desk, "missing")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        desk.sdk.payouts.create({"amount": 1, "currency": "gbp"}, {"stripe_account": held.id})
    assert caught.value.code == "payouts_not_allowed"
    with pytest.raises(stripe.InvalidRequestError) as ours:
        desk.sdk.transfers.create(
            {"amount": 1, "currency": "gbp", "destination": held.id}, {"stripe_account": onboard(desk).id}
        )
    assert ours.value.code == "platform_account_required"


def test_the_platforms_own_account(desk: Desk) -> None:
    own = desk.sdk.accounts.retrieve_current()
    assert (own.settings.payouts.schedule.interval, own.payouts_enabled) == ("manual", True)
