"""How long Stripe is waited for. Whoever looks at a page waits for less than two seconds in all, so a request asks once
and briefly, and not at all while Stripe is away; a worker takes its time and asks again. All times are seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import gevent
import stripe

from community.core.breaker import Breaker


@dataclass(frozen=True)
class Patience:
    """The limits of one call.

    Args:
        connect: until there is a connection.
        answer: without a byte of the answer.
        most: for the whole call, names looked up and tries included; None for no such limit.
        retries: further tries with the same key.
        breaker: refuses at once while Stripe is away.

    """

    connect: float
    answer: float
    most: float | None = None
    retries: int = 0
    breaker: Breaker | None = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """The block makes one call. Raises what the SDK raises, and `ServiceAwayError` from the breaker."""
        too_long = stripe.APIConnectionError("no answer in time", should_retry=False)  # type: ignore[no-untyped-call]
        with self.breaker.guarding() if self.breaker else nullcontext(), gevent.Timeout(self.most, too_long):
            yield


def of_worker() -> Patience:
    """Nobody waits for it."""
    return Patience(connect=2.0, answer=10.0, retries=2)


def of_request() -> Patience:
    """Somebody waits, and has waited for the database already."""
    breaker = Breaker("stripe", (stripe.APIConnectionError, stripe.APIError))
    return Patience(connect=0.5, answer=1.2, most=1.3, breaker=breaker)
