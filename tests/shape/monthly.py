"""Retainers in every state that shows a page of its own, as Stripe would have told: for one role at a time."""

from datetime import timedelta
from typing import Any

from community.accounts.models import Person
from community.bookings import actions as bookings
from community.bookings import rules
from community.bookings.retainers import actions
from community.bookings.retainers.models import Retainer
from community.core import clock
from community.core.db import db
from community.core.ids import new_ref
from community.listings.models import Listing
from community.payments.billing import actions as billing
from community.payments.billing.terms import ChargeState, InvoiceState, SubscriptionState

STATES = {"retainer": "active", "retainer_due": "past_due", "retainer_over": "canceled"}


def add(scene: Any, prefix: str, person_id: int | None, key: str) -> dict[str, Any]:
    """References by state. Inside writing()."""
    return {name: _in(scene, prefix, person_id, key, status) for name, status in STATES.items()}


def _in(scene: Any, prefix: str, person_id: int | None, key: str, status: str) -> str:
    person = db.session.get(Person, person_id) if person_id else None
    client = bookings.Client(
        name=person.name if person else "Vera Visitor",
        email=person.email if person else f"vera-{new_ref()}@example.com",
        browser=rules.browser_digest(f"browser of {person.handle}" if person else key),
        zone="Europe/London", locale="en_GB", person=person, note="A note of the client",
    )  # fmt: skip
    listing = db.session.get_one(Listing, scene.kinds[prefix]["retainer"])
    made = actions.begin(listing, answers=(("What do you sell?", "Jam & more"),), client=client)
    paid_for(made, status)
    if status != "canceled":  # a client has one of a listing at a time
        made.order.client_email, made.order.browser = f"{new_ref()}@example.com", made.order.browser
    return made.ref


def paid_for(made: Retainer, status: str) -> None:
    """What Stripe would say of one that began today: paid, or paid a month ago and refused since."""
    assert made.subscription_id is not None
    now, name = clock.now(), made.ref
    first = InvoiceState(
        f"in_{name}", "paid", made.total, made.currency, 1, None, None, now - timedelta(days=30), now, f"pi_{name}", now
    )
    due = InvoiceState(
        f"in_{name}2", "open", made.total, made.currency, 1, now + timedelta(days=3), "https://pay.example/1",
        now, now + timedelta(days=30), None, None,
    )  # fmt: skip
    charge = ChargeState(f"pi_{name}", f"ch_{name}", 170, f"txn_{name}", None, None, "Visa 4242", "pm_1")
    state = SubscriptionState(f"sub_{name}", "active", now, now + timedelta(days=30), False)
    billing.seen(made.subscription_id, state, [first], {f"pi_{name}": charge})
    if status != "active":
        ended = now if status == "canceled" else None
        state = SubscriptionState(f"sub_{name}", status, now, now + timedelta(days=30), False, ended, "payment_failed")
        billing.seen(made.subscription_id, state, [first, due], {})
