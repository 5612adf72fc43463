"""Who gets what: every route and socket event tried by ten roles on own, other's and gone things, against a table.

`access.tsv` is that table. After a change of routes or rights, run this file with WRITE_ACCESS=1, read the difference
cell by cell, and give every row a reason in `why` that its policy alone does not explain.
"""

import os
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

from community.core.realtime import socketio
from tests.conftest import FULL
from tests.shape import targets
from tests.shape.rights import HEAD, TABLE, Key, read
from tests.shape.scene import ROLES, Scene

EVENTS = ("join", "say", "typing", "read", "presence", "leave")
# On the full profile those whom a database's answer lets in or keeps out, once each: the others get what one of these
# gets by another row of the same table, or are turned away by the policy.
TRIED = ("visitor", "member", "blocked", "owner", "host", "moderator") if FULL else ROLES
Row = tuple[str, dict[str, str]]  # policy, cell by role


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})


def _cell(status: int, location: str | None) -> str:
    if location is None or status not in {301, 302, 303}:
        return str(status)
    path = urlsplit(location).path
    return f"{status}→{path}" if path in {"/signin", "/start"} else str(status)


def _tried(scene: Scene, role: str, rule: Rule, method: str, target: targets.Target | None) -> str:
    if target is None:
        return "–"
    browser = scene.roles[role].browser
    values = {name: target.values[name] for name in rule.arguments}
    path = scene.app.url_map.bind("linchpin.test").build(rule.endpoint, values, method=method)
    data = target.data | targets.FORMS.get(rule.endpoint, {}) if method == "POST" else None
    with scene.attempt(browser):
        answer = browser.open(path, method=method, query_string=target.query, data=data)
    return _cell(answer.status_code, answer.location)


