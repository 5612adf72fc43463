"""Trouble with money for the scene: a dispute of Noor's and one of Priya's, something stuck, and what staff did."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from community.core import clock
from community.core.db import db
from community.core.ids import new_ref
from community.payments import actions, fees, findings
from community.payments.models import Dispute, Finding, Payment


def add(scene: Any) -> None:
    """Everything."""
    with scene.world.writing():
        noors = _disputed(f"practice:{scene.noors}", "Noor Haddad")
        for role in ("owner", "assistant"):
            scene.roles[role].has["dispute"] = noors.stripe_id
        priyas = _disputed(f"practice:{scene.priyas}", "Priya Nair")
        scene.other |= {"dispute": priyas.stripe_id, "disputed": priyas.payment_id}
        scene.other["refused_part"] = _refused(f"practice:{scene.priyas}", "Priya Nair").ref
        findings.note("missing_here", "txn_scene", found=500, currency="GBP", detail={"source": "ch_x & co"})
        scene.other["finding"] = db.session.scalars(select(Finding.id)).one()
        said = "For makers & bakers"
        rule = fees.set_rule(niche="brand-identity-food", source="own", side="client", basis_points=0, minimum=0)
        scene.other["fee_rule"] = rule.id
        actions.note_action(scene.roles["operator"].id, "fee_rule", "fee:brand-identity-food:own", said)


def _disputed(payee: str, name: str) -> Dispute:
    """A paid payment whose bank has asked: as far as our own books go, for Stripe knows nothing of it."""
    ref = new_ref("pay")
    payment = Payment(
        ref=ref, purpose="test", subject=f"scene:{ref}", payer="tom@example.com", payee=payee, payee_name=name,
        amount=9975, fee=475, currency="GBP", description="A brand identity & more", status="expired",
        mode="platform", expires_at=clock.now(), card="Visa 0259", refunded=0,
    )  # fmt: skip
    dispute = Dispute(
        stripe_id=f"dp_{ref}", payment=payment, amount=9975, currency="GBP", reason="fraudulent",
        status="needs_response", evidence_due_at=clock.now() + timedelta(days=6), opened_at=clock.now(), taken=0, fee=0,
        evidence={"words": "They came & went."},
    )  # fmt: skip
    db.session.add_all([payment, dispute])
    db.session.flush()
    return dispute


def _refused(payee: str, name: str) -> Payment:
    """A part of a plan whose card said no: its payer may put it right for a while."""
    ref = new_ref("pay")
    payment = Payment(
        ref=ref, purpose="test", subject=f"scene:{ref}", payer="tom@example.com", payee=payee, payee_name=name,
        amount=7500, fee=375, currency="GBP", description="A brand identity & more", status="recovering",
        kind="balance", mode="platform", expires_at=clock.now() + timedelta(days=9), due_at=clock.now(), refunded=0,
        failure="authentication_required", recover_by=clock.now() + timedelta(days=3), attempts=1,
    )  # fmt: skip
    db.session.add(payment)
    db.session.flush()
    return payment
