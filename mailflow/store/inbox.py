"""The inbox: mail as it came, from the commit that lets a door say 250 until it is decided on.

States: new -> claimed -> done; back to new after a failure, a lost lease or a restart, with one attempt
more; quarantined instead of any of them, until released. Of one conversation only one mail is claimed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from mailflow.errors import StoreUnavailable
from mailflow.model import Arrival, Envelope, Hints, Received
from mailflow.store import schema
from mailflow.store.columns import digest

inbox, content, held = schema.inbox, schema.content, schema.quarantine

# One number for all processes: who decides which mail comes next, one at a time.
_CLAIM_LOCK = text("SELECT pg_advisory_xact_lock(6245001)")


@dataclass(frozen=True, slots=True)
class Accepted:
    """Where an arrival lies; `repeat`: it had been accepted before, nothing was stored again."""

    id: int
    repeat: bool


@dataclass(frozen=True, slots=True)
class Quarantined:
    id: int
    received_at: datetime
    sender: str
    cause: str
    size: int


# --- Accepting -----------------------------------------------------------------------------------

_BY_FINGERPRINT = select(inbox.c.id).where(inbox.c.fingerprint == bindparam("fingerprint"))
_ADD_CONTENT = insert(content).returning(content.c.id)
_ADD = {
    "postgresql": postgresql.insert(inbox).on_conflict_do_nothing().returning(inbox.c.id),
    "sqlite": sqlite.insert(inbox).on_conflict_do_nothing().returning(inbox.c.id),
}


def store_content(conn: Connection, octets: bytes) -> int:
    """Keep the octets as they are; the id to refer to them."""
    values = {"length": len(octets), "sha256": hashlib.sha256(octets).digest(), "octets": octets}
    return int(conn.execute(_ADD_CONTENT, values).scalar_one())


def accept(conn: Connection, arrival: Arrival, hints: Hints) -> Accepted:
    """Store an arrival, once: the fingerprint alone says whether it came before."""
    if (known := _known(conn, hints.fingerprint)) is not None:
        return Accepted(known, repeat=True)
    content_id = store_content(conn, arrival.content)
    added = conn.execute(_ADD[conn.dialect.name], _row(arrival, hints, content_id)).scalar()
    if added is not None:
        return Accepted(added, repeat=False)
    # Another process accepted it while we looked: what we stored of it is one copy too many.
    conn.execute(delete(content).where(content.c.id == content_id))
    known = _known(conn, hints.fingerprint)
    if known is None:
        raise StoreUnavailable("the inbox refused a mail that it does not have")
    return Accepted(known, repeat=True)


def _known(conn: Connection, fingerprint: str) -> int | None:
    return conn.execute(_BY_FINGERPRINT, {"fingerprint": fingerprint}).scalar()


def _row(arrival: Arrival, hints: Hints, content_id: int) -> dict[str, Any]:
    token = any("+" in address.rpartition("@")[0] for address in hints.addresses)
    root = hints.ancestors[0] if hints.ancestors else hints.message_id or hints.fingerprint
    return {
        "content_id": content_id,
        "fingerprint": hints.fingerprint,
        "door": arrival.door,
        "sender": arrival.envelope.sender,
        "recipients": arrival.envelope.recipients,
        "peer": arrival.peer,
        "received_at": arrival.received_at,
        "answer": arrival.answer,
        "message_id": hints.message_id,
        "root": digest(root),
        "turn": 0 if hints.ancestors or token else 1,
        "state": "new",
        "worker": "",
        "fence": 0,
        "attempts": 0,
        "again": "",
    }


# --- Claiming ------------------------------------------------------------------------------------

_other = inbox.alias("other")
# Literal states: the index over unfinished rows is used only where its condition stands in the query.
_CONVERSATION_BUSY = exists(
    select(_other.c.id).where(
        _other.c.root == inbox.c.root,
        text("other.state IN ('new', 'claimed')"),
        (_other.c.id < inbox.c.id) | (_other.c.state == "claimed"),
    )
)
_NEXT = (
    select(inbox.c.id, content.c.length)
    .join(content)
    .where(inbox.c.state == "new", ~_CONVERSATION_BUSY)
    .order_by(inbox.c.turn, inbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=inbox, skip_locked=True)
)
_LOAD = (
    select(inbox, content.c.octets)
    .join(content)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True)))
)
_CLAIM = (
    update(inbox)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="claimed",
        worker=bindparam("who"),
        fence=inbox.c.fence + 1,
        lease_until=bindparam("until"),
    )
)
_EXPIRE = (
    update(inbox)
    .where(inbox.c.state == "claimed", inbox.c.lease_until < bindparam("now"))
    .values(state="new", lease_until=None, attempts=inbox.c.attempts + 1)
)


def claim(
    conn: Connection,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    octets: int = 64 * 1024 * 1024,
) -> tuple[Received, ...]:
    """Up to `limit` mails for this worker until `now + lease`: follow-ups first, then the oldest; of
    `octets` together at most, but one at least, so that memory has a bound.

    Of each conversation only the oldest mail, and none while another one of it is claimed.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(_CLAIM_LOCK)
    conn.execute(_EXPIRE, {"now": now})
    ids = _within(conn.execute(_NEXT, {"most": limit}).all(), octets)
    if not ids:
        return ()
    conn.execute(_CLAIM, {"ids": ids, "who": worker, "until": now + lease})
    rows = {row.id: row for row in conn.execute(_LOAD, {"ids": ids})}
    return tuple(_received(rows[one]) for one in ids)


