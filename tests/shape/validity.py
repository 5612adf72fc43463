"""What the W3C's own checker says of pages."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.services import npm

VNU = ("vnu-jar", "26.9.27")
CHECK_SECONDS = 300


def errors(folder: Path) -> dict[str, str]:
    """Each error once, with the name of a file that has it: one run of the checker for all pages in a folder.

    Skips the test where there is no Java 11 or newer, or no npm to fetch the checker with.
    """
    java = shutil.which("java")
    if not java or not shutil.which("npm"):
        pytest.skip("the HTML checker needs Java 11 or newer, and npm to come from")
    jar = npm.installed(*VNU) / "build" / "dist" / "vnu.jar"
    command = [
        java,
        "-Xss2m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-jar",
        str(jar),
        "--errors-only",
        "--format",
        "json",
        "--exit-zero-always",
    ]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, timeout=CHECK_SECONDS, check=True)
    said = json.loads(done.stderr)["messages"]
    return {f"{one['message']} in {one.get('extract', '')!r}": Path(one["url"]).name for one in said}
