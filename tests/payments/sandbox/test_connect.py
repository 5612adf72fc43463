"""Connected accounts: onboarding by its page, capabilities, links, and charges of their own."""

import pytest
import stripe

from tests.payments.desk import GOOD, Desk
from tests.payments.sandbox.market import EXPRESS, balance, entries, link, onboard, walk
from tests.payments.test_sandbox_api import params

pytestmark = pytest.mark.once


def test_a_new_account_may_do_nothing(desk: Desk) -> None:
    account = desk.sdk.accounts.create(EXPRESS)
    assert (account.charges_enabled, account.payouts_enabled, account.details_submitted) == (False, False, False)
    assert "external_account" in account.requirements.currently_due
    assert account.requirements.disabled_reason == "requirements.past_due"
    assert account.capabilities.to_dict() == {"card_payments": "inactive", "transfers": "inactive"}
    assert account.controller.stripe_dashboard.type == "express"
    assert account.metadata.to_dict() == {"practice": "1"}


def test_onboarding_complete(desk: Desk) -> None:
    account = onboard(desk)
    assert (account.charges_enabled, account.payouts_enabled, account.details_submitted) == (True, True, True)
    assert (account.requirements.currently_due, account.requirements.disabled_reason) == ([], None)
    assert account.capabilities.transfers == "active"
    assert account.external_accounts.data[0].last4 == "6789"
    desk.sandbox.deliver_due()
    told = [stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_desk", tolerance=None)
            for _, body, headers in desk.posted]  # fmt: skip
    assert [(one.type, one.account) for one in told] == [("account.updated", account.id)] * 2
    assert told[-1].data.object.charges_enabled is True


@pytest.mark.parametrize(
    ("outcome", "due", "reason", "status"),
    [
        ("missing", ["individual.verification.document"], "requirements.past_due", "inactive"),
        ("review", [], "requirements.pending_verification", "pending"),
        ("rejected", [], "rejected.other", "inactive"),
    ],
)
def test_onboarding_otherwise(desk: Desk, outcome: str, due: list[str], reason: str, status: str) -> None:
    account = onboard(desk, outcome)
    assert (account.details_submitted, account.charges_enabled, account.payouts_enabled) == (True, False, False)
    assert (account.requirements.currently_due, account.requirements.disabled_reason) == (due, reason)
    assert account.capabilities.transfers == status
    walk(desk, account.id, "complete")
    assert desk.sdk.accounts.retrieve(account.id).payouts_enabled is True


def test_leaving_changes_nothing(desk: Desk) -> None:
    account = onboard(desk, "leave")
    assert (account.details_submitted, account.external_accounts.data) == (False, [])


def test_a_link_opens_once_and_not_for_long(desk: Desk) -> None:
    account = desk.sdk.accounts.create(EXPRESS)
    used = link(desk, account.id)
    page = desk.get(used)
    assert "external_account" in page.text
    assert desk.get(used).location == "http://site.test/again"
    assert desk.post(used, outcome="complete").location == "http://site.test/back"
    assert desk.post(used, outcome="rejected").location == "http://site.test/again"
    late = link(desk, account.id)
    desk.wait(minutes=5)
    assert desk.get(late).location == "http://site.test/again"
    assert desk.get("connect/link_none").status_code == 404
    assert desk.sdk.accounts.retrieve(account.id).payouts_enabled is True


def test_update_capabilities_and_list(desk: Desk) -> None:
    account = onboard(desk, capabilities={"transfers": {"requested": True}})
    assert account.charges_enabled is False
    asked = desk.sdk.accounts.capabilities.update(account.id, "card_payments", {"requested": True})
    assert (asked.id, asked.status) == ("card_payments", "active")
    assert desk.sdk.accounts.retrieve(account.id).charges_enabled is True
    assert len(desk.sdk.accounts.capabilities.list(account.id).data) == 2
    change = {
        "metadata": {"practice": "", "plan": "b"},
        "settings": {"payouts": {"schedule": {"interval": "manual", "delay_days": "minimum"}}},
        "business_profile": {"name": "Noor's"},
    }
    changed = desk.sdk.accounts.update(account.id, change)
    assert changed.metadata.to_dict() == {"plan": "b"}
    assert changed.settings.payouts.schedule.to_dict() == {"interval": "manual", "delay_days": 2}
    assert changed.business_profile.name == "Noor's"
    assert [one.id for one in desk.sdk.accounts.list().data] == [account.id]
    assert desk.sdk.accounts.delete(account.id).deleted is True
    assert desk.sdk.accounts.list().data == []


def test_login_links(desk: Desk) -> None:
    early = desk.sdk.accounts.create(EXPRESS)
    with pytest.raises(stripe.InvalidRequestError, match="not completed onboarding"):
        desk.sdk.accounts.login_links.create(early.id)
    account = onboard(desk)
    url = str(desk.sdk.accounts.login_links.create(account.id).url).removeprefix("http://site.test/_stripe/")
    assert account.id in desk.get(url).text
    desk.post(url, outcome="missing")
    assert desk.sdk.accounts.retrieve(account.id).requirements.disabled_reason == "requirements.past_due"


