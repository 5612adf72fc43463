"""What an event about something that is paid every month makes us look at; see `payments.hearing`."""

from collections.abc import Mapping

from community.core.db import release
from community.payments.billing import queries, subscribing
from community.payments.models import Subscription

ABOUT = ("customer.subscription.", "invoice.")


def concerns(kind: str, object_id: str, about: Mapping[str, object]) -> bool:
    """True for an event about a subscription, one of its invoices, or the Checkout that begins it."""
    if kind.startswith("checkout.session."):
        found = _known(kind, object_id, about) is not None
        release()
        return found
    return kind.startswith(ABOUT)


def look(kind: str, object_id: str, about: Mapping[str, object]) -> None:
    """Ask Stripe how it stands; nothing where it is none of ours. Raises `GatewayUnavailable`."""
    found = _known(kind, object_id, about)
    subscription_id = found.id if found else None
    release()
    if subscription_id is not None:
        subscribing.look(subscription_id)


def _known(kind: str, object_id: str, about: Mapping[str, object]) -> Subscription | None:
    """Ours, by its Checkout, by Stripe's name of it, or by our reference in it."""
    if kind.startswith("checkout.session."):
        reference = str(about.get("client_reference_id") or "")
        return queries.by_checkout(object_id) or queries.by_ref(reference)
    details = _part(about.get("parent"), "subscription_details") if kind.startswith("invoice.") else about
    stripe_id = str(_part(about.get("parent"), "subscription_details").get("subscription") or object_id)
    reference = str(_part(details.get("metadata")).get("reference") or "")
    return queries.at_stripe(stripe_id) or queries.by_ref(reference)


def _part(value: object, name: str = "") -> Mapping[str, object]:
    """A part of what was sent, as far as it has one."""
    found = value.get(name) if name and isinstance(value, dict) else value
    return found if isinstance(found, dict) else {}
