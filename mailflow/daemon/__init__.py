"""The daemon: builds every part once, starts and stops them in order, feeds the watchdog.

The parts are threads that meet only in the database. They start from the outbox to the doors and stop
the other way round, so that nothing is taken in that nobody would work on.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Protocol

import structlog

from mailflow import notify
from mailflow.alarm import raise_alarm
from mailflow.clock import SystemWatch, Watch
from mailflow.config import Configuration, load
from mailflow.daemon import build, mailboxes
from mailflow.daemon.parts import DeliverPart, Loop, Part, Ticker
from mailflow.daemon.ports import Acceptance, StoredOutbox
from mailflow.errors import ConfigurationError, StoreUnavailable
from mailflow.identity import Chance
from mailflow.ingest.budget import Budget
from mailflow.ingest.imap import ImapDoor
from mailflow.intake import Intake, Read
from mailflow.model import Desk, Message
from mailflow.outbound.deliver import Deliverer, Transport
from mailflow.outbound.sign import SigningTransport
from mailflow.scan import screened
from mailflow.store import inbox, outbox
from mailflow.store.database import Database
from mailflow.store.versions import check_schema, create_if_empty

log = structlog.get_logger(__name__)

PARTS = ("receive", "process", "deliver", "clock", "web")
IN_FLIGHT = 256 * 1024 * 1024  # octets that the doors hold at once
GRACE = 10.0  # seconds for what is under way when the daemon stops
STALLED = 60.0  # seconds without a beat: the watchdog is no longer fed


class Readers(Protocol):
    """Understands mail, elsewhere than in the thread that asks (workers.Workers)."""

    def submit(self, *mail: Any) -> Future[Message]: ...
    def close(self) -> None: ...


class Daemon:
    """Every part, built from one configuration."""

    def __init__(
        self,
        configuration: Configuration,
        parts: Sequence[str] = PARTS,
        watch: Watch | None = None,
        readers: Callable[[Desk], Readers] = build.readers,
    ) -> None:
        self._configuration = configuration
        self._make_readers = readers
        self._watch = watch or SystemWatch()
        self._wanted = parts
        self._office = build.office(configuration)
        self._signer = build.signer(configuration) if "deliver" in parts else None
        self._arrived, self._decided = threading.Event(), threading.Event()
        self._database = Database(configuration.store_url)
        self._worker = f"{socket.gethostname()}:{os.getpid()}"
        self._readers: Readers | None = None
        self._parts: list[Part] = []
        self._troubles: list[tuple[str, str, Callable[[], str]]] = []  # topic, what, why

    def open(self) -> None:
        """The database, with a schema that fits, and nobody else's claims in it."""
        create_if_empty(self._configuration.store_url)
        self._database.own()
        self._database.open()
        with self._database.read() as connection:
            check_schema(connection)
        if self._database.is_sqlite:
            self._database.write(inbox.void)
            self._database.write(outbox.void)

    def start(self) -> None:
        """Start every wanted part; the doors open last."""
        self.open()
        if "process" in self._wanted:
            self._readers = self._make_readers(self._office.desk)
        for part in self._built():
            self._parts.append(part)
            part.start()
        log.info("started", parts=list(self._wanted), pid=os.getpid())

    def _built(self) -> list[Part]:
        parts: list[Part] = []
        if "deliver" in self._wanted:
            deliverer = self._deliverer()
            self._troubles.append(("server", "", lambda: deliverer.trouble))
            parts.append(DeliverPart(deliverer))
        if "process" in self._wanted:
            parts.append(Loop("process", self._intake(), self._arrived))
        if "clock" in self._wanted:
            parts.append(Loop("clock", self._ticker(), threading.Event()))
        if "receive" in self._wanted:
            acceptance = self._acceptance()
            parts += build.doors(self._configuration, acceptance, Budget(IN_FLIGHT), self._watch)
            parts += self._mailboxes(acceptance)
        return parts

    def _acceptance(self) -> Acceptance:
        return Acceptance(self._database, lambda: self._office.desk, self._arrived)

    def _mailboxes(self, acceptance: Acceptance) -> list[ImapDoor]:
        accept = acceptance.accept
        doors = mailboxes.doors(self._configuration, self._database, accept, self._watch)
        for door in doors:
            self._troubles.append(("mailbox", door.name, partial(getattr, door, "trouble")))
        return doors

    def _ticker(self) -> Ticker:
        return Ticker(self._database, lambda: self._office, self._watch, self._decided.set)

    def _deliverer(self) -> Deliverer:
        port = StoredOutbox(self._database, lambda: self._office, self._watch, self._worker)
        connections = self._configuration.outbound.connections
        return Deliverer(port, self._way_out(), self._watch, self._decided, connections=connections)

    def _way_out(self) -> Transport:
        transport = build.transport(self._configuration, self._watch)
        transport.start()
        if self._signer is None:
            return transport
        return SigningTransport(transport, self._signer, self._watch)

    def _intake(self) -> Intake:
        read: Read = self._read
        if scanner := build.scanner(self._configuration, self._watch):
            self._troubles.append(("scanner", scanner.name, scanner.trouble))
            read = screened(read, scanner.submit)
        return Intake(
            self._database,
            read,
            lambda: self._office,
            self._watch,
            worker=self._worker,
            decided=self._decided.set,
        )

    def _read(self, *mail: Any) -> Future[Message]:
        assert self._readers is not None
        return self._readers.submit(*mail)

    def once(self) -> bool:
        """Do what is due, deliver, and end. True if nothing that is due is left."""
        self.open()
        left = False
        if "receive" in self._wanted:
            for door in self._mailboxes(self._acceptance()):
                left |= not door.once()
        if "process" in self._wanted:
            self._readers = self._make_readers(self._office.desk)
            intake = self._intake()
            while intake.step():
                pass
        if "clock" in self._wanted:
            ticker = self._ticker()
            while ticker.step():
                pass
        if "deliver" in self._wanted:
            deliverer = self._deliverer()
            while not deliverer.idle():
                deliverer.step(0.2)
            left |= bool(deliverer.trouble)
            deliverer.drain(GRACE)
        return not left

    def stop(self) -> None:
        """No new mail, finish what is being received and sent, give claims back."""
        for part in reversed(self._parts):
            part.stop(GRACE)
        if self._readers is not None:
            self._readers.close()
        self._database.close()
        log.info("stopped")

    def reload(self, environ: Mapping[str, str]) -> None:
        """Take a changed file's desk and texts; a wrong file is refused and the old one stays."""
        try:
            configuration = load(self._configuration.path, environ)
            self._office = build.office(configuration)
        except ConfigurationError as error:
            log.error("the changed configuration is refused, the old one stays", faults=error.faults)
            return
        if self._readers is not None:
            before, self._readers = self._readers, self._make_readers(configuration.desk)
            before.close()
        log.info("configuration taken")

    def tell_troubles(self) -> None:
        """Alarm the operator about what lasts: a mailbox that cannot be read, a server that is away."""
        for topic, what, why in self._troubles:
            if said := why():
                alarm = partial(
                    raise_alarm,
                    topic=topic,
                    what=what,
                    why=said,
                    office=self._office,
                    at=self._watch.now(),
                    chance=Chance(secrets.token_bytes(32)),
                )
                with suppress(StoreUnavailable):
                    self._database.write(alarm)
                    self._decided.set()

    def alive(self) -> bool:
        """True while every part makes progress."""
        now = self._watch.monotonic()
        return all(now - part.beat < STALLED for part in self._parts)


