"""Tickets and mail found: lists by filter, mail by its words, a ticket's way through the daemon."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, text, union

from mailflow.model import SHOWN, Address, Ticket
from mailflow.store import schema
from mailflow.store.columns import address_key, digest
from mailflow.store.tickets import LARGEST_NUMBER, history, tickets_of

tickets, participants, clocks = schema.tickets, schema.participants, schema.clocks
messages, message_ids, inbox, outbox = (
    schema.messages,
    schema.message_ids,
    schema.inbox,
    schema.outbox,
)

MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket, and when the next promise to its customer is due."""

    ticket: Ticket
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A mail that matches, with its ticket or none."""

    ticket: int | None
    direction: str
    kind: str
    message_id: str
    from_: Address
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a ticket or mail on its way through the daemon."""

    at: datetime
    what: str
    detail: str


# --- Lists ---------------------------------------------------------------------------------------

# Promised to the customer, and running: what teams owe each other makes no ticket overdue.
_RUNS = (
    clocks.c.met_at.is_(None),
    clocks.c.paused_at.is_(None),
    clocks.c.promise.in_(sorted(one.value for one in SHOWN)),
)
_DUE_AT = (
    select(func.min(clocks.c.due_at))
    .where(clocks.c.ticket == tickets.c.number, *_RUNS)
    .scalar_subquery()
)


def listing(
    conn: Connection,
    *,
    status: str | None = None,
    team: str | None = None,
    bucket: str | None = None,
    customer: str | None = None,
    overdue_at: datetime | None = None,
    limit: int = 100,
) -> tuple[Listed, ...]:
    """Tickets that pass every filter given, newest first; `overdue_at`: a promise was due."""
    query = select(tickets, _DUE_AT.label("due_at"))
    wanted = {"status": status, "team": team, "bucket": bucket}
    for name, value in wanted.items():
        if value is not None:
            query = query.where(tickets.c[name] == value)
    if customer is not None:
        query = query.where(tickets.c.customer_key == address_key(customer))
    if overdue_at is not None:
        late = select(clocks.c.ticket).where(*_RUNS, clocks.c.due_at <= overdue_at)
        query = query.where(tickets.c.number.in_(late))
    rows = conn.execute(query.order_by(tickets.c.number.desc()).limit(limit)).all()
    found = tickets_of(conn, rows)
    return tuple(Listed(one, _due(row)) for one, row in zip(found, rows, strict=True))


def _due(row: Row[Any]) -> datetime | None:
    due_at: datetime | None = row.due_at
    return due_at


# --- Search --------------------------------------------------------------------------------------


def search(conn: Connection, words: str, limit: int = 50) -> tuple[Found, ...]:
    """Mail that holds all the words, or belongs to the number, address or Message-ID; newest first."""
    queries = _queries(conn, words.strip())
    if not queries:
        return ()
    found = messages.c.id.in_(union(*queries))
    query = select(messages).where(found).order_by(messages.c.id.desc()).limit(limit)
    return tuple(_found(row) for row in conn.execute(query))


def _queries(conn: Connection, words: str) -> list[Select[Any]]:
    """Selections of message ids, one for each way in which the words can be meant."""
    of_tickets: Select[Any] = select(messages.c.id)
    queries: list[Select[Any]] = []
    number = words.removeprefix("#")
    if number.isdecimal() and len(number) < 11 and int(number) <= LARGEST_NUMBER:
        queries.append(of_tickets.where(messages.c.ticket == int(number)))
    if "@" in words and " " not in words:
        queries.append(of_tickets.where(messages.c.ticket.in_(_tickets_of_address(words))))
        bracketed = f"<{words.strip('<>')}>"
        queries.append(select(message_ids.c.message).where(message_ids.c.digest == digest(bracketed)))
    terms = re.findall(r"[^\W_]+", words)[:MOST_WORDS]
    if terms:
        queries.append(_by_words(conn, terms))
    return queries


