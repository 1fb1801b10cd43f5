"""What is on file about promises, for many tickets at once: for the report, and for checking clocks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, tuple_

from mailflow.model import Clock, Entry, Promise
from mailflow.store import schema
from mailflow.store.rows import clock_of

clocks, tickets, history = schema.clocks, schema.tickets, schema.history


# Of one clock: its ticket's number, the team that owns the ticket, the clock.
Promised = tuple[int, str, Clock]


def promised(
    conn: Connection,
    promises: Iterable[Promise],
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    after: Promised | None = None,
    most: int = 5000,
) -> tuple[Promised, ...]:
    """Those promises that began from `since` on and before `until`, by their start, in pages.

    At most so many behind `after`: a writer waits for one page, not for all of them.
    """
    key = (clocks.c.started_at, clocks.c.ticket, clocks.c.promise)
    query = (
        select(clocks, tickets.c.team)
        .join(tickets, tickets.c.number == clocks.c.ticket)
        .where(clocks.c.promise.in_([one.value for one in promises]))
        .order_by(*key)
        .limit(most)
    )
    if since is not None:
        query = query.where(clocks.c.started_at >= since)
    if until is not None:
        query = query.where(clocks.c.started_at < until)
    if after is not None:
        number, _, last = after
        values = (last.started_at, number, last.promise.value)
        # The first condition says nothing new; it lets the index on the start be used.
        query = query.where(clocks.c.started_at >= last.started_at, tuple_(*key) > values)
    return tuple((row.ticket, row.team, clock_of(row)) for row in conn.execute(query))


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
