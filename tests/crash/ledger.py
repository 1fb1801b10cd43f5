"""What the outside saw, held against what the database says: the promises that no crash may break."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Any

from sqlalchemy import NullPool, create_engine, text


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that a door said 250 to."""

    sender: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail of the desk whose final dot arrived somewhere."""

    rcpt: str  # the command
    content: bytes

    @property
    def recipient(self) -> str:
        return self.rcpt.partition("<")[2].partition(">")[0]

    @property
    def kind(self) -> str:
        return self.header("Mailflow-Kind")

    def header(self, name: str) -> str:
        return str(message_from_bytes(self.content, policy=default)[name])


_MAIL = """
SELECT c.octets AS octets, i.state AS state, m.ticket AS ticket, q.cause AS cause,
  (SELECT count(*) FROM messages AS one WHERE one.inbox_id = i.id AND one.direction = 'in') AS times
FROM inbox AS i JOIN content AS c ON c.id = i.content_id
LEFT JOIN messages AS m ON m.inbox_id = i.id AND m.direction = 'in'
LEFT JOIN quarantine AS q ON q.inbox_id = i.id
"""
_OUT = """
SELECT o.recipient AS recipient, o.state AS state, o.attempts AS attempts, o.doubts AS doubts,
  m.message_id AS message_id, m.kind AS kind, m.ticket AS ticket, t.customer_address AS customer
FROM outbox AS o JOIN messages AS m ON m.id = o.message LEFT JOIN tickets AS t ON t.number = m.ticket
"""
_OPEN = """
SELECT (SELECT count(*) FROM inbox WHERE state IN ('new', 'claimed'))
     + (SELECT count(*) FROM outbox WHERE state IN ('queued', 'claimed'))
"""
_UNMET = """
SELECT promise, ticket FROM clocks WHERE met_at IS NULL AND promise = 'acknowledgement'
"""


def rows(url: str, query: str) -> list[Any]:
    """What a reader who comes by sees."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return list(connection.execute(text(query)))


def open_rows(url: str) -> int:
    """How much is still to be done."""
    return int(rows(url, _OPEN)[0][0])


def check(url: str, accepted: Sequence[Arrival], sent: Sequence[Sent], team: set[str]) -> None:
    """Every promise of the storage and of the sending."""
    check_received(url, accepted)
    check_sent(url, sent)
    check_readers(url, sent, team)
    check_whole(url)


def check_received(url: str, accepted: Sequence[Arrival]) -> None:
    """Each mail with a 250 is once on one ticket, or once in the quarantine, octet by octet."""
    stored = rows(url, _MAIL)
    mails = Counter(one.content for one in accepted)
    assert Counter(bytes(row.octets) for row in stored) >= mails, "a mail with a 250 is lost"
    assert max(Counter(bytes(row.octets) for row in stored).values()) == 1, "a mail is there twice"
    for row in stored:
        held = row.state == "quarantined" and row.cause and not row.times
        done = row.state == "done" and row.ticket and row.times == 1 and not row.cause
        assert held or done, f"neither decided once nor held: {row.state}, {row.times} times"


def check_sent(url: str, sent: Sequence[Sent]) -> None:
    """Everything is settled; a repeat is verbatim and counted as a doubt."""
    copies: defaultdict[tuple[str, str], list[bytes]] = defaultdict(list)
    for one in sent:
        copies[one.recipient, one.header("Message-ID")].append(one.content)
    outbox = {(row.recipient, row.message_id): row for row in rows(url, _OUT)}
    assert outbox.keys() == copies.keys(), "what went out is not what was decided"
    for key, row in outbox.items():
        assert row.state == "delivered", f"{row.kind} to {row.recipient} is {row.state}"
        assert len(set(copies[key])) == 1, f"{row.kind} was repeated with other octets"
        assert len(copies[key]) - 1 <= row.doubts, f"{row.kind} was repeated without a doubt"
        assert row.attempts == row.doubts + 1, f"{row.kind}: {row.attempts} attempts"


def check_readers(url: str, sent: Sequence[Sent], team: set[str]) -> None:
    """Each ticket's mails are decided once for each reader, and go to its own people only."""
    for row in rows(url, _OUT):
        assert row.recipient in team | {row.customer}, f"{row.recipient} reads ticket {row.ticket}"
    decided = Counter((row.ticket, row.kind, row.recipient) for row in rows(url, _OUT))
    assert set(decided.values()) == {1}, f"decided twice: {decided}"
    arrived = Counter((row.ticket, row.kind) for row in rows(url, _OUT))
    tickets = {row.ticket for row in rows(url, _OUT)}
    assert all(arrived[ticket, "acknowledgement"] == 1 for ticket in tickets)
    assert {one.recipient for one in sent} <= {row.recipient for row in rows(url, _OUT)}


def check_whole(url: str) -> None:
    """Nothing is open, promises that were kept are noted, and the file is in order."""
    assert not open_rows(url), "a row is stuck"
    assert not rows(url, _UNMET), "an acknowledgement went out, and its clock still runs"
    if url.startswith("sqlite"):
        assert [tuple(row) for row in rows(url, "PRAGMA integrity_check")] == [("ok",)]
