"""Every mail about briefs, written about the scene's people."""

from community.accounts.models import Person
from community.asking import actions
from community.asking.facts import BriefNears, BriefOver, BriefReplied, PracticeTold, ReplyAccepted, ReplyDeclined
from community.asking.models import Brief, BriefReply
from community.core.db import db, writing
from community.niches import editing
from community.niches import queries as niches
from community.niches.facts import ProposalDecided
from community.niches.models import NicheProposal
from community.notifications import brief_mails, niche_mails
from tests.shape.scene import Scene


def write_all(scene: Scene) -> None:
    """The member's brief, which Noor's practice was told of and replied to."""
    has = scene.roles["member"].has
    brief_id, reply_id = has["brief_id"], has["brief_reply"]
    with scene.app.app_context():
        closes = int(db.session.get_one(Brief, brief_id).closes_at.timestamp())
        brief_mails.tell_practice(PracticeTold(brief_id, scene.noors))
        brief_mails.tell_reply(BriefReplied(reply_id))
        brief_mails.tell_nears(BriefNears(brief_id, closes))
        brief_mails.tell_accepted(ReplyAccepted(reply_id))
        brief_mails.tell_declined(ReplyDeclined(reply_id))
        for status in ("filled", "closed", "lapsed"):
            with writing():
                actions._end(db.session.get_one(Brief, brief_id), status)
                assert db.session.get_one(BriefReply, reply_id).status == "passed"
            brief_mails.tell_over(BriefOver(brief_id))
        for niche in (None, "brand-identity-food"):
            with writing():
                operator = db.session.get_one(Person, scene.roles["operator"].id)
                proposal = db.session.get_one(NicheProposal, scene.other["niche_proposal"])
                proposal.status = "open"
                editing.decide(
                    proposal, niche=niche and niches.niche(niche), reason="For beekeepers & cooks.", by=operator
                )
            niche_mails.tell_decided(ProposalDecided(scene.other["niche_proposal"]))
