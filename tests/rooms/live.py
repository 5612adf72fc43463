"""Real JavaScript clients of a room: the page's socket and its reducer in Node, at a server's own address."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.rooms.wires import Wire

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node")


class Clients:
    """All the clients of a test, in one process."""

    def __init__(self) -> None:
        assert NODE is not None
        command = [NODE, "--experimental-websocket", "--no-warnings", str(ROOT / "tests/rooms/live.mjs")]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, client: str, deed: str, *given: Any) -> Any:
        """Have a client do something; what it gives when that is over."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([client, deed, *given]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the clients' process has failed; its words stand above"
        return json.loads(line)

    def open(self, client: str, wire: Wire, room: str, url: str = "") -> Any:
        """The room's page of whom `wire` has signed in, at `url` or where the wire is."""
        cookie = "; ".join(f"{one.name}={one.value}" for one in wire.http.cookies)
        given = {"url": url or wire.url, "cookie": cookie, "room": room, "me": wire.email.partition("@")[0]}
        return self(client, "open", given)

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate()
