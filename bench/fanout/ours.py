"""The site itself, with people who are signed in and without its limits: one client writes more than a person may.

`python bench/fanout/ours.py FOLDER PORT PEOPLE` makes people, `cookies.txt` and `room.txt` in FOLDER, then serves.
The limits are still counted at every event, they are only higher. BENCH_PROFILE=FILE counts statements and
writes where the time of the handlers goes.
"""

from gevent import monkey

monkey.patch_all()

import atexit  # noqa: E402
import cProfile  # noqa: E402
import os  # noqa: E402
import pstats  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from flask import Flask, Response, session  # noqa: E402
from flask_security.utils import login_user  # noqa: E402
from sqlalchemy import Engine, event  # noqa: E402

FOLDER, PORT, PEOPLE = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
os.environ |= {"VAR": str(FOLDER), "PORT": PORT, "HOST": "127.0.0.1", "NO_DEMO": "1"}
os.environ["BASE_URL"] = f"http://127.0.0.1:{PORT}"

from community import create_app  # noqa: E402
from community.accounts import actions as accounts  # noqa: E402
from community.accounts import queries  # noqa: E402
from community.accounts.models import Person  # noqa: E402
from community.core.db import db, writing  # noqa: E402
from community.rooms import actions, sockets  # noqa: E402
from community.serve import prepare, serve  # noqa: E402

NO_LIMIT = "1000000 per 1 second"


def main() -> None:
    sockets.EVENT_LIMIT = sockets.LIMITS["say"] = NO_LIMIT
    app = create_app()
    prepare(app)
    with app.app_context():
        with writing():
            (FOLDER / "room.txt").write_text(actions.ensure_lounge().ref)
            people = [person(number).id for number in range(PEOPLE)]
        (FOLDER / "cookies.txt").write_text("\n".join(cookie_of(app, number) for number in people))
    if os.environ.get("BENCH_PROFILE"):
        profile(Path(os.environ["BENCH_PROFILE"]))
    serve(app)


def person(number: int) -> Person:
    email = f"person{number}@example.com"
    if known := queries.by_email(email):  # a database that was measured before
        return known
    made = accounts.register(email=email, name=f"Person {number}")
    accounts.join(made)
    accounts.confirm(made)
    return made


def cookie_of(app: Flask, number: int) -> str:
    with app.test_request_context():
        login_user(db.session.get_one(Person, number))
        answer = Response()
        app.session_interface.save_session(app, session, answer)
        db.session.rollback()
        return answer.headers["Set-Cookie"].partition(";")[0]


def profile(file: Path) -> None:
    """Count statements, and profile the `say` handler: on SQLite nothing in it lets another greenlet run."""
    statements: dict[str, int] = {}

    @event.listens_for(Engine, "before_cursor_execute")
    def count(_connection, _cursor, statement, *_more):
        statements[statement] = statements.get(statement, 0) + 1

    profiler, handler = cProfile.Profile(), sockets.socketio.server.handlers["/"]["say"]
    calls = [0]

    def profiled(*given):
        if not calls[0]:
            statements.clear()
        calls[0] += 1
        profiler.enable()
        try:
            return handler(*given)
        finally:
            profiler.disable()

    def write() -> None:
        with file.open("w") as out:
            out.write(f"{calls[0]} calls of say\n")
            for statement, times in sorted(statements.items(), key=lambda each: -each[1]):
                out.write(f"{times / max(1, calls[0]):8.2f}  {' '.join(statement.split())[:300]}\n")
            stats = pstats.Stats(profiler, stream=out)
            stats.sort_stats("tottime").print_stats(45)
            stats.sort_stats("cumtime").print_stats(90)

    sockets.socketio.server.handlers["/"]["say"] = profiled
    atexit.register(write)


if __name__ == "__main__":
    main()
