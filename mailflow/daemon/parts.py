"""The threads that work between the doors: `process`, `clock` and `deliver`."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

import structlog

from mailflow.clock import Watch
from mailflow.errors import MailflowError
from mailflow.identity import Chance
from mailflow.intake import Intake
from mailflow.outbound.deliver import Deliverer
from mailflow.pipeline import Office, tick
from mailflow.store import tickets
from mailflow.store.database import Database

log = structlog.get_logger(__name__)

_IDLE = 0.25  # seconds: how soon one process sees what another one has put into the database
_AT_ONCE = 100  # clocks in one transaction
_PAUSE = 1.0  # seconds, after the store or the workers were away


class Part(Protocol):
    """A thread of the daemon. `beat` is the monotonic time at which it last made progress."""

    @property
    def beat(self) -> float: ...
    def start(self) -> None: ...
    def stop(self, grace: float) -> None: ...


class ProcessPart:
    """The thread `process`: steps the intake until it is told to stop."""

    def __init__(self, intake: Intake, arrived: threading.Event) -> None:
        self._intake = intake
        self._arrived = arrived
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="process")

    @property
    def beat(self) -> float:
        return self._intake.beat

    def start(self) -> None:
        self._thread.start()

    def stop(self, grace: float) -> None:
        self._stopping.set()
        self._arrived.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._arrived.clear()
            try:
                if not self._intake.step():
                    self._arrived.wait(_IDLE)
            except MailflowError as error:
                log.error("processing pauses", error=str(error))
                self._stopping.wait(_PAUSE)
        try:
            self._intake.give_back()
        except MailflowError as error:
            log.error("claims not given back", error=str(error))


class DeliverPart:
    """The thread `deliver`."""

    def __init__(self, deliverer: Deliverer) -> None:
        self._deliverer = deliverer
        self._thread = threading.Thread(target=deliverer.run, name="deliver")

    @property
    def beat(self) -> float:
        return self._deliverer.beat

    def start(self) -> None:
        self._thread.start()

    def stop(self, grace: float) -> None:
        self._deliverer.stop(grace)
        self._thread.join()


class ClockPart:
    """The thread `clock`: wakes at the next deadline, and soon enough to see what others have set."""

    def __init__(
        self,
        database: Database,
        office: Callable[[], Office],
        watch: Watch,
        decided: Callable[[], None],
    ) -> None:
        self._database = database
        self._office = office
        self._watch = watch
        self._decided = decided
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clock")
        self.beat = watch.monotonic()

    def start(self) -> None:
        self._thread.start()

    def stop(self, grace: float) -> None:
        self._stopping.set()
        self._thread.join()

    def step(self) -> int:
        """Take the steps that are due now; how many clocks there were."""
        now = self._watch.now()
        with self._database.read() as connection:
            due = tickets.next_clock(connection)
        if due is None or due > now:
            return 0
        strike = partial(tick, office=self._office(), at=now, chance=_chance, limit=_AT_ONCE)
        struck = self._database.write(strike)
        self._decided()
        return struck

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.beat = self._watch.monotonic()
            try:
                if not self.step():
                    self._stopping.wait(_IDLE)
            except MailflowError as error:
                log.error("the clock pauses", error=str(error))
                self._stopping.wait(_PAUSE)


def _chance() -> Chance:
    return Chance(secrets.token_bytes(32))
