"""What Stripe asks and says, in plain words of the reader's language."""

from collections.abc import Iterable

from flask_babel import gettext as _

from community.core import clock, formats
from community.payments.models import ConnectedAccount, PromoCode


def _named() -> list[tuple[str, str]]:
    return [
        ("external_account", _("The bank account that your money goes to")),
        ("tos_acceptance", _("That you agree to Stripe’s terms")),
        ("business_type", _("Whether you are a company or work on your own")),
        ("business_profile.mcc", _("What your business does")),
        ("business_profile.product_description", _("What your business does")),
        ("business_profile.url", _("Your page on the web")),
        ("business_profile", _("Some words about your business")),
        ("verification.document", _("A photo of your identity card or passport")),
        ("verification.additional_document", _("A second document, with your address on it")),
        ("dob", _("Your date of birth")),
        ("address", _("Your address")),
        ("first_name", _("Your name")),
        ("last_name", _("Your name")),
        ("email", _("Your mail address")),
        ("phone", _("Your phone number")),
        ("id_number", _("Your tax or identity number")),
        ("ssn_last_4", _("Your tax or identity number")),
        ("tax_id", _("Your company’s tax number")),
        ("company", _("Your company’s name and number")),
        ("owners", _("Who owns the company")),
        ("directors", _("Who runs the company")),
        ("representative", _("Who speaks for the company")),
    ]


def requirement(name: str) -> str:
    """One of Stripe's requirements."""
    return next((text for part, text in _named() if part in name), _("Something more that Stripe asks for"))


def requirements(names: Iterable[str]) -> list[str]:
    """All of them, each said once."""
    return list(dict.fromkeys(requirement(name) for name in names))


def disabled(reason: str) -> str:
    """Why an account can't be paid."""
    if reason.startswith("rejected"):
        return _("Stripe has closed your account. Write to Stripe; we can't change that.")
    words = {
        "requirements.past_due": _("Stripe waits for something from you."),
        "requirements.pending_verification": _("Stripe is looking at what you gave them. That can take some days."),
        "under_review": _("Stripe is looking at your account. That can take some days."),
        "listed": _("Stripe is looking at your account. That can take some days."),
        "platform_paused": _("The people who run this site have paused your payouts. Write to them."),
    }
    return words.get(reason, _("Stripe can't pay you at the moment. Open your details there to see why."))


def standing(account: ConnectedAccount | None) -> tuple[str, str]:
    """How an account stands: a kind of notice, and a sentence."""
    if account is None or account.stripe_id is None:
        return "info", _("Tell Stripe who you are and where your money goes. It takes about five minutes.")
    if account.disabled_reason and not account.is_payable:
        return "warn", disabled(account.disabled_reason)
    if not account.is_payable:
        return "warn", _("Stripe still needs something before your money can go out.")
    if not account.payouts_enabled:
        return "warn", _("Your money reaches your account at Stripe, but not yet your bank.")
    if account.past_due or account.currently_due:
        return "warn", _("Everything works. Stripe needs something more soon, or it will stop.")
    return "ok", _("All set up: your money goes out by itself.")


def transfer(status: str, failure: str | None) -> str:
    """How far a part of a payment is on its way."""
    if status == "due":
        waits = {"not_payable": _("Waits for your details"), "disputed": _("Waits: the client’s bank asks about it")}
        return waits.get(failure or "", _("On its way"))
    words = {"sending": _("On its way"), "sent": _("Sent to your account"), "nothing": _("Nothing was left of it")}
    return words[status]


def payout(status: str) -> str:
    """How far a payout is on its way to the bank."""
    words = {
        "pending": _("On its way to your bank"),
        "in_transit": _("On its way to your bank"),
        "paid": _("At your bank"),
        "failed": _("Your bank did not take it: check its number"),
        "canceled": _("Called off"),
    }
    return words.get(status, status)


def refused_charge(code: str | None) -> str:
    """Why a saved card was refused, by Stripe's code, and what its owner can do."""
    words = {
        "authentication_required": _("Your bank wants you to confirm this payment yourself. It takes a minute."),
        "insufficient_funds": _(
            "Your bank says that there is not enough on it now. Pay later today, or with another card."
        ),
        "expired_card": _("Your card has expired. Pay with another one."),
        "no_card": _("The card is not known to Stripe any more. Pay with this one again, or with another."),
    }
    return words.get(
        code or "", _("Your bank did not say why. Try once more, ask your bank, or pay with another card.")
    )


def code_terms(code: PromoCode) -> str:
    """What a promo code takes off, and when it does."""
    points = code.basis_points or 0
    share = f"{points / 100:g}%" if code.amount is None else formats.money(code.amount, code.currency)
    said = [_("%(share)s off", share=share)]
    if code.least:
        said.append(_("from %(amount)s on", amount=formats.money(code.least, code.currency)))
    if code.most is not None:
        said.append(_("%(n)s times in all", n=code.most))
    if code.once_each:
        said.append(_("once for each client"))
    return ", ".join(said)


def code_standing(code: PromoCode) -> str:
    """Whether a promo code holds, or when it will or did."""
    now = clock.now()
    if code.ended_at is not None or (code.ends_at is not None and code.ends_at <= now):
        return _("ended")
    if code.most is not None and code.uses >= code.most:
        return _("used up")
    if code.starts_at > now:
        return _("from %(day)s on", day=formats.short_day(code.starts_at))
    return _("until %(day)s", day=formats.short_day(code.ends_at)) if code.ends_at else _("holds")
