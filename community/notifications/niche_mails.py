"""Mails about the catalogue: what became of a niche that a member proposed."""

from flask import url_for
from flask_babel import gettext as _

from community.core.db import writing
from community.core.events import after
from community.niches import queries
from community.niches.facts import ProposalDecided
from community.niches.models import NicheProposal
from community.notifications.readers import may_hear, member
from community.notifications.telling import News, tell


@after(ProposalDecided)
def tell_decided(fact: ProposalDecided) -> None:
    """Whoever proposed it."""
    with writing():
        proposal = queries.proposal(fact.proposal_id)
        if may_hear(proposal.person):
            key = f"niche_proposal:{proposal.id}:{proposal.status}"
            tell([member(proposal.person)], key, lambda _reader: _decided(proposal))


def _decided(proposal: NicheProposal) -> News:
    if proposal.status == "accepted" and proposal.niche is not None:
        return News(
            subject=_("Your niche is there: %(name)s", name=proposal.niche.name),
            heading=_("Your niche is there"),
            intro=_("You proposed %(name)s, and now it is a niche here.", name=proposal.name),
            lines=(_("Choose it for your practice or a listing, so that people find you in it."),),
            button=(_("See it"), url_for("niches.show", slug=proposal.niche.slug, _external=True)),
        )
    return News(
        subject=_("About the niche you proposed: %(name)s", name=proposal.name),
        heading=_("Not as a niche of its own"),
        intro=_("Thank you for proposing %(name)s. It does not become a niche for now.", name=proposal.name),
        said=(_("Why"), proposal.reason),
        button=(_("See all niches"), url_for("niches.index", _external=True)),
    )
