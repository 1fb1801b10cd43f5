"""A mailbox's state in the database, and the turn that one of several daemons has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Connection

from mailflow.errors import StoreUnavailable
from mailflow.store import engines, mailboxes
from mailflow.store.database import Database
from mailflow.store.faults import translating


class StoredMailbox:
    """The State of one folder of one account, and with `alone` its lock."""

    def __init__(self, database: Database, account: str, folder: str) -> None:
        self._database = database
        self._key = (account, folder)

    def load(self) -> mailboxes.Mailbox | None:
        with self._database.read() as connection:
            return mailboxes.load(connection, *self._key)

    def save(self, mailbox: mailboxes.Mailbox) -> None:
        account, folder = self._key
        self._database.write(partial(mailboxes.save, account=account, folder=folder, mailbox=mailbox))

    @contextmanager
    def alone(self) -> Iterator[Callable[[], bool]]:
        """An Alone: a lock on a connection of its own, gone with it, however this process ends."""
        if self._database.is_sqlite:
            yield lambda: True  # its daemon is the only one
            return
        engine = engines.writing(self._database.url).execution_options(isolation_level="AUTOCOMMIT")
        try:
            with translating(), engine.connect() as connection:
                ours = mailboxes.take_turn(connection, *self._key)
                yield lambda: ours and _is_alive(connection)
        finally:
            engine.dispose()


def _is_alive(connection: Connection) -> bool:
    try:
        with translating():
            mailboxes.keep_turn(connection)
    except StoreUnavailable:
        return False
    return True
