"""The database as doors and delivery see it: each call one short transaction."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from mailflow.clock import Watch
from mailflow.errors import StoreUnavailable
from mailflow.identity import Chance, tokens
from mailflow.ingest.hints import scan
from mailflow.model import Arrival, Delivery, Desk
from mailflow.office import Office
from mailflow.outbound.deliver import Settlement
from mailflow.pipeline import has_consequences, settled
from mailflow.store import inbox, outbox, tickets
from mailflow.store.database import Database

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=20)


class Acceptance:
    """What the doors call: store an arrival, recognise a recipient."""

    def __init__(self, database: Database, desk: Callable[[], Desk], arrived: threading.Event) -> None:
        self._database = database
        self._desk = desk
        self._arrived = arrived

    def accept(self, arrival: Arrival) -> Future[inbox.Accepted]:
        future = self._database.submit(partial(inbox.accept, arrival=arrival, hints=scan(arrival)))
        future.add_done_callback(lambda _: self._arrived.set())
        return future

    def recognise(self, recipient: str) -> bool:
        desk = self._desk()
        own = (desk.address, *desk.aliases)
        local, _, domain = recipient.rpartition("@")
        if (
            recipient in {one.casefold() for one in own}
            or local == "postmaster"
            or recipient == "postmaster"
        ):
            return not domain or domain in {one.rpartition("@")[2].casefold() for one in own}
        found = tokens((recipient,), own)
        if not found:
            return False
        with self._database.read() as connection:
            return tickets.token_exists(connection, found[0])


class StoredOutbox:
    """The outbox, as delivery sees it; what a settled delivery means is decided in the same commit."""

    def __init__(
        self, database: Database, office: Callable[[], Office], watch: Watch, worker: str
    ) -> None:
        self._database = database
        self._office = office
        self._watch = watch
        self._worker = worker

    def claim(self, limit: int, acknowledgements: bool) -> tuple[Delivery, ...]:
        return self._database.write(
            partial(
                outbox.claim,
                worker=self._worker,
                now=self._watch.now(),
                lease=LEASE,
                limit=limit,
                acknowledgements=acknowledgements,
            )
        )

    def renew(self, deliveries: Sequence[Delivery]) -> None:
        claims = [(one.id, one.fence) for one in deliveries]
        now = self._watch.now()
        self._database.write(partial(outbox.renew, claims=claims, now=now, lease=LEASE))

    def settle(self, outcomes: Sequence[Settlement]) -> None:
        self._database.write(partial(self._settle, outcomes=outcomes, at=self._watch.now()))

    def _settle(self, connection: Connection, outcomes: Sequence[Settlement], at: datetime) -> None:
        next_at = {outcome.delivery_id: at for outcome, at in outcomes if at is not None}
        ended = [outcome for outcome, _ in outcomes]
        for one in outbox.settle(connection, ended, next_at):
            if has_consequences(one):
                self._follow_up(connection, one, at)

    def _follow_up(self, connection: Connection, one: outbox.Settled, at: datetime) -> None:
        """What cannot be done about one delivery hurts no other, and never makes it undelivered."""
        with connection.begin_nested() as savepoint:
            try:
                settled(connection, one, self._office(), at, Chance(secrets.token_bytes(32)))
            except StoreUnavailable:
                raise
            except Exception:
                savepoint.rollback()
                log.exception("settling failed", delivery=one.delivery_id)

    def release(self, deliveries: Sequence[Delivery]) -> None:
        claims = [(one.id, one.fence) for one in deliveries]
        self._database.write(partial(outbox.give_back, claims=claims))

    def next_due(self) -> datetime | None:
        with self._database.read() as connection:
            return outbox.next_due(connection)
