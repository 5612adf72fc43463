"""Pictures and files in messages: encoded anew, private, asked for at each reading, gone with the message."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from community.core import files
from community.core.db import db
from community.rooms import rules
from community.rooms.models import Message, MessageFile
from tests.rooms.people import direct, lounge


def picture(kind="PNG", size=(80, 50)):
    out = io.BytesIO()
    Image.new("RGB", size, (180, 120, 40)).save(out, kind, **({"comment": b"at home"} if kind == "JPEG" else {}))
    return out.getvalue()


def send(talker, ref, *given, text="", client_id="f1", at=None):
    data = {"text": text, "client_id": client_id, "files": [(io.BytesIO(content), name) for content, name in given]}
    return talker.post(f"/rooms/{ref}/messages", data, at=at or f"/rooms/{ref}")


@pytest.fixture
def two(app, talker):
    ref = lounge(app)
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    mara.join(ref)
    tom.join(ref)
    return mara, tom, ref


def kept(app):
    with app.app_context():
        return set(files.files().names())


def test_a_picture_is_encoded_anew_and_a_file_is_for_saving(app, two):
    mara, tom, ref = two
    before = kept(app)
    given = (picture("JPEG"), "..\\me.jpg"), (b"<script>alert(1)</script>", "page.html")
    assert send(mara, ref, *given).status_code == 302
    (heard,) = tom.heard()
    shot, page = heard["files"]
    assert (shot["kind"], shot["name"], shot["width"], shot["height"]) == ("image", "me.jpg", 80, 50)
    answer = tom.browser.get(shot["url"])
    assert answer.mimetype == "image/webp"
    assert answer.data[8:12] == b"WEBP"
    assert b"at home" not in answer.data
    assert answer.headers["Cache-Control"] == "private, no-cache"
    answer = tom.browser.get(page["url"])
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert tom.browser.get(page["url"], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert len(kept(app) - before) == 2
    assert shot["url"] in tom.browser.get(f"/rooms/{ref}").text


def test_nobody_else_reads_it(app, talker, two):
    mara, tom, ref = two
    eve = talker("Eve Stone", member=False)
    send(mara, ref, (picture(), "a.png"))
    url = tom.heard()[0]["files"][0]["url"]
    etag = tom.browser.get(url).headers["ETag"]
    assert eve.browser.get(url).status_code == 403
    assert app.test_client().get(url).status_code == 302
    mara.blocks(tom)
    assert tom.browser.get(url, headers={"If-None-Match": etag}).status_code == 404
    assert tom.browser.get(f"{url}9").status_code == 404


def test_it_goes_with_the_message_unless_it_was_reported(app, talker, two, drain):
    mara, tom, ref = two
    staff = talker("Sam Staff", role="moderator")
    before = kept(app)
    send(mara, ref, (picture(), "a.png"), client_id="f1")
    send(mara, ref, (picture(), "b.png"), client_id="f2")
    first, second = tom.heard()
    form = {"subject": f"message:{second['id']}", "reason": "abuse", "note": "", "back": "/rooms"}
    assert tom.post("/reports", form, at=f"/reports?subject={form['subject']}").status_code == 302
    for message in (first, second):
        assert mara.post(f"/messages/{message['id']}/deletion").status_code == 302
    drain()
    assert len(kept(app) - before) == 1
    for message, statuses in ((first, (404, 404)), (second, (404, 200))):
        url = message["files"][0]["url"]
        assert (tom.browser.get(url).status_code, staff.browser.get(url).status_code) == statuses


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([(b"\x89PNG\r\n\x1a\nnothing", "a.png")], "not a picture"),
        ([(b"", "empty.txt")], "empty.txt is empty"),
        ([(b"x", f"{n}.txt") for n in range(6)], "Five files at most"),
        ([(b"x" * (8 * 1024 * 1024 + 1), "large.zip")], "large.zip is larger"),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_kept(app, two, given, words):
    mara, _tom, ref = two
    before = kept(app)
    answer = send(mara, ref, *given, text="Look at this")
    assert answer.status_code == 422
    assert words in answer.text
    assert "Look at this" in answer.text
    assert kept(app) == before


def test_a_retry_keeps_no_second_file(app, two):
    mara, _tom, ref = two
    before = kept(app)
    for _ in range(2):
        assert send(mara, ref, (picture(), "a.png")).status_code == 302
    with app.app_context():
        assert len(db.session.scalars(select(MessageFile)).all()) == 1
    assert len(kept(app) - before) == 1


def test_a_request_holds_no_files(app, talker):
    mara, tom = talker("Mara Ellis"), talker("Tom Okafor")
    ref = direct(app, mara, tom)
    before = kept(app)
    answer = send(mara, ref, (picture(), "a.png"), at=f"/inbox/{ref}")
    assert answer.status_code == 422
    assert "files" in answer.text
    assert kept(app) == before
    with app.app_context():
        assert len(db.session.scalars(select(Message)).all()) == 1


def test_signs_are_what_templates_and_rules_agree_on():
    assert len(set(rules.SIGNS)) == len(rules.SIGNS)
