"""Settings, read from the environment once. Four addresses move a site from the embedded to the full profile."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_PORT = 5000
SECRET_LETTERS = 32
SECRET_VARIETY = 8  # different characters: "aaaa…" is long too
MONEY_MODES = ("platform", "direct", "off")
WELL_KNOWN = frozenset({"", "linchpin", "postgres", "password", "changeme", "change-me", "secret"})


class ConfigurationError(Exception):
    """The settings contradict each other or are not safe to serve with."""


@dataclass(frozen=True)
class Settings:
    """Everything a host can set. Amounts are minor units, rates basis points, times seconds."""

    var: Path
    secret_key: str
    base_url: str
    database_url: str
    environment: str = "local"
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    site_name: str = "Linchpin"
    operator_mail: str = "hello@linchpin.example"
    currency: str = "GBP"
    locale: str = "en_GB"
    zone: str = "Europe/London"
    fee_basis_points: int = 500
    money_mode: str = "platform"
    country: str = ""
    joining: str = "open"
    holds_per_address: str = ""
    stripe_secret_key: str = ""
    stripe_webhook_secret: str = ""
    mail_url: str = ""
    address: str = ""  # of whoever runs the site, tax number and the rate in its fee, for the site's own invoices
    tax_id: str = ""
    tax_basis_points: int = 0
    debug: bool = False
    redis_url: str = ""
    elasticsearch_url: str = ""
    s3_url: str = ""
    processes: int = 1
    metrics_token: str = ""
    link_previews: bool = False  # the server then asks addresses that people write in rooms
    hosts: tuple[str, ...] = ()
    demo_loop: bool = False
    testing: bool = False
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def sandboxed(self) -> bool:
        """True while payments go to the local sandbox: no Stripe key is set."""
        return not self.stripe_secret_key

    @property
    def is_production(self) -> bool:
        """True when the site serves real people: the safe settings are then required."""
        return self.environment == "production"

    @property
    def is_sqlite(self) -> bool:
        """True on the embedded database."""
        return self.database_url.startswith("sqlite")

    @property
    def database_password(self) -> str | None:
        """The password in the database's address; None where there is none, as with a socket of this machine."""
        return urlsplit(self.database_url).password

    def checked(self) -> "Settings":
        """Return self, or raise `ConfigurationError` where serving would not be safe."""
        if self.joining not in {"open", "approval", "invitation"}:
            raise ConfigurationError("JOINING is open, approval or invitation")
        if self.money_mode not in MONEY_MODES:
            raise ConfigurationError(f"MONEY_MODE is one of {', '.join(MONEY_MODES)}")
        if self.processes > 1 and (self.is_sqlite or not self.redis_url):
            raise ConfigurationError("more than one process needs DATABASE_URL (PostgreSQL) and REDIS_URL")
        if self.is_production:
            self._check_production()
        return self

    def _check_production(self) -> None:
        for fault in _unsafe(self):
            raise ConfigurationError(f"production {fault}")


def _unsafe(known: Settings) -> Iterator[str]:
    """What keeps these settings from serving real people."""
    if known.sandboxed:
        yield "needs STRIPE_SECRET_KEY: the sandbox takes no real money"
    if not known.stripe_webhook_secret:
        yield "needs STRIPE_WEBHOOK_SECRET"
    if len(known.secret_key) < SECRET_LETTERS or len(set(known.secret_key)) < SECRET_VARIETY:
        yield f"needs a random SECRET_KEY of at least {SECRET_LETTERS} characters"
    if known.database_password in WELL_KNOWN:
        yield "needs a DATABASE_URL with a password of its own"
    if not known.base_url.startswith("https://"):
        yield "needs a BASE_URL that begins with https://"
    if any("*" in host for host in known.hosts):
        yield "needs HOSTS by name: * would answer to any"
    if known.debug:
        yield "does not run with FLASK_DEBUG: its error pages let anybody run code"
    if not known.mail_url:
        yield "needs MAIL_URL, as smtp://user:password@host:587"
    if known.metrics_token and len(known.metrics_token) < SECRET_LETTERS:
        yield f"needs a METRICS_TOKEN of at least {SECRET_LETTERS} characters, or none"


def load(environ: dict[str, str] | None = None) -> Settings:
    """Read the settings from `environ` (default: the process's). Creates the state folder and its secret."""
    env = dict(os.environ) if environ is None else environ
    var = _state_folder(env)
    port = int(env.get("PORT", DEFAULT_PORT))
    host = env.get("HOST", "127.0.0.1")
    return Settings(
        var=var,
        secret_key=env.get("SECRET_KEY") or _kept_secret(var / "secret_key"),
        base_url=env.get("BASE_URL", f"http://{_reachable(host)}:{port}").rstrip("/"),
        database_url=_driver(env.get("DATABASE_URL") or f"sqlite:///{var / 'linchpin.db'}"),
        environment=env.get("LINCHPIN_ENV", "local"),
        host=host,
        port=port,
        site_name=env.get("SITE_NAME", "Linchpin"),
        operator_mail=env.get("OPERATOR_MAIL", "hello@linchpin.example"),
        currency=env.get("CURRENCY", "GBP").upper(),
        locale=env.get("LOCALE", "en_GB"),
        zone=env.get("ZONE", "Europe/London"),
        fee_basis_points=int(env.get("FEE_BASIS_POINTS", "500")),
        money_mode=env.get("MONEY_MODE", "platform").lower(),
        country=env.get("COUNTRY", "").upper(),
        joining=env.get("JOINING", "open"),
        holds_per_address=env.get("HOLDS_PER_ADDRESS", ""),
        stripe_secret_key=env.get("STRIPE_SECRET_KEY", ""),
        stripe_webhook_secret=env.get("STRIPE_WEBHOOK_SECRET", "")
        or ("" if env.get("STRIPE_SECRET_KEY") else _kept_secret(var / "sandbox_webhook_secret")),
        mail_url=env.get("MAIL_URL", ""),
        address=env.get("SITE_ADDRESS", ""),
        tax_id=env.get("SITE_TAX_ID", ""),
        tax_basis_points=int(env.get("SITE_TAX_BASIS_POINTS", "0")),
        debug=env.get("FLASK_DEBUG", "0").lower() not in {"", "0", "false", "no"},
        redis_url=env.get("REDIS_URL", ""),
        elasticsearch_url=env.get("ELASTICSEARCH_URL", ""),
        s3_url=env.get("S3_URL", ""),
        processes=int(env.get("PROCESSES", "1")),
        metrics_token=env.get("METRICS_TOKEN", ""),
        link_previews=env.get("LINK_PREVIEWS", "0") == "1",
        hosts=tuple(filter(None, env.get("HOSTS", "").replace(" ", "").split(","))),
        demo_loop=env.get("DEMO_LOOP", "1") == "1" and not env.get("NO_DEMO"),
    ).checked()


def _state_folder(env: dict[str, str]) -> Path:
    var = Path(env.get("VAR", "var")).resolve()
    var.mkdir(parents=True, exist_ok=True)
    return var


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound


def _driver(url: str) -> str:
    """PostgreSQL addresses come without a driver; ours is psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _kept_secret(path: Path) -> str:
    """A secret made once and kept readable by its owner alone."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        made = secrets.token_urlsafe(48)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(made)
        return made


__all__ = ["ConfigurationError", "Settings", "load", "replace"]
