"""An SMTP server that keeps what it is given, for one test's site: `with Mailbox() as box: … box.mails`.

It speaks as much of RFC 5321 as a client needs to hand over a mail.
"""

import email
import socketserver
import threading
from email import policy
from email.message import Message
from typing import Any, Self


class Mailbox:
    """Listens on a free port of 127.0.0.1; `mails` are parsed, in the order they came."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.box = self
        self.port = int(self._server.server_address[1])

    def to(self, address: str, *, subject: str = "") -> set[str]:
        """The Message-IDs of what was sent to `address`: one sent twice after a crash has the same. Only those whose
        subject begins with `subject`.
        """
        found = [mail for mail in list(self.mails) if mail["To"] == address]
        return {str(mail["Message-ID"]) for mail in found if str(mail["Subject"]).startswith(subject)}

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    box: Mailbox


class _Conversation(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"QUIT":
                self._say("221 bye")
                return
            if word == b"DATA":
                self._say("354 go on")
                self.server.box.mails.append(email.message_from_bytes(self._data(), policy=policy.default))
            self._say("250 fine")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
