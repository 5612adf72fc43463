"""Every page, forms refused and the payment page included, is HTML without an error, by the W3C's own checker."""

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.services import npm
from tests.shape import crawl
from tests.shape.conftest import scene  # noqa: F401 - the fixture
from tests.shape.scene import Scene

pytestmark = pytest.mark.browser

VNU = ("vnu-jar", "26.9.27")
CHECK_SECONDS = 300


def _errors(folder: Path) -> list[dict[str, object]]:
    """What the checker says of the pages in a folder: one run for all."""
    java = shutil.which("java")
    assert java, "Java 11 or newer is needed for the HTML checker, and there is none"
    jar = npm.installed(*VNU) / "build" / "dist" / "vnu.jar"
    command = [java, "-Xss2m", "-jar", str(jar), "--errors-only", "--format", "json", "--exit-zero-always"]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, timeout=CHECK_SECONDS, check=True)
    found: list[dict[str, object]] = json.loads(done.stderr)["messages"]
    return found


def test_every_page_is_valid_html(scene: Scene, tmp_path: Path) -> None:  # noqa: F811
    pages = crawl.pages(scene)
    names: dict[str, str] = {}
    for number, page in enumerate({page.html: page for page in pages}.values()):
        (tmp_path / f"{number}.html").write_text(page.html)
        names[f"{number}.html"] = page.name
    assert len(names) > 150
    said: Counter[str] = Counter()
    where: dict[str, str] = {}
    for one in _errors(tmp_path):
        what = f"{one['message']} in {one.get('extract', '')!r}"
        said[what] += 1
        where.setdefault(what, names[Path(str(one["url"])).name])
    assert not said, "\n".join(f"{many} times, first at {where[what]}: {what}" for what, many in said.items())


def test_the_checker_sees_faults(tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text(
        "<!doctype html><html lang=en><title>x</title><p><div id=a></div><b id=a></b></p>"
    )
    assert len(_errors(tmp_path)) >= 2
