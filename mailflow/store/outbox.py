"""The outbox: one row for each recipient of each decided mail, from the decision to its end.

States: queued -> claimed -> delivered or failed; claimed -> queued when deferred, given back, or never
settled (a doubt: it is sent again, byte for byte, and counted); queued or failed -> dropped by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from mailflow.model import Delivery, Kind, Outcome, Verdict
from mailflow.store import schema

outbox, messages, content = schema.outbox, schema.messages, schema.content


@dataclass(frozen=True, slots=True)
class Settled:
    """An outcome that was taken, with what the desk must know of its mail."""

    delivery_id: int
    ticket: int | None
    kind: Kind
    side: str
    by_person: bool
    recipient: str
    message_id: str
    at: datetime
    verdict: Verdict
    reply: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Queued:
    """A delivery as `queue` shows it."""

    id: int
    ticket: int | None
    kind: Kind
    recipient: str
    subject: str
    state: str  # queued, claimed, failed
    attempts: int
    doubts: int
    next_at: datetime
    queued_at: datetime
    reply: str


# --- Claiming ------------------------------------------------------------------------------------

_EXPIRE = (
    update(outbox)
    .where(outbox.c.state == "claimed", outbox.c.lease_until < bindparam("now"))
    .values(state="queued", lease_until=None, doubts=outbox.c.doubts + 1)
)
_NEXT_ALL = (
    select(outbox.c.id)
    .where(outbox.c.state == "queued", outbox.c.next_at <= bindparam("now"))
    .order_by(outbox.c.priority, outbox.c.next_at, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_NEXT_OF = _NEXT_ALL.where(outbox.c.priority == bindparam("priority"))
_CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="claimed",
        worker=bindparam("who"),
        fence=outbox.c.fence + 1,
        attempts=outbox.c.attempts + 1,
        lease_until=bindparam("until"),
    )
)
_LOAD = (
    select(outbox, messages.c.message_id, messages.c.kind, messages.c.pieces)
    .join(messages, messages.c.id == outbox.c.message)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
)
_CONTENTS = select(content.c.id, content.c.octets).where(
    content.c.id.in_(bindparam("ids", expanding=True))
)


def claim(
    conn: Connection,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    acknowledgements: bool | None = None,
) -> tuple[Delivery, ...]:
    """Up to `limit` due deliveries for this worker until `now + lease`, acknowledgements first.

    `acknowledgements`: True for only them, False for all others, None for both. Contents are complete,
    with CRLF line ends, and the same octets at every attempt.
    """
    conn.execute(_EXPIRE, {"now": now})
    values = {"now": now, "most": limit}
    if acknowledgements is None:
        ids = conn.execute(_NEXT_ALL, values).scalars().all()
    else:
        values["priority"] = 0 if acknowledgements else 1
        ids = conn.execute(_NEXT_OF, values).scalars().all()
    if not ids:
        return ()
    conn.execute(_CLAIM, {"ids": ids, "who": worker, "until": now + lease})
    rows = {row.id: row for row in conn.execute(_LOAD, {"ids": ids})}
    contents = _joined(conn, rows.values())
    return tuple(_delivery(rows[one], contents[rows[one].message]) for one in ids)


def _joined(conn: Connection, rows: Iterable[Row[Any]]) -> dict[int, bytes]:
    """The octets of each row's message, by message."""
    mails: dict[int, list[list[int]]] = {row.message: row.pieces for row in rows}
    wanted = sorted({content_id for pieces in mails.values() for content_id, _, _ in pieces})
    stored = {row.id: row.octets for row in conn.execute(_CONTENTS, {"ids": wanted})}
    return {
        mail: crlf(b"".join(stored[one][start : start + length] for one, start, length in pieces))
        for mail, pieces in mails.items()
    }


def crlf(octets: bytes) -> bytes:
    """Every bare CR and bare LF becomes CRLF (RFC 5321 section 2.3.8)."""
    if octets.count(b"\r") == octets.count(b"\n") == octets.count(b"\r\n"):
        return octets
    return octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def _delivery(row: Row[Any], octets: bytes) -> Delivery:
    return Delivery(
        id=row.id,
        kind=Kind(row.kind),
        sender=row.sender,
        recipient=row.recipient,
        message_id=row.message_id,
        attempt=row.attempts,
        fence=row.fence,
        queued_at=row.queued_at,
        content=octets,
    )


def renew(
    conn: Connection, claims: Sequence[tuple[int, int]], now: datetime, lease: timedelta
) -> frozenset[int]:
    """Prolong claims, given as (delivery id, fence); the ids that are still held."""
    fences = dict(claims)
    held = [row.id for row in _claimed(conn, fences) if row.fence == fences[row.id]]
    if held:
        conn.execute(update(outbox).where(outbox.c.id.in_(held)).values(lease_until=now + lease))
    return frozenset(held)


def void(conn: Connection) -> int:
    """End every claim, whoever holds it, each in doubt: only for the owner of a SQLite file."""
    change = update(outbox).where(outbox.c.state == "claimed")
    values = {"state": "queued", "lease_until": None, "doubts": outbox.c.doubts + 1}
    return conn.execute(change.values(**values)).rowcount


