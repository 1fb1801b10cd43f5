"""Hands mail to the door over a few connections, as a mail server does: at once, or at a fixed rate.

Cheap, so that it takes little of the cores that are measured. A mail's start is when it was due, not
when a slow door let it in: else a stall would hide itself.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Sequence

from bench.mails import DESK, Mail

CONNECTIONS = 10
_PATIENCE = 60.0  # seconds for a reply


class Client:
    """One SMTP session; a reply that is not as it should be raises RuntimeError."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._replies = self._socket.makefile("rb")
        self._expect(b"220")
        self._say(b"EHLO mx.example.com\r\n", b"250")

    def send(self, mail: Mail) -> None:
        self._say(f"MAIL FROM:<{mail.sender}>\r\n".encode(), b"250")
        self._say(f"RCPT TO:<{DESK}>\r\n".encode(), b"250")
        self._say(b"DATA\r\n", b"354")
        self._say(mail.content.replace(b"\r\n.", b"\r\n..") + b".\r\n", b"250")

    def close(self) -> None:
        self._say(b"QUIT\r\n", b"221")
        self._replies.close()
        self._socket.close()

    def _say(self, octets: bytes, expected: bytes) -> None:
        self._socket.sendall(octets)
        self._expect(expected)

    def _expect(self, code: bytes) -> None:
        line = self._replies.readline()
        while line[3:4] == b"-":
            line = self._replies.readline()
        if line[:3] != code:
            raise RuntimeError(f"the door said {line!r}, not {code!r}")


def post(port: int, mails: Sequence[Mail], rate: float = 0.0) -> dict[int, float]:
    """Send all mails, `rate` a second or as fast as they go; when each began, by its nonce."""
    begin = time.monotonic() + 0.1
    due = [(mail, begin + number / rate if rate else 0.0) for number, mail in enumerate(mails)]
    began: dict[int, float] = {}
    threads = [
        threading.Thread(target=_post, args=(port, due[first::CONNECTIONS], began))
        for first in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(began) < len(mails):
        raise RuntimeError("the door did not take all mails")
    return began


def _post(port: int, mails: Iterable[tuple[Mail, float]], began: dict[int, float]) -> None:
    client = Client(port)
    for mail, due in mails:
        time.sleep(max(0.0, due - time.monotonic()))
        began[mail.nonce] = due or time.monotonic()
        client.send(mail)
    client.close()
