"""Who may no longer hear a room hears nothing of it after a second, in the process that ended it and in another."""

import re
import time

import pytest

from tests.rooms.processes import IDS, Pair, ban, joined
from tests.rooms.wires import Wire, until

pytestmark = [pytest.mark.server, pytest.mark.postgresql, pytest.mark.full]


def test_access_ends_in_both_within_a_second(pair: Pair) -> None:
    first, second, room = pair
    here, there = joined(first, "tom", room), joined(second, "tom", room)
    mara = joined(second, "mara", room)
    here.post("/signout", {}, form_at="/account")
    took = until(lambda: not here.socket.connected and not there.socket.connected, 1.0, "logout")
    print(f"logout: {took:.2f} s")

    blocked = joined(first, "ines", room)
    mara.post("/blocks", {"handle": "ines"}, form_at="/account")
    own = blocked.say("you should not hear this")["message"]["changed_seq"]
    until(lambda: blocked.seq >= own, 5)
    mara.say("nor you this")
    assert "you should not hear this" not in mara.texts
    until(lambda: mara.seq > own, 5)
    assert "nor you this" not in blocked.texts

    staff = Wire(second.url, "ola@example.com").sign_in()
    there = joined(second, "ines", room)
    form = {"handle": "ines", "deed": "remove", "reason": "Told twice"}
    staff.post(f"/rooms/{room}/tools/people", form, form_at=f"/rooms/{room}/tools")
    lena = joined(first, "lena", room)
    lena.say("now that they are out")
    until(lambda: "now that they are out" in mara.texts, 1.0)  # whose socket is in the same process
    assert "now that they are out" not in there.texts + blocked.texts
    ban(staff, "ines")
    took = until(lambda: not blocked.socket.connected and not there.socket.connected, 1.0, "ban")
    print(f"ban: {took:.2f} s")


def test_a_membership_that_ends(pair: Pair) -> None:
    first, second, room = pair
    here, there = joined(first, "nia", room), joined(second, "nia", room)
    staff = Wire(second.url, "ola@example.com").sign_in()
    staff.post(f"/staff/persons/{IDS['nia']}/membership", {"status": "ended"}, form_at="/account")
    took = until(lambda: not here.socket.connected and not there.socket.connected, 1.0, "the end of a membership")
    print(f"membership: {took:.2f} s")
    again = Wire(first.url, "nia@example.com").sign_in().connect()  # a booking's room may still be theirs
    assert again.socket.call("join", {"room": room}, timeout=10)["error"] == "members_only"


def test_a_seat_given_up(pair: Pair) -> None:
    first, second, room = pair
    here, there, lena = joined(first, "omar", room), joined(second, "omar", room), joined(first, "lena", room)
    here.post(f"/rooms/{room}/leaving", {}, form_at=f"/rooms/{room}")
    _say_to_nobody(lena, here, there)


def test_a_circle_left(pair: Pair) -> None:
    first, second, _room = pair
    mara, ruth = (
        Wire(url, f"{name}@example.com").sign_in() for url, name in ((first.url, "mara"), (second.url, "ruth"))
    )
    terms = {"name": "Numbers", "about": "Money, once a month.", "week": "2", "weekday": "1", "time": "18:30"}
    more = {"minutes": "90", "seats": "4", "takes_asks": "y"}
    circle = mara.post("/circles/new", terms | more).headers["Location"]
    ruth.post(f"{circle}/asking", {"note": ""}, form_at=circle)
    mara.post(f"{circle}/people/{IDS['ruth']}", {"answer": "yes"}, form_at=circle)
    found = re.search(
        r'href="/rooms/([^"?/#]+)', mara.http.get(mara.url + circle, timeout=10).text.split("<main", 1)[1]
    )
    assert found
    keeper, here, there = (
        joined(*where, found.group(1)) for where in ((second, "mara"), (first, "ruth"), (second, "ruth"))
    )
    keeper.say("Among us")
    until(lambda: "Among us" in here.texts and "Among us" in there.texts, 5.0)
    ruth.post(f"{circle}/leaving", {}, form_at=circle)
    _say_to_nobody(keeper, here, there)


def _say_to_nobody(by: Wire, *gone: Wire) -> None:
    """What is said a second after that is heard by who says it, and by none of those."""
    time.sleep(1.0)
    last = by.say("Now that they are out")["message"]["changed_seq"]
    until(lambda: by.seq >= last, 5.0)
    time.sleep(0.5)
    assert [wire.email for wire in gone if "Now that they are out" in wire.texts] == []
