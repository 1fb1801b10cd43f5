"""The database as such: durable groups, failures that stay alone, refusals, recovery in place."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from mailflow.errors import ConfigurationError, StoreFull, StoreUnavailable
from mailflow.store import engines, inbox, schema, versions
from mailflow.store.database import Database
from tests.system import storing
from tests.system.postgres import Cluster, cluster


def accepting(number: int, size: int = 2) -> Callable[[Connection], inbox.Accepted]:
    return lambda conn: inbox.accept(
        conn, storing.arrival(b"x" * size), storing.hints(f"<{number}@example.com>")
    )


def count(store: Database) -> int:
    with store.read() as conn:
        return int(conn.execute(text("SELECT count(*) FROM inbox")).scalar_one())


# --- Groups --------------------------------------------------------------------------------------


def test_three_submitters_store_every_mail_once(store: Database) -> None:
    """Three threads with 200 mails each, all of them twice: 600 mails, no more and no less."""

    def submit(start: int) -> list[Future[inbox.Accepted]]:
        return [store.submit(accepting(start + n // 2)) for n in range(400)]

    with ThreadPoolExecutor(3) as pool:
        futures = [future for some in pool.map(submit, (0, 1000, 2000)) for future in some]
    accepted = [future.result() for future in futures]
    assert sum(not one.repeat for one in accepted) == len({one.id for one in accepted}) == 600
    assert count(store) == 600


def held(store: Database) -> threading.Event:
    """Keep the writing thread busy until the event is set, so that what follows shares a commit."""
    go = threading.Event()
    store.submit(lambda conn: go.wait(10))
    return go


def test_a_failing_work_hurts_no_other(store: Database) -> None:
    """Of works in one commit the failing one is undone, whatever failed: program or statement."""

    def breaks(conn: Connection) -> None:
        accepting(1)(conn)
        raise KeyError("a fault of ours")

    def violates(conn: Connection) -> None:
        accepting(2)(conn)
        conn.execute(text("INSERT INTO counters (name, value) VALUES ('ticket', 1)"))

    go = held(store)
    works = (accepting(0), breaks, violates, accepting(3))
    futures: list[Future[object]] = [store.submit(work) for work in works]
    go.set()
    failures = [future.exception() for future in futures]
    assert [type(failure) for failure in failures] == [type(None), KeyError, IntegrityError, type(None)]
    assert count(store) == 2


def test_a_transaction_that_ends_early_is_repeated_work_by_work(store: Database) -> None:
    """If one work ends the whole transaction, the others are run again, each alone."""
    go = held(store)
    good = store.submit(accepting(1))
    poison = store.submit(lambda conn: conn.exec_driver_sql("ROLLBACK"))
    late = store.submit(accepting(2))
    go.set()
    assert not good.result().repeat
    assert not late.result().repeat
    poison.exception()
    assert count(store) == 2


def test_nothing_is_confirmed_before_the_commit(store: Database) -> None:
    """When a future ends, another connection sees what it promised."""
    for number in range(20):
        store.write(accepting(number))
        assert count(store) == number + 1


def test_readers_and_the_writer_wait_for_each_other(store: Database) -> None:
    """While mail is stored without pause, reads succeed, and what is read only grows."""
    futures = [store.submit(accepting(number, size=5000)) for number in range(300)]
    seen = [count(store) for _ in range(50)]
    assert seen == sorted(seen)
    assert not any(future.result().repeat for future in futures)
    assert count(store) == 300


def test_readers_cannot_write(store: Database) -> None:
    """A reading connection refuses to change anything."""
    with pytest.raises((DBAPIError, StoreUnavailable)), store.read() as conn:
        conn.execute(text("DELETE FROM counters"))


def test_a_closed_database_refuses(url: str) -> None:
    """Work submitted before closing is done, work after it is refused."""
    store = Database(url)
    store.open()
    before = store.submit(accepting(1))
    store.close()
    assert not before.result().repeat
    with pytest.raises(StoreUnavailable):
        store.write(accepting(2))


def test_processes_in_each_others_way_both_finish(postgres_url: str, postgres: Cluster) -> None:
    """Two processes that lock rows crosswise: PostgreSQL ends one of them, which is done again."""
    url = postgres.database(like=postgres_url)
    stores = [Database(url), Database(url)]
    for store in stores:
        store.open()
    stores[0].write(lambda conn: conn.execute(text("INSERT INTO counters VALUES ('other', 0)")))
    meeting = threading.Barrier(2)

    def crosswise(conn: Connection, *names: str) -> None:
        raise_ = text("UPDATE counters SET value = value + 1 WHERE name = :name")
        conn.execute(raise_, {"name": names[0]})
        with suppress(threading.BrokenBarrierError):
            meeting.wait(5)
        meeting.abort()
        conn.execute(raise_, {"name": names[1]})

    one = stores[0].submit(lambda conn: crosswise(conn, "ticket", "other"))
    two = stores[1].submit(lambda conn: crosswise(conn, "other", "ticket"))
    one.result()
    two.result()
    with stores[0].read() as conn:
        values = conn.execute(text("SELECT name, value FROM counters ORDER BY name")).all()
    assert [tuple(row) for row in values] == [("other", 2), ("ticket", 1002)]
    for store in stores:
        store.close()


# --- Times ---------------------------------------------------------------------------------------


def test_times_are_ordered_as_in_time(store: Database) -> None:
    """A time given in another zone comes back in UTC, to the microsecond, and sorts rightly."""
    west = timezone(timedelta(hours=-8))
    times = [
        datetime(1969, 12, 31, 15, 59, 59, 999999, west),
        datetime(2026, 11, 24, 3, 59, 59, 999999, west),
        storing.NOW,
        datetime(2026, 11, 24, 4, 0, 0, 1, west),
    ]
    rows = [{"key": str(n), "at": at} for n, at in enumerate(times)]
    store.write(lambda conn: conn.execute(schema.answered.insert(), rows[::-1]))
    with store.read() as conn:
        at = schema.answered.c.at
        assert list(conn.execute(select(at).order_by(at)).scalars()) == times
        assert len(conn.execute(select(at).where(at <= storing.NOW)).all()) == 3


def test_a_time_without_zone_is_refused(store: Database) -> None:
    """A naive time is a fault of ours, never a guess."""
    naive = {"key": "x", "at": datetime(2026, 11, 24)}
    with pytest.raises(Exception, match="without zone"):
        store.write(lambda conn: conn.execute(schema.answered.insert(), naive))


# --- SQLite --------------------------------------------------------------------------------------


@pytest.fixture
def sqlite_store(sqlite_file: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(sqlite_file, tmp_path / "mailflow.db")
    store = Database(f"sqlite:///{tmp_path}/mailflow.db")
    store.open()
    yield store
    store.close()


@pytest.mark.parametrize(
    ("version", "fixed"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_releases_with_the_wal_reset_fix(version: tuple[int, int, int], fixed: bool) -> None:
    """A write-ahead log is used only where SQLite cannot lose commits of it."""
    assert engines.has_reset_fix(version) is fixed


def test_sqlite_waits_for_the_disk(sqlite_store: Database) -> None:
    """The journal is durable: FULL, and WAL only on a mended release."""

    def settings(conn: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    journal = "wal" if engines.has_reset_fix(sqlite3.sqlite_version_info) else "truncate"
    assert sqlite_store.write(settings) == [journal, 2, 1, 10_000]


def limit_pages(store: Database, more: int | None) -> None:
    """Let the file grow by `more` pages of 4 KB only, as on a full disk; None: no limit."""

    def work(conn: Connection) -> None:
        pages = int(conn.exec_driver_sql("PRAGMA page_count").scalar_one())
        most = 2**30 if more is None else pages + more
        conn.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    store.write(work)


def test_a_full_disk_is_told_and_got_over(sqlite_store: Database) -> None:
    """On a full disk a mail is refused with StoreFull; with room again the same process stores it."""
    limit_pages(sqlite_store, 10)
    with pytest.raises(StoreFull):
        sqlite_store.write(accepting(1, size=100_000))
    assert count(sqlite_store) == 0
    limit_pages(sqlite_store, None)
    assert not sqlite_store.write(accepting(1, size=100_000)).repeat


def test_a_mail_too_big_for_the_disk_hurts_no_other(sqlite_store: Database) -> None:
    """Of mails in one commit only the one that does not fit is refused."""
    limit_pages(sqlite_store, 40)
    go = held(sqlite_store)
    small = [sqlite_store.submit(accepting(n)) for n in range(3)]
    big = sqlite_store.submit(accepting(9, size=1_000_000))
    small.append(sqlite_store.submit(accepting(4)))
    go.set()
    assert isinstance(big.exception(), StoreFull)
    assert [future.result().repeat for future in small] == [False] * 4
    assert count(sqlite_store) == 4


def test_one_daemon_owns_a_sqlite_file(sqlite_store: Database) -> None:
    """A second daemon on the same file is refused; commands still read and write; the next may own."""
    other = Database(sqlite_store.url.render_as_string())
    other.open()
    sqlite_store.own()
    with pytest.raises(StoreUnavailable, match="another mailflow"):
        other.own()
    other.write(accepting(1))
    assert count(sqlite_store) == 1
    sqlite_store.close()
    other.own()
    other.close()


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    """A missing folder is trouble with the store, not a riddle."""
    store = Database(f"sqlite:///{tmp_path}/missing/mailflow.db")
    with pytest.raises(StoreUnavailable):
        store.own()
    with pytest.raises(StoreUnavailable):
        store.open()
    store.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense", ""])
def test_other_urls_are_refused(url: str) -> None:
    """Only a SQLite file or a PostgreSQL can be a store."""
    with pytest.raises(ConfigurationError, match=r"store\.url"):
        Database(url)


# --- PostgreSQL ----------------------------------------------------------------------------------


def test_a_postgresql_that_may_lose_commits_is_refused(postgres: Cluster) -> None:
    """synchronous_commit=off confirms what is not on disk: mailflow does not start on it."""
    store = Database(f"{postgres.database()}&options=-csynchronous_commit%3Doff")
    with pytest.raises(ConfigurationError, match="synchronous_commit = off"):
        store.open()
    store.close()


def test_a_postgresql_that_goes_away_comes_back() -> None:
    """While the server is down work is refused; when it is back, all is stored, without a restart."""
    with cluster() as own:
        url = own.database()
        versions.create_if_empty(url)
        store = Database(url)
        store.open()
        store.write(accepting(1))
        own.stop()
        for _ in range(2):
            with pytest.raises(StoreUnavailable):
                store.write(accepting(2))
            with pytest.raises(StoreUnavailable):
                count(store)
        own.start()
        assert not store.write(accepting(2)).repeat
        assert count(store) == 2
        own.stop()
        own.start("fsync=off")
        store.close()
        with pytest.raises(ConfigurationError, match="fsync = off"):
            store.open()
        store.close()


def test_a_connection_that_broke_while_idle_costs_nothing(postgres: Cluster) -> None:
    """Work on a connection that the server ended before is done on a new one, unnoticed."""
    url = postgres.database()
    versions.create_if_empty(url)
    store, other = Database(url), Database(url)
    store.open()
    other.open()
    store.write(accepting(1))
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    other.write(lambda conn: conn.exec_driver_sql(end + "AND datname = current_database()").all())
    assert not store.write(accepting(2)).repeat
    assert count(store) == 2
    store.close()
    other.close()


# --- Crashes -------------------------------------------------------------------------------------

CHILD = """
import itertools, sys
from mailflow.store import inbox
from mailflow.store.database import Database
from tests.system import storing

store = Database(sys.argv[1])
store.open()
for number in itertools.count():
    seen = storing.hints(f"<{number}@example.com>")
    store.write(lambda conn: inbox.accept(conn, storing.arrival(b"x" * 20_000), seen))
    print(number, flush=True)
"""


def test_what_was_confirmed_survives_a_kill(url: str) -> None:
    """After kill -9 every confirmed mail is there, whole, and at most the one under way besides."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, url], stdout=subprocess.PIPE)
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) == 25:
            child.send_signal(signal.SIGKILL)
            break
    confirmed = [25, *(int(line) for line in child.stdout.read().split())][-1] + 1
    child.stdout.close()
    child.wait()
    store = Database(url)
    store.open()
    assert confirmed <= count(store) <= confirmed + 1
    with store.read() as conn:
        sizes = conn.execute(text("SELECT DISTINCT length(octets) FROM content")).scalars().all()
    assert sizes == [20_000]
    store.close()
