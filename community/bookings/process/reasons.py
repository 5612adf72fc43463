"""Why a step is not possible in a state, in words that say what to do next."""

from flask_babel import gettext as _


def reason(state: str | None) -> str:
    """The words for a booking in `state` (None: it does not exist yet) that a step does not fit."""
    words = {
        None: _("There is nothing here yet: choose something to book first."),
        "asked": _("The practice has not answered the question yet. Wait for its quote, or take the question back."),
        "quoted": _("There is a quote to answer first: accept it, propose something else, or say no."),
        "countered": _("There is a proposal to answer first: the practice sends a new quote, or says no."),
        "held": _("It is only held until it is paid. Pay for it, or let it go."),
        "requested": _("The practice has not said yes yet. Wait for its answer, or take the request back."),
        "capture_failed": _("The payment was refused, so this is over. Book it again with another card."),
        "confirmed": _("This is confirmed already. To change it, move it or cancel it."),
        "delivered": _("This has taken place. Say that it was done, or what was wrong with it."),
        "objected": _("Something about this is being settled. Agree with the other side, or wait for the staff."),
        "no_show": _("Somebody did not come, so this is closed. Object within a day if that is wrong."),
        "completed": _("This is completed. Book it again if you need more."),
        "cancelled": _("This was cancelled. Book it again if you still need it."),
        "expired": _("It was not paid in time, so it is open for others again. Choose a time anew."),
        "declined": _("The answer was no, so this is over. Choose another time, or somebody else."),
        "lapsed": _("Nobody answered in time, so this is over and nothing was charged. Choose another time."),
        "resolved": _("This was settled between you. Book it again if you need more."),
    }
    return words[state]
