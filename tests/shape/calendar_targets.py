"""What the routes of leave, feeds, blocks, single days and calendar addresses are tried with."""

from tests.shape.calendars import secret
from tests.shape.scene import Mine, Scene
from tests.shape.targets import FORMS, GONE_NUMBER, Target, Targets, _three, targets


@targets("availability.end_leave")
def _leave(scene: Scene, role: str, mine: Mine) -> Targets:
    own = scene.leaves["noor"] if role in {"owner", "assistant"} else None
    return _three("leave_id", own, scene.leaves["priya"], GONE_NUMBER)


@targets("feeds.read", "feeds.remove")
def _feed(scene: Scene, role: str, mine: Mine) -> Targets:
    own = scene.feeds["noor"] if role in {"owner", "assistant"} else None
    return _three("feed_id", own, scene.feeds["priya"], GONE_NUMBER)


@targets("blocks.move", "blocks.end")
def _block_of_time(scene: Scene, role: str, mine: Mine) -> Targets:
    own = scene.blocks["noor"] if role in {"owner", "assistant"} else None
    data = {"start": "2027-01-12T19:00:00Z", "end": "2027-01-12T20:00:00Z"}
    return _three("block_id", own, scene.blocks["priya"], GONE_NUMBER, data=data)


@targets("days.end")
def _single_day(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"-": Target({"day": "2027-01-12"}), "no day": Target({"day": "someday"})}


@targets("own_calendar.revoke")
def _calendar_address(scene: Scene, role: str, mine: Mine) -> Targets:
    own = scene.keys["noor"] if role == "owner" else None
    return _three("key_id", own, scene.keys["priya"], GONE_NUMBER)


@targets("own_calendar.follow")
def _followed(scene: Scene, role: str, mine: Mine) -> Targets:
    return {"known": Target({"key": secret("priya")}), "gone": Target({"key": "gone-for-good"})}


FORMS |= {
    "availability.leave": {"first": "2027-01-11", "last": "2027-01-12"},
    "days.change": {"day": "2027-01-12", "closed": "y"},
    "feeds.add": {"name": "Family", "url": "https://calendar.example/basic.ics"},
    "blocks.draw": {"start": "2027-01-14T19:00:00Z", "end": "2027-01-14T20:00:00Z"},
}
