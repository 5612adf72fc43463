"""What Lighthouse says of five pages of a running site (`make run`): the median of three runs each, as on a phone.

    python bench/lighthouse.py [--url http://127.0.0.1:5000] [--runs 3]

Goals: performance 95, and 100 for accessibility, best practices and SEO. Needs Node and Chromium.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import requests  # noqa: E402

from tests.services import npm  # noqa: E402

LIGHTHOUSE = ("lighthouse", "12.8.2")  # the last that runs on Node 20 and 22 alike
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
FLAGS = "--headless=new --no-sandbox --disable-gpu"
SECONDS = 180


def addresses(url: str) -> dict[str, str]:
    """The pages by name; a listing and its practice are the first that a search finds."""
    found = requests.get(f"{url}/search?q=cake", headers={"Accept": "application/json"}, timeout=30).json()
    listing = found["results"][0]["url"].removeprefix(url)
    practice, niche = f"/{listing.split('/')[1]}", found["facets"]["niche"][0]["value"]
    paths = {"home": "/", "search": "/search", "listing": listing, "practice": practice}
    return paths | {"niche": f"/niches/{niche}"}


def run(url: str) -> dict[str, Any]:
    """Lighthouse's whole answer for one page."""
    node = shutil.which("node")
    if node is None:
        raise SystemExit("Node is needed, and there is none.")
    command = [node, str(npm.installed(*LIGHTHOUSE) / "cli" / "index.js"), url, "--output=json", "--quiet"]
    command += [f"--chrome-flags={FLAGS}", f"--only-categories={','.join(GOALS)}"]
    environ = os.environ | {"CHROME_PATH": os.environ.get("CHROMIUM", "/usr/bin/chromium")}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def faults(answer: dict[str, Any], category: str) -> list[str]:
    """What keeps a category from 100."""
    refs = answer["categories"][category]["auditRefs"]
    audits = (answer["audits"][ref["id"]] for ref in refs if ref["weight"])
    return [audit["id"] for audit in audits if audit["score"] is not None and audit["score"] < 0.9]


def main() -> int:
    """Print the table and what is missing; 1 when a goal is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", default="http://127.0.0.1:5000")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    missed: list[str] = []
    print("| page | " + " | ".join(GOALS) + " |\n|---|" + "---|" * len(GOALS))
    for name, path in addresses(given.url).items():
        answers = [run(given.url + path) for _ in range(given.runs)]
        scores = {
            key: round(100 * statistics.median(answer["categories"][key]["score"] for answer in answers))
            for key in GOALS
        }
        print(f"| {name} | " + " | ".join(str(score) for score in scores.values()) + " |", flush=True)
        missed += [f"{name}: {key}: {faults(answers[0], key)}" for key, goal in GOALS.items() if scores[key] < goal]
    print("\n".join(["", *missed]))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