def give_back(conn: Connection, claims: Sequence[tuple[int, int]]) -> int:
    """End claims, given as (delivery id, fence), of which nothing was sent: no attempt, no doubt."""
    fences = dict(claims)
    held = [row.id for row in _claimed(conn, fences) if row.fence == fences[row.id]]
    change = update(outbox).where(outbox.c.id.in_(held))
    values = {"state": "queued", "lease_until": None, "attempts": outbox.c.attempts - 1}
    return conn.execute(change.values(**values)).rowcount if held else 0


# --- Settling ------------------------------------------------------------------------------------

_CLAIMED = (
    select(
        outbox.c.id,
        outbox.c.fence,
        outbox.c.recipient,
        outbox.c.attempts,
        messages.c.ticket,
        messages.c.kind,
        messages.c.side,
        messages.c.by_person,
        messages.c.message_id,
    )
    .join(messages, messages.c.id == outbox.c.message)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)), outbox.c.state == "claimed")
    .order_by(outbox.c.id)
    .with_for_update(of=outbox)
)
_SETTLE = (
    update(outbox)
    .where(outbox.c.id == bindparam("this"))
    .values(
        state=bindparam("new_state"),
        reply=bindparam("said"),
        next_at=bindparam("next"),
        settled_at=bindparam("end"),
        lease_until=None,
    )
)
_STATE = {
    Verdict.DELIVERED: "delivered",
    Verdict.FAILED: "failed",
    Verdict.DEFERRED: "queued",
}


def _claimed(conn: Connection, ids: Collection[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    return conn.execute(_CLAIMED, {"ids": list(ids)}).all() if ids else ()


def settle(
    conn: Connection, outcomes: Sequence[Outcome], next_at: Mapping[int, datetime]
) -> tuple[Settled, ...]:
    """Take outcomes; `next_at` says when each deferred delivery is tried again, by its id.

    An outcome of a claim that is no longer held (another fence) is ignored: only those taken return,
    in the order of their ids.
    """
    by_id = {outcome.delivery_id: outcome for outcome in outcomes}
    rows = [row for row in _claimed(conn, by_id) if row.fence == by_id[row.id].fence]
    if rows:
        conn.execute(_SETTLE, [_change(by_id[row.id], next_at) for row in rows])
    return tuple(_settled(row, by_id[row.id]) for row in rows)


def _change(outcome: Outcome, next_at: Mapping[int, datetime]) -> dict[str, Any]:
    deferred = outcome.verdict is Verdict.DEFERRED
    return {
        "this": outcome.delivery_id,
        "new_state": _STATE[outcome.verdict],
        "said": outcome.reply,
        "next": next_at[outcome.delivery_id] if deferred else outcome.at,
        "end": None if deferred else outcome.at,
    }


def _settled(row: Row[*tuple[Any, ...]], outcome: Outcome) -> Settled:
    return Settled(
        delivery_id=row.id,
        ticket=row.ticket,
        kind=Kind(row.kind),
        side=row.side,
        by_person=row.by_person,
        recipient=row.recipient,
        message_id=row.message_id,
        at=outcome.at,
        verdict=outcome.verdict,
        reply=outcome.reply,
        attempts=row.attempts,
    )


# --- The operator's view -------------------------------------------------------------------------


def retry(conn: Connection, ids: Collection[int] | None, now: datetime) -> int:
    """Make deliveries due now, given-up ones too; None: all that wait or are given up. How many."""
    change = update(outbox).where(outbox.c.state.in_(("queued", "failed")))
    if ids is not None:
        change = change.where(outbox.c.id.in_(ids))
    return conn.execute(change.values(state="queued", next_at=now, settled_at=None)).rowcount


def drop(conn: Connection, ids: Collection[int], now: datetime) -> int:
    """Give deliveries up for good; what is being sent at this moment stays. How many."""
    change = update(outbox).where(outbox.c.state.in_(("queued", "failed")), outbox.c.id.in_(ids))
    return conn.execute(change.values(state="dropped", settled_at=now)).rowcount


def listing(conn: Connection, *, failed: bool = False) -> tuple[Queued, ...]:
    """What is decided and not delivered, or what was given up; oldest first."""
    states = ("failed",) if failed else ("queued", "claimed")
    o = outbox.c
    query = (
        select(
            o.id,
            messages.c.ticket,
            messages.c.kind,
            o.recipient,
            messages.c.subject,
            o.state,
            o.attempts,
            o.doubts,
            o.next_at,
            o.queued_at,
            o.reply,
        )
        .join(messages, messages.c.id == o.message)
        .where(o.state.in_(states))
        .order_by(o.id)
    )
    return tuple(Queued(row.id, row.ticket, Kind(row.kind), *row[3:]) for row in conn.execute(query))


def next_due(conn: Connection) -> datetime | None:
    """When something is to be done next: the earliest queued delivery, or a claim that runs out."""
    queued = select(func.min(outbox.c.next_at)).where(outbox.c.state == "queued")
    claimed = select(func.min(outbox.c.lease_until)).where(outbox.c.state == "claimed")
    times = [conn.execute(query).scalar() for query in (queued, claimed)]
    return min((at for at in times if at is not None), default=None)
