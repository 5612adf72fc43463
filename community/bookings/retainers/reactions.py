"""How retainers answer payments, and staff's sanctions."""

from community.accounts.facts import PersonSanctioned
from community.bookings.retainers import actions, following, queries
from community.core.db import release, writing
from community.core.errors import Refused
from community.core.events import after, before, on
from community.payments.billing import queries as subscriptions
from community.payments.billing import subscribing
from community.payments.billing.facts import SubscriptionChanged
from community.payments.facts import PayeeNeverPayable


@before(SubscriptionChanged)
def lock_before_changed(fact: SubscriptionChanged) -> None:
    """Practice and retainer come before the subscription in the lock order."""
    found = queries.of_subscription(fact.subscription_id)
    if found is not None:
        actions.lock(found.id)


@on(SubscriptionChanged)
def follow(fact: SubscriptionChanged) -> None:
    """Stand as the subscription does."""
    found = queries.of_subscription(fact.subscription_id)
    if found is not None:
        following.follow(found, subscriptions.get(fact.subscription_id))


@before(PayeeNeverPayable)
def lock_before_given_back(fact: PayeeNeverPayable) -> None:
    """The same."""
    found = queries.of_payment(fact.payment_id)
    if found is not None:
        actions.lock(found.id)


@on(PayeeNeverPayable)
def end_unpayable(fact: PayeeNeverPayable) -> None:
    """The practice can't be paid in the end: it is over, and what is left of the payment goes back by itself."""
    found = queries.of_payment(fact.payment_id)
    if found is not None and found.is_live:
        actions.end_now(found, side="moderator", by=None, back="")


@after(PersonSanctioned)
def end_with_month(fact: PersonSanctioned) -> None:
    """Whoever may not take part any more pays, and is paid, until the end of the month."""
    if fact.kind not in {"suspend", "ban"}:
        return
    ids = list(queries.live_with(fact.person_id))
    release()
    for retainer_id in ids:
        end_with_period(retainer_id)


def end_with_period(retainer_id: int) -> None:
    """Let one end with the month, for staff. Raises `GatewayUnavailable`."""
    try:
        with writing():
            retainer = actions.lock(retainer_id)
            actions.wish(retainer, side="moderator", by=None)
            subscription_id = retainer.subscription_id
            if subscription_id is None:
                actions.end_now(retainer, side="moderator", by=None)
                return
    except Refused:
        return
    subscribing.end_with_period(subscription_id, wanted=True)
