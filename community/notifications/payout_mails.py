"""Mails about being paid."""

from flask_babel import force_locale

from community.core import formats
from community.core.db import db, writing
from community.core.events import after
from community.core.mail import write_mail
from community.core.money import format_money
from community.core.site import settings
from community.payments import payees, rules
from community.payments import queries as payments
from community.payments.facts import PayeeReminded
from community.profiles.models import Practice


@after(PayeeReminded)
def tell_payable_wanted(fact: PayeeReminded) -> None:
    """The owner of a practice that money waits for reads how to have it."""
    with writing():
        account = payments.account_by_id(fact.account_id)
        practice_id = payees.practice_of(account.payee)
        practice = db.session.get(Practice, practice_id) if practice_id is not None else None
        if practice is None or account.is_payable or account.waiting_since is None:
            return
        owner = practice.owner
        with force_locale(owner.locale):
            amount = format_money(payments.owed_to(account.payee), settings().currency, owner.locale)
            day = formats.long_day(account.waiting_since + rules.GIVE_BACK_AFTER, practice.zone)
        write_mail(owner.email, "payable_wanted", locale=owner.locale, person=owner, amount=amount, day=day)
