"""Changing persons and what stands between them."""

import secrets
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from community.accounts import queries, rules
from community.accounts.facts import (
    MembershipEnded,
    PersonBlocked,
    PersonChanged,
    PersonConfirmed,
    PersonJoined,
    PersonReported,
    PersonSanctioned,
)
from community.accounts.models import Block, Invitation, Membership, Person, Report, Role, Sanction, SignInCode
from community.accounts.safety import log
from community.accounts.safety import rules as safety_rules
from community.accounts.safety.facts import SanctionEnds, SanctionLifted
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.events import emit
from community.core.ids import new_ref
from community.core.mail import write_mail
from community.core.site import settings
from community.core.text import fold, slugify


def register(
    *,
    email: str,
    name: str,
    password: str | None = None,
    invitation: str = "",
    zone: str | None = None,
    locale: str | None = None,
) -> Person:
    """Make an account; `password` is already a hash. The membership starts as the site's way of joining says."""
    site = settings()
    invited = queries.live_invitation(invitation) if invitation else None
    person = Person(
        email=fold(email),
        name=" ".join(name.split())[:80] or email.partition("@")[0],
        password=password,
        handle=queries.free_handle(slugify(name, 30) or "member"),
        fs_uniquifier=secrets.token_hex(32),
        zone=zone or site.zone,
        locale=locale or site.locale,
        active=True,
    )
    db.session.add(person)
    db.session.flush()
    if invited:
        invited.used_by_id = person.id
    emit(PersonJoined(person.id))
    return person


def join(person: Person, *, invited: bool = False) -> Membership:
    """Ask for membership: active, or pending, as the site's way of joining says. Asking twice changes nothing."""
    found = queries.membership(person)
    if found is None:
        status = rules.first_membership(settings().joining, invited=invited)
        found = person.membership = Membership(status=status)
    return found


def invite(*, by: Person) -> Invitation:
    """An invitation that one person can join with, for two weeks."""
    made = Invitation(code=new_ref(), by_id=by.id, expires_at=clock.now() + rules.INVITATION_LIFETIME)
    db.session.add(made)
    db.session.flush()
    return made


def decide_membership(person: Person, *, status: str, by: Person) -> None:
    """Staff let somebody in or end a membership."""
    found = join(person)
    ends = found.status == "active" != status
    found.status, found.decided_by_id = status, by.id
    log.note("membership", by=by, about=person.id, status=status)
    if ends:
        emit(MembershipEnded(person.id))


def confirm(person: Person) -> None:
    """The address is proven to be theirs."""
    if person.confirmed_at is None:
        person.confirmed_at = clock.now()
        emit(PersonConfirmed(person.id))


def client_account(*, email: str, name: str, zone: str, locale: str) -> Person:
    """The account that a paid booking belongs to: the one there is, or a new one without a password."""
    return queries.by_email(email) or register(email=email, name=name, zone=zone, locale=locale)


def issue_code(person: Person) -> str:
    """Six digits that sign `person` in once; an older code ends. Returns the digits, for the mail alone."""
    code = rules.new_code()
    db.session.execute(delete(SignInCode).where(SignInCode.person_id == person.id))
    db.session.add(
        SignInCode(
            person_id=person.id,
            digest=rules.code_digest(code, person.id, settings().secret_key),
            expires_at=clock.now() + rules.CODE_LIFETIME,
            tries_left=rules.CODE_TRIES,
        )
    )
    return code


def mail_code(person: Person) -> None:
    """Send `person` a fresh code."""
    write_mail(person.email, "code", locale=person.locale, person=person, code=issue_code(person))


def redeem_code(person: Person | None, typed: str) -> bool:
    """True when `typed` is the person's live code; it is used up then, and the address confirmed.

    A wrong one costs one of five tries. Without a person the same work is done and the answer is no.
    """
    digest = rules.code_digest(rules.clean_code(typed), person.id if person else 0, settings().secret_key)
    if person is None:
        return False
    # One statement takes the try, so that guesses sent at once cannot share one.
    took = db.session.execute(
        update(SignInCode)
        .where(SignInCode.person_id == person.id, SignInCode.tries_left > 0, SignInCode.expires_at > clock.now())
        .values(tries_left=SignInCode.tries_left - 1)
        .returning(SignInCode.digest)
    ).scalar()
    if took is None or not rules.same_digest(took, digest):
        return False
    db.session.execute(delete(SignInCode).where(SignInCode.person_id == person.id))
    confirm(person)
    return True