def _routes(scene: Scene) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for rule in sorted(scene.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        policy = str(getattr(scene.app.view_functions[rule.endpoint], "policy", "NONE"))
        for role in TRIED:
            for label, target in targets.of(rule.endpoint, scene, role).items():
                if target is not None and not _fits(rule, target):
                    continue
                for method in _methods(rule):
                    row = found.setdefault((method, rule.rule, label), (policy, {}))
                    row[1][role] = _tried(scene, role, rule, method, target)
    return found


def _fits(rule: Rule, target: targets.Target) -> bool:
    """A route with and without a day has two rules: each takes the targets that have its parts."""
    optional = {"day"}
    return not ((rule.arguments ^ set(target.values)) & optional)


def _sockets(scene: Scene) -> dict[Key, Row]:
    found: dict[Key, Row] = {}
    for role in TRIED:
        mine = scene.roles[role]
        with scene.attempt(mine.browser):
            socket = socketio.test_client(scene.app, flask_test_client=mine.browser)
            cell = "ok" if socket.is_connected() else "refused"
            found.setdefault(("socket", "connect", "-"), ("person", {}))[1][role] = cell
            if socket.is_connected():
                socket.disconnect()
        refs = {
            "own": mine.has.get("direct"),
            "other's": scene.other["direct"],
            "own booking's": mine.has.get("booking_room"),
            "other's booking's": scene.other["booking_room"],
            "lounge": scene.lounge,
            "gone": "r-gone",
        }
        for name in EVENTS:
            for label, ref in refs.items():
                row = found.setdefault(("socket", name, label), ("person", {}))
                row[1][role] = _emitted(scene, role, name, ref) if ref else "–"
    return found


def _emitted(scene: Scene, role: str, name: str, ref: str) -> str:
    mine = scene.roles[role]
    with scene.attempt(mine.browser):
        socket = socketio.test_client(scene.app, flask_test_client=mine.browser)
        if not socket.is_connected():
            return "refused"
        data = {"room": ref, "text": "A word", "client_id": "try-3", "count": 1}
        answer: Any = socket.emit(name, data, callback=True)
        socket.disconnect()
    return str(answer.get("error", "ok"))


# ---- the table -----------------------------------------------------------------------------------------------------
def _write(found: dict[Key, Row]) -> None:
    known = read() if TABLE.exists() else {}
    lines = ["\t".join(HEAD)]
    for key, (policy, cells) in found.items():
        why = known[key][2] if key in known else ""
        lines.append("\t".join((*key, policy, *(cells.get(role, "–") for role in ROLES), why)))
    TABLE.write_text("\n".join(lines) + "\n")


def _door(policy: str, role: str) -> str | None:
    """What the policy alone answers a role; None lets in."""
    if policy == "public":
        return None
    if role == "visitor":
        return "302→/signin"
    if role == "suspended" and policy not in {"account", "practice_money"}:
        return "403"
    works = role in {"owner", "assistant"}
    closed = {
        "member": (role == "person", "403"),
        "staff": (role not in {"moderator", "operator"}, "404"),
        "operator": (role != "operator", "404"),
        "practice": (not works, "302→/start"),
        "practice_owner": (not works, "302→/start"),
        "practice_money": (not works and role != "suspended", "302→/start"),
    }
    shut, answer = closed.get(policy, (False, ""))
    if policy in {"practice_owner", "practice_money"} and role == "assistant":
        return "403"
    return answer if shut else None


def _door_of_socket(role: str) -> str | None:
    return "refused" if role in {"visitor", "suspended"} else None


def _is_plain(key: Key, policy: str, role: str, cell: str) -> bool:
    """True for a cell that needs no words: the door's own answer, gone is missing, one's own is there."""
    method, _, label = key
    if cell == "–":
        return True
    door = _door_of_socket(role) if method == "socket" else _door(policy, role)
    if door is not None:
        return cell == door
    foreign = label.startswith("other's") and (policy != "public" or "draft" in label)
    if label.startswith("gone") or foreign or (label == "suspended's" and role not in {"moderator", "operator"}):
        return cell in {"404", "not_found"}
    if label.startswith("other's") and role == "blocked":
        return cell == "404"
    return cell in ({"200", "302", "303", "422", "ok"} if method != "GET" else {"200"})


@pytest.fixture(scope="module")
def found(scene: Scene) -> dict[Key, Row]:
    """What every role gets now. Only the answer's number counts, so no page is drawn: other tests read the pages."""
    with mock.patch("flask.templating._render", return_value=""):
        rows = _routes(scene) | _sockets(scene)
    if not FULL and os.environ.get("WRITE_ACCESS"):
        _write(rows)
    return rows


def test_every_cell_is_as_written(found: dict[Key, Row]) -> None:
    known = read()
    assert found.keys() - known.keys() == set(), "routes that nobody has thought about"
    assert known.keys() - found.keys() == set(), "rows of routes that are gone"
    changed = [
        f"{' '.join(key)} as {role}: {cells.get(role, '–')}, was {known[key][1][role]}"
        for key, (policy, cells) in found.items()
        for role in TRIED
        if cells.get(role, "–") != known[key][1][role] or policy != known[key][0]
    ]
    assert changed == []


def test_nothing_is_unexplained() -> None:
    bare = [
        f"{' '.join(key)} as {role}: {cell} under {policy}"
        for key, (policy, cells, why) in read().items()
        for role, cell in cells.items()
        if not why and not _is_plain(key, policy, role, cell)
    ]
    assert bare == []


def test_a_foreign_object_looks_like_a_missing_one() -> None:
    """Where somebody may not see another's thing, the answer is the one for a thing that never was."""
    rows = read()
    told = []
    for (method, route, label), (_, cells, _) in rows.items():
        gone = rows.get((method, route, "gone"))
        if not label.startswith("other's") or gone is None:
            continue
        told += [
            f"{method} {route} {label} as {role}: {cell}, gone is {gone[1][role]}"
            for role, cell in cells.items()
            if cell in {"401", "403", "404", "not_found"} and gone[1][role] != cell and role != "suspended"
        ]
    assert told == []


def test_every_route_has_a_policy(built: Flask) -> None:
    without = [
        r.endpoint for r in built.url_map.iter_rules() if not hasattr(built.view_functions[r.endpoint], "policy")
    ]
    assert without == []


def test_every_socket_event_is_in_the_table() -> None:
    assert socketio.server is not None
    known = set(socketio.server.handlers["/"]) - {"connect", "disconnect"}
    assert known == set(EVENTS)
