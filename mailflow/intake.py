"""Takes mail from the inbox through the understanding workers to a decision, and marks it done.

One thread. It keeps a few mails under way, so that the workers read the next ones while decisions
commit together. What cannot be decided goes to the quarantine and never stops the other mail.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from mailflow.alarm import raise_alarm
from mailflow.clock import Watch
from mailflow.errors import BeyondLimits, StoreUnavailable
from mailflow.identity import Chance
from mailflow.model import Envelope, Message, Received
from mailflow.office import Office
from mailflow.pipeline import process
from mailflow.store import inbox
from mailflow.store.database import Database
from mailflow.workers import WorkerUnavailable

log = structlog.get_logger(__name__)

UNDER_WAY = 16  # mails read and not yet decided
OCTETS = 64 * 1024 * 1024  # of mails under way, above which no more are claimed
LEASE = timedelta(seconds=60)
ATTEMPTS = 3  # decisions that fail before a mail is set aside


# Has a mail (its octets, its envelope) understood by a worker process.
Read = Callable[[bytes, Envelope], Future[Message]]


@dataclass(frozen=True, slots=True)
class _Step:
    """A mail under way: being read while `message` is None, then being decided on."""

    received: Received
    message: Message | None = None


class Intake:
    """`step` is for one thread. `decided` is called after commits that may have filled the outbox."""

    def __init__(
        self,
        database: Database,
        read: Read,
        office: Callable[[], Office],
        watch: Watch,
        *,
        worker: str,
        decided: Callable[[], None],
    ) -> None:
        self._database = database
        self._read = read
        self._office = office
        self._watch = watch
        self._worker = worker
        self._decided = decided
        self._under_way: dict[Future[Any], _Step] = {}
        self._again: list[_Step] = []  # to begin, or to begin again: no store or worker was there
        self._renewed = watch.monotonic()
        self.beat = watch.monotonic()

    def step(self) -> bool:
        """Claim, collect, decide what is there. True if anything moved or is under way.

        Raises StoreUnavailable or WorkerUnavailable; nothing is lost by it, the next step goes on.
        """
        self.beat = self._watch.monotonic()
        self._begin_again()
        claimed = self._claim()
        self._renew()
        wait(self._under_way, 0.2 if self._under_way else 0.0, FIRST_COMPLETED)
        # Not what wait() returns: it does not see a future that was cancelled and never begun.
        for future in [one for one in self._under_way if one.done()]:
            self._advance(future)
        return bool(claimed or self._under_way)

    def give_back(self) -> None:
        """Finish what is being committed; what is being read is left to the next daemon."""
        deciding = [future for future, step in self._under_way.items() if step.message]
        wait(deciding, timeout=10)
        self._database.write(partial(inbox.give_back, worker=self._worker))

    def _claim(self) -> int:
        free = UNDER_WAY - len(self._under_way)
        held = sum(len(step.received.content) for step in self._under_way.values())
        if free < UNDER_WAY // 2 or held > OCTETS:
            return 0
        now = self._watch.now()
        claim = partial(inbox.claim, worker=self._worker, now=now, lease=LEASE, limit=free)
        received = self._database.write(claim)
        self._again += [_Step(one) for one in reversed(received)]
        self._begin_again()
        return len(received)

    def _begin_again(self) -> None:
        """What cannot begin now stays for the next step."""
        while self._again:
            self._begin(self._again[-1])
            self._again.pop()

    def _begin(self, step: _Step) -> None:
        if step.message:
            self._decide(step.received, step.message)
            return
        received = step.received
        self._under_way[self._read(received.content, received.envelope)] = step

    def _renew(self) -> None:
        if self._watch.monotonic() - self._renewed < LEASE.total_seconds() / 3:
            return
        self._renewed = self._watch.monotonic()
        ids = [step.received.id for step in self._under_way.values()]
        if ids:
            now = self._watch.now()
            renew = partial(inbox.renew, worker=self._worker, ids=ids, now=now, lease=LEASE)
            self._database.write(renew)

    def _advance(self, future: Future[Any]) -> None:
        step = self._under_way.pop(future)
        if future.cancelled():
            self._again.append(step)  # a reload closed the workers before they began: the new ones do
        elif (error := future.exception()) is not None:
            self._stumbled(step, error)
        elif step.message is None:
            self._decide(step.received, future.result())
        else:
            self._decided()

    def _decide(self, received: Received, message: Message) -> None:
        decision = partial(
            process,
            received=received,
            message=message,
            office=self._office(),
            at=self._watch.now(),
            chance=Chance(secrets.token_bytes(32)),
        )
        self._under_way[self._database.submit(decision)] = _Step(received, message)

    def _stumbled(self, step: _Step, error: BaseException) -> None:
        received = step.received
        if isinstance(error, StoreUnavailable | WorkerUnavailable):
            self._again.append(step)
            raise error
        if isinstance(error, BeyondLimits):
            self._set_aside(received, str(error))
            return
        log.error("decision failed", inbox=received.id, exc_info=error)
        attempts = self._database.write(partial(inbox.failed, received_id=received.id))
        if attempts >= ATTEMPTS:
            self._set_aside(received, f"{type(error).__name__}: it could not be processed")

    def _set_aside(self, received: Received, cause: str) -> None:
        log.warning("quarantined", inbox=received.id, cause=cause)
        self._database.write(partial(self._quarantine, number=received.id, cause=cause))
        self._decided()

    def _quarantine(self, connection: Connection, number: int, cause: str) -> None:
        now = self._watch.now()
        inbox.quarantine(connection, number, cause, now)
        chance = Chance(secrets.token_bytes(32))
        raise_alarm(connection, "quarantine", cause, str(number), self._office(), now, chance)
