"""Tickets on file: what a decision reads (Evidence, Case) and what it makes true (Change).

Reads see rows, not rules: who may do what is decided elsewhere. `save` writes all of one decision
inside the caller's transaction; with the inbox row marked done there, a mail is decided on once.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, text, update

from mailflow.model import (
    Address,
    Case,
    Change,
    Clock,
    Direction,
    Entry,
    Evidence,
    Filed,
    Link,
    Participant,
    Promise,
    Received,
    Role,
    Status,
    Ticket,
    Token,
)
from mailflow.store import holds, incidents, schema
from mailflow.store.columns import address_key, digest
from mailflow.store.filing import Place, file_outgoing, file_received, newest
from mailflow.store.rows import (
    clock_of,
    clock_row,
    filed_of,
    joint_state,
    participant_rows,
    ticket_of,
    ticket_row,
)

tickets, participants, messages = schema.tickets, schema.participants, schema.messages
message_ids, clocks_, tokens_ = schema.message_ids, schema.clocks, schema.tokens
history_, outbox, counters = schema.history, schema.outbox, schema.counters

MOST_TOKENS = 100  # looked up of one mail
MOST_NUMBERS = 20
LARGEST_NUMBER = 2**31 - 1

# --- Evidence ------------------------------------------------------------------------------------

_TOKENS = select(tokens_).where(tokens_.c.digest.in_(bindparam("digests", expanding=True)))
_MENTIONS = (
    select(
        message_ids.c.digest,
        message_ids.c.own,
        messages.c.direction,
        messages.c.ticket,
        messages.c.side,
    )
    .join(messages, messages.c.id == message_ids.c.message)
    .where(message_ids.c.digest.in_(bindparam("digests", expanding=True)))
    .order_by(messages.c.id)
)
_NUMBERS = select(tickets.c.number).where(tickets.c.number.in_(bindparam("numbers", expanding=True)))


def evidence(
    conn: Connection,
    *,
    tokens: Sequence[str],
    ancestors: Sequence[str],
    message_id: str,
    numbers: Sequence[int],
    returned: Sequence[str],
) -> Evidence:
    """What is known of a mail's tokens, ancestors (oldest first), own Message-ID, the ticket numbers
    that its subject names, and, of a bounce, the Message-IDs that came back."""
    older = [digest(one) for one in newest(ancestors)]
    back = [digest(one) for one in newest(returned)]
    this = digest(message_id) if message_id else None
    rows = _mentions(conn, {*older, *back, *((this,) if this else ())})
    made = {row.digest: row for row in rows if row.own and row.direction == Direction.OUT}
    came = [row for row in rows if row.own and row.direction == Direction.IN]
    answers = [row for row in rows if not row.own and row.digest == this]
    return Evidence(
        tokens=tuple(_token_links(conn, tokens)),
        ours=_links(made[one] for one in older if one in made),
        theirs=_numbers(row for one in older for row in came if row.digest == one),
        awaiting=_numbers(row for row in answers if row.direction == Direction.IN),
        numbered=_existing(conn, numbers),
        returned=_links(made[one] for one in back if one in made),
        own=this in made,
    )


def _mentions(conn: Connection, digests: set[bytes]) -> Sequence[Row[*tuple[Any, ...]]]:
    return conn.execute(_MENTIONS, {"digests": sorted(digests)}).all() if digests else ()


def _links(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[Link, ...]:
    return tuple(dict.fromkeys(Link(row.ticket, row.side) for row in rows if row.ticket is not None))


def _numbers(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(row.ticket for row in rows if row.ticket is not None))


def _token_links(conn: Connection, tokens: Sequence[str]) -> list[Link]:
    folded = list(dict.fromkeys(token.casefold() for token in tokens))[:MOST_TOKENS]
    if not folded:
        return []
    rows = {row.digest: row for row in conn.execute(_TOKENS, {"digests": [digest(t) for t in folded]})}
    found = [(token, rows[digest(token)]) for token in folded if digest(token) in rows]
    # The search was for a digest; the token itself is compared in constant time.
    return [
        Link(row.ticket, row.side)
        for token, row in found
        if hmac.compare_digest(token.encode(errors="replace"), row.value.encode())
    ]


def _existing(conn: Connection, numbers: Sequence[int]) -> tuple[int, ...]:
    possible = [n for n in dict.fromkeys(numbers) if 0 < n <= LARGEST_NUMBER][:MOST_NUMBERS]
    if not possible:
        return ()
    known = set(conn.execute(_NUMBERS, {"numbers": possible}).scalars())
    return tuple(number for number in possible if number in known)


def token_exists(conn: Connection, token: str) -> bool:
    """Whether a door accepts mail to this token's address."""
    return bool(_token_links(conn, (token,)))