def _within(rows: Sequence[Row[Any, Any]], octets: int) -> list[int]:
    """The ids of the first rows that are not too large together."""
    ids: list[int] = []
    for row in rows:
        octets -= row.length
        if ids and octets < 0:
            break
        ids.append(row.id)
    return ids


def _received(row: Row[Any]) -> Received:
    return Received(
        id=row.id,
        content_id=row.content_id,
        door=row.door,
        envelope=Envelope(row.sender, row.recipients),
        received_at=row.received_at,
        answer=row.answer,
        content=row.octets,
        attempts=row.attempts,
        again=row.again,
    )


def renew(
    conn: Connection, worker: str, ids: Collection[int], now: datetime, lease: timedelta
) -> frozenset[int]:
    """Prolong this worker's claims; those that it still holds."""
    mine = (inbox.c.id.in_(ids), inbox.c.state == "claimed", inbox.c.worker == worker)
    change = update(inbox).where(*mine).values(lease_until=now + lease).returning(inbox.c.id)
    return frozenset(conn.execute(change).scalars())


def void(conn: Connection) -> int:
    """End every claim, whoever holds it, each an attempt more: only for the owner of a SQLite file."""
    change = update(inbox).where(inbox.c.state == "claimed")
    return conn.execute(
        change.values(state="new", lease_until=None, attempts=inbox.c.attempts + 1)
    ).rowcount


def give_back(conn: Connection, worker: str) -> int:
    """End this worker's claims without counting an attempt: the daemon stops in order."""
    mine = (inbox.c.state == "claimed", inbox.c.worker == worker)
    return conn.execute(update(inbox).where(*mine).values(state="new", lease_until=None)).rowcount


# --- Ending a claim ------------------------------------------------------------------------------

_DONE = (
    update(inbox)
    .where(inbox.c.id == bindparam("this"), inbox.c.state == "claimed")
    .values(state="done", lease_until=None)
)


def done(conn: Connection, received_id: int) -> bool:
    """The mail is decided on. False: it was so already, or is held: the caller must roll back."""
    return conn.execute(_DONE, {"this": received_id}).rowcount == 1


def failed(conn: Connection, received_id: int) -> int:
    """Back to new; how often it has failed now."""
    change = update(inbox).where(inbox.c.id == received_id, inbox.c.state.in_(("new", "claimed")))
    values = {"state": "new", "lease_until": None, "attempts": inbox.c.attempts + 1}
    return conn.execute(change.values(**values).returning(inbox.c.attempts)).scalar() or 0


def waiting(conn: Connection) -> int:
    """How many mails are not decided on yet; quarantined ones do not count."""
    unfinished: ColumnElement[bool] = literal_column(schema.UNFINISHED)
    return conn.execute(select(func.count()).select_from(inbox).where(unfinished)).scalar_one()


# --- Quarantine ----------------------------------------------------------------------------------


def quarantine(conn: Connection, received_id: int, cause: str, now: datetime) -> None:
    """Keep the mail aside, with the cause for a person; saying it again changes nothing."""
    open_ = (inbox.c.id == received_id, inbox.c.state.in_(("new", "claimed")))
    change = update(inbox).where(*open_).values(state="quarantined", lease_until=None)
    if conn.execute(change).rowcount:
        conn.execute(insert(held), {"inbox_id": received_id, "cause": cause, "at": now})


def quarantined(conn: Connection) -> tuple[Quarantined, ...]:
    """What is held, oldest first."""
    rows = conn.execute(
        select(inbox.c.id, inbox.c.received_at, inbox.c.sender, held.c.cause, content.c.length)
        .select_from(held.join(inbox).join(content))
        .order_by(inbox.c.id)
    )
    return tuple(Quarantined(*row) for row in rows)


def release(conn: Connection, ids: Collection[int]) -> tuple[int, ...]:
    """Let quarantined mail take its way again, with all its attempts; the ids that were held."""
    free = delete(held).where(held.c.inbox_id.in_(ids)).returning(held.c.inbox_id)
    freed = tuple(conn.execute(free).scalars())
    if freed:
        conn.execute(update(inbox).where(inbox.c.id.in_(freed)).values(state="new", attempts=0))
    return freed


def received(conn: Connection, received_id: int) -> Received | None:
    """One mail as it came, whatever its state: to show or export it, or to decide again."""
    row = conn.execute(_LOAD, {"ids": [received_id]}).one_or_none()
    return None if row is None else _received(row)
