"""Whether real money may come: what Stripe itself says of the site's account."""

from community.core.site import settings
from community.payments.collecting import gateway


def faults() -> list[str]:
    """What keeps this site from taking real money, as sentences. Raises `GatewayUnavailable`, `GatewayRefused`."""
    interval = gateway().payout_interval()
    if settings().money_mode == "platform" and interval != "manual":
        said = f"Stripe pays this account out by itself ({interval or 'no schedule'})"
        return [f"{said}, with what belongs to practices and clients. Set payouts to manual at Stripe."]
    return []
