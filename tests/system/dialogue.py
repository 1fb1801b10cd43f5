"""The two ends of a door under test: an inbox whose futures the test holds, and a raw client."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from queue import Queue
from typing import Any

from mailflow.clock import SystemWatch
from mailflow.ingest.budget import Budget
from mailflow.ingest.listen import listen
from mailflow.ingest.smtp import DoorSettings, SmtpDoor
from mailflow.model import Arrival

OURS = {"support@acme.example", "billing@acme.example"}
SETTINGS = DoorSettings("mx.acme.example", max_size=1_000_000, linger=0.5)
WAIT = 10.0  # seconds: a reply that takes longer is none


def soon(true: Callable[[], bool]) -> bool:
    """Whether it comes true within the time for a reply."""
    deadline = time.monotonic() + WAIT
    while not true() and time.monotonic() < deadline:
        time.sleep(0.005)
    return true()


@dataclass
class FakeInbox:
    """Accepts at once, unless `held`; then the test settles the futures that `pending` gives."""

    held: bool = False
    error: Exception | None = None
    arrivals: list[Arrival] = field(default_factory=list)
    pending: Queue[Future[object]] = field(default_factory=Queue)
    asked: list[str] = field(default_factory=list)

    def accept(self, arrival: Arrival) -> Future[object]:
        self.arrivals.append(arrival)
        future: Future[object] = Future()
        if self.held:
            self.pending.put(future)
        elif self.error:
            future.set_exception(self.error)
        else:
            future.set_result(len(self.arrivals))
        return future

    def recognise(self, recipient: str) -> bool:
        self.asked.append(recipient)
        if self.error:
            raise self.error
        return recipient in OURS


class Client:
    """Says octets, hears replies; the replies to more than one command may be heard together."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.sock.settimeout(WAIT)
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is said is said now
        self.heard = sock.makefile("rb")

    def say(self, octets: bytes) -> None:
        self.sock.sendall(octets)

    def reply(self) -> str:
        """The next reply, its lines joined by newlines; empty when the server has closed."""
        lines = []
        while line := self.heard.readline().decode():
            lines.append(line.rstrip("\r\n"))
            if line[3:4] != "-":
                break
        return "\n".join(lines)

    def ask(self, command: str) -> str:
        self.say(command.encode() + b"\r\n")
        return self.reply()

    def code(self, command: str) -> str:
        """The reply's code and enhanced status."""
        return " ".join(self.ask(command).split()[:2])

    def closed(self) -> bool:
        """Whether the server has closed; waits for it."""
        try:
            return self.heard.read(1) == b""
        except ConnectionResetError:
            return True

    def envelope(self, *recipients: str, hello: str = "EHLO") -> None:
        """Everything up to the 354."""
        assert self.ask(f"{hello} client.example.com").startswith("250")
        assert self.code("MAIL FROM:<ann@example.com>") == "250 2.1.0"
        for recipient in recipients or ("support@acme.example",):
            assert self.code(f"RCPT TO:<{recipient}>") == "250 2.1.5"
        assert self.ask("DATA").startswith("354")

    def drop(self) -> None:
        self.heard.close()
        self.sock.close()


@dataclass
class Opened:
    """A door that is open on loopback."""

    door: SmtpDoor
    inbox: FakeInbox
    budget: Budget
    where: Any
    clients: list[Client] = field(default_factory=list)

    def connect(self) -> Client:
        """A client that has not heard the greeting yet."""
        client = Client(socket.create_connection(self.where, timeout=WAIT))
        self.clients.append(client)
        return client

    def client(self) -> Client:
        """A client that was greeted."""
        client = self.connect()
        assert client.reply().startswith("220 mx.acme.example")
        return client


@contextmanager
def opened(
    kind: type[SmtpDoor] = SmtpDoor,
    inbox: FakeInbox | None = None,
    *,
    budget: int = 10_000_000,
    recognise: Callable[[str], bool] | None = None,
    **settings: Any,
) -> Iterator[Opened]:
    """A door with these settings; closed, with all its clients, at the end."""
    inbox = inbox or FakeInbox()
    sockets = listen("127.0.0.1:0")
    shared = Budget(budget)
    door = kind(
        sockets,
        inbox.accept,
        recognise or inbox.recognise,
        watch=SystemWatch(),
        settings=replace(SETTINGS, **settings),
        budget=shared,
    )
    where = sockets[0].getsockname()
    door.start()
    here = Opened(door, inbox, shared, where)
    try:
        yield here
    finally:
        for client in here.clients:
            client.drop()
        door.stop(0.5)
