"""What tests of the IMAP door start from: an inbox and a state in memory, settings, a running door."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from mailflow.clock import SystemWatch
from mailflow.errors import StoreUnavailable
from mailflow.ingest.hints import scan
from mailflow.ingest.imap import ImapDoor, ImapSettings, State
from mailflow.model import Arrival
from mailflow.store.mailboxes import Mailbox
from tests.system.servers import wait_until

# Before and after the date that the scripted server gives to all mail.
FIRST_POLL = datetime(2026, 11, 1, tzinfo=UTC)
AFTER_SCRIPTED_MAIL = datetime(2026, 11, 24, 12, 0, 1, tzinfo=UTC)

USER, PASSWORD, DESK = "support@desk.example", "secret", "desk@desk.example"


def mail(number: int, body: bytes = b"Hello") -> bytes:
    head = f"From: anna@example.com\r\nMessage-ID: <{number}@example.com>\r\nSubject: {number}\r\n\r\n"
    return head.encode() + body + b"\r\n"


class Inbox:
    """Keeps arrivals, each once. `away` fails all; `refused` are contents that fail by themselves."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.handed_over: list[bytes] = []
        self.away = False
        self.refused: set[bytes] = set()
        self._known: set[str] = set()
        self._lock = threading.Lock()

    @property
    def contents(self) -> list[bytes]:
        return [arrival.content for arrival in self.arrivals]

    def accept(self, arrival: Arrival) -> Future[Any]:
        future: Future[Any] = Future()
        self.handed_over.append(arrival.content)
        fingerprint = scan(arrival).fingerprint
        with self._lock:
            if self.away:
                future.set_exception(StoreUnavailable("the disk is away"))
            elif arrival.content in self.refused:
                future.set_exception(RuntimeError("a fault of ours"))
            else:
                if fingerprint not in self._known:
                    self.arrivals.append(arrival)
                    self._known.add(fingerprint)
                future.set_result(None)
        return future


class Memory:
    """A State. `fails` makes save() raise, as a crash right before it would."""

    def __init__(self, mailbox: Mailbox | None = None) -> None:
        self.mailbox = mailbox
        self.fails = False

    def load(self) -> Mailbox | None:
        return self.mailbox

    def save(self, mailbox: Mailbox) -> None:
        if self.fails:
            raise StoreUnavailable("the process ends here")
        self.mailbox = mailbox


def settings(port: int, **more: Any) -> ImapSettings:
    """Of a server on loopback without TLS; a slow poll, so that IDLE has to tell."""
    given: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "user": USER,
        "own": DESK,
        "password": lambda: PASSWORD,
        "poll": timedelta(minutes=5),
        "timeout": 10.0,
        **more,
    }
    return ImapSettings(**given)


def door(given: ImapSettings, inbox: Inbox, state: State, **more: Any) -> ImapDoor:
    return ImapDoor(given, inbox.accept, state, watch=SystemWatch(), **more)


def look(given: ImapSettings, inbox: Inbox, state: State) -> ImapDoor:
    """One poll, as the first of a new process."""
    one = door(given, inbox, state)
    one.once()
    return one


@contextmanager
def running(one: ImapDoor) -> Iterator[ImapDoor]:
    one.start()
    try:
        yield one
    finally:
        one.stop(5)


__all__ = ["Inbox", "Memory", "door", "look", "mail", "running", "settings", "wait_until"]
