"""What every view has: a policy, `@writes` where it writes, a token, no needless cookie, and the header table."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from community.core.auth import policies
from tests.shape import targets
from tests.shape.scene import Scene

# Where a visitor's GET may set a cookie, and why.
COOKIES = {
    "accounts.code": "a form of its own: sign in by code",
    "security.login": "the sign-in form",
    "security.register": "the joining form",
    "security.forgot_password": "the form for a new password",
    "security.reset_password": "says that the link is no good",
    "security.send_confirmation": "the form for a new link",
    "security.confirm_email": "says that the link is no good",
    "waiting.join": "the form of the waiting list",
    "waiting.show": "the form that takes or leaves what is offered",
    "payouts.own": "a practice's own link: remembers that one came by it",
    "payments.put_right": "the form that leads to paying what a card refused",
    "references.show": "the form behind the link in the mail",
    "briefs.new": "the form of a brief, which may be begun before one signs in",
    "bookings.start": "the booking form: here the browser's own key begins",
    "searches.stop": "the form behind the link in the mail",
}
TOKENLESS = {"payments.webhook", "searches.stop_at_once"}  # from programs: each brings a signature of its own


def _writing(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            yield rule


def test_every_view_names_a_policy_that_exists(built: Flask) -> None:
    named = {endpoint: getattr(view, "policy", None) for endpoint, view in built.view_functions.items()}
    assert {endpoint: name for endpoint, name in named.items() if name not in policies()} == {}


def test_every_view_that_takes_a_post_is_guarded(built: Flask) -> None:
    bare = {rule.endpoint for rule in _writing(built) if not _is_guarded(built.view_functions[rule.endpoint])}
    assert bare == set()


def _is_guarded(view: Any) -> bool:
    while view is not None:
        if "writes" in vars(view):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_post_without_a_token_is_refused(scene: Scene) -> None:
    """As the person who may do it: the door is not what refuses."""
    scene.app.config["WTF_CSRF_ENABLED"] = True
    let_in = []
    try:
        for rule in _writing(scene.app):
            for role in ("visitor", "owner", "operator"):
                if (path := _path(scene, rule, role)) is None or rule.endpoint in TOKENLESS:
                    continue
                with scene.attempt(scene.roles[role].browser):
                    status = scene.roles[role].browser.post(path).status_code
                if status != 400:
                    let_in.append(f"{rule.rule} as {role}: {status}")
    finally:
        scene.app.config["WTF_CSRF_ENABLED"] = False
    assert let_in == []


def _path(scene: Scene, rule: Rule, role: str, wanted: str = "") -> str | None:
    found = targets.of(rule.endpoint, scene, role)
    target = found.get(wanted) or next((one for one in found.values() if one is not None), None)
    if target is None or rule.arguments - set(target.values):
        return None
    values = {name: target.values[name] for name in rule.arguments}
    method = "GET" if "GET" in (rule.methods or set()) else "POST"
    with scene.app.test_request_context():
        return scene.app.url_map.bind("linchpin.test").build(rule.endpoint, values | target.query, method=method)


def _gets(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]


@pytest.fixture(scope="module")
def seen(scene: Scene) -> list[tuple[str, str, Any]]:
    """(endpoint, role, answer) of every GET as a visitor and as an owner, with tokens on."""
    scene.app.config["WTF_CSRF_ENABLED"] = True
    found = []
    try:
        for rule in _gets(scene.app):
            for role in ("visitor", "owner"):
                wanted = "other's" if role == "visitor" else "own"
                path = _path(scene, rule, role, wanted)
                browser = scene.app.test_client() if role == "visitor" else scene.roles[role].browser
                if path is not None:
                    with scene.attempt(browser):
                        found.append((rule.endpoint, role, browser.get(path)))
    finally:
        scene.app.config["WTF_CSRF_ENABLED"] = False
    return found


def test_looking_sets_no_cookie(seen: list[tuple[str, str, Any]]) -> None:
    """A door that leads to signing in remembers where one wanted to go: that is no mere look."""
    set_by = {
        endpoint
        for endpoint, role, answer in seen
        if role == "visitor" and "Set-Cookie" in answer.headers and not _leads_to_sign_in(answer)
    }
    assert set_by == set(COOKIES), "a page that sets a cookie, or a reason that is no longer needed"


def _leads_to_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and str(answer.location).split("?")[0].endswith("/signin")


OWN_POLICY = {"listings.cover", "dev.mail_page"}


def test_every_answer_has_the_headers(seen: list[tuple[str, str, Any]]) -> None:
    expected = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    wrong = [
        f"{endpoint} {name}: {answer.headers.get(name)}"
        for endpoint, _, answer in seen
        for name, value in expected.items()
        if answer.headers.get(name) != value
    ]
    assert wrong == []


def test_every_answer_has_the_content_policy(seen: list[tuple[str, str, Any]]) -> None:
    nonces = set()
    for endpoint, _, answer in seen:
        if endpoint in OWN_POLICY:
            continue
        rules = dict(rule.strip().partition(" ")[::2] for rule in answer.headers["Content-Security-Policy"].split(";"))
        assert rules["default-src"] == "'none'", endpoint
        assert "unsafe" not in answer.headers["Content-Security-Policy"], endpoint
        assert "*" not in answer.headers["Content-Security-Policy"], endpoint
        assert (rules["frame-ancestors"], rules["base-uri"]) == ("'none'", "'none'"), endpoint
        nonce = re.search(r"'nonce-([\w-]{20,})'", rules["script-src"])
        assert nonce, endpoint
        assert nonce.group(0) in rules["style-src"], endpoint
        nonces.add(nonce.group(1))
        page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        for script in re.findall(r"<(?:script|style)\b[^>]*>", page):
            assert f'nonce="{nonce.group(1)}"' in script, (endpoint, script)
    assert len(nonces) == len([1 for endpoint, *_ in seen if endpoint not in OWN_POLICY]), "a nonce is used once"


def test_pages_are_not_kept_by_others(seen: list[tuple[str, str, Any]]) -> None:
    kept = {e for e, role, a in seen if a.mimetype == "text/html" and "private" not in a.headers["Cache-Control"]}
    assert kept == set()


def test_cookies_are_flagged(scene: Scene) -> None:
    cookies = list(scene.roles["owner"].browser._cookies.values())
    assert cookies
    for cookie in cookies:
        assert cookie.http_only, cookie.key
        assert cookie.same_site == "Lax", cookie.key


def test_cookies_are_for_https_in_production(built: Flask) -> None:
    from community import _flask_config
    from community.config import replace

    config = _flask_config(replace(built.extensions["settings"], base_url="https://linchpin.example"))
    assert config["SESSION_COOKIE_NAME"] == "__Host-session"
    assert config["SESSION_COOKIE_SECURE"] is True
    assert config["REMEMBER_COOKIE_SECURE"] is True
