"""A listing as clients see it, and its pictures."""

import io
import json
import re

from flask.testing import FlaskClient
from PIL import Image

from community.accounts import actions as accounts
from community.accounts.models import Person
from community.core.db import db
from community.listings import actions, queries
from community.listings.models import Listing
from tests.world import World

SECRET = "https://meet.example/noor"


def test_a_visitor_reads_it_without_the_private_link(world: World, client: FlaskClient) -> None:
    world.bookable()
    answer = client.get("/noor-haddad/a-brand-identity")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert SECRET not in text
    assert "Online" in text
    assert "All of it goes back to you" in text
    data = json.loads(re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', text, re.S).group(1))  # type: ignore[union-attr]
    assert [offer["price"] for offer in data["offers"]] == ["57.75", "99.75", "141.75"]


def test_the_private_detail_is_nowhere_public(world: World, client: FlaskClient) -> None:
    noor = world.person("Noor Haddad", handle="noor")
    practice = world.practice(noor)
    world.listing(practice, "At mine", where_kind="at_mine", where_detail="7 Secret Street")
    world.listing(practice, "By phone", where_kind="phone", where_detail="+44 1632 960123")
    for path in ("/noor-haddad", "/noor-haddad/at-mine", "/noor-haddad/by-phone", "/@noor"):
        text = client.get(path).get_data(as_text=True)
        assert "Secret Street" not in text
        assert "960123" not in text


def test_drafts_and_paused_ones_are_for_those_who_work_there(world: World, client: FlaskClient) -> None:
    noor, practice, _ = world.bookable()
    stranger = world.signed_in(world.person("Mara Ellis"))
    owner = world.signed_in(noor)
    for status in ("draft", "paused", "archived"):
        number = world.listing(practice, f"Hidden {status}", status=status)
        path = f"/noor-haddad/hidden-{status}"
        assert client.get(path).status_code == 404
        assert stranger.get(path).status_code == 404
        assert owner.get(path).status_code == 200
        assert owner.get(f"/desk/listings/{number}/preview").status_code == 200
        assert stranger.get(f"/desk/listings/{number}/preview").headers["Location"] == "/start"
    assert "Hidden" not in client.get("/noor-haddad").get_data(as_text=True)


def test_every_query_hides_from_a_blocked_viewer(world: World) -> None:
    noor, _, number = world.bookable()
    mara = world.person("Mara Ellis")
    with world.writing():
        accounts.block(db.session.get_one(Person, noor), by=db.session.get_one(Person, mara))
    with world.app.app_context():
        blocked, listing = db.session.get_one(Person, mara), db.session.get_one(Listing, number)
        assert queries.by_ids(blocked, [number]) == []
        assert list(queries.of_practice(blocked, listing.practice)) == []
        assert [one.id for one in queries.by_ids(None, [number, 999])] == [number]
        assert list(queries.published_ids()) == [number]


def test_markdown_is_safe(world: World, client: FlaskClient) -> None:
    _, practice, _ = world.bookable()
    world.listing(
        practice,
        "Evil",
        text="<script>alert(1)</script>\n\n# Big\n\n[x](javascript:alert(2)) ![y](x)",
        summary="</script><script>alert(3)</script>",
        outcomes=[{"icon": "circle-check", "title": "<b>x</b>", "text": "<img src=x onerror=alert(4)>"}],
    )
    text = client.get("/noor-haddad/evil").get_data(as_text=True)
    assert "<h3>Big</h3>" in text
    for bad in ("<script>alert", 'href="javascript', "<b>x</b>", "<img src=x"):
        assert bad not in text


def test_covers_may_be_kept_and_can_do_nothing(client: FlaskClient) -> None:
    answer = client.get("/covers/abc%20d%C3%A9f.svg")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert client.get(f"/covers/{'x' * 81}.svg").status_code == 404


def photo() -> bytes:
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "taken at 7 Secret Street"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_only_pictures_are_shown_by_name(world: World, client: FlaskClient) -> None:
    from community.core import files

    _, _, number = world.bookable()
    mine, other = "aapicture.webp", "aaprivate.webp"
    with world.app.app_context():
        for name in (mine, other):
            files.files().put(b"a picture", name)
    with world.writing():
        actions.set_pictures(db.session.get_one(Listing, number), kept={}, new=[actions.Picture(mine, "A jar")])
    assert client.get(f"/pictures/{mine}").status_code == 200
    for name in (other, "..%2f..%2fetc%2fpasswd", "nothing.webp", "a.b.webp"):
        assert client.get(f"/pictures/{name}").status_code == 404
