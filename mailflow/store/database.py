"""Work, a function of a connection -> its result, once what it wrote is on disk.

All writes of a process go through one thread and one connection, which runs whatever is waiting in one
transaction. A failing work is undone alone; nothing is reported as done before the commit. Reads
have short connections of their own that cannot write.
"""

from __future__ import annotations

import fcntl
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from mailflow.errors import AlreadyRunning, StoreUnavailable
from mailflow.store import engines
from mailflow.store.faults import is_conflict, is_lost, translated, translating

T = TypeVar("T")
LARGEST_GROUP = 100


@dataclass(frozen=True, slots=True)
class _Waiting:
    work: Callable[[Connection], Any]
    future: Future[Any]


class _WorkFailed(Exception):
    """A work failed with `fault`, and what the others of its group wrote is undone with it."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Database:
    """One process's way to the database at `url` (sqlite:////PATH or postgresql+psycopg://...)."""

    def __init__(self, url: str) -> None:
        self.url = engines.parsed(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = engines.writing(self.url)
        self._reader = engines.reading(self.url)
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closing = threading.Lock()
        self._lock_file: IO[str] | None = None

    def open(self) -> None:
        """Connect, refuse a database that does not keep its commits, and start the writing thread."""
        with translating(), self._writer.connect() as conn:
            engines.refuse_unsafe(conn)
        self._thread = threading.Thread(target=self._write_for_ever, name="store", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what was submitted, then let go of the database; work submitted later is refused."""
        with self._closing:
            thread, self._thread = self._thread, None
            if thread:
                self._waiting.put(None)
        if thread:
            thread.join()
        self._writer.dispose()
        self._reader.dispose()
        if self._lock_file:
            self._lock_file.close()
            self._lock_file = None

    def own(self) -> None:
        """Claim a SQLite file for this process's daemon; StoreUnavailable if another one runs.

        The lock ends with the process, however it ends. On PostgreSQL several daemons may run.
        """
        if not self.is_sqlite:
            return
        try:
            lock_file = Path(f"{self.url.database}.lock").open("w")  # noqa: SIM115 - until close()
        except OSError as error:
            raise StoreUnavailable(f"the database cannot be locked: {error}") from error
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock_file.close()
            raise AlreadyRunning(f"another mailflow works on {self.url.database}") from None
        self._lock_file = lock_file

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue work; the future ends after the commit, with work's result or its error.

        Work may run more than once (only the last run is committed) and must change nothing but the
        database. StoreUnavailable: nothing is known to be stored; after a lost connection it may be.
        """
        future: Future[T] = Future()
        with self._closing:
            if self._thread:
                self._waiting.put(_Waiting(work, future))
                return future
        future.set_exception(StoreUnavailable("the database is closed"))
        return future

    def write(self, work: Callable[[Connection], T]) -> T:
        """Submit work and wait for it."""
        return self.submit(work).result()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one committed state and cannot write: keep it for milliseconds only,
        since a SQLite writer with a rollback journal cannot commit meanwhile."""
        with translating(), self._reader.connect() as conn, conn.begin():
            yield conn

    # --- The writing thread ---

    def _write_for_ever(self) -> None:
        running = True
        while running:
            group = [self._waiting.get()]
            with suppress(queue.Empty):
                while len(group) < LARGEST_GROUP:
                    group.append(self._waiting.get_nowait())
            running = None not in group
            self._write_group(
                [one for one in group if one and one.future.set_running_or_notify_cancel()]
            )

    def _write_group(self, group: list[_Waiting], *, again: bool = True) -> None:
        """Commit together; if a work fails each alone, so that it hurts no other.

        Without savepoints, which would cost two statements a work to spare a rare second run.
        """
        try:
            results = self._commit(group) if group else []
        except BaseException as error:  # noqa: BLE001 - whoever waits must learn it, and the thread go on
            fault = error.fault if isinstance(error, _WorkFailed) else error
            if again and (is_conflict(fault) or (fault is not error and len(group) > 1)):
                for one in group:
                    self._write_group([one], again=False)
            else:
                for one in group:
                    one.future.set_exception(translated(fault))
        else:
            for one, result in zip(group, results, strict=True):
                one.future.set_result(result)

    def _commit(self, group: list[_Waiting], *, again: bool = True) -> list[Any]:
        """Run the group in one transaction; the results, after COMMIT."""
        committing = False
        try:
            with self._writer.connect() as conn:
                transaction = conn.begin()
                results = [_run(conn, one.work) for one in group]
                committing = True
                transaction.commit()
                return results
        except DBAPIError as error:
            # What was lost before COMMIT was sent is not stored: once more, on a new connection.
            if is_lost(error) and again and not committing:
                return self._commit(group, again=False)
            raise


def _run(conn: Connection, work: Callable[[Connection], T]) -> T:
    """The work's result. Raises _WorkFailed, also for a work that hides that the transaction ended (a full
    disk does that): nothing that it or those before it wrote would be stored."""
    before = engines.state(conn)
    try:
        result = work(conn)
    except Exception as fault:
        if is_lost(fault):
            raise
        raise _WorkFailed(fault) from fault
    if engines.state(conn) not in (before, "INTRANS"):
        raise _WorkFailed(StoreUnavailable("the transaction ended before its commit"))
    return result
