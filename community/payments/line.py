"""The line to Stripe: whose account, how patiently, and never inside a transaction."""

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

import stripe

from .askings import asking
from .charge_types import ChargeType, Platform
from .patience import Patience, of_worker


class Line:
    """Stripe, or the local sandbox at another address.

    Args:
        secret_key: Stripe's secret key.
        api_base: Address of the sandbox, None for Stripe itself.
        webhook_secret: What signs the webhooks we get.
        http_client: A client of the SDK, for tests in one process.
        guard: Raises when a database transaction is open; asked before every call.
        charge_type: Whose charge it is.
        clock: Seconds since 1970 against which a webhook's age is held.
        patience: How long a call may take; a worker's when not given.

    """

    def __init__(
        self,
        secret_key: str,
        api_base: str | None,
        webhook_secret: str,
        http_client: stripe.HTTPClient | None = None,
        *,
        guard: Callable[[], None],
        charge_type: ChargeType | None = None,
        clock: Callable[[], float] = time.time,
        patience: Patience | None = None,
    ) -> None:
        self._patience = patience or of_worker()
        self._charge_type = charge_type or Platform()
        self._secret_key, self._api_base = secret_key, api_base
        self._http = http_client or stripe.RequestsClient(timeout=(self._patience.connect, self._patience.answer))
        self._client = self._client_for(self._charge_type)
        self._webhook_secret = webhook_secret
        self._guard = guard
        self._clock = clock

    def _client_for(self, charge_type: ChargeType) -> "stripe._v1_services.V1Services":
        return stripe.StripeClient(
            self._secret_key,
            stripe_account=charge_type.account,
            base_addresses={"api": self._api_base.rstrip("/")} if self._api_base else {},
            http_client=self._http,
            max_network_retries=self._patience.retries,
        ).v1

    def on(self, charge_type: ChargeType) -> Self:
        """The same line for charges of another type: every call is made for its account."""
        other = copy.copy(self)
        vars(other).update(_charge_type=charge_type, _client=self._client_for(charge_type))
        return other

    @contextmanager
    def _call(self) -> Iterator[None]:
        self._guard()
        with asking(), self._patience.kept():
            yield
