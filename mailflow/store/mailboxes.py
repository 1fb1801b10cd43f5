"""Where polling of an IMAP mailbox stands: UIDVALIDITY and the last UID that is on disk.

And, on PostgreSQL, whose turn it is: of several daemons one polls a mailbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text

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
    "INSERT INTO mailboxes (account, folder, uidvalidity, last_uid, since, history_uid) "
    "VALUES (:account, :folder, :uidvalidity, :last_uid, :since, :history_uid) "
    "ON CONFLICT (account, folder) DO UPDATE SET uidvalidity = excluded.uidvalidity, "
    "last_uid = excluded.last_uid, since = excluded.since, history_uid = excluded.history_uid"
).bindparams(bindparam("since", type_=Utc))

# One number for all locks of mailboxes, and one for each mailbox.
_TRY_LOCK = text("SELECT pg_try_advisory_lock(6245002, :mailbox)")
_ALIVE = text("SELECT 1")


def load(conn: Connection, account: str, folder: str) -> Mailbox | None:
    key = (mailboxes.c.account == scrubbed(account), mailboxes.c.folder == scrubbed(folder))
    row = conn.execute(select(mailboxes).where(*key)).one_or_none()
    if row is None:
        return None
    return Mailbox(row.uidvalidity, row.last_uid, row.since, row.history_uid)


def save(conn: Connection, account: str, folder: str, mailbox: Mailbox) -> None:
    """Remember the state; best in the transaction that accepts the mails it speaks of."""
    values = {
        "account": scrubbed(account),
        "folder": scrubbed(folder),
        "uidvalidity": mailbox.uidvalidity,
        "last_uid": mailbox.last_uid,
        "since": mailbox.since,
        "history_uid": mailbox.history_uid,
    }
    conn.execute(_SAVE, values)


def take_turn(conn: Connection, account: str, folder: str) -> bool:
    """Whether the mailbox is this connection's to poll, until the connection ends. Never waits."""
    if conn.dialect.name != "postgresql":
        return True  # one daemon owns the whole file
    number = int.from_bytes(digest(f"{account}\n{folder}")[:4], "big", signed=True)
    return bool(conn.execute(_TRY_LOCK, {"mailbox": number}).scalar_one())


def keep_turn(conn: Connection) -> None:
    """Raises if the connection is gone, and the turn with it."""
    conn.execute(_ALIVE)
