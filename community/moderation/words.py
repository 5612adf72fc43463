"""What the log's entries are called."""

from flask_babel import gettext as _


def deeds() -> dict[str, str]:
    """What was done, in words, by its name in the log."""
    return {
        "taken": _("Took a report"),
        "noted": _("Wrote a note"),
        "nothing": _("Report closed: within the rules"),
        "warned": _("Warned"),
        "mute": _("Muted"),
        "suspend": _("Suspended"),
        "ban": _("Banned"),
        "ended": _("Ended by itself"),
        "lifted": _("Taken back"),
        "appealed": _("Asked for a second look"),
        "appeal_granted": _("Second look: taken back"),
        "appeal_refused": _("Second look: it stands"),
        "membership": _("Membership decided"),
        "duty": _("Duty roster changed"),
        "site_words": _("Words of the site changed"),
        "room_mute": _("Muted in a room"),
        "room_ban": _("Kept out of a room"),
        "room_remove": _("Sent out of a room"),
        "room_lifted": _("Let back in or unmuted in a room"),
        "room_deleted": _("Message deleted"),
        "room_slow": _("Room slowed down or not"),
        "room_words": _("Words of a room changed"),
        "room_held": _("Message held for a look"),
        "room_passed": _("Held message let through"),
        "room_dropped": _("Held message dropped"),
        "room_host": _("Made host of a room, or no more"),
    }


def catalogue_deeds() -> dict[str, str]:
    """What was done to the catalogue, in words."""
    return {
        "added": _("Niche added"),
        "renamed": _("Niche renamed"),
        "merged": _("Niche merged"),
        "split": _("Niche split"),
        "title_added": _("Title added"),
        "title_dropped": _("Title taken away"),
        "audience_added": _("Audience added"),
        "audience_renamed": _("Audience renamed"),
        "proposal_accepted": _("Proposal accepted"),
        "proposal_declined": _("Proposal declined"),
    }
