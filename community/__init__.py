"""Linchpin: a marketplace and live coworking community for micropreneurs."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask_migrate import Migrate

from community import config
from community.core import (
    assets,
    bus,
    database_watch,
    files,
    formats,
    limits,
    locale,
    logs,
    mail,
    realtime,
    redis_link,
    unchanged,
    web,
)
from community.core.db import db, fork_safe
from community.core.templates import Templates

# Lowest first. A slice's models, policies and edge are loaded where it has them.
SLICES = (
    "core",
    "accounts",
    "niches",
    "payments",
    "profiles",
    "listings",
    "availability",
    "bookings",
    "rooms",
    "matching",
    "circles",
    "asking",
    "disputes",
    "reviews",
    "search",
    "notifications",
    "income",
    "keeping",
    "moderation",
    "explorer",
    "pages",
    "demo",
    "ops",
)
EDGES = ("models", "policies", "reactions", "routes", "api", "sockets", "commands", "fills")
ROOT = Path(__file__).parent.parent


def create_app(settings: config.Settings | None = None) -> Flask:
    """The application. Settings come from the environment unless given."""
    settings = settings or config.load()
    logs.configure(testing=settings.testing)
    app = Flask("community", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.jinja_environment = Templates
    app.extensions["settings"] = settings
    app.config.update(_flask_config(settings))
    locale.init_app(app)
    db.init_app(app)
    with app.app_context():
        database_watch.install(db.engine)
        fork_safe(db.engine)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    for part in (redis_link, bus, logs, assets, formats, mail, files, limits, unchanged, web):
        part.init_app(app)
    _load_slices(app)
    realtime.init_app(app)
    return app


def _flask_config(settings: config.Settings) -> dict[str, object]:
    secure = settings.base_url.startswith("https://")
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": secure,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # the session ends it
        "WTF_CSRF_SSL_STRICT": True,
        "MAX_CONTENT_LENGTH": 40 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "TESTING": settings.testing,
        "TRUSTED_HOSTS": _trusted_hosts(settings),
        "SERVER_NAME": settings.base_url.partition("://")[2],
        "PREFERRED_URL_SCHEME": settings.base_url.partition("://")[0],
    }


def _trusted_hosts(settings: config.Settings) -> list[str] | None:
    """Other names than the site's are refused where it serves real people, so that none gets into a link. Monitors of
    this machine ask by address.
    """
    if not settings.is_production:
        return None
    return [urlsplit(settings.base_url).hostname or "", "127.0.0.1", "localhost", *settings.hosts]


def _engine_options(settings: config.Settings) -> dict[str, object]:
    # In production what people wrote stays out of the log lines of database errors.
    options: dict[str, object] = {"pool_size": 20, "max_overflow": 20, "hide_parameters": settings.is_production}
    if settings.is_sqlite:
        return options | {"connect_args": {"check_same_thread": False}}
    # Who waits for a lock gives up and is asked to try again; a statement that runs away is ended. Milliseconds.
    limits = "-c lock_timeout=8000 -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000"
    return options | {"pool_pre_ping": True, "pool_timeout": 10, "connect_args": {"options": limits}}


def _load_slices(app: Flask) -> None:
    for name in SLICES:
        for edge in EDGES:
            module = f"community.{name}.{edge}"
            if find_spec(module) is None:
                continue
            loaded = import_module(module)
            if hasattr(loaded, "bp"):
                app.register_blueprint(loaded.bp)
        package = import_module(f"community.{name}")
        if hasattr(package, "init_app"):
            package.init_app(app)