# --- A case --------------------------------------------------------------------------------------

_TICKET = select(tickets).where(tickets.c.number == bindparam("number"))
_LOCKED = _TICKET.with_for_update()  # SQLite, with one writer, has no such clause
_PARTICIPANTS = (
    select(participants)
    .where(participants.c.ticket.in_(bindparam("numbers", expanding=True)))
    .order_by(participants.c.ticket, participants.c.position)
)
_THREAD = select(messages).where(messages.c.ticket == bindparam("number")).order_by(messages.c.id)
_STATES = (
    select(outbox.c.message, outbox.c.state)
    .join(messages, messages.c.id == outbox.c.message)
    .where(messages.c.ticket == bindparam("number"))
)
_CLOCKS = select(clocks_).where(clocks_.c.ticket == bindparam("number")).order_by(clocks_.c.started_at)
_TICKET_TOKENS = select(tokens_).where(tokens_.c.ticket == bindparam("number")).order_by(tokens_.c.side)
_HISTORY = select(history_).where(history_.c.ticket == bindparam("number")).order_by(history_.c.id)


def case(conn: Connection, number: int) -> Case | None:
    """All that is on file about a ticket. In a writing transaction on PostgreSQL the ticket stays
    locked until its end, so that decisions about it follow each other."""
    locks = conn.dialect.name == "postgresql" and not conn.get_execution_options().get(
        "postgresql_readonly"
    )
    this = {"number": number}
    row = conn.execute(_LOCKED if locks else _TICKET, this).one_or_none()
    if row is None:
        return None
    tokens = conn.execute(_TICKET_TOKENS, this)
    return Case(
        ticket=tickets_of(conn, [row])[0],
        thread=_thread(conn, number),
        clocks=clocks(conn, number),
        tokens=tuple(Token(one.value, one.side) for one in tokens),
        history=history(conn, number),
    )


def tickets_of(conn: Connection, rows: Sequence[Row[Any]]) -> tuple[Ticket, ...]:
    """Rows of the tickets table -> tickets, with their participants."""
    taking_part: dict[int, list[Participant]] = {row.number: [] for row in rows}
    for one in conn.execute(_PARTICIPANTS, {"numbers": list(taking_part)}) if rows else ():
        who = Participant(Address(one.name, one.address), Role(one.role))
        taking_part[one.ticket].append(who)
    return tuple(ticket_of(row, tuple(taking_part[row.number])) for row in rows)


_STANDING = (
    select(tickets.c.status, tickets.c.customer_address)
    .where(tickets.c.number == bindparam("number"))
    .with_for_update()
)


def standing(conn: Connection, number: int) -> tuple[Status, str]:
    """Where a ticket stands and whose it is; on PostgreSQL it stays so until the transaction ends."""
    row = conn.execute(_STANDING, {"number": number}).one()
    return Status(row.status), row.customer_address


def _thread(conn: Connection, number: int) -> tuple[Filed, ...]:
    states: dict[int, set[str]] = {}
    for one in conn.execute(_STATES, {"number": number}):
        states.setdefault(one.message, set()).add(one.state)
    rows = conn.execute(_THREAD, {"number": number})
    return tuple(filed_of(row, joint_state(states.get(row.id, set()))) for row in rows)


def history(conn: Connection, number: int) -> tuple[Entry, ...]:
    """A ticket's history, oldest first."""
    rows = conn.execute(_HISTORY, {"number": number})
    return tuple(Entry(row.at, row.what, row.by, row.why) for row in rows)


