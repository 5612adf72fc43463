"""What the operator's routes of the market are tried with."""

from tests.shape.scene import Mine, Scene
from tests.shape.targets import FORMS, GONE_NUMBER, Target, Targets, targets

_NICHE = {"name": "Beeswax labels", "line": "For candles.", "low": "50", "high": "90", "unit": "label", "minutes": "60"}
_NICHE |= {"field": "design"} | {f"new-{name}": value for name, value in _NICHE.items()}
FORMS["staff_catalogue.add_audience"] = {"name": "Beekeepers"}
FORMS["insights.picks"] = {"address": "/priya-nair/a-bookkeeping-hour", "days": "3"}
FORMS["niche_proposals.propose"] = {"field": "design", "name": "Beeswax labels", "why": "For candles."}


@targets(
    *("staff_catalogue.show", "staff_catalogue.rename", "staff_catalogue.merge", "staff_catalogue.split"),
    *("staff_catalogue.add_title", "staff_catalogue.drop_title"),
)
def _niche(scene: Scene, role: str, mine: Mine) -> Targets:
    data = _NICHE | {"title": "food branding", "into": "bookkeeping"}
    slugs = {"there": "brand-identity-food", "gone": "gone-for-good"}
    return {label: Target({"slug": slug}, data=data) for label, slug in slugs.items()}


@targets("staff_catalogue.add")
def _add(scene: Scene, role: str, mine: Mine) -> Targets:
    queries = {"-": {}, "proposed": {"proposal": scene.other["niche_proposal"]}, "gone": {"proposal": GONE_NUMBER}}
    return {label: Target(query=query, data=_NICHE) for label, query in queries.items()}


@targets("staff_catalogue.rename_audience")
def _audience(scene: Scene, role: str, mine: Mine) -> Targets:
    slugs = {"there": "food-and-drink", "gone": "gone-for-good"}
    return {label: Target({"slug": slug}, data={"name": "Cooks"}) for label, slug in slugs.items()}


@targets("staff_catalogue.decline")
def _decline(scene: Scene, role: str, mine: Mine) -> Targets:
    numbers = {"there": scene.other["niche_proposal"], "gone": GONE_NUMBER}
    return {label: Target({"proposal_id": number}, data={"reason": "It is there"}) for label, number in numbers.items()}


@targets("insights.end_pick")
def _pick(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"there": Target({"pick_id": scene.other["pick"]}), "gone": Target({"pick_id": GONE_NUMBER})}
