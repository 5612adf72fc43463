"""Joining, confirming, signing in and out, resetting, codes: all through the forms."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from community.accounts import actions, queries
from community.accounts.models import Membership, Person, SignInCode
from community.core.db import db, writing
from community.core.mail import outbox
from tests.world import PASSWORD, post

JOIN = {"name": "Ruth Amsel", "email": "Ruth@Amsel.example", "password": "kiln opens at noon", "terms": "y"}


def last_link(app, word: str) -> str:
    with app.app_context():
        return re.search(rf"http://linchpin.test(/{word}/\S+)", outbox()[-1].body).group(1)


def test_join_confirm_sign_in_and_out(app, client, drain):
    answer = post(client, "/join", JOIN)
    assert (answer.status_code, answer.location) == (302, "/join/sent")
    refused = post(client, "/signin", {"email": "ruth@amsel.example", "password": JOIN["password"]})
    assert refused.status_code == 200
    drain()
    answer = client.get(last_link(app, "confirm"))
    assert answer.status_code == 302
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert (person.email, person.handle) == ("ruth@amsel.example", "ruth-amsel")
        assert person.confirmed_at is not None
        assert db.session.scalars(select(Membership.status)).one() == "active"
    answer = post(client, "/signin", {"email": "RUTH@amsel.example", "password": JOIN["password"]})
    assert answer.status_code == 302
    assert client.get("/account").status_code == 200
    post(client, "/signout", {}, form_at="/account")
    assert client.get("/account").status_code == 302


def test_joining_tells_nothing_of_who_exists(app, client, world, drain):
    world.person("Ruth Amsel", email="ruth@amsel.example")
    known = post(client, "/join", JOIN)
    new = post(app.test_client(), "/join", JOIN | {"email": "new@amsel.example"})
    assert (known.status_code, known.location) == (new.status_code, new.location)
    drain()
    with app.app_context():
        told = {mail.to[0]: mail.subject for mail in outbox()}
    assert "already" in told["ruth@amsel.example"]
    assert "Welcome" in told["new@amsel.example"]


@pytest.mark.parametrize(
    ("path", "field"), [("/signin", "password"), ("/reset", None), ("/confirm", None), ("/signin/code", None)]
)
def test_the_same_words_for_everybody(app, world, path, field):
    world.person("Ruth Amsel", email="ruth@amsel.example")
    answers = []
    for email in ("ruth@amsel.example", "nobody@amsel.example"):
        data = {"email": email} | ({field: "wrong password"} if field else {})
        answer = post(app.test_client(), path, data)
        answers.append((answer.status_code, answer.location, re.sub(r'value="[^"]*"|nonce[^>]*', "", answer.text)))
    assert answers[0] == tuple(str(a).replace("nobody", "ruth") if isinstance(a, str) else a for a in answers[1])


def test_bad_input_is_told_at_the_field_and_stays(client):
    answer = post(client, "/join", JOIN | {"password": "short", "terms": ""})
    page = answer.get_data(as_text=True)
    assert 'value="Ruth Amsel"' in page
    assert "at least 10" in page
    assert "agree to the terms" in page


def test_reset(app, client, world, drain):
    world.person("Ruth Amsel", email="ruth@amsel.example")
    post(client, "/reset", {"email": "ruth@amsel.example"})
    drain()
    path = last_link(app, "reset")
    data = {"password": "a brand new sentence", "password_confirm": "a brand new sentence"}
    assert post(client, path, data).status_code == 302
    assert post(client, "/signin", {"email": "ruth@amsel.example", "password": PASSWORD}).status_code == 200
    assert post(client, "/signin", {"email": "ruth@amsel.example", "password": data["password"]}).status_code == 302


def test_a_code_signs_in_once(app, client, world, drain):
    world.person("Ada Byron", email="ada@example.com", password=None, confirmed_at=None)
    post(client, "/signin/code", {"email": "ada@example.com"})
    drain()
    with app.app_context():
        code = re.match(r"(\d{6})", outbox()[-1].subject).group(1)
    assert post(client, "/signin/code/entry", {"code": f"{code[:3]} {code[3:]}"}).status_code == 302
    assert client.get("/account").status_code == 200
    with app.app_context():
        assert db.session.scalars(select(Person)).one().confirmed_at is not None
        assert not db.session.scalars(select(SignInCode)).all()


def test_a_code_ends_after_five_tries_and_fifteen_minutes(app, world, advance):
    person_id = world.person("Ada Byron")
    with app.app_context():
        with writing():
            code = actions.issue_code(db.session.get_one(Person, person_id))
        for _ in range(5):
            with writing():
                wrong = "000000" if code != "000000" else "111111"
                assert not actions.redeem_code(db.session.get_one(Person, person_id), wrong)
        with writing():
            assert not actions.redeem_code(db.session.get_one(Person, person_id), code)
        with writing():
            code = actions.issue_code(db.session.get_one(Person, person_id))
        advance(timedelta(minutes=16))
        with writing():
            assert not actions.redeem_code(db.session.get_one(Person, person_id), code)


def test_blocks_hide_both_ways_and_can_be_taken_back(app, world):
    mara, tom = world.person("Mara Ellis"), world.person("Tom Okafor")
    browser = world.signed_in(mara)
    assert browser.get("/@tom-okafor").status_code == 200
    post(browser, "/blocks", {"handle": "tom-okafor"}, form_at="/account")
    assert browser.get("/@tom-okafor").status_code == 404
    assert world.signed_in(tom).get("/@mara-ellis").status_code == 404
    assert "Tom Okafor" in browser.get("/account").get_data(as_text=True)
    post(browser, f"/blocks/{tom}/end", {}, form_at="/account")
    assert browser.get("/@tom-okafor").status_code == 200


def test_a_suspended_person_is_out_at_once(app, world):
    mara = world.person("Mara Ellis")
    browser = world.signed_in(mara)
    with app.app_context(), writing():
        actions.sanction(db.session.get_one(Person, mara), kind="suspend", reason="spam")
    assert browser.get("/account").status_code in {302, 403}
    assert world.app.test_client().get("/@mara-ellis").status_code == 404


def test_reports_reach_staff_alone_with_frozen_evidence(app, world):
    mara, tom = world.person("Mara Ellis"), world.person("Tom Okafor", line="Label design")
    staff = world.person("Olu Staff", role="moderator")
    browser = world.signed_in(mara)
    form = {"subject": f"person:{tom}", "reason": "spam", "note": "ads"}
    answer = post(browser, "/reports", form, form_at=f"/reports?subject=person:{tom}")
    assert answer.status_code == 302
    with app.app_context(), writing():
        db.session.get_one(Person, tom).line = "changed"
    olu = world.signed_in(staff)
    address = re.search(r'href="(/staff/reports/\d+)"', olu.get("/staff/reports").get_data(as_text=True))
    assert address
    page = olu.get(address[1]).get_data(as_text=True)
    assert "Label design" in page
    assert browser.get("/staff/reports").status_code == 404


@pytest.mark.parametrize(("joining", "status"), [("open", "active"), ("approval", "pending")])
def test_membership_follows_the_site(app, client, joining, status, monkeypatch):
    from dataclasses import replace

    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], joining=joining))
    post(client, "/join", JOIN)
    with app.app_context():
        assert db.session.scalars(select(Membership.status)).one() == status


def test_by_invitation_only(app, client, monkeypatch):
    from dataclasses import replace

    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], joining="invitation"))
    answer = post(client, "/join", JOIN)
    assert "not valid" in answer.get_data(as_text=True)


def test_guessing_is_slowed_down_and_the_owner_still_gets_in(app, world, drain, monkeypatch):
    from community.core.limits import limiter

    monkeypatch.setattr(limiter, "enabled", True)
    world.person("Ruth Amsel", email="ruth@amsel.example")
    guesser = app.test_client()
    data = {"email": "ruth@amsel.example", "password": "a wrong guess"}
    answers = [post(guesser, "/signin", data).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    owner = app.test_client()
    post(owner, "/signin/code", {"email": "ruth@amsel.example"}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    drain()
    with app.app_context():
        code = re.match(r"(\d{6})", outbox()[-1].subject).group(1)
    answer = post(owner, "/signin/code/entry", {"code": code}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 302


def test_the_report_page_offers_a_block(app, world):
    mara, tom = world.person("Mara Ellis"), world.person("Tom Okafor")
    browser = world.signed_in(mara)
    page = browser.get(f"/reports?subject=person:{tom}").get_data(as_text=True)
    assert "Block Tom Okafor" in page
    post(browser, "/blocks", {"handle": "tom-okafor"}, form_at=f"/reports?subject=person:{tom}")
    assert browser.get("/@tom-okafor").status_code == 404


def test_a_member_invites_and_one_person_joins(app, client, world, monkeypatch):
    from dataclasses import replace

    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], joining="invitation"))
    member = world.person("Mara Ellis", member=False)
    with app.app_context(), writing():
        person = db.session.get_one(Person, member)
        actions.join(person, invited=True)
    browser = world.signed_in(member)
    post(browser, "/invitations", {}, form_at="/account")
    path = re.search(r"http://linchpin.test(/join\?invitation=\w+)", browser.get("/account").text).group(1)
    code = path.partition("=")[2]
    assert f'value="{code}"' in client.get(path).get_data(as_text=True)
    assert post(client, path, JOIN | {"invitation": code}).status_code == 302
    with app.app_context():
        ruth = db.session.scalar(select(Person).where(Person.email == "ruth@amsel.example"))
        assert queries.membership(ruth).status == "active"
    again = post(app.test_client(), path, JOIN | {"invitation": code, "email": "second@amsel.example"})
    assert "not valid" in again.get_data(as_text=True)


def test_sanctions_can_be_lifted_from_the_console(app, world):
    mara = world.person("Mara Ellis")
    with app.app_context(), writing():
        actions.sanction(db.session.get_one(Person, mara), kind="ban", reason="by mistake")
    assert app.test_client().get("/@mara-ellis").status_code == 404
    said = app.test_cli_runner().invoke(args=["persons", "lift", "@mara-ellis"])
    assert said.output == "1 lifted\n"
    assert app.test_client().get("/@mara-ellis").status_code == 200
    assert app.test_cli_runner().invoke(args=["persons", "lift", "nobody"]).exit_code == 1
