"""What a connected account must still tell Stripe, and what it may do meanwhile.

https://docs.stripe.com/connect/handling-api-verification
"""

from community.payments.sandbox.records import Json

# What nobody has told Stripe of a new account.
UNTOLD = (
    "business_profile.mcc",
    "business_profile.url",
    "business_type",
    "external_account",
    "individual.dob.day",
    "individual.dob.month",
    "individual.dob.year",
    "individual.first_name",
    "individual.last_name",
    "tos_acceptance.date",
    "tos_acceptance.ip",
)
DOCUMENT = ("individual.verification.document",)
# The ways onboarding ends: what is due now, what Stripe looks at, why the account is held.
OUTCOMES: dict[str, tuple[tuple[str, ...], tuple[str, ...], str | None]] = {
    "complete": ((), (), None),
    "missing": (DOCUMENT, (), "requirements.past_due"),
    "review": ((), DOCUMENT, "requirements.pending_verification"),
    "rejected": ((), (), "rejected.other"),
}
STATUS = {"complete": "active", "missing": "inactive", "review": "pending", "rejected": "inactive"}


def requirements(due: tuple[str, ...], pending: tuple[str, ...] = (), reason: str | None = None) -> Json:
    """Return Stripe's `requirements`: what is due is past due when it holds the account."""
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": list(due),
        "disabled_reason": reason,
        "errors": [
            {
                "code": "verification_document_failed_other",
                "reason": "We could not read the document that proves who you are. Upload another photo of it.",
                "requirement": one,
            }
            for one in due
            if one in DOCUMENT
        ],
        "eventually_due": list(due),
        "past_due": list(due) if reason == "requirements.past_due" else [],
        "pending_verification": list(pending),
    }


def untold() -> Json:
    """Return what is required of a new account."""
    return requirements(UNTOLD, reason="requirements.past_due")


def nothing() -> Json:
    """Return requirements that are met."""
    return requirements(())


def decide(account: Json, outcome: str) -> None:
    """Write into an account what Stripe thinks of it once it was told everything it asks.

    Args:
        account: The account's body.
        outcome: One of `OUTCOMES`.

    """
    due, pending, reason = OUTCOMES[outcome]
    account["requirements"] = requirements(due, pending, reason)
    account["capabilities"] = dict.fromkeys(account["capabilities"], STATUS[outcome])
    enable(account, details=True)


def enable(account: Json, *, details: bool) -> None:
    """Set what the account may do from its capabilities."""
    held = account["requirements"]["disabled_reason"] is not None
    able = account["capabilities"]
    account["details_submitted"] = details
    account["charges_enabled"] = details and not held and able.get("card_payments") == "active"
    account["payouts_enabled"] = details and not held and "active" in able.values()
