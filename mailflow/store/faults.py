"""What a database says when it fails -> the errors that mailflow's parts tell apart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from mailflow.errors import StoreFull, StoreUnavailable

# What passes by itself or by an operator's hand; a wrong statement or value is never among them.
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
}
_DISK_FULL = "53100"
_CONFLICTS = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock timeout
_PASSING_CLASSES = ("08", "53", "57", "58")  # connection, resources, operator, system


def is_conflict(error: BaseException) -> bool:
    """Two transactions stood in each other's way: the same work may succeed on its own."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _CONFLICTS


def is_lost(error: BaseException) -> bool:
    """The connection is gone, and with it what was not committed."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def translated(error: BaseException) -> BaseException:
    """StoreFull or StoreUnavailable for trouble with the database itself, else the error as it is."""
    if not isinstance(error, DBAPIError):
        return error
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error, error.orig)
    return _of_postgresql(error)


@contextmanager
def translating() -> Iterator[None]:
    """Trouble with the database inside the block leaves it translated."""
    try:
        yield
    except DBAPIError as error:
        fault = translated(error)
        if fault is error:
            raise
        raise fault from error


def _of_sqlite(error: DBAPIError, cause: sqlite3.Error) -> BaseException:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return error
    # A full disk is one or the other, depending on the file system.
    if code & 0xFF == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_WRITE:
        return StoreFull(f"the database is full: {cause}")
    return StoreUnavailable(f"the database failed: {cause}") if code & 0xFF in _PASSING else error


def _of_postgresql(error: DBAPIError) -> BaseException:
    state = getattr(error.orig, "sqlstate", None)
    if state == _DISK_FULL:
        return StoreFull(f"the database is full: {error.orig}")
    no_answer = state is None and type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"}
    passing = state is not None and (state.startswith(_PASSING_CLASSES) or state in _CONFLICTS)
    if is_lost(error) or no_answer or passing:
        return StoreUnavailable(f"the database failed: {error.orig}")
    return error
