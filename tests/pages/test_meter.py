"""The meter of a practice's page, and pictures in the size that is shown."""

from io import BytesIO

from flask.testing import FlaskClient
from PIL import Image

from community.core import files
from community.core.db import db
from community.listings import actions as listing_actions
from community.listings.models import Listing
from community.pages import meter
from community.profiles.models import Practice
from tests.world import World


def measured(world: World, practice: int) -> meter.Meter:
    with world.app.test_request_context():
        return meter.of(db.session.get_one(Practice, practice))


def test_it_grows_with_what_is_there_and_blocks_nothing(world: World) -> None:
    owner, practice, _ = world.bookable()
    before = measured(world, practice)
    assert "A photo of you" in [step.text for step in before.next]
    with world.writing():
        found = db.session.get_one(Practice, practice)
        found.owner.photo, found.about, found.languages = "x.webp", "A word. " * 40, ["en"]
    after = measured(world, practice)
    assert after.per_cent == before.per_cent + 30
    page = world.signed_in(owner).get("/desk/practice").get_data(as_text=True)
    assert f"{after.per_cent}%" in page


def test_a_picture_in_the_size_that_is_shown(world: World, client: FlaskClient) -> None:
    _, _, number = world.bookable()
    content = BytesIO()
    Image.new("RGB", (1600, 1200), "teal").save(content, "WEBP")
    with world.app.app_context():
        files.files().put(content.getvalue(), "aajar.webp")
    with world.writing():
        picture = listing_actions.Picture("aajar.webp", "A jar")
        listing_actions.set_pictures(db.session.get_one(Listing, number), kept={}, new=[picture])
    page = client.get("/noor-haddad/a-brand-identity").get_data(as_text=True)
    assert "/pictures/400/aajar.webp 400w, /pictures/800/aajar.webp 800w, /pictures/aajar.webp 1600w" in page
    for width in (400, 800, 400):
        answer = client.get(f"/pictures/{width}/aajar.webp")
        assert "immutable" in answer.headers["Cache-Control"]
        with Image.open(BytesIO(answer.data)) as small:
            assert small.size == (width, width * 3 // 4)
    for path in ("/pictures/401/aajar.webp", "/pictures/400/aajarw400.webp", "/pictures/400/gone.webp"):
        assert client.get(path).status_code == 404
