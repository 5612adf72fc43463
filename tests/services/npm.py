"""Tools from npm, installed once into the user's cache and kept there by version."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

# Nothing published after this day is taken, so that what the tools need is the same every time.
UNTIL = "2026-11-20"
INSTALL_SECONDS = 300


def cache() -> Path:
    """Where tools are kept: in the user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "linchpin-tests"


def installed(package: str, version: str) -> Path:
    """The folder of a package, installed if it is not yet; none of its scripts are run.

    Raises RuntimeError where there is no npm, or where npm fails.
    """
    folder = cache() / f"{package.replace('/', '-').lstrip('@')}-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    found = folder / "node_modules" / package
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            _install(folder, f"{package}@{version}")
            (folder / "whole").touch()
    return found


def _install(folder: Path, wanted: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(f"npm is needed to install {wanted}, and there is none")
    command = [npm, "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        [*command, f"--before={UNTIL}", wanted], capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"npm can't install {wanted}: {done.stderr[-1000:]}")
