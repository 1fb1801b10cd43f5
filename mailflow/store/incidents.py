"""What tickets are about, for as long as it may show an incident; and incidents, proposed and named.

Features are forgotten after two days: they are words of mail, and serve for nothing later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    distinct,
    func,
    insert,
    select,
    text,
    union,
    update,
)

from mailflow.model import Incident, Status, Ticket
from mailflow.store import schema
from mailflow.store.columns import address_key, digest

features_, incidents_, tickets = schema.features, schema.incidents, schema.tickets

KEPT = timedelta(days=2)
_OPEN = (Status.OPEN.value, Status.WAITING.value)
_LOCK = text("SELECT pg_advisory_xact_lock(6245003)")

# --- Reading -------------------------------------------------------------------------------------

_CURRENT = select(incidents_).where(
    incidents_.c.bucket == bindparam("of"), incidents_.c.at >= bindparam("since")
)
_NAMED = (
    select(incidents_)
    .where(incidents_.c.key == bindparam("called"), incidents_.c.resolved_at.is_(None))
    .order_by(incidents_.c.id.desc())
    .limit(1)
)
# The literal condition lets both databases use the small index over tied tickets.
_TIED = (text(schema.TIED), tickets.c.status.in_(_OPEN))
_NAMES = union(
    select(incidents_.c.name).where(incidents_.c.name != "", incidents_.c.resolved_at.is_(None)),
    select(tickets.c.incident).where(*_TIED),
)
_TIED_TO = select(tickets.c.number).where(*_TIED, tickets.c.incident == bindparam("name"))
_CUSTOMERS = (
    select(features_.c.feature, func.count(distinct(features_.c.customer)).label("customers"))
    .where(
        features_.c.bucket == bindparam("of"),
        features_.c.feature.in_(bindparam("these", expanding=True)),
        features_.c.at >= bindparam("since"),
        features_.c.at < bindparam("until"),
        features_.c.customer != bindparam("but"),
    )
    .group_by(features_.c.feature)
)
_SHARING = (
    select(features_.c.ticket, features_.c.feature)
    .join(tickets, tickets.c.number == features_.c.ticket)
    .where(
        features_.c.bucket == bindparam("of"),
        features_.c.feature.in_(bindparam("these", expanding=True)),
        features_.c.at >= bindparam("since"),
        tickets.c.status.in_(_OPEN),
        tickets.c.incident == "",
    )
)
_OF_TICKET = select(features_.c.feature).where(features_.c.ticket == bindparam("number"))
_TITLES = (
    select(tickets.c.number, tickets.c.customer_address, tickets.c.subject)
    .where(tickets.c.number.in_(bindparam("numbers", expanding=True)))
    .order_by(tickets.c.number)
)


def alone(conn: Connection) -> None:
    """Until the transaction ends, no other one proposes an incident."""
    if conn.dialect.name == "postgresql":
        conn.execute(_LOCK)


def current(conn: Connection, bucket: str, since: datetime) -> tuple[Incident, ...]:
    """The bucket's incidents, proposed, open and resolved, with something new at or after `since`."""
    rows = conn.execute(_CURRENT, {"of": bucket, "since": since})
    return tuple(_incident_of(row) for row in rows)


def named(conn: Connection, name: str) -> Incident | None:
    """The open incident of that name, in any case."""
    row = conn.execute(_NAMED, {"called": name.casefold()}).one_or_none()
    return _incident_of(row) if row else None


def names(conn: Connection) -> tuple[str, ...]:
    """The names of open incidents, and of those with open tickets."""
    return tuple(sorted(conn.execute(_NAMES).scalars(), key=str.casefold))


def tied(conn: Connection, name: str) -> tuple[int, ...]:
    """The open tickets of an incident."""
    return tuple(sorted(conn.execute(_TIED_TO, {"name": name}).scalars()))


def customers(
    conn: Connection,
    bucket: str,
    features: Collection[str],
    between: tuple[datetime, datetime],
    but: str,
) -> dict[str, int]:
    """How many customers' tickets have each feature, from one time to before the other; `but` is an
    address that does not count."""
    values = {"of": bucket, "these": sorted(features), "since": between[0], "until": between[1]}
    rows = conn.execute(_CUSTOMERS, {**values, "but": _customer(but)}) if features else ()
    return {row.feature: row.customers for row in rows}


def sharing(
    conn: Connection, bucket: str, features: Collection[str], since: datetime
) -> Mapping[int, set[str]]:
    """The bucket's open tickets since then that are tied to no incident -> which of these they have."""
    found = defaultdict[int, set[str]](set)
    for row in conn.execute(_SHARING, {"of": bucket, "these": sorted(features), "since": since}):
        found[row.ticket].add(row.feature)
    return found


def of_ticket(conn: Connection, number: int) -> frozenset[str]:
    """A ticket's features; none once they are forgotten."""
    return frozenset(conn.execute(_OF_TICKET, {"number": number}).scalars())


def titles(conn: Connection, numbers: Sequence[int]) -> tuple[tuple[int, str, str], ...]:
    """(number, the customer's address, subject) of tickets."""
    rows = conn.execute(_TITLES, {"numbers": numbers}) if numbers else ()
    return tuple((row.number, row.customer_address, row.subject) for row in rows)


def _incident_of(row: Row[Any]) -> Incident:
    return Incident(row.name, row.bucket, row.known_by, row.at, row.resolved_at, row.id)


# --- Writing -------------------------------------------------------------------------------------

_FORGET = delete(features_).where(features_.c.at < bindparam("before"))
_ADD_FEATURES = insert(features_)
_ADD = insert(incidents_)
_CHANGE = update(incidents_).where(incidents_.c.id == bindparam("this"))


def file_features(conn: Connection, ticket: Ticket, features: Collection[str], now: datetime) -> None:
    """Remember what a new ticket is about."""
    if not features:
        return
    conn.execute(_FORGET, {"before": now - KEPT})
    common = {
        "ticket": ticket.number,
        "bucket": ticket.bucket,
        "at": now,
        "customer": _customer(ticket.customer.address),
    }
    conn.execute(_ADD_FEATURES, [{**common, "feature": one} for one in sorted(features)])


def save(conn: Connection, incident: Incident) -> None:
    """Put an incident on file, in place of its earlier state."""
    values = {
        "name": incident.name,
        "key": incident.name.casefold(),
        "bucket": incident.bucket,
        "known_by": incident.known_by,
        "at": incident.at,
        "resolved_at": incident.resolved_at,
    }
    if incident.id is None:
        conn.execute(_ADD, values)
    else:
        conn.execute(_CHANGE.values(values), {"this": incident.id})


def _customer(address: str) -> bytes:
    return digest(address_key(address))
