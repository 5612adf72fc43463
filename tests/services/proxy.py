"""A TCP proxy that makes trouble: stands between a server of ours and a service it needs.

    with Proxy(("127.0.0.1", 5432)) as proxy:
        proxy.mode = "slow"

| mode | what clients meet |
|---|---|
| pass | the service |
| down | nobody listens: connections are refused, open ones are closed |
| slow | each piece arrives `delay` seconds late |
| reset | connections are reset (RST) at once, open ones too |
| hole | connections open and nothing ever arrives |
| garbage | the service's answers are replaced by noise |
"""

import os
import selectors
import socket
import struct
import threading
import time
from typing import Any, Self

MODES = ("pass", "down", "slow", "reset", "hole", "garbage")
_LINGER_NONE = struct.pack("ii", 1, 0)  # closing sends RST


class Proxy:
    """One service behind one local port."""

    def __init__(self, target: tuple[str, int], *, delay: float = 0.3) -> None:
        self.target, self.delay = target, delay
        self._mode = "pass"
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self.port = self._listen(0)
        self._stopped = False
        threading.Thread(target=self._accept_forever, daemon=True).start()

    @property
    def mode(self) -> str:
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        assert mode in MODES, mode
        self._mode = mode
        if mode == "down":
            self._close_listener()
        elif self._listener is None:
            self._listen(self.port)
        if mode in {"down", "reset"}:
            self._drop(hard=mode == "reset")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped = True
        self._close_listener()
        self._drop(hard=True)

    def _listen(self, port: int) -> int:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(256)
        listener.settimeout(0.2)
        self._listener = listener
        return int(listener.getsockname()[1])

    def _close_listener(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _accept_forever(self) -> None:
        while not self._stopped:
            listener = self._listener
            if listener is None:
                time.sleep(0.02)
                continue
            try:
                client, _ = listener.accept()
            except OSError:
                continue
            client.settimeout(None)
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        if self._mode == "reset":
            _close(client, hard=True)
            return
        try:
            server = socket.create_connection(self.target, timeout=5)
        except OSError:
            _close(client, hard=False)
            return
        server.settimeout(None)
        pair = (client, server)
        with self._lock:
            self._pairs.add(pair)
        try:
            self._pump(client, server)
        except OSError:
            pass
        finally:
            with self._lock:
                self._pairs.discard(pair)
            _close(client, hard=False)
            _close(server, hard=False)

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in ready.select(timeout=1.0):
                    source: Any = key.fileobj
                    while self._mode == "hole":
                        time.sleep(0.05)
                        if self._stopped:
                            return
                    piece = source.recv(65536)
                    if not piece:
                        return
                    if self._mode == "slow":
                        time.sleep(self.delay)
                    if self._mode == "garbage" and source is server:
                        piece = os.urandom(len(piece))
                    key.data.sendall(piece)

    def _drop(self, *, hard: bool) -> None:
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            for end in pair:
                _close(end, hard=hard)


def _close(end: socket.socket, *, hard: bool) -> None:
    try:
        if hard:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
        else:
            end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    end.close()
