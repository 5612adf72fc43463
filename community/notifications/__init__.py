"""Mails and notices that answer facts."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Load the mails beside the unread ones."""
    from community.notifications import (  # noqa: F401, PLC0415 - they register their reactions
        booking_mails,
        brief_mails,
        call_mails,
        change_mails,
        circle_mails,
        dispute_mails,
        list_mails,
        niche_mails,
        part_mails,
        partner_mails,
        payout_mails,
        proposal_mails,
        request_mails,
        retainer_mails,
        review_mails,
        room_mails,
        session_mails,
        trouble_mails,
    )