# --- Saving --------------------------------------------------------------------------------------

_NEXT_NUMBER = (
    update(counters)
    .where(counters.c.name == "ticket")
    .values(value=counters.c.value + bindparam("by"))
    .returning(counters.c.value)
)
_COLUMNS = [column.name for column in tickets.c if column.name != "number"]
_CHANGE_TICKET = (
    update(tickets)
    .where(tickets.c.number == bindparam("this"))
    .values({name: bindparam(name) for name in _COLUMNS})
)
_ADD_TICKET = insert(tickets)
_FORGET_PARTICIPANTS = delete(participants).where(participants.c.ticket == bindparam("number"))
_ADD_PARTICIPANTS = insert(participants)
_ADD_HISTORY = insert(history_)
_ADD_TOKENS = insert(tokens_)
_CLOCK_COLUMNS = [column.name for column in clocks_.c]
_CLOCK_KEY = ("ticket", "promise", "started_at")
_SET_CLOCK = text(
    f"INSERT INTO clocks ({', '.join(_CLOCK_COLUMNS)}) "
    f"VALUES ({', '.join(f':{name}' for name in _CLOCK_COLUMNS)}) "
    f"ON CONFLICT ({', '.join(_CLOCK_KEY)}) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _CLOCK_COLUMNS if name not in _CLOCK_KEY)
).bindparams(*(bindparam(column.name, type_=column.type) for column in clocks_.c))


_UNANSWERED = (
    select(func.count())
    .select_from(clocks_)
    .join(tickets, tickets.c.number == clocks_.c.ticket)
    .where(
        clocks_.c.promise == Promise.FIRST_RESPONSE.value,
        clocks_.c.met_at.is_(None),
        ~clocks_.c.broken,
        tickets.c.status == Status.OPEN.value,
        tickets.c.team.in_(bindparam("teams", expanding=True)),
    )
)


def unanswered(conn: Connection, teams: Sequence[str]) -> int:
    """Open tickets of the teams whose first answer is still to come in time; broken ones do not count."""
    return conn.execute(_UNANSWERED, {"teams": list(teams)}).scalar_one()


def owners(conn: Connection, numbers: Collection[int]) -> dict[int, str]:
    """The customers (case folded) of those of the numbers that are tickets."""
    possible = [number for number in numbers if 0 < number <= LARGEST_NUMBER][:MOST_NUMBERS]
    if not possible:
        return {}
    query = select(tickets.c.number, tickets.c.customer_key).where(tickets.c.number.in_(possible))
    return {row.number: row.customer_key for row in conn.execute(query)}


def customers_among(conn: Connection, addresses: Collection[str]) -> frozenset[str]:
    """Those of the addresses (case folded) that are a ticket's customer."""
    keys = {address_key(one): one for one in list(addresses)[:MOST_NUMBERS]}
    if not keys:
        return frozenset()
    query = select(tickets.c.customer_key).where(tickets.c.customer_key.in_(list(keys))).distinct()
    return frozenset(keys[key] for key in conn.execute(query).scalars())


def is_on(conn: Connection, name: str) -> bool:
    """Whether a switch of the desk is on."""
    return bool(conn.execute(select(counters.c.value).where(counters.c.name == name)).scalar())


def switch(conn: Connection, name: str, *, on: bool) -> bool:
    """Turn a switch of the desk; True if it was the other way before."""
    if is_on(conn, name) is on:
        return False
    this = counters.c.name == name
    if conn.execute(update(counters).where(this).values(value=int(on))).rowcount == 0:
        conn.execute(insert(counters), {"name": name, "value": int(on)})
    return True


def next_number(conn: Connection) -> int:
    """A ticket number that was never given before; 1001 is the first."""
    return int(conn.execute(_NEXT_NUMBER, {"by": 1}).scalar_one())


def upcoming_number(conn: Connection) -> int:
    """The number that the next ticket would get; it stays free."""
    query = select(counters.c.value).where(counters.c.name == "ticket")
    return int(conn.execute(query).scalar_one()) + 1


def leave_gap(conn: Connection, size: int = 1000) -> None:
    """Pass over numbers that a lost, newer state of a restored database may have given."""
    conn.execute(_NEXT_NUMBER, {"by": size})


