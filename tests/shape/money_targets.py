"""What the routes of the money desk and of disputes are tried with."""

from tests.shape.scene import Mine, Scene
from tests.shape.targets import FORMS, GONE_NUMBER, MAKERS, Target, Targets, _simple, targets

for _endpoint in ("disputes.show", "disputes.submit"):
    MAKERS[_endpoint] = _simple("ref", "dp_gone", "dispute", data={"words": "They came."})
WHY = {"reason": "Told twice"}
FORMS |= {
    "money_fees.add": WHY | {"niche": "", "source": "", "share": "8", "minimum": "", "side": "client"},
    "money_payouts.pay_out": WHY | {"amount": "1"},
}


@targets("money_fees.end")
def _rule(scene: Scene, role: str, mine: Mine) -> Targets:
    return {
        "a rule": Target({"rule_id": scene.other["fee_rule"]}, data=WHY),
        "gone": Target({"rule_id": GONE_NUMBER}, data=WHY),
    }


@targets("money_stuck.show")
def _stuck(scene: Scene, role: str, mine: Mine) -> Targets:
    return {
        "a payment": Target({"kind": "payment", "subject_id": scene.other["disputed"]}, data=WHY),
        "a finding": Target({"kind": "finding", "subject_id": scene.other["finding"]}, data=WHY),
        "gone": Target({"kind": "refund", "subject_id": GONE_NUMBER}, data=WHY),
    }


@targets("money_disputes.show", "money_disputes.submit")
def _dispute(scene: Scene, role: str, mine: Mine) -> Targets:
    return {
        "a dispute": Target({"ref": scene.other["dispute"]}, data=WHY | {"words": "They came."}),
        "gone": Target({"ref": "dp_gone"}, data=WHY),
    }


@targets("money_desk.payment")
def _payment(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"a payment": Target({"ref": scene.other["payment"]}), "gone": Target({"ref": "p-gone"})}


@targets("money_desk.ledger")
def _ledger(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"a month": Target({"month": "2026-11"}), "gone": Target({"month": "2026-13"})}


@targets("money_desk.search")
def _search(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target(query={"q": scene.other["payment"]})}
