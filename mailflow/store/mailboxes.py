"""Where polling of an IMAP mailbox stands: UIDVALIDITY and the last UID that is on disk.

And, on PostgreSQL, whose turn it is: of several daemons one polls a mailbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, select, text

from mailflow.store.columns import Utc, digest, scrubbed
from mailflow.store.schema import mailboxes


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`since`: when it was first polled. `history_uid`: the last UID that was there before that, None
    once UIDVALIDITY has changed and UIDs no longer tell."""

    uidvalidity: int
    last_uid: int
    since: datetime
    history_uid: int | None = None


_SAVE = text(
    "INSERT INTO mailboxes (account, folder, uidvalidity, last_uid, since) "
    "VALUES (:account, :folder, :uidvalidity, :last_uid, :since) ON CONFLICT (account, folder) "
    "DO UPDATE SET uidvalidity = excluded.uidvalidity, last_uid = excluded.last_uid, "
    "since = excluded.since"
).bindparams(bindparam("since", type_=Utc))

# One number for all locks of mailboxes, and one for each mailbox.
_TRY_LOCK = text("SELECT pg_try_advisory_lock(6245002, :mailbox)")
_ALIVE = text("SELECT 1")


def load(conn: Connection, account: str, folder: str) -> Mailbox | None:
    row = _row(conn, account, folder)
    if row is None:
        return None
    history = _row(conn, account, _history(folder))
    counts = history is not None and history.uidvalidity == row.uidvalidity
    history_uid = history.last_uid if history is not None and counts else None
    return Mailbox(row.uidvalidity, row.last_uid, row.since, history_uid)


def save(conn: Connection, account: str, folder: str, mailbox: Mailbox) -> None:
    """Remember the state; best in the transaction that accepts the mails it speaks of."""
    _put(conn, account, folder, mailbox, mailbox.last_uid)
    if mailbox.history_uid is not None:
        _put(conn, account, _history(folder), mailbox, mailbox.history_uid)


def take_turn(conn: Connection, account: str, folder: str) -> bool:
    """Whether the mailbox is this connection's to poll, until the connection ends. Never waits."""
    if conn.dialect.name != "postgresql":
        return True  # one daemon owns the whole file
    number = int.from_bytes(digest(f"{account}\n{folder}")[:4], "big", signed=True)
    return bool(conn.execute(_TRY_LOCK, {"mailbox": number}).scalar_one())


def keep_turn(conn: Connection) -> None:
    """Raises if the connection is gone, and the turn with it."""
    conn.execute(_ALIVE)


def _row(
    conn: Connection, account: str, folder: str
) -> Row[tuple[str, str, int, int, datetime]] | None:
    key = (mailboxes.c.account == scrubbed(account), mailboxes.c.folder == scrubbed(folder))
    return conn.execute(select(mailboxes).where(*key)).one_or_none()


def _put(conn: Connection, account: str, folder: str, mailbox: Mailbox, uid: int) -> None:
    values = {
        "account": scrubbed(account),
        "folder": scrubbed(folder),
        "uidvalidity": mailbox.uidvalidity,
        "last_uid": uid,
        "since": mailbox.since,
    }
    conn.execute(_SAVE, values)


def _history(folder: str) -> str:
    """The key of the row about what was there before us; no folder's name holds a line end."""
    return f"{folder}\nhistory"