def edit(person: Person, **values: Any) -> None:
    """Change what a person says of themselves."""
    for name, value in values.items():
        setattr(person, name, value)
    emit(PersonChanged(person.id))


def rename_handle(person: Person, handle: str) -> None:
    """Take another handle; raises `Refused("taken")`."""
    if handle == person.handle:
        return
    if db.session.scalar(select(Person.id).where(Person.handle == handle)):
        raise Refused("taken", _("Somebody has this handle already."), 422)
    person.handle = handle


def block(other: Person, *, by: Person) -> None:
    """`by` wants nothing of `other`. Twice is once."""
    if other.id == by.id:
        raise Refused("not_oneself", _("You can't block yourself."), 422)
    if db.session.get(Block, (by.id, other.id)) is None:
        db.session.add(Block(blocker_id=by.id, blocked_id=other.id))
        db.session.flush()
        emit(PersonBlocked(by.id, other.id))


def unblock(other_id: int, *, by: Person) -> None:
    """Take a block back."""
    db.session.execute(delete(Block).where(Block.blocker_id == by.id, Block.blocked_id == other_id))


def report(*, subject: str, person: Person, evidence: dict[str, Any], reason: str, note: str, by: Person) -> Report:
    """File a report on `subject` ("message:31") about `person`, with the evidence as it stands now.

    While it waits, twice is once; but it becomes urgent if it was not.
    """
    query = select(Report).where(Report.reporter_id == by.id, Report.subject == subject, Report.status == "open")
    found = db.session.scalar(query)
    if found is not None:
        if safety_rules.is_urgent(reason) and not found.urgent:
            found.urgent, found.reason, found.note = True, reason, "\n".join(filter(None, (found.note, note)))
            emit(PersonReported(found.id))
        return found
    filed = Report(reporter_id=by.id, person_id=person.id, subject=subject, reason=reason, note=note, evidence=evidence)
    filed.urgent = safety_rules.is_urgent(reason)
    db.session.add(filed)
    db.session.flush()
    emit(PersonReported(filed.id))
    return filed


def sanction(person: Person, *, kind: str, reason: str, until: Any = None, by: Person | None = None) -> Sanction:
    """Mute, suspend or ban. Sign-ins that are open end: the session's key changes. It ends by itself at `until`.

    Raises `Refused("staff")` for oneself, and for staff unless an operator decides.
    """
    if by is not None and (by.id == person.id or (person.is_staff and not by.is_operator)):
        raise Refused("staff", _("Only another operator can decide this about staff."), 403)
    made = Sanction(person_id=person.id, kind=kind, reason=reason, until=until, by_id=by.id if by else None)
    db.session.add(made)
    if kind in {"suspend", "ban"}:
        person.fs_uniquifier = secrets.token_hex(32)
    db.session.flush()
    log.note(kind, by=by, about=person.id, subject=f"sanction:{made.id}", reason=reason, until=until)
    emit(PersonSanctioned(person.id, kind, made.id))
    if until is not None:
        emit(SanctionEnds(made.id), due=until)
    return made


def lift(person: Person, *, by: Person | None = None) -> int:
    """End every sanction in force on `person`; returns how many."""
    query = select(Sanction).where(Sanction.person_id == person.id, Sanction.lifted_at.is_(None))
    found = db.session.scalars(query).all()
    for one in found:
        lift_one(one, by=by)
    return len(found)


def lift_one(found: Sanction, *, by: Person | None, told: bool = True) -> None:
    """End one before its time. `told`: the person hears of it from here. Twice is once."""
    if found.lifted_at is None:
        found.lifted_at = clock.now()
        log.note("lifted", by=by, about=found.person_id, subject=f"sanction:{found.id}")
        emit(SanctionLifted(found.id, found.person_id, told))


def give_role(person: Person, name: str) -> None:
    """Make somebody operator, moderator or greeter."""
    role = db.session.scalar(select(Role).where(Role.name == name)) or Role(name=name)
    if role not in person.roles:
        person.roles.append(role)