def run(configuration: Configuration, parts: Sequence[str], environ: Mapping[str, str]) -> None:
    """Run until SIGTERM or SIGINT; SIGHUP reloads; systemd is told (sd_notify(3))."""
    # Its put may interrupt its own get: a threading.Event that a signal sets can wait for ever.
    told: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: told.put(number))
    daemon = Daemon(configuration, parts)
    try:
        daemon.start()
        notify.notify(environ, "READY=1")
        _watch_over(daemon, told, environ)
        notify.notify(environ, "STOPPING=1")
    finally:
        daemon.stop()


def _watch_over(daemon: Daemon, told: SimpleQueue[int], environ: Mapping[str, str]) -> None:
    interval = notify.watchdog_interval(environ) or 20.0
    while (signals := _awaited(told, interval / 2)) <= {signal.SIGHUP}:
        if signals:
            daemon.reload(environ)
        daemon.tell_troubles()
        if daemon.alive():
            notify.notify(environ, "WATCHDOG=1")
        else:
            log.critical("a part makes no progress; the watchdog is not fed")


def _awaited(told: SimpleQueue[int], seconds: float) -> set[int]:
    """The signals that have come, within so many seconds; several reloads are one."""
    signals: set[int] = set()
    with suppress(Empty):
        signals.add(told.get(timeout=seconds))
        while True:
            signals.add(told.get_nowait())
    return signals


def run_once(configuration: Configuration, parts: Sequence[str]) -> bool:
    """`run --once`: True if nothing that is due is left."""
    daemon = Daemon(configuration, parts)
    try:
        return daemon.once()
    finally:
        daemon.stop()