def test_refused_as_stripe_does(desk: Desk) -> None:
    with pytest.raises(stripe.PermissionError) as caught:
        desk.sdk.balance.retrieve(None, {"stripe_account": "acct_none"})
    assert (caught.value.http_status, caught.value.error.code) == (403, "account_invalid")
    with pytest.raises(stripe.InvalidRequestError) as typo:
        desk.sdk.accounts.create({"controller": {"losses": {"payment": "stripe"}}})
    assert (typo.value.code, typo.value.param) == ("parameter_unknown", "controller[losses][payment]")
    with pytest.raises(stripe.InvalidRequestError) as both:
        desk.sdk.accounts.create({"type": "express", **EXPRESS})
    assert both.value.param == "type"
    held = onboard(desk, "missing")
    with pytest.raises(stripe.InvalidRequestError, match="cannot currently make charges"):
        desk.sdk.checkout.sessions.create(params(desk), {"stripe_account": held.id})


@pytest.mark.parametrize(("payer", "theirs", "ours"), [("application", 4800, 105), ("account", 4705, 200)])
def test_direct_charge(desk: Desk, payer: str, theirs: int, ours: int) -> None:
    """5,000 with a fee of 200 for the platform; Stripe's 95 are the platform's or the account's."""
    controller = {**EXPRESS["controller"], "fees": {"payer": payer}}
    account = onboard(desk, controller=controller, settings={"payouts": {"schedule": {"interval": "manual"}}})
    there = {"stripe_account": account.id}
    given = params(desk, payment_intent_data={"application_fee_amount": 200})
    session = desk.sdk.checkout.sessions.create(given, there)
    assert desk.post(f"c/pay/{session.id}", **GOOD).status_code == 303
    assert desk.sdk.checkout.sessions.list().data == []
    intent = desk.sdk.payment_intents.list({"expand": ["data.latest_charge"]}, there).data[0]
    assert (intent.application_fee_amount, intent.latest_charge.application_fee_amount) == (200, 200)
    assert (balance(desk, account.id), balance(desk)[0] + balance(desk)[1]) == ((0, theirs), ours)
    fee = desk.sdk.application_fees.list().data[0]
    assert (fee.amount, fee.account, fee.charge) == (200, account.id, intent.latest_charge.id)
    part = desk.sdk.refunds.create({"payment_intent": intent.id, "amount": 2500, "refund_application_fee": True}, there)
    assert part.status == "succeeded"
    assert desk.sdk.application_fees.retrieve(fee.id).amount_refunded == 100
    assert entries(desk, account.id)[-2:] == [("application_fee_refund", 100, 0), ("refund", -2500, 0)]
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount on fee"):
        desk.sdk.application_fees.refunds.create(fee.id, {"amount": 101})
    desk.sdk.application_fees.refunds.create(fee.id, {"amount": 100})
    assert desk.sdk.application_fees.retrieve(fee.id).refunded is True
    types = [event.type for event in desk.sdk.events.list({"limit": 100}, there).data]
    assert {"checkout.session.completed", "payment_intent.succeeded", "charge.refunded"} <= set(types)


def test_application_fees_have_limits(desk: Desk) -> None:
    account = onboard(desk)
    given = params(desk, payment_intent_data={"application_fee_amount": 5001})
    with pytest.raises(stripe.InvalidRequestError, match="may not be more"):
        desk.sdk.checkout.sessions.create(given, {"stripe_account": account.id})
    with pytest.raises(stripe.InvalidRequestError, match="on behalf of another account"):
        desk.sdk.checkout.sessions.create(given)


def test_on_behalf_of(desk: Desk) -> None:
    account, held = onboard(desk), onboard(desk, "missing")
    with pytest.raises(stripe.InvalidRequestError, match="card_payments"):
        desk.sdk.checkout.sessions.create(params(desk, payment_intent_data={"on_behalf_of": held.id}))
    session = desk.sdk.checkout.sessions.create(params(desk, payment_intent_data={"on_behalf_of": account.id}))
    desk.post(f"c/pay/{session.id}", **GOOD)
    assert desk.sdk.charges.list().data[0].on_behalf_of == account.id


def test_keys_are_each_accounts_own(desk: Desk) -> None:
    one, other = onboard(desk), onboard(desk)
    made = [
        desk.sdk.customers.create({"email": "a@a.test"}, {"stripe_account": account.id, "idempotency_key": "k"}).id
        for account in (one, other)
    ]
    assert made[0] != made[1]
    with pytest.raises(stripe.InvalidRequestError):
        desk.sdk.customers.retrieve(made[0], None, {"stripe_account": other.id})
