"""What the routes of reviews, references and vouching are tried with, and those of the public web."""

from tests.shape.scene import Mine, Scene
from tests.shape.targets import FORMS, GONE_NUMBER, MAKERS, Target, Targets, _simple, targets

_REVIEW = {"stars": "5", "text": "A sentence that is long enough."}
MAKERS["reviews.write"] = _simple("ref", "b-gone", "reviewable", data=_REVIEW)
MAKERS["reviews.show"] = _simple("review_id", GONE_NUMBER, "review", data={"text": "Thank you"})
MAKERS["reviews.hide"] = _simple("review_id", GONE_NUMBER, "review", data={"reason": "Names a child"})
MAKERS["references.remove"] = _simple("reference_id", GONE_NUMBER, "reference")
MAKERS["references.hide"] = _simple("reference_id", GONE_NUMBER, "reference", data={"reason": "Made up"})
FORMS["references.desk"] = {"name": "Cleo", "email": "cleo@example.org", "about": "A label"}


@targets("reviews.of_practice")
def _practice(scene: Scene, role: str, mine: Mine) -> Targets:
    own = "noor-haddad" if role in {"owner", "assistant"} else None
    given = {"own": own, "other's": "priya-nair", "gone": "gone-for-good"}
    data = {"text": "Always there when needed."}
    return {label: one and Target({"practice": one}, data=data) for label, one in given.items()}


@targets("references.show")
def _reference(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"name": "Cal", "work": "A mark, 2023", "text": "Good work, on the day."}
    asked = Target({"token": scene.other["reference_token"]}, data=data)
    return {"with the link": asked, "gone": Target({"token": "forged"}, data=data)}


@targets("vouches.vouch")
def _vouch(scene: Scene, role: str, mine: Mine) -> Targets:
    data = {"text": "Always there when needed."}
    given = {"one's own": "noor-haddad" if role in {"owner", "assistant"} else None, "one there": "priya-nair"}
    return {label: one and Target({"practice": one}, data=data) for label, one in (given | {"gone": "x-gone"}).items()}


@targets("atom.practice", "share.code", "share.practice")
def _public_practice(scene: Scene, role: str, mine: Mine) -> Targets:
    """What is public is drawn as a visitor sees it, whoever asks."""
    slugs = {"there": "priya-nair", "suspended's": "sana-malik", "gone": "gone-for-good"}
    return {label: Target({"slug": slug}) for label, slug in slugs.items()}


@targets("share.listing")
def _public_listing(scene: Scene, role: str, mine: Mine) -> Targets:
    slugs = {"there": "a-bookkeeping-hour", "draft": "unfinished", "gone": "gone-for-good"}
    return {label: Target({"practice": "priya-nair", "slug": slug}) for label, slug in slugs.items()}


@targets("atom.niche", "niches.town")
def _niche(scene: Scene, role: str, mine: Mine) -> Targets:
    slugs = {"there": "brand-identity-food", "gone": "gone-for-good"}
    return {label: Target({"slug": slug, "town": "nowhere"}) for label, slug in slugs.items()}


@targets("listings.smaller")
def _smaller(scene: Scene, role: str, mine: Mine) -> Targets:
    names = {"a listing's": (400, scene.picture), "another file": (400, scene.private), "odd": (401, scene.picture)}
    return {label: Target({"width": width, "name": name}) for label, (width, name) in names.items()}


@targets("pages.sitemap_part")
def _sitemap(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"there": Target({"name": "pages"}), "gone": Target({"name": "secrets"})}


@targets("vouches.hide")
def _hide_vouch(scene: Scene, role: str, mine: Mine) -> Targets:
    given = {"other's": scene.other["vouch"], "gone": GONE_NUMBER}
    return {label: Target({"vouch_id": number}, data={"reason": "Made up"}) for label, number in given.items()}