def _tickets_of_address(address: str) -> Select[Any]:
    key = address_key(address.strip("<>"))
    taking_part = select(participants.c.ticket).where(participants.c.key == key)
    opened = select(tickets.c.number).where(tickets.c.customer_key == key)
    return select(opened.union(taking_part).subquery().c.number)


def _by_words(conn: Connection, terms: Sequence[str]) -> Select[Any]:
    if conn.dialect.name == "sqlite":
        match = "SELECT rowid AS id FROM message_words WHERE message_words MATCH :terms"
        quoted = " ".join(f'"{term}"' for term in terms)
        return _select_ids(match, quoted)
    match = "SELECT id FROM messages WHERE words @@ plainto_tsquery('simple', :terms)"
    return _select_ids(match, " ".join(terms))


def _select_ids(statement: str, terms: str) -> Select[Any]:
    ids = text(statement).bindparams(terms=terms).columns(messages.c.id).subquery("matches")
    return select(ids.c.id)


def _found(row: Row[Any]) -> Found:
    return Found(
        ticket=row.ticket,
        direction=row.direction,
        kind=row.kind,
        message_id=row.message_id,
        from_=Address(row.from_name, row.from_address),
        subject=row.subject,
        at=row.at,
    )


# --- The way through the daemon ------------------------------------------------------------------


def way_of_ticket(conn: Connection, number: int) -> tuple[Step, ...]:
    """What came, what was decided, and what became of each delivery, by time."""
    steps = [Step(one.at, f"{one.what} ({one.by})", one.why) for one in history(conn, number)]
    ids = select(messages.c.id).where(messages.c.ticket == number)
    return _by_time([*steps, *_receptions(conn, ids), *_deliveries(conn, ids)])


def way_of_message(conn: Connection, message_id: str) -> tuple[Step, ...]:
    """The same for one mail by its Message-ID, and for mail still in the inbox or the quarantine."""
    own = (message_ids.c.digest == digest(message_id), message_ids.c.own)
    ids = select(message_ids.c.message).where(*own)
    undecided = select(inbox).where(inbox.c.message_id == message_id, inbox.c.state != "done")
    waiting = [_reception(row) for row in conn.execute(undecided)]
    decided = select(messages.c.inbox_id).where(messages.c.id.in_(ids))
    entries = select(schema.history).where(schema.history.c.inbox_id.in_(decided))
    told = [Step(row.at, f"{row.what} ({row.by})", row.why) for row in conn.execute(entries)]
    return _by_time([*waiting, *_receptions(conn, ids), *told, *_deliveries(conn, ids)])


def _by_time(steps: list[Step]) -> tuple[Step, ...]:
    return tuple(sorted(steps, key=lambda step: step.at))


def _receptions(conn: Connection, ids: Select[Any]) -> list[Step]:
    came = messages.c.direction == "in"
    query = (
        select(inbox)
        .join(messages, messages.c.inbox_id == inbox.c.id)
        .where(messages.c.id.in_(ids), came)
    )
    return [_reception(row) for row in conn.execute(query)]


def _reception(row: Row[Any]) -> Step:
    detail = f"inbox {row.id}, {row.state}, attempts {row.attempts}, from <{row.sender}>"
    return Step(row.received_at, f"received by {row.door}", detail)


def _deliveries(conn: Connection, ids: Select[Any]) -> list[Step]:
    query = (
        select(outbox, messages.c.kind)
        .join(messages, messages.c.id == outbox.c.message)
        .where(messages.c.id.in_(ids))
    )
    return [step for row in conn.execute(query) for step in _steps_of_delivery(row)]


def _steps_of_delivery(row: Row[Any]) -> list[Step]:
    to = f"{row.kind} to {row.recipient}"
    tries = f"delivery {row.id}, attempts {row.attempts}, doubts {row.doubts}"
    steps = [Step(row.queued_at, f"queued: {to}", tries)]
    if row.settled_at:
        steps.append(Step(row.settled_at, f"{row.state}: {to}", row.reply))
    elif row.attempts:
        steps.append(Step(row.queued_at, f"{row.state}: {to}", f"{tries}: {row.reply}"))
    return steps
