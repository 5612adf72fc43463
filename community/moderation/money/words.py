"""Money in an operator's words."""

from flask_babel import gettext as _

from community.payments.payees import PRACTICE


def sources() -> dict[str, str]:
    """The ways a client comes to a practice, by what bookings keep."""
    return {
        "": _("Any way"),
        "own": _("By the practice’s own link"),
        "invited": _("Invited to the site by the practice"),
    }


def stuck(kind: str) -> tuple[str, str, str]:
    """A kind of what is stuck: its name, what is done about it, and what that does."""
    known = {
        "finding": (
            _("Ledger and Stripe differ"),
            _("Mark as explained"),
            _("Look at both first. It is not shown any more then; nothing else changes."),
        ),
        "refund": (_("A refund fails"), _("Send it again"), _("One more attempt, at once, under a key of its own.")),
        "transfer": (
            _("A transfer fails"),
            _("Send it again"),
            _("One more attempt, at once: what the ledger owes by now."),
        ),
        "payment": (
            _("A payment hangs"),
            _("Ask Stripe again"),
            _("What Stripe says of it, of its refunds and of its disputes is written down."),
        ),
        "event": (
            _("An event is not applied"),
            _("Apply it now"),
            _("What it is about is fetched from Stripe anew. Twice does no harm."),
        ),
        "payout": (_("A payout hangs"), _("Send it again"), _("The same payout under the same key: it goes out once.")),
    }
    return known[kind]


def why(code: str) -> str:
    """A code of ours or Stripe's in words; itself where there are none."""
    known = {
        "missing_here": _("Stripe moved money that our ledger knows nothing of."),
        "missing_there": _("Our ledger has something that Stripe does not show."),
        "amount": _("The amounts differ."),
        "lost_or_stolen_card": _("The card was lost or stolen."),
        "expired_or_canceled_card": _("The card has ended."),
        "charge_for_pending_refund_disputed": _("The client’s bank asks for the payment back."),
        "declined": _("The client’s bank did not take it."),
        "unknown": _("The client’s bank did not take it."),
        "balance_insufficient": _("Stripe has not got that much ready."),
        "failed": _("It failed, and nobody knows why."),
        "sending": _("Nobody knows whether it went out."),
        "new": _("Its Checkout should have ended."),
        "open": _("Its Checkout should have ended."),
        "closing": _("Its Checkout is to end, and Stripe has not said so."),
        "capturing": _("It is to be taken, and Stripe has not said so."),
        "releasing": _("It is to be let go, and Stripe has not said so."),
        "authorised": _("The time to take it is over."),
        "wanted": _("Nobody knows whether it went out."),
        "due": _("To be charged later"),
        "charging": _("Being charged"),
        "recovering": _("The charge was refused; the client can put it right"),
        "given_up": _("The charge was refused, and nobody put it right"),
        "paid": _("Paid"),
        "expired": _("Ended without a payment"),
        "released": _("Let go"),
    }
    return known.get(code, code)


def verb(name: str) -> str:
    """What somebody did, in the log."""
    known = {
        "fee_rule": _("Set a fee"),
        "fee_end": _("Ended a fee"),
        "explain": _("Explained a difference"),
        "retry_refund": _("Sent a refund again"),
        "retry_transfer": _("Sent a transfer again"),
        "retry_payout": _("Sent a payout again"),
        "refetch": _("Asked Stripe again"),
        "replay": _("Applied an event"),
        "payout": _("Paid out"),
        "evidence": _("Answered a dispute"),
    }
    return known.get(name, name)


def posting(kind: str) -> str:
    """A kind of transaction of the ledger."""
    known = {
        "payment": _("Paid"),
        "stripe_fee": _("Stripe’s fee"),
        "refund_owed": _("Refund promised"),
        "refund": _("Refund sent"),
        "refund_failed": _("Refund came back"),
        "transfer_begun": _("Transfer begun"),
        "transfer_void": _("Transfer void"),
        "transfer": _("Passed on"),
        "reversal": _("Called back"),
        "debt_kept": _("Kept for a debt"),
        "hand_over": _("Handed over"),
        "hand_over_void": _("Hand-over void"),
        "dispute": _("Dispute"),
        "dispute_lost": _("Dispute lost"),
        "payout": _("Paid out"),
        "payout_failed": _("Payout came back"),
    }
    return known.get(kind, kind)


def account(name: str) -> str:
    """An account of the ledger; a practice's with its number, since a payment may be two practices'."""
    whose, _colon, practice = name.rpartition(PRACTICE)
    if practice.isdigit():
        theirs = {
            "": _("Owed to practice %(number)s", number=practice),
            "at:": _("On practice %(number)s’s account", number=practice),
            "theirs:": _("Practice %(number)s’s own", number=practice),
            "bank:": _("Practice %(number)s’s bank", number=practice),
            "promised:": _("Agreed with practice %(number)s", number=practice),
        }
        return theirs.get(whose, name)
    known = {
        "stripe": _("At Stripe"),
        "bank": _("The site’s bank"),
        "fees": _("Fees"),
        "refunds": _("Promised back"),
        "transfers": _("On its way"),
        "recovered": _("Kept for debts"),
        "disputes": _("With the client’s bank"),
        "costs:stripe": _("Stripe’s fees"),
        "costs:disputes": _("Cost of disputes"),
    }
    return known.get(name, name)
