"""Starts our programs by forking one process that has imported everything: a server is up after a fraction of the
processor time that its imports alone would take. One such process a test process; it ends with it, and so
do its children.

What is forked is what `python wsgi.py` runs, from its first line.
"""

import atexit
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import gevent
from gevent import monkey

ROOT = Path(__file__).parents[2]
BACKLOG_BYTES = 1 << 20


class Forked:
    """A child of the process that forks: as much of `subprocess.Popen` as tests use. It may be gone at any time, so it
    is known by a descriptor, which no other process gets. How it ended it writes beside its log.
    """

    def __init__(self, pid: int, log: Path) -> None:
        self.pid = pid
        self._ended = _ended(log, pid)
        self._descriptor = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Its status once it has ended, that of a kill where it left none; None while it runs."""
        if not self._has_ended(0):
            return None
        return int(self._ended.read_text()) if self._ended.exists() else -signal.SIGKILL

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; its status. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        if not self._has_ended(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self.poll() or 0

    def _has_ended(self, timeout: float | None) -> bool:
        ended = select.poll()  # not `select`: a storm has more than 1,024 files open
        ended.register(self._descriptor, select.POLLIN)
        return bool(ended.poll(None if timeout is None else 1000 * timeout))

    def send_signal(self, number: int) -> None:
        """Send it a signal; nothing happens if it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class _Parent:
    """The process that forks, and the line to it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tests.services.forks", str(theirs.fileno())]
        environ = os.environ | {"PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environ, pass_fds=[theirs.fileno()])
        theirs.close()
        self._line = ours
        self._alone = threading.Lock()
        atexit.register(self.end)

    def start(self, order: dict[str, Any], talk: Sequence[int]) -> int:
        with self._alone:
            told = json.dumps(order).encode() + b"\n"
            self._line.sendall(told[socket.send_fds(self._line, [told], talk) :])
            return int(self._line.recv(16))

    def end(self) -> None:
        self._line.close()
        self._process.wait()


@cache
def _parent() -> _Parent:
    return _Parent()


def start(command: list[str], environ: dict[str, str], log: Path, talk: Sequence[int] = ()) -> Forked:
    """Run `python COMMAND` from the project's folder: a script, or `-m` and a module. What it says goes into `log`, or
    to the second of the descriptors `talk`; it reads from the first, if there are any.
    """
    return Forked(_parent().start({"command": command, "environ": environ, "log": str(log)}, talk), log)


def _ended(log: Path | str, pid: int) -> Path:
    return Path(f"{log}.{pid}.ended")


def _serve(line: socket.socket) -> None:
    """Fork for each order that comes; when the line closes, the children end as well."""
    children: set[int] = set()
    while order := _next(line, children):
        if not (pid := _original("os", "fork")()):
            line.close()
            _become(**order)
        children.add(pid)
        for one in order["talk"]:
            os.close(one)
        line.sendall(str(pid).encode())
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _next(line: socket.socket, children: set[int]) -> dict[str, Any]:
    """The next order; empty when there is none any more. Meanwhile who has ended is let go."""
    while not _original("select", "select")([line], [], [], 0.2)[0]:
        children -= {pid for pid in children if _original("os", "waitpid")(pid, os.WNOHANG)[0]}
    told, talk, _, _ = socket.recv_fds(line, BACKLOG_BYTES, 2)
    while not told.endswith(b"\n"):
        part = line.recv(BACKLOG_BYTES)  # of a closed line nothing, again and again
        if not part:
            return {}
        told += part
    return json.loads(told) | {"talk": talk}


def _original(module: str, name: str) -> Any:
    """As it was before gevent patched it: gevent's loop must not run before a fork."""
    return monkey.get_original(module, name)


def _become(command: list[str], environ: dict[str, str], log: str, talk: Sequence[int]) -> None:
    """Be what Python would be with this command; never returns."""
    gevent.reinit()
    os.setsid()  # signalled with the children it has, and by nobody else's Ctrl-C
    os.environ.clear()
    os.environ.update(environ)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(out, 1)
    os.dup2(out, 2)
    for number, one in enumerate(talk):
        os.dup2(one, number)
        os.close(one)
    status = 0
    try:
        if command[0] == "-m":
            sys.argv = [*command[1:]]
            runpy.run_module(command[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = [*command]
            runpy.run_path(str(ROOT / command[0]), run_name="__main__")
    except SystemExit as error:
        if error.code and not isinstance(error.code, int):
            sys.stderr.write(f"{error.code}\n")
        status = error.code if isinstance(error.code, int) else 1 if error.code else 0
    except BaseException:  # noqa: BLE001 - as the interpreter does: say it, and end
        sys.excepthook(*sys.exc_info())
        status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        _ended(log, os.getpid()).write_text(str(status))
        os._exit(status)


def _prepare() -> None:
    """Import what a server imports, without making an application."""
    from importlib import import_module
    from importlib.util import find_spec

    import flask_migrate  # noqa: F401
    from flask import Flask
    from jinja2 import FileSystemBytecodeCache
    from sqlalchemy.orm import configure_mappers

    import community
    import community.serve
    from community.search import titles

    for name in community.SLICES:
        import_module(f"community.{name}")
        for edge in community.EDGES:
            if find_spec(f"community.{name}.{edge}"):
                import_module(f"community.{name}.{edge}")
    configure_mappers()
    Flask.jinja_options["bytecode_cache"] = FileSystemBytecodeCache()
    titles.shipped()  # never changes once made


if __name__ == "__main__":
    monkey.patch_all()
    _prepare()
    _serve(_original("socket", "socket")(fileno=int(sys.argv[1])))
