"""Takes decided mail out of the outbox, has it sent, and settles what became of it.

One thread, no asyncio: claim (acknowledgements first), send, renew the leases of what is under way,
settle in batches. It promises that no outcome is lost while the store is away, that an outage of the
server costs no mail its attempts, and that what it does not settle stays claimed until its lease ends.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from mailflow.clock import Watch
from mailflow.errors import StoreUnavailable
from mailflow.model import Delivery, Kind, Outcome, Verdict
from mailflow.outbound.retry import Backoff, next_attempt

log = structlog.get_logger(__name__)

RENEW_EVERY = 7.0  # seconds; a lease holds 20
_AHEAD = 2  # mails claimed for each connection, so that none waits for the next claim
_ACKNOWLEDGEMENTS_AHEAD = 8  # they are small, and their promise is the shortest
_OUTAGE_PAUSES = (1.0, 30.0)  # between probes of a server that is down: the first, the longest
_OUTAGE_RETRY = timedelta(seconds=30)
_STORE_PAUSES = (0.5, 10.0)


Settlement = tuple[Outcome, datetime | None]


class Outbox(Protocol):
    """The outbox as delivery sees it; every method is one short transaction or StoreUnavailable."""

    def claim(self, limit: int, acknowledgements: bool) -> tuple[Delivery, ...]:
        """Claim up to `limit` due deliveries: acknowledgements, or everything else."""
        ...

    def renew(self, deliveries: Sequence[Delivery]) -> None:
        """Begin their leases anew."""
        ...

    def settle(self, outcomes: Sequence[Settlement]) -> None:
        """Make outcomes true; with a deferred one comes when to try again."""
        ...

    def release(self, deliveries: Sequence[Delivery]) -> None:
        """Give back what was claimed and never sent; it counts as no attempt."""
        ...

    def next_due(self) -> datetime | None:
        """When the earliest unclaimed delivery is due, which may be past."""
        ...


class Transport(Protocol):
    """Where mail goes; `stop` ends everything within `grace` seconds, and every future is done then."""

    @property
    def reachable(self) -> bool: ...
    def send(self, delivery: Delivery, *, first: bool) -> Future[Outcome]: ...
    def stop(self, grace: float) -> None: ...


class Wake(Protocol):
    """A threading.Event, or what acts like one: set by whoever put something into the outbox."""

    def set(self) -> None: ...
    def clear(self) -> None: ...
    def wait(self, timeout: float | None = None) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Sending:
    delivery: Delivery
    first: bool


class Deliverer:
    """The loop. `step` and `drain` are for one thread; `stop` may be called from any.

    `beat` is the monotonic time of the last step, for the watchdog; `trouble` says why the server
    cannot be reached, and is empty while it can.
    """

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        watch: Watch,
        wake: Wake,
        *,
        connections: int = 4,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._outbox = outbox
        self._transport = transport
        self._watch = watch
        self._wake = wake
        self._chance = chance
        self._depth = {True: _ACKNOWLEDGEMENTS_AHEAD, False: _AHEAD * max(1, connections - 1)}
        self._flight: dict[Future[Outcome], _Sending] = {}
        self._unsettled: list[tuple[Delivery, Settlement]] = []
        self._unsent: list[Delivery] = []
        self._outage = Backoff(watch, _OUTAGE_PAUSES)
        self._store = Backoff(watch, _STORE_PAUSES)
        self._renewed = watch.monotonic()
        self._stopping = threading.Event()
        self._grace = 0.0
        self.beat = watch.monotonic()
        self.trouble = ""

    def run(self) -> None:
        """Work until stop(); then finish or give back what is under way."""
        while not self._stopping.is_set():
            self.step(1.0)
        self.drain(self._grace)

    def stop(self, grace: float = 10.0) -> None:
        """Claim nothing more; `grace` seconds, below a lease, for what is being sent."""
        self._grace = grace
        self._stopping.set()
        self._wake.set()

    def step(self, block: float) -> bool:
        """One round: True if anything was done, else wait up to `block` seconds for news."""
        self.beat = self._watch.monotonic()
        self._wake.clear()
        self._collect()
        patience, worked = self._store.left, False
        if not patience:
            try:
                worked = any([self._settle(), self._renew(), self._claim()])
                patience = 0.0 if worked else self._patience(block)
                self._store.succeed()
            except StoreUnavailable as fault:
                self._store.fail()
                patience = self._store.left
                log.error("store unavailable", unsettled=len(self._unsettled), cause=str(fault))
        if not worked:
            self._wake.wait(min(block, patience))
        return worked

    def idle(self) -> bool:
        """True if nothing is under way and nothing is due that could be sent now."""
        if self._flight or self._unsettled:
            return False
        due = self._outbox.next_due()
        return due is None or due > self._watch.now() or not self._transport.reachable

    def drain(self, grace: float) -> None:
        """Stop the transport, settle what it did, release what it did not begin."""
        self._transport.stop(grace)
        self._collect()
        try:
            self._settle()
            if self._unsent:
                self._outbox.release(self._unsent)
        except StoreUnavailable as fault:
            # The leases end by themselves: these are sent again, byte for byte the same.
            log.error("stopped unsettled", unsettled=len(self._unsettled), cause=str(fault))

    def _collect(self) -> None:
        for future in [future for future in self._flight if future.done()]:
            delivery = self._flight.pop(future).delivery
            if future.cancelled():
                self._unsent.append(delivery)
            else:
                self._unsettled.append((delivery, self._judge(delivery, future.result())))

    def _judge(self, delivery: Delivery, outcome: Outcome) -> Settlement:
        """Decide when a deferred mail is tried again, or that it never is."""
        self._note_outage(outcome)
        retry = None
        if outcome.verdict is Verdict.DEFERRED:
            retry = self._retry(delivery)
            if retry is None:
                reply = f"given up after {delivery.attempt} attempts: {outcome.reply}"
                outcome = replace(outcome, verdict=Verdict.FAILED, reply=reply)
        _log_outcome(delivery, outcome)
        return outcome, retry

    def _retry(self, delivery: Delivery) -> datetime | None:
        now = self._watch.now()
        quick = delivery.kind is Kind.ACKNOWLEDGEMENT
        retry = next_attempt(delivery.attempt, delivery.queued_at, now, self._chance(), quick=quick)
        if retry is None or self._transport.reachable:
            return retry
        return min(retry, now + _OUTAGE_RETRY)

    def _note_outage(self, outcome: Outcome) -> None:
        if not self._transport.reachable and outcome.verdict is Verdict.DEFERRED:
            self._outage.fail()
            if not self.trouble:
                log.error("outbound server unreachable", reply=outcome.reply)
            self.trouble = outcome.reply
        elif self._transport.reachable and self.trouble:
            self._outage.succeed()
            log.warning("outbound server reachable again")
            self.trouble = ""

    def _settle(self) -> bool:
        if not self._unsettled:
            return False
        self._outbox.settle([settlement for _, settlement in self._unsettled])
        self._unsettled.clear()
        return True

    def _renew(self) -> bool:
        """Keep the leases of what is being sent: the answer to a final dot may take ten minutes."""
        now = self._watch.monotonic()
        if not self._flight:
            self._renewed = now
        elif now - self._renewed >= RENEW_EVERY:
            self._outbox.renew([sending.delivery for sending in self._flight.values()])
            self._renewed = now
        return False

    def _claim(self) -> bool:
        acknowledgements = self._claim_lane(True)
        others = self._claim_lane(False)
        return acknowledgements or others

    def _claim_lane(self, first: bool) -> bool:
        room = self._room(first)
        claimed = self._outbox.claim(room, first) if room > 0 else ()
        for delivery in claimed:
            future = self._transport.send(delivery, first=first)
            self._flight[future] = _Sending(delivery, first)
            future.add_done_callback(lambda _: self._wake.set())
        return bool(claimed)

    def _room(self, first: bool) -> int:
        """How many more may be claimed; while the server is down one mail at a time looks after it."""
        if not self._transport.reachable:
            return 0 if self._flight or self._outage.left else 1
        return self._depth[first] - sum(sending.first is first for sending in self._flight.values())

    def _patience(self, block: float) -> float:
        """Seconds until a mail is due, a lease must be renewed or a probe may be made."""
        limits = [block, self._outage.left or block]
        if self._flight:
            limits.append(max(0.0, self._renewed + RENEW_EVERY - self._watch.monotonic()))
        due = self._outbox.next_due()
        seconds = (due - self._watch.now()).total_seconds() if due else 0.0
        # What is due already and was not claimed has to wait for a free connection.
        return min([*limits, seconds] if seconds > 0 else limits)


def _log_outcome(delivery: Delivery, outcome: Outcome) -> None:
    """Without the reply: servers repeat addresses in it. `queue` and `show` have it."""
    tell = log.info if outcome.verdict is Verdict.DELIVERED else log.warning
    tell(
        str(outcome.verdict),
        delivery=delivery.id,
        kind=str(delivery.kind),
        attempt=delivery.attempt,
        code=outcome.reply[:3],
    )
