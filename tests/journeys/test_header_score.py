"""What Mozilla's scanner (MDN HTTP Observatory) says of the site in production settings, behind TLS."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.services import npm
from tests.services.tls import NAME, Site

pytestmark = pytest.mark.browser

OBSERVATORY = ("@mdn/mdn-http-observatory", "1.4.8")
SCRIPT = Path(__file__).parents[1] / "services" / "observatory.mjs"
A_PLUS = 120
SCAN_SECONDS = 60


def _scan(site: Site, path: str) -> dict[str, Any]:
    """The scanner's whole answer: score, grade and each of its tests."""
    folder = npm.installed(*OBSERVATORY)
    # Browsers' list of names that are https only. A name of ours is not on it; no list is downloaded.
    (folder / "conf" / "hsts-preload.json").write_text("{}")
    node = shutil.which("node")
    assert node, "Node is needed for the scanner, and there is none"
    done = subprocess.run(
        [node, str(SCRIPT), str(folder), NAME, str(site.http), str(site.https), path],
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(site.certificate)},
        capture_output=True,
        text=True,
        timeout=SCAN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_headers_earn_a_plus(tmp_path: Path) -> None:
    """The front page, which sets no cookie, and a page with a form, which does."""
    with Site(tmp_path) as site:
        answers = {path: _scan(site, path) for path in ("/", "/signin")}
    for path, answer in answers.items():
        print(f"\n{path}: {answer['grade']} {answer['score']}")
        for name, one in answer["tests"].items():
            print(f"{one.get('scoreModifier') or 0:+4} {name}: {one['result']}")
    for answer in answers.values():
        assert answer["score"] >= A_PLUS
        assert [name for name, one in answer["tests"].items() if not one["pass"]] == []
    assert answers["/signin"]["tests"]["cookies"]["result"] == "cookies-secure-with-httponly-sessions-and-samesite"
