"""A store URL -> engines set up so that a commit is on disk when it returns, or a refusal.

Two of them: one for the single writing connection, one for short read-only connections.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.pool import QueuePool

from mailflow.errors import ConfigurationError

BUSY_TIMEOUT = 10  # seconds; a commit in a rollback journal waits until the readers are done
READERS = 4
_POSTGRESQL_SESSION = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"


def has_reset_fix(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug, which loses commits of a write-ahead log."""
    return (
        version >= (3, 51, 3)
        or (3, 50, 7) <= version < (3, 51, 0)
        or (3, 44, 6) <= version < (3, 45, 0)
    )


JOURNAL = "WAL" if has_reset_fix(sqlite3.sqlite_version_info) else "TRUNCATE"


def parsed(url: str) -> URL:
    """The URL, if it names a database that mailflow can use; raises ConfigurationError."""
    try:
        address = make_url(url)
    except Exception as error:  # noqa: BLE001 - SQLAlchemy raises several kinds here
        raise ConfigurationError((f"store.url: {error}",)) from None
    backend = address.get_backend_name()
    if backend == "postgresql" or (
        backend == "sqlite" and address.database not in {None, "", ":memory:"}
    ):
        return address
    raise ConfigurationError(("store.url: sqlite:////PATH or postgresql+psycopg://...",))


def writing(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, "BEGIN IMMEDIATE", 1, "cache_size = -65536")
    return create_engine(url, pool_size=1, max_overflow=1, connect_args=_postgresql_args(url))


def reading(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, "BEGIN", READERS, "cache_size = -8192", "query_only = ON")
    return create_engine(
        url,
        pool_size=READERS,
        max_overflow=READERS,
        pool_pre_ping=True,
        connect_args=_postgresql_args(url),
        # One state of the database for all statements of a page or list.
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    )


def _postgresql_args(url: URL) -> dict[str, Any]:
    defaults = {"connect_timeout": 5, "options": _POSTGRESQL_SESSION, "application_name": "mailflow"}
    return {key: value for key, value in defaults.items() if key not in url.query}


def _sqlite(url: URL, begin: str, size: int, *pragmas: str) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=size,
        # The driver's own transactions begin too late; ours begin with `begin`.
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": BUSY_TIMEOUT},
    )
    every = (
        f"journal_mode = {JOURNAL}",
        "synchronous = FULL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
        *pragmas,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        for pragma in every:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)  # the driver would wait for the first write

    return engine


def state(conn: Connection) -> str:
    """The transaction as the driver sees it: IDLE (none, or no statement yet), INTRANS, or INERROR,
    when a statement failed on PostgreSQL and a COMMIT would silently be a ROLLBACK."""
    driver: Any = conn.connection.dbapi_connection
    if conn.dialect.name == "sqlite":
        return "INTRANS" if driver.in_transaction else "IDLE"
    return str(driver.info.transaction_status.name)


# What each setting of PostgreSQL must be; of synchronous_commit, anything but "off" is on disk.
_NEEDED = {
    "fsync": "on",
    "full_page_writes": "on",
    "server_encoding": "UTF8",
    "synchronous_commit": "on",
}


def refuse_unsafe(conn: Connection) -> None:
    """Raise ConfigurationError if PostgreSQL would confirm what is not on disk, or alter text."""
    if conn.dialect.name != "postgresql":
        return
    shown = {name: conn.execute(text(f"SHOW {name}")).scalar_one() for name in _NEEDED}
    if shown["synchronous_commit"] != "off":
        shown["synchronous_commit"] = "on"
    if wrong := [name for name, needed in _NEEDED.items() if shown[name] != needed]:
        raise ConfigurationError(
            tuple(
                f"store.url: this PostgreSQL has {name} = {shown[name]}; mailflow needs {_NEEDED[name]}"
                for name in wrong
            )
        )
