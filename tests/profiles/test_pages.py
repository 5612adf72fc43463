"""The public pages of practices and persons, as visitors, owners and blocked persons get them."""

import pytest
from flask.testing import FlaskClient

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.core.db import db
from community.profiles import actions, queries
from community.profiles.models import Practice
from tests.world import World, post


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return str(answer.get_data(as_text=True))


def test_a_visitor_reads_it_and_gets_no_cookie(world: World, client: FlaskClient) -> None:
    world.bookable()
    answer = client.get("/noor-haddad")
    text = answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers
    assert "csrf_token" not in text
    assert "<mark>food makers</mark>" in text
    assert "A brand identity" in text  # the region listings fill
    assert '"@type": "ProfessionalService"' in text
    assert "is the next free start" in text  # the region availability fills


def test_a_blocked_person_finds_neither_practice_nor_person(world: World) -> None:
    noor, practice_id, _ = world.bookable()
    mara = world.person("Mara Ellis")
    browser = world.signed_in(mara)
    page(browser, "/noor-haddad")
    with world.writing():
        accounts.block(db.session.get_one(Person, mara), by=db.session.get_one(Person, noor))
        actions.rename(db.session.get_one(Practice, practice_id), "noor-draws")
    for path in ("/noor-draws", "/noor-haddad", "/@noor", "/noor-draws/a-brand-identity"):
        page(browser, path, 404)
    page(world.app.test_client(), "/noor-draws")


def test_a_suspended_owner_takes_the_practice_along(world: World, client: FlaskClient) -> None:
    noor, _, _ = world.bookable()
    with world.writing():
        accounts.sanction(db.session.get_one(Person, noor), kind="suspend", reason="spam")
    page(client, "/noor-haddad", 404)
    page(client, "/noor-haddad/a-brand-identity", 404)


def test_a_former_address_leads_on(world: World, client: FlaskClient) -> None:
    _, practice_id, _ = world.bookable()
    with world.writing():
        practice = db.session.get_one(Practice, practice_id)
        actions.rename(practice, "noor-draws")
        actions.rename(practice, "noor-studio")
    for path, wanted in (
        ("/noor-haddad", "/noor-studio"),
        ("/noor-draws", "/noor-studio"),
        ("/Noor-Studio", "/noor-studio"),
        ("/noor-haddad/a-brand-identity", "/noor-studio/a-brand-identity"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, wanted)


def test_what_people_write_is_never_markup(world: World, client: FlaskClient) -> None:
    noor = world.person(
        "Noor Haddad", handle="noor", line="<img src=x onerror=a()>", looking_for="<script>b()</script>"
    )
    evil = "<script>alert(1)</script> **bold** [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    world.practice(
        noor, name="</script><b>x", slug="noor", about=evil, help_whom="<i>you</i>", links=["https://x.example"]
    )
    text = page(client, "/noor")
    assert "<strong>bold</strong>" in text
    for bad in ("<script>alert", 'href="javascript', "<img src=x", "<i>you", "</script><b>x"):
        assert bad not in text
    person = page(client, "/@noor")
    assert "<script>b" not in person
    assert "<img src=x" not in person


def test_a_persons_page(world: World, client: FlaskClient) -> None:
    noor, _, _ = world.bookable()
    with world.writing():
        accounts.edit(db.session.get_one(Person, noor), looking_for="a printer", can_help_with="labels")
    text = page(client, "/@noor")
    assert "a printer" in text
    assert "labels" in text
    assert "/noor-haddad" in text
    page(client, "/@nobody", 404)
    assert "Block" in page(world.signed_in(world.person("Mara Ellis")), "/@noor")


START = {
    "help_whom": "potters",
    "help_what": "know what they earn",
    "help_how": "doing their books",
    "name": "Ruth Amsel",
    "slug": "",
    "niche1": "brand-identity-food",
    "place": "Bristol",
    "zone": "",
}


