"""A clock's step is taken once, by however many processes on one database, and after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, select, update

from mailflow.identity import Chance
from mailflow.model import Kind, Promise, Sla
from mailflow.office import Office
from mailflow.outbound.templates import Templates
from mailflow.pipeline import tick
from mailflow.rules import promises
from mailflow.store import schema, tickets
from mailflow.store.database import Database
from tests.system import storing
from tests.unit import samples

MANY = 30
SLA = Sla()


def _office() -> Office:
    desk = samples.desk()
    return Office(desk, Templates(desk.languages).render)


def _open_many(conn: Connection) -> None:
    """Tickets whose first answer is due at the same moment."""
    for number in range(2001, 2001 + MANY):
        tickets.save(conn, storing.opening(number, f"<{number}@example.com>"), None, storing.NOW)
        clock = promises.begun(Promise.FIRST_RESPONSE, SLA, storing.NOW)
        tickets.set_clocks(conn, number, (clock,))
    # The acknowledgements went out.
    met = {"met_at": storing.NOW, "next_at": None}
    of_them = schema.clocks.c.promise == Promise.ACKNOWLEDGEMENT
    conn.execute(update(schema.clocks).where(of_them).values(met))


def _count(conn: Connection, kind: Kind) -> int:
    query = select(schema.messages.c.id).where(schema.messages.c.kind == kind.value)
    return len(conn.execute(query).all())


def _strike(conn: Connection, at: datetime, seed: int) -> int:
    names = iter(range(1000))
    chance = partial(_chance, seed, names)
    return tick(conn, _office(), at, chance, 100)


def _chance(seed: int, names: Iterator[int]) -> Chance:
    return Chance(bytes([seed]) * 16 + next(names).to_bytes(16, "big"))


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    database.open()
    try:
        yield database
    finally:
        database.close()


def test_two_processes_take_each_step_once(store: Database) -> None:
    """Contract, clocks: a reminder, a breach and a step fire once, in any number of processes."""
    store.write(_open_many)
    for minutes, kind in ((7, Kind.REMINDER), (10, Kind.BREACH)):
        at = storing.NOW + timedelta(minutes=minutes)
        with (
            _opened(store.url.render_as_string(hide_password=False)) as other,
            ThreadPoolExecutor() as pool,
        ):
            works = [
                pool.submit(database.write, partial(_strike, at=at, seed=seed))
                for seed, database in enumerate((store, other))
            ]
            assert max(work.result() for work in works) <= MANY
        with store.read() as conn:
            assert _count(conn, kind) == MANY
            assert tickets.clocks_due(conn, at, 100) == ()


def test_a_step_that_was_rolled_back_is_taken_again_once(store: Database) -> None:
    """A crash before the commit leaves the clock as it was; after it nothing is left to do."""

    def crash(conn: Connection, at: datetime) -> None:
        _strike(conn, at, 7)
        raise RuntimeError("killed")

    store.write(_open_many)
    at = storing.NOW + timedelta(minutes=10)
    failed = store.submit(partial(crash, at=at)).exception()
    assert str(failed) == "killed"
    with store.read() as conn:
        assert _count(conn, Kind.BREACH) == 0
    assert store.write(partial(_strike, at=at, seed=8)) == MANY
    assert store.write(partial(_strike, at=at + timedelta(hours=1), seed=9)) == 0
    with store.read() as conn:
        assert _count(conn, Kind.BREACH) == MANY
