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
from sqlalchemy import Connection, Table, case, insert, literal, select, update
from sqlalchemy.sql.expression import ColumnElement

from bench.desk import tree_cpu
from mailflow.model import Sla
from mailflow.rules.promises import begun
from mailflow.store import schema, tickets
from mailflow.store.database import Database
from tests.system.desks import MAILDIR, Daemon, Place, configuration, kinds_out
from tests.system.servers import wait_until
from tests.system.storing import opening

OPEN = 100_000
DUE = 1_000
QUIET = 6.0  # seconds that are measured while no clock is due
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Busy:
    """A daemon that only delivers and looks after clocks, on a store full of them."""

    config: Path
    store: Database
    daemon: Daemon

    @property
    def pid(self) -> int:
        return int(next(line["pid"] for line in self.daemon.events() if line["event"] == "started"))

    def sent(self) -> list[os.stat_result]:
        with os.scandir(self.config.parent / "out" / "new") as entries:
            return [entry.stat() for entry in entries]


@pytest.fixture
def busy(store: Database, url: str, tmp_path: Path) -> Iterator[Busy]:
    store.write(fill)
    config = configuration(Place("busy"), tmp_path, MAILDIR, store=url)
    with Daemon(config, "clock", "deliver") as daemon:
        yield Busy(config, store, daemon)


def fill(conn: Connection) -> None:
    """Tickets whose first answer is promised for tomorrow: a thousand with a mail, the others bare."""
    tomorrow = begun(*_FIRST_RESPONSE, datetime.now(UTC), datetime.now(UTC) + DAY)
    for index in range(DUE):
        number = tickets.next_number(conn)
        change = opening(number, f"<{index}@customer.test>")
        tickets.save(conn, replace(change, clocks=(tomorrow,), outgoing=()), None, tomorrow.started_at)
    for table, key in ((schema.tickets, "number"), (schema.clocks, "ticket")):
        conn.execute(copies(table, key, number, OPEN))