def test_starting_a_practice(world: World) -> None:
    ruth = world.signed_in(world.person("Ruth Amsel"))
    answer = ruth.get("/desk/practice")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/start")
    answer = post(ruth, "/start", START)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ruth-amsel")
    with world.app.app_context():
        made = queries.get_practice(None, "ruth-amsel")
        assert made.zone == "Europe/London"  # the town's
        assert made.place is not None
        assert made.place.name == "Bristol"
    assert ruth.get("/start").status_code == 302  # one at a time
    page(ruth, "/desk/practice")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("slug", "desk", "be an address. desk-2"),
        ("slug", "noor-haddad", "noor-haddad-2 would be free"),
        ("help_whom", "", "Say whom you help."),
        ("place", "Atlantis-on-Sea", "know this town"),
        ("niche1", "", "Choose what you do."),
    ],
)
def test_a_refused_start_keeps_what_was_typed(world: World, field: str, typed: str, said: str) -> None:
    world.bookable()
    ruth = world.signed_in(world.person("Ruth Amsel"))
    answer = post(ruth, "/start", START | {field: typed, "help_what": "keep <this>"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    assert f'href="#{field}"' in text
    assert "keep &lt;this&gt;" in text
    if typed:
        assert f'value="{typed}"' in text


def test_changing_a_practice(world: World) -> None:
    noor, _, _ = world.bookable()
    browser = world.signed_in(noor)
    text = page(browser, "/desk/practice")
    for shown in (
        'value="noor-haddad"',
        "food makers</textarea>",
        'value="Europe/London" selected',
        'name="languages" type="text" value=""',
    ):
        assert shown in text.replace('selected value="Europe/London"', 'value="Europe/London" selected')
    data = START | {
        "name": "Noor & Co",
        "slug": "noor-co",
        "languages": "English, Spanish",
        "links": "https://noor.example",
    }
    answer = post(browser, "/desk/practice", data)
    assert answer.status_code == 302
    text = page(browser, "/noor-co")
    assert "Noor &amp; Co" in text
    assert "English, Spanish" in text
    assert 'value="English, Spanish"' in page(browser, "/desk/practice")
    assert 'value="Bristol, GB"' in page(browser, "/desk/practice")
    answer = post(browser, "/desk/practice", data | {"links": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert "begins with https://" in answer.get_data(as_text=True)


def test_working_together_needs_an_invitation_and_a_yes(world: World) -> None:
    noor, practice_id, _ = world.bookable()
    tiago = world.person("Tiago Reis")
    with world.app.app_context():
        token = queries.invitation_token(db.session.get_one(Practice, practice_id), "assistant")
    browser = world.signed_in(tiago)
    page(browser, "/desk/invitation/forged", 404)
    answer = post(browser, f"/desk/invitation/{token}", {})
    assert answer.status_code == 302
    assert "Tiago Reis" in page(browser, "/noor-haddad")
    assert browser.get("/desk/practice").status_code == 403  # assistants do not change the page
    page(browser, "/desk/hours")
    assert post(browser, "/desk/practice/departure", {}, form_at="/desk/hours").status_code == 302
    assert browser.get("/desk/hours").headers["Location"] == "/start"
    owner = world.signed_in(noor)
    assert post(owner, "/desk/practice/departure", {}, form_at="/desk/hours").status_code == 409


def test_towns_while_typing(world: World, client: FlaskClient) -> None:
    found = client.get("/places?q=brist").get_json()
    assert found[0]["name"] == "Bristol, GB"
    assert client.get("/places?q=b").get_json() == []
    assert client.get("/places?q=%25%25").get_json() == []


def test_a_listing_or_practice_can_be_reported(world: World) -> None:
    _, practice_id, listing_id = world.bookable()
    browser = world.signed_in(world.person("Mara Ellis"))
    for subject in (f"practice:{practice_id}", f"listing:{listing_id}"):
        data = {"subject": subject, "reason": "spam", "note": "", "back": "/noor-haddad"}
        answer = post(browser, "/reports", data, form_at=f"/reports?subject={subject}")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/noor-haddad")
