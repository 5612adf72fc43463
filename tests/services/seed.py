"""Makes a database with the small seed world in it: `seed(var, database_url)`."""

from datetime import timedelta
from pathlib import Path

from community import create_app
from community.bookings.actions import workshops
from community.config import load
from community.core import clock
from community.core.db import db, writing
from community.listings.models import Listing
from community.niches.actions import load_catalogue
from community.rooms import actions as rooms
from community.serve import migrate
from tests.world import World


def _kinds(world: World, practice: int, owner: int) -> None:
    """A listing on request, one for series, and a workshop with a date."""
    world.listing(practice, "By request", on_request=True)
    world.listing(practice, "Weekly", series_most=4)
    workshop = world.listing(practice, "A workshop", prices={}, kind="workshop", price=4000)
    with world.writing():
        first = (clock.now() + timedelta(days=50)).replace(hour=18, minute=0, second=0, microsecond=0)
        workshops.schedule(
            db.session.get_one(Listing, workshop), meetings=[(first, first + timedelta(hours=2))], seats=200, minimum=0,
            decides_at=first, deliverer_id=owner,
        )  # fmt: skip


def seed(var: Path, database_url: str = "", *, practices: int = 1, people: int = 0) -> None:
    """Migrate and add Noor's practice with its listing; more practices as told, and people who talk in the lounge:
    talker1@example.com and so on.
    """
    settings = load({"VAR": str(var), **({"DATABASE_URL": database_url} if database_url else {})})
    app = create_app(settings)
    migrate(app)
    with app.app_context(), writing():
        load_catalogue()
    world = World(app)
    owner, practice, _listing = world.bookable()
    _kinds(world, practice, owner)
    for number in range(2, practices + 1):
        person = world.person(f"Owner{number} Test", email=f"owner{number}@example.com")
        world.listing(world.practice(person, f"Practice {number}"))
    for number in range(1, people + 1):
        world.person(f"Talker{number} Test", handle=f"talker{number}")
    with app.app_context(), writing():
        rooms.ensure_lounge()
    with app.app_context():
        db.engine.dispose()
