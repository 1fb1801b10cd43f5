"""A whole desk in one process and one thread: a real database, a fake clock, a recording post.

What a door, the intake and the delivery do in threads of the daemon is done here in turn, by the same
functions. Nothing sleeps: time passes when a test says so, and stops at everything that is due.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, func, select

from mailflow import digest
from mailflow.errors import BeyondLimits
from mailflow.identity import Chance
from mailflow.ingest.hints import scan
from mailflow.model import (
    Arrival,
    Case,
    Clock,
    Delivery,
    Desk,
    Entry,
    Envelope,
    Outcome,
    Promise,
    Received,
    Ticket,
    Verdict,
)
from mailflow.office import Office
from mailflow.outbound.retry import next_attempt
from mailflow.outbound.templates import Templates
from mailflow.pipeline import process, settled, tick
from mailflow.store import engines, inbox, outbox, schema, search, tickets
from mailflow.understand import Understanding
from tests.flow import letters
from tests.flow.people import Person
from tests.flow.post import Post, Sent
from tests.flow.watch import FakeWatch

LEASE = timedelta(seconds=60)
WORKER = "played"
CLOCKS = 10  # that strike in one transaction
T = TypeVar("T")


class Crash(Exception):
    """The process ends here: whatever was not committed did not happen."""


@cache
def _templates(languages: tuple[str, ...]) -> Templates:
    return Templates(languages)


@cache
def _understanding(desk: Desk) -> Understanding:
    return Understanding(desk)


class PlayedDesk:
    """`desk` is its policy; `file` a SQLite file with the schema; `seed` makes tokens and names."""

    def __init__(self, file: Path, desk: Desk, seed: int = 0) -> None:
        self.watch = FakeWatch()
        self.post = Post()
        self.policy = desk
        self.address = desk.address
        self.crashes: Callable[[str], bool] = lambda _: False  # asked before the commit of each step
        self._chance = random.Random(seed)
        self._names = 0
        self._engine = engines.writing(engines.parsed(f"sqlite:///{file}"))
        self._office = Office(desk, _templates(desk.languages).render)
        self._understanding = _understanding(desk)

    def close(self) -> None:
        self._engine.dispose()

    @property
    def now(self) -> datetime:
        return self.watch.now()

    def next_name(self) -> str:
        """A name that was not used before, for a Message-ID from outside."""
        self._names += 1
        return f"outside.{self._names}"

    def person(self, name: str, address: str, *, authentication: str = "pass") -> Person:
        return Person(self, name, address, authentication=authentication)

    # --- What happens to it ---

    def receives(
        self,
        content: bytes,
        sender: str,
        recipients: tuple[str, ...] = (),
        *,
        door: str = "smtp",
        answer: bool = True,
        later: bool = False,
    ) -> inbox.Accepted:
        """A mail comes to a door, and is worked on at once; `later`: it waits in the inbox."""
        envelope = Envelope(sender, recipients or (self.address,))
        arrival = Arrival(door, envelope, content, self.now, answer=answer)
        with self._engine.begin() as connection:
            accepted = inbox.accept(connection, arrival, scan(arrival))
        if not later:
            self.works()
        return accepted

    def bounces(self, sent: Sent, *, action: str = "failed", status: str = "5.1.1") -> None:
        """The recipient's mail system took the mail, and reports on it afterwards."""
        report = letters.delivery_report(
            sent.recipient, sent.content, self.now, action=action, status=status
        )
        self.receives(report, "", (sent.sender or self.address,))

    def passes(self, **time: float) -> None:
        """Time passes: `passes(minutes=5)`. What is due meanwhile is done at its moment."""
        until = self.now + timedelta(**time)
        while (moment := self._next_moment()) is not None and moment <= until:
            self.watch.set(max(moment, self.now))
            self.works()
        self.watch.set(until)
        self.works()

    def works(self) -> None:
        """Do what can be done now: decide what came, deliver what is due, let clocks strike."""
        while self._step(self._decide_next) or self._step(self._deliver_next) or self._step(self._tick):
            pass

    def sends_digests(self) -> None:
        """The clock's thread looks whether a team has opened."""
        with self._engine.begin() as connection:
            digest.send_due(connection, self._office, self.now, self._new_chance())
        self.works()

    def restarts(self) -> None:
        """A new process takes the database over: claims of the one before are void."""
        with self._engine.begin() as connection:
            inbox.void(connection)
            outbox.void(connection)

    # --- What the daemon's threads do ---

    def _next_moment(self) -> datetime | None:
        with self._engine.begin() as connection:
            moments = (outbox.next_due(connection), tickets.next_clock(connection))
        return min((one for one in moments if one is not None), default=None)

    def _step(self, step: Callable[[], bool]) -> bool:
        try:
            return step()
        except Crash:
            self.restarts()
            return True

    def _crash_point(self, where: str) -> None:
        if self.crashes(where):
            raise Crash(where)

    def _new_chance(self) -> Chance:
        return Chance(self._chance.randbytes(32))

    def _decide_next(self) -> bool:
        with self._engine.begin() as connection:
            claimed = inbox.claim(connection, WORKER, self.now, LEASE, 1)
        for received in claimed:
            self._decide(received)
        return bool(claimed)

    def _decide(self, received: Received) -> None:
        try:
            message = self._understanding.understand(received.content, received.envelope)
        except BeyondLimits as error:
            with self._engine.begin() as connection:
                inbox.quarantine(connection, received.id, str(error), self.now)
            return
        with self._engine.begin() as connection:
            chance = self._new_chance()
            process(connection, received, message, self._office, self.now, chance)
            self._crash_point("decide")

    def _deliver_next(self) -> bool:
        with self._engine.begin() as connection:
            claimed = outbox.claim(connection, WORKER, self.now, LEASE, 10)
        for delivery in claimed:
            self._crash_point("deliver")
            self._settle(delivery, self.post.deliver(delivery, self.now))
        return bool(claimed)

    def _tick(self) -> bool:
        with self._engine.begin() as connection:
            steps = tick(connection, self._office, self.now, self._new_chance, CLOCKS)
            self._crash_point("tick")
        return steps > 0

    def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        retry = {}
        if outcome.verdict is Verdict.DEFERRED:
            at = next_attempt(delivery.attempt, delivery.queued_at, self.now, 0.5)
            if at is None:
                outcome = Outcome(
                    outcome.delivery_id, outcome.fence, Verdict.FAILED, self.now, outcome.reply
                )
            else:
                retry = {delivery.id: at}
        with self._engine.begin() as connection:
            for one in outbox.settle(connection, (outcome,), retry):
                settled(connection, one, self._office, self.now, self._new_chance())
            self._crash_point("settle")

    # --- What can be seen of it ---

    def sent(self, kind: str = "", *, to: str = "", ticket: int = 0) -> list[Sent]:
        """What went out, oldest first, as far as it fits."""
        return [
            one
            for one in self.post.sent
            if (not kind or one.kind == kind)
            and (not to or one.recipient == to)
            and (not ticket or one.ticket == ticket)
        ]

    def last(self, kind: str, *, to: str = "", ticket: int = 0) -> Sent:
        """The latest mail of a kind; there must be one."""
        found = self.sent(kind, to=to, ticket=ticket)
        assert found, f"no {kind} went out; out went {[one.kind for one in self.post.sent]}"
        return found[-1]

    def since(self, before: int) -> list[str]:
        """The kinds that went out after the first `before` mails."""
        return sorted(one.kind for one in self.post.sent[before:])

    def case(self, number: int) -> Case:
        case = self.reads(lambda connection: tickets.case(connection, number))
        assert case is not None, f"there is no ticket {number}"
        return case

    def tickets(self) -> list[Ticket]:
        """Every ticket, the oldest first."""
        listed = self.reads(lambda connection: search.listing(connection, limit=1_000_000))
        return sorted((one.ticket for one in listed), key=lambda ticket: ticket.number)

    def only_ticket(self) -> Ticket:
        (ticket,) = self.tickets()
        return ticket

    def history(self, number: int) -> tuple[Entry, ...]:
        return self.reads(lambda connection: tickets.history(connection, number))

    def clock(self, number: int, promise: Promise) -> Clock | None:
        """The ticket's latest clock of a promise, or None."""
        clocks = [one for one in self.case(number).clocks if one.promise is promise]
        return clocks[-1] if clocks else None

    def finds(self, words: str) -> list[search.Found]:
        return list(self.reads(lambda connection: search.search(connection, words)))

    def quarantined(self) -> tuple[inbox.Quarantined, ...]:
        return self.reads(inbox.quarantined)

    def filed(self) -> int:
        """How many received mails are on file, with a ticket or without."""
        count = select(func.count()).select_from(schema.messages)
        received = count.where(schema.messages.c.direction == "in")
        return self.reads(lambda connection: int(connection.execute(received).scalar_one()))

    def writes_through(self, work: Callable[[Connection], T]) -> T:
        """Run a command of the operator in a transaction of its own."""
        with self._engine.begin() as connection:
            return work(connection)

    def reads(self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)


OpenDesk = Callable[..., PlayedDesk]  # takes fields of Desk that differ from the starter's
