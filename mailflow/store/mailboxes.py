"""Where polling of an IMAP mailbox stands: UIDVALIDITY and the last UID that is on disk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text

from mailflow.store.columns import Utc, scrubbed
from mailflow.store.schema import mailboxes


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`since`: when it was first polled; what is older was there before us."""

    uidvalidity: int
    last_uid: int
    since: datetime


_SAVE = text(
    "INSERT INTO mailboxes (account, folder, uidvalidity, last_uid, since) "
    "VALUES (:account, :folder, :uidvalidity, :last_uid, :since) ON CONFLICT (account, folder) "
    "DO UPDATE SET uidvalidity = excluded.uidvalidity, last_uid = excluded.last_uid, "
    "since = excluded.since"
).bindparams(bindparam("since", type_=Utc))


def load(conn: Connection, account: str, folder: str) -> Mailbox | None:
    key = (mailboxes.c.account == account, mailboxes.c.folder == folder)
    row = conn.execute(select(mailboxes).where(*key)).one_or_none()
    return None if row is None else Mailbox(row.uidvalidity, row.last_uid, row.since)


def save(conn: Connection, account: str, folder: str, mailbox: Mailbox) -> None:
    """Remember the state; best in the transaction that accepts the mails it speaks of."""
    values = {
        "account": scrubbed(account),
        "folder": scrubbed(folder),
        "uidvalidity": mailbox.uidvalidity,
        "last_uid": mailbox.last_uid,
        "since": mailbox.since,
    }
    conn.execute(_SAVE, values)
