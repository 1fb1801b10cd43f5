"""Mail -> rows: a received mail as it goes on file, and outgoing mail with its deliveries.

An outgoing mail's own octets are one content; `pieces` says how to join them with excerpts of others,
so the mail's bytes are final here. What goes out automatically to customers is counted for `[limits]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text, update

from mailflow.model import CUSTOMER_SIDE, Direction, Filed, Kind, OutgoingMail
from mailflow.store import schema
from mailflow.store.columns import Utc, address_key, digest
from mailflow.store.inbox import store_content

messages, message_ids, outbox = schema.messages, schema.message_ids, schema.outbox
automatic, answered = schema.automatic, schema.answered

MOST_ANCESTORS = 200  # of a mail's references: the first, and the newest ones

_ADD_MESSAGES = insert(messages).returning(messages.c.id, sort_by_parameter_order=True)
_ADD_IDS = insert(message_ids)
_ADD_DELIVERIES = insert(outbox)
_ADD_AUTOMATIC = insert(automatic)
_ANSWERED = select(answered.c.key).where(answered.c.key.in_(bindparam("keys", expanding=True)))
_ANSWER = text(
    "INSERT INTO answered (key, at) VALUES (:key, :at) ON CONFLICT (key) DO UPDATE SET at = excluded.at"
).bindparams(bindparam("at", type_=Utc))
_KNOWN_NOW = (
    update(automatic)
    .where(automatic.c.key == bindparam("known"), automatic.c.stranger == bindparam("was", True))
    .values(stranger=False)
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows belong: the ticket (or none), and the received mail that is being decided on."""

    ticket: int | None
    inbox_id: int | None
    now: datetime
    again: bool = False  # the received mail is on file already, and moves


def newest(ancestors: Sequence[str]) -> tuple[str, ...]:
    """The ancestors that are looked at, without repeats, newest first."""
    distinct = tuple(dict.fromkeys(reversed(ancestors)))
    if len(distinct) <= MOST_ANCESTORS:
        return distinct
    return (*distinct[: MOST_ANCESTORS - 1], distinct[-1])


_MOVE = (
    update(messages)
    .where(messages.c.inbox_id == bindparam("which"), messages.c.direction == Direction.IN)
    .values(ticket=bindparam("to_ticket"), side=bindparam("to_side"))
)


def file_received(conn: Connection, filed: Filed, place: Place) -> None:
    """Put the mail on file; one that takes its way again moves to where it belongs now."""
    moved = {"which": place.inbox_id, "to_ticket": place.ticket, "to_side": filed.side}
    if place.again and conn.execute(_MOVE, moved).rowcount:
        return
    row = {
        "ticket": place.ticket,
        "inbox_id": place.inbox_id,
        "direction": filed.direction,
        "kind": filed.kind,
        "message_id": filed.message_id,
        "references": filed.references,
        "from_name": filed.from_.name,
        "from_address": filed.from_.address,
        "to": filed.to,
        "subject": filed.subject,
        "at": filed.at,
        "side": filed.side,
        "by_person": False,
        "text": filed.text,
        "new_text": filed.new_text,
        "content_id": filed.content_id,
        "pieces": None,
    }
    row_id = conn.execute(_ADD_MESSAGES, [row]).scalar_one()
    ids = dict.fromkeys((digest(one) for one in newest(filed.references)), False)
    if filed.message_id:
        ids[digest(filed.message_id)] = True
    if ids:
        conn.execute(
            _ADD_IDS, [{"message": row_id, "digest": key, "own": own} for key, own in ids.items()]
        )


def file_outgoing(conn: Connection, mails: Sequence[OutgoingMail], place: Place) -> None:
    """Put mails on file and queue one delivery for each recipient."""
    if not mails:
        return
    ids = conn.execute(_ADD_MESSAGES, [_message(conn, mail, place) for mail in mails]).scalars().all()
    numbered = list(zip(ids, mails, strict=True))
    conn.execute(
        _ADD_IDS,
        [{"message": one, "digest": digest(mail.message_id), "own": True} for one, mail in numbered],
    )
    deliveries = [
        _delivery(one, mail, recipient, place)
        for one, mail in numbered
        for recipient in dict.fromkeys(mail.recipients)
    ]
    if deliveries:
        conn.execute(_ADD_DELIVERIES, deliveries)
    _count(conn, [mail for mail in mails if mail.side == CUSTOMER_SIDE], place.now)


def _message(conn: Connection, mail: OutgoingMail, place: Place) -> dict[str, Any]:
    name, _, address = mail.from_.rpartition("<")
    content_id, pieces = _pieces(conn, mail)
    return {
        "ticket": mail.ticket,
        "inbox_id": place.inbox_id,
        "direction": "out",
        "kind": mail.kind,
        "message_id": mail.message_id,
        "references": (),
        "from_name": name.strip().strip('"'),
        "from_address": address.rstrip("> "),
        "to": mail.to,
        "subject": mail.subject,
        "at": place.now,
        "side": mail.side,
        "by_person": mail.by_person,
        "text": mail.text,
        "new_text": mail.text if mail.by_person else "",
        "content_id": content_id,
        "pieces": pieces,
    }


def _pieces(conn: Connection, mail: OutgoingMail) -> tuple[int, list[list[int]]]:
    """The content that holds the mail's own octets, and [content id, start, length] of every piece."""
    content_id = store_content(conn, b"".join(p for p in mail.pieces if isinstance(p, bytes)))
    pieces, at = [], 0
    for piece in mail.pieces:
        if isinstance(piece, bytes):
            pieces.append([content_id, at, len(piece)])
            at += len(piece)
        else:
            pieces.append([piece.content_id, piece.start, piece.length])
    return content_id, pieces


def _delivery(message: int, mail: OutgoingMail, recipient: str, place: Place) -> dict[str, Any]:
    return {
        "message": message,
        "recipient": recipient,
        "sender": mail.sender,
        "priority": 0 if mail.kind is Kind.ACKNOWLEDGEMENT else 1,
        "state": "queued",
        "attempts": 0,
        "doubts": 0,
        "next_at": mail.not_before or place.now,
        "worker": "",
        "fence": 0,
        "reply": "",
        "queued_at": place.now,
    }


def _count(conn: Connection, mails: Sequence[OutgoingMail], now: datetime) -> None:
    """Remember automatic mail to each address, and that a person answered it."""
    persons = dict.fromkeys(address_key(to) for m in mails if m.by_person for to in m.recipients)
    machines = [address_key(to) for m in mails if not m.by_person for to in m.recipients]
    if persons:
        conn.execute(_ANSWER, [{"key": key, "at": now} for key in persons])
        conn.execute(_KNOWN_NOW, [{"known": key} for key in persons])
    if machines:
        known = set(conn.execute(_ANSWERED, {"keys": machines}).scalars())
        rows = [{"key": key, "at": now, "stranger": key not in known} for key in machines]
        conn.execute(_ADD_AUTOMATIC, rows)
