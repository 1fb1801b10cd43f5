"""What is on file about promises, for many tickets at once: for the report, and for checking clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from mailflow.model import Clock, Entry, Promise
from mailflow.store import schema
from mailflow.store.rows import clock_of

clocks, tickets, history = schema.clocks, schema.tickets, schema.history


def promised(
    conn: Connection,
    promises: Iterable[Promise],
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[tuple[str, Clock]]:
    """(owning team, clock) of those promises that began from `since` on and before `until`, by start."""
    query = (
        select(clocks, tickets.c.team)
        .join(tickets, tickets.c.number == clocks.c.ticket)
        .where(clocks.c.promise.in_([one.value for one in promises]))
        .order_by(clocks.c.started_at)
    )
    if since is not None:
        query = query.where(clocks.c.started_at >= since)
    if until is not None:
        query = query.where(clocks.c.started_at < until)
    for row in conn.execute(query):
        yield row.team, clock_of(row)


_BATCH = (
    select(tickets.c.number)
    .where(tickets.c.number > bindparam("after"))
    .order_by(tickets.c.number)
    .limit(bindparam("most"))
)
_CLOCKS = select(clocks).where(clocks.c.ticket.in_(bindparam("numbers", expanding=True)))
_HISTORY = (
    select(history)
    .where(history.c.ticket.in_(bindparam("numbers", expanding=True)))
    .order_by(history.c.id)
)
_COUNT = select(func.count()).select_from(tickets)


def count(conn: Connection) -> int:
    """How many tickets there are."""
    return conn.execute(_COUNT).scalar_one()


# A ticket's number, its clocks, its history with the oldest line first.
Record = tuple[int, tuple[Clock, ...], tuple[Entry, ...]]


def records(conn: Connection, after: int, most: int) -> tuple[Record, ...]:
    """The records of the next tickets behind number `after`, at most so many."""
    numbers = conn.execute(_BATCH, {"after": after, "most": most}).scalars().all()
    ticking: dict[int, list[Clock]] = {number: [] for number in numbers}
    told: dict[int, list[Entry]] = {number: [] for number in numbers}
    if numbers:
        for row in conn.execute(_CLOCKS, {"numbers": numbers}):
            ticking[row.ticket].append(clock_of(row))
        for row in conn.execute(_HISTORY, {"numbers": numbers}):
            told[row.ticket].append(Entry(row.at, row.what, row.by, row.why))
    return tuple((number, tuple(ticking[number]), tuple(told[number])) for number in numbers)