def save(conn: Connection, change: Change, received: Received | None, now: datetime) -> None:
    """Make everything of a decision true, except that the received mail is done (inbox.done)."""
    number = change.ticket.number if change.ticket else None
    again = received is not None and bool(received.again)
    place = Place(number, received.id if received else None, now, again)
    if change.ticket:
        _save_ticket(conn, change.ticket)
        set_clocks(conn, change.ticket.number, change.clocks)
        incidents.file_features(conn, change.ticket, change.features, now)
    for incident in change.incidents:
        incidents.save(conn, incident)
    if change.filed:
        file_received(conn, change.filed, place)
    add_history(conn, number, change.entries, place.inbox_id)
    if change.tokens and number is not None:
        conn.execute(_ADD_TOKENS, [_token_row(number, token) for token in change.tokens])
    file_outgoing(conn, change.outgoing, place)
    holds.save(conn, change, now)


def _save_ticket(conn: Connection, ticket: Ticket) -> None:
    row = ticket_row(ticket)
    if conn.execute(_CHANGE_TICKET, {"this": ticket.number, **row}).rowcount:
        conn.execute(_FORGET_PARTICIPANTS, {"number": ticket.number})
    else:
        conn.execute(_ADD_TICKET, {"number": ticket.number, **row})
    if rows := participant_rows(ticket):
        conn.execute(_ADD_PARTICIPANTS, rows)


def _token_row(number: int, token: Token) -> dict[str, Any]:
    value = token.value.casefold()
    return {"digest": digest(value), "value": value, "ticket": number, "side": token.side}


def add_history(
    conn: Connection, number: int | None, entries: Sequence[Entry], inbox_id: int | None = None
) -> None:
    """Append to the history of a ticket, or of a received mail without one."""
    rows = [
        {
            "ticket": number,
            "inbox_id": inbox_id,
            "at": one.at,
            "what": one.what,
            "by": one.by,
            "why": one.why,
        }
        for one in entries
    ]
    if rows:
        conn.execute(_ADD_HISTORY, rows)


# --- Clocks --------------------------------------------------------------------------------------

_DUE = (
    select(clocks_)
    .where(clocks_.c.next_at <= bindparam("by"))
    .order_by(clocks_.c.next_at)
    .limit(bindparam("most"))
)


def clocks(conn: Connection, number: int) -> tuple[Clock, ...]:
    """A ticket's clocks, met and running ones, by their start."""
    return tuple(clock_of(row) for row in conn.execute(_CLOCKS, {"number": number}))


def set_clocks(conn: Connection, number: int, clocks: Sequence[Clock]) -> None:
    """Add these, or replace those of the same promise and start; others stay as they are."""
    if clocks:
        conn.execute(_SET_CLOCK, [clock_row(number, one) for one in clocks])


# Only with its condition is the small index over ticking clocks used (SQLite); else every clock is read.
_NEXT_CLOCK = select(func.min(clocks_.c.next_at)).where(clocks_.c.next_at.is_not(None))


def next_clock(conn: Connection) -> datetime | None:
    """When the next clock takes a step; None while none runs."""
    at: datetime | None = conn.execute(_NEXT_CLOCK).scalar()
    return at


_POSTPONE = (
    update(clocks_)
    .where(
        clocks_.c.ticket == bindparam("number"),
        clocks_.c.promise == bindparam("which"),
        clocks_.c.started_at == bindparam("start"),
    )
    .values(next_at=bindparam("later"))
)


def postpone(conn: Connection, number: int, clock: Clock, until: datetime) -> None:
    """Let a clock take its step later: it could not be taken now."""
    values = {"number": number, "which": clock.promise, "start": clock.started_at, "later": until}
    conn.execute(_POSTPONE, values)


def clocks_due(conn: Connection, by: datetime, limit: int) -> tuple[tuple[int, Clock], ...]:
    """(ticket, clock) of those with a step due up to `by`, the earliest first."""
    return tuple((row.ticket, clock_of(row)) for row in conn.execute(_DUE, {"by": by, "most": limit}))
