"""Taking and letting go at the same moment, each in a transaction and on a connection of its own."""

import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete

from community.core.db import db, writing
from community.core.deliveries import Delivery
from community.core.errors import Refused
from community.payments import actions, queries
from community.payments.models import Payment
from community.payments.terms import CheckoutState

ROUNDS = 12


@pytest.fixture
def authorised(built: Flask) -> Iterator[list[int]]:
    """Payments in the shared database itself; gone again afterwards."""
    with built.app_context(), writing():
        made = [_payment(number) for number in range(ROUNDS)]
    yield made
    with built.app_context(), writing() as session:
        session.execute(delete(Payment).where(Payment.id.in_(made)))
        session.execute(delete(Delivery).where(Delivery.handler.like("payments.reactions.%")))


def _payment(number: int) -> int:
    given = {"purpose": "test", "subject": f"test:{number}", "payer": "a@example.com", "description": "An hour"}
    payment = actions.open_payment(
        **given, payee="practice:1", payee_name="Noor", amount=9975, fee=475, currency="GBP", manual=True
    )
    state = CheckoutState(f"cs_word_{payment.ref}", "complete", "unpaid", 9975, "GBP", payment.ref)
    actions.authorise(payment.id, state)
    return payment.id


def test_taken_or_let_go_never_both(built: Flask, authorised: list[int]) -> None:
    for payment_id in authorised:
        gate, said = threading.Barrier(6), Counter[str]()

        def word(verb: str, payment_id: int = payment_id, gate: object = gate, said: Counter[str] = said) -> None:
            with built.app_context():
                gate.wait()  # type: ignore[attr-defined]
                try:
                    with writing():
                        getattr(actions, verb)(queries.get(payment_id))
                except Refused:
                    return
                said[verb] += 1

        threads = [threading.Thread(target=word, args=(verb,)) for verb in ("capture", "release") * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (verb,) = said
        with built.app_context():
            assert queries.get(payment_id).status == {"capture": "capturing", "release": "releasing"}[verb]
            wanted = db.session.query(Delivery).filter(Delivery.handler.like("payments.reactions.%")).all()
            assert [row.payload["payment_id"] for row in wanted].count(payment_id) == 1
