"""The threads that work between the doors: `process`, `clock` and `deliver`.

None of them ends by an error: what goes wrong is told in the log, and after a pause it goes on. The
watchdog is for what hangs.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol

import structlog

from mailflow import digest
from mailflow.clock import Watch
from mailflow.errors import MailflowError
from mailflow.identity import Chance
from mailflow.office import Office
from mailflow.outbound.deliver import Deliverer
from mailflow.pipeline import tick
from mailflow.store import tickets
from mailflow.store.database import Database

log = structlog.get_logger(__name__)

_IDLE = 0.25  # seconds: how soon one process sees what another one has put into the database
_PAUSE = 1.0  # seconds, after something went wrong
_DIGESTS = 20.0  # seconds between two looks whether a team has opened
_AT_ONCE = 100  # clocks in one transaction


class Part(Protocol):
    """A thread of the daemon. `beat` is the monotonic time at which it last made progress."""

    @property
    def beat(self) -> float: ...
    def start(self) -> None: ...
    def stop(self, grace: float) -> None: ...


class Work(Protocol):
    """What a loop does again and again."""

    @property
    def beat(self) -> float: ...
    def step(self) -> bool:
        """One round; False if there was nothing to do."""
        ...

    def give_back(self) -> None:
        """At the end: nothing stays claimed that will not be worked on."""
        ...


class Loop:
    """A named thread that steps its work until it is told to stop; `wake` ends a rest early."""

    def __init__(self, name: str, work: Work, wake: threading.Event) -> None:
        self._work = work
        self._wake = wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name)

    @property
    def beat(self) -> float:
        return self._work.beat

    def start(self) -> None:
        self._thread.start()

    def stop(self, grace: float) -> None:
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            if not _guarded(self._work.step, self._stopping):
                self._wake.wait(_IDLE)
        _guarded(self._work.give_back, self._stopping)


class DeliverPart:
    """The thread `deliver`."""

    def __init__(self, deliverer: Deliverer) -> None:
        self._deliverer = deliverer
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deliver")

    @property
    def beat(self) -> float:
        return self._deliverer.beat

    def start(self) -> None:
        self._thread.start()

    def stop(self, grace: float) -> None:
        self._stopping.set()
        self._deliverer.stop(grace)
        self._thread.join()

    def _run(self) -> None:
        _guarded(self._deliverer.run, self._stopping)
        while not self._stopping.is_set():
            _guarded(self._deliverer.run, self._stopping)


def _guarded(work: Callable[[], object], stopping: threading.Event) -> bool:
    """Do it; whether there was something to do. After an error there is a pause, and no more."""
    try:
        return bool(work())
    except MailflowError as error:
        log.error("work pauses", error=str(error))
    except Exception:
        log.exception("work failed, and goes on")
    stopping.wait(_PAUSE)
    return True


class Ticker:
    """Takes the steps of clocks that are due."""

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
        self._looked = -_DIGESTS
        self.beat = watch.monotonic()

    def step(self) -> bool:
        """The steps that are due now, a hundred at most; False if there were none."""
        self.beat = self._watch.monotonic()
        self._send_digests()
        now = self._watch.now()
        with self._database.read() as connection:
            due = tickets.next_clock(connection)
        if due is None or due > now:
            return False
        strike = partial(tick, office=self._office(), at=now, chance=_chance, limit=_AT_ONCE)
        struck = self._database.write(strike)
        self._decided()
        return bool(struck)

    def _send_digests(self) -> None:
        if self.beat - self._looked < _DIGESTS or not digest.wanted(self._office().desk):
            return
        self._looked = self.beat
        now = self._watch.now()
        send = partial(digest.send_due, office=self._office(), at=now, chance=_chance())
        if self._database.write(send):
            self._decided()

    def give_back(self) -> None:
        """Nothing: a clock is not claimed, its step is taken in one transaction."""


def _chance() -> Chance:
    return Chance(secrets.token_bytes(32))
