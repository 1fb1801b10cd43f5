"""A thread's sleep that another thread, or a socket, can end."""

from __future__ import annotations

import select
import socket
from contextlib import suppress


class Wake:
    """set() ends the wait of the one thread that waits, now or the next time."""

    def __init__(self) -> None:
        self._here, self._there = socket.socketpair()
        self._here.setblocking(False)
        self._there.setblocking(False)

    def set(self) -> None:
        with suppress(OSError):  # it is full of signs already, or closed
            self._there.send(b".")

    def wait(self, seconds: float, other: socket.socket | None = None) -> bool:
        """True if there was a sign: set() was called, or `other` has something to read."""
        poller = select.poll()  # not select(), which ends at descriptor 1024
        for one in (self._here, other):
            if one is not None:
                poller.register(one, select.POLLIN)
        return bool(poller.poll(max(seconds, 0.0) * 1000))

    def close(self) -> None:
        self._here.close()
        self._there.close()
