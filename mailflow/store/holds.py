"""Answers that wait for their writer's word, and mail that waits for an `#undo`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from mailflow.model import CUSTOMER_SIDE, Again, Change, Hold
from mailflow.store import schema

holds, inbox, messages, outbox = schema.holds, schema.inbox, schema.messages, schema.outbox


def waiting(conn: Connection, ticket: int) -> tuple[Hold, ...]:
    """The ticket's held answers, oldest first."""
    mine = (holds.c.ticket == ticket, holds.c.state == "held")
    rows = conn.execute(select(holds).where(*mine).order_by(holds.c.at, holds.c.inbox_id))
    return tuple(Hold(row.inbox_id, row.side, row.by, row.why) for row in rows)


def undoable(conn: Connection, ticket: int, at: datetime) -> tuple[str, ...]:
    """Message-IDs of a person's mail to the customer that has not begun to leave, oldest first."""
    query = (
        select(messages.c.message_id)
        .join(outbox, outbox.c.message == messages.c.id)
        .where(
            messages.c.ticket == ticket,
            messages.c.side == CUSTOMER_SIDE,
            messages.c.by_person,
            outbox.c.state == "queued",
            outbox.c.attempts == 0,
            outbox.c.next_at > at,
        )
        .order_by(messages.c.id)
    )
    return tuple(dict.fromkeys(conn.execute(query).scalars()))


def save(conn: Connection, change: Change, at: datetime) -> None:
    """Write down what a decision holds, releases, drops and takes back."""
    if change.hold and change.ticket:
        hold = change.hold
        row = {
            "inbox_id": hold.received_id,
            "ticket": change.ticket.number,
            "side": hold.side,
            "by": hold.by,
            "why": hold.why,
            "at": at,
            "state": "held",
        }
        conn.execute(insert(holds), row)
    for received_id, how in change.again:
        if how is Again.RELEASED:
            _end(conn, (received_id,), "sent")
        again = update(inbox).where(inbox.c.id == received_id, inbox.c.state == "done")
        conn.execute(again.values(state="new", again=how, attempts=0))
    _end(conn, change.dropped, "dropped")
    _retract(conn, change.retracted, at)


def _end(conn: Connection, received_ids: Collection[int], state: str) -> None:
    if received_ids:
        conn.execute(update(holds).where(holds.c.inbox_id.in_(received_ids)).values(state=state))


def _retract(conn: Connection, message_ids: Sequence[str], at: datetime) -> None:
    if not message_ids:
        return
    theirs = select(messages.c.id).where(messages.c.message_id.in_(message_ids))
    queued = (outbox.c.message.in_(theirs), outbox.c.state == "queued", outbox.c.attempts == 0)
    conn.execute(update(outbox).where(*queued).values(state="dropped", settled_at=at))
