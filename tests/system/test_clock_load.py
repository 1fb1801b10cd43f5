"""Many clocks at once, in a real daemon: what they cost while none is due, and a thousand in one second."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Insert, Table, insert, literal, select, true, update

from bench.desk import tree_cpu
from mailflow.model import Promise, Sla, Step
from mailflow.rules.promises import begun
from mailflow.store import schema, tickets
from mailflow.store.database import Database
from tests.system.desks import MAILDIR, Daemon, Place, configuration, kinds_out
from tests.system.servers import wait_until
from tests.system.storing import opening

OPEN = 100_000
DUE = 1_000
QUIET = 6.0  # seconds that are measured while no clock is due
SOON = timedelta(seconds=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Busy:
    """A daemon that only delivers and looks after clocks, on a store full of them."""

    config: Path
    store: Database
    daemon: Daemon

    def cpu(self) -> float:
        """Seconds of CPU that the daemon took so far."""
        started = next(line for line in self.daemon.events() if line["event"] == "started")
        return tree_cpu(started["pid"])

    def sent_at(self) -> list[float]:
        """When each mail that went out was written."""
        with os.scandir(self.config.parent / "out" / "new") as mails:
            return sorted(mail.stat().st_mtime for mail in mails)


@pytest.fixture
def busy(store: Database, url: str, tmp_path: Path) -> Iterator[Busy]:
    store.write(fill)
    config = configuration(Place("busy"), tmp_path, MAILDIR, store=url)
    with Daemon(config, "clock", "deliver") as daemon:
        yield Busy(config, store, daemon)


def fill(conn: Connection) -> None:
    """Tickets whose first answer is promised for tomorrow: a thousand with a mail, the others without."""
    now = datetime.now(UTC)
    clock = begun(Promise.FIRST_RESPONSE, Sla(), now, now + DAY)
    for index in range(DUE):
        number = tickets.next_number(conn)
        change = opening(number, f"<{index}@customer.test>")
        tickets.save(conn, replace(change, clocks=(clock,), outgoing=()), None, now)
    conn.execute(copies(schema.tickets, "number", number, OPEN))
    conn.execute(copies(schema.clocks, "ticket", number, OPEN))


def copies(table: Table, key: str, number: int, count: int) -> Insert:
    """`count` copies of the rows of ticket `number`, for the tickets of the numbers that follow."""
    series = select(literal(1).label("step")).cte("series", recursive=True)
    series = series.union_all(select(series.c.step + 1).where(series.c.step < count))
    others = [column for column in table.c if column.name != key]
    rows = select(table.c[key] + series.c.step, *others)
    rows = rows.select_from(table.join(series, true())).where(table.c[key] == number)
    return insert(table).from_select([key, *(column.name for column in others)], rows)


def fall_due(conn: Connection, at: datetime) -> None:
    """A thousand clocks take a step at the same time: half of them remind, half of them break."""
    clocks = schema.clocks
    first, half = 1001, 1001 + DUE // 2
    near = update(clocks).where(clocks.c.ticket.between(first, half - 1))
    conn.execute(near.values(due_at=at + Sla().remind_before, next_at=at))
    over = update(clocks).where(clocks.c.ticket.between(half, first + DUE - 1))
    conn.execute(over.values(due_at=at, next_at=at, step=Step.REMIND))


def test_many_clocks(busy: Busy) -> None:
    """100,000 open clocks cost less than 1 % of a core while none is due; 1,000 that fall due in the same
    second are all out within 10 s, each once."""
    began, before = time.monotonic(), busy.cpu()
    time.sleep(QUIET)
    share = (busy.cpu() - before) / (time.monotonic() - began)

    at = datetime.now(UTC) + SOON
    busy.store.write(lambda conn: fall_due(conn, at))
    wait_until(lambda: len(busy.sent_at()) >= DUE, busy.daemon.log)
    late = [moment - at.timestamp() for moment in busy.sent_at()]

    print(
        f"quiet: {share:.2%} of a core; {DUE} due: first after {late[0]:.2f} s, last {late[-1]:.2f} s"
    )
    assert share < 0.01
    assert late[0] >= 0
    assert late[-1] < 10
    assert Counter(kinds_out(busy.config)) == {"reminder": DUE // 2, "breach": DUE // 2}
    assert busy.daemon.complaints() == []
