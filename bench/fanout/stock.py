"""The peer: Flask-SocketIO as it comes, with login and an insert per message on SQLite.

`python bench/fanout/stock.py FOLDER PORT PEOPLE` makes the database and `cookies.txt` in FOLDER, then serves.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

from flask import Flask, Response, session  # noqa: E402
from flask_login import LoginManager, UserMixin, current_user, login_user  # noqa: E402
from flask_socketio import SocketIO, emit, join_room  # noqa: E402
from flask_sqlalchemy import SQLAlchemy  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402
from sqlalchemy import Engine, ForeignKey, event  # noqa: E402
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column  # noqa: E402


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)
sockets = SocketIO(async_mode="gevent", transports=["websocket"], cors_allowed_origins="*")


class User(UserMixin, db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Message(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str]
    created: Mapped[float] = mapped_column(default=time.time)


@event.listens_for(Engine, "connect")
def _pragmas(raw, _record):
    for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=5000"):
        raw.execute(f"pragma {pragma}")


@sockets.on("connect")
def connect(_auth=None):
    return None if current_user.is_authenticated else False


@sockets.on("join")
def join(data):
    join_room(data["room"])
    emit("joined", {"room": data["room"]})


@sockets.on("msg")
def msg(data):
    message = Message(room=data["room"], user_id=current_user.id, body=data["body"])
    db.session.add(message)
    db.session.commit()
    emit(
        "msg",
        {"id": message.id, "user": str(message.user_id), "t": data["t"], "body": data["body"]},
        to=data["room"],
    )


def main(folder: Path, port: int, people: int) -> None:
    app = Flask("stock")
    app.config.update(SECRET_KEY="bench", SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'stock.db'}")
    db.init_app(app)
    login = LoginManager(app)
    login.user_loader(lambda number: db.session.get(User, int(number)))
    with app.app_context():
        db.create_all()
        db.session.add_all([User(id=n + 1, name=f"user{n}") for n in range(people)])
        db.session.commit()
        cookies = [cookie_of(app, n + 1) for n in range(people)]
    (folder / "cookies.txt").write_text("\n".join(cookies))
    sockets.init_app(app)
    WSGIServer(("127.0.0.1", port), app, log=None).serve_forever()


def cookie_of(app: Flask, number: int) -> str:
    with app.test_request_context():
        login_user(db.session.get_one(User, number))
        answer = Response()
        app.session_interface.save_session(app, session, answer)
        return answer.headers["Set-Cookie"].partition(";")[0]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
