"""Values for tests of the store: short ways to an arrival, a ticket, a mail, a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection

from mailflow.model import (
    CUSTOMER_SIDE,
    Address,
    Arrival,
    Change,
    Choice,
    Clock,
    Direction,
    Entry,
    Envelope,
    Filed,
    Hints,
    Kind,
    OutgoingMail,
    Piece,
    Promise,
    Received,
    Status,
    Ticket,
    Token,
)
from mailflow.store import inbox, tickets
from mailflow.store.database import Database

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LEASE = timedelta(seconds=20)
ANNA = Address("Anna", "anna@example.com")
DESK = "support@desk.example"


def arrival(content: bytes = b"From: anna@example.com\r\n\r\nHello\r\n") -> Arrival:
    return Arrival("smtp", Envelope(ANNA.address, (DESK,)), content, NOW, "192.0.2.1")


def hints(
    message_id: str, ancestors: tuple[str, ...] = (), addresses: tuple[str, ...] = (DESK,)
) -> Hints:
    fingerprint = sha256(message_id.encode(errors="replace")).hexdigest()
    return Hints(ANNA.address, message_id, ancestors, addresses, fingerprint)


def accept(
    store: Database, message_id: str, *ancestors: str, content: bytes = b"\r\n", to: str = DESK
) -> int:
    """Accept a mail; its id in the inbox."""
    seen = hints(message_id, ancestors, (to,))
    return store.write(lambda conn: inbox.accept(conn, arrival(content), seen)).id


def claim(
    store: Database, worker: str = "one", now: datetime = NOW, limit: int = 10
) -> tuple[Received, ...]:
    return store.write(lambda conn: inbox.claim(conn, worker, now, LEASE, limit))


def ticket(number: int, customer: Address = ANNA) -> Ticket:
    return Ticket(
        number=number,
        subject="My VPS is slow",
        status=Status.OPEN,
        customer=customer,
        language="en",
        choice=Choice("vps", 0.75, ("slow", "VPS")),
        bucket="vps",
        team="support",
        level=1,
        opened_at=NOW,
        label=f"[#{number} vps] My VPS is slow",
    )


def filed(message_id: str, *references: str, text: str = "Everything is slow.") -> Filed:
    return Filed(
        direction=Direction.IN,
        kind="customer",
        message_id=message_id,
        references=references,
        from_=ANNA,
        to=DESK,
        subject="My VPS is slow",
        at=NOW,
        side=CUSTOMER_SIDE,
        text=text,
        new_text=text,
        content_id=None,
        state="received",
    )


def mail(
    number: int | None,
    message_id: str,
    *pieces: Piece,
    kind: Kind = Kind.ACKNOWLEDGEMENT,
    recipients: tuple[str, ...] = (ANNA.address,),
) -> OutgoingMail:
    """A mail to the customer; by a person if it is a reply."""
    return OutgoingMail(
        kind=kind,
        ticket=number,
        side=CUSTOMER_SIDE,
        message_id=message_id,
        sender="" if kind is Kind.ACKNOWLEDGEMENT else DESK,
        recipients=recipients,
        from_='"The Desk" <support@desk.example>',
        to=ANNA.address,
        subject="Re: My VPS is slow",
        text="We have it.",
        pieces=pieces or (b"Subject: Re\r\n\r\nWe have it.\r\n",),
        by_person=kind is Kind.REPLY,
    )


def team_mail(number: int, message_id: str, team: str = "support") -> OutgoingMail:
    to = f"{team}@desk.example"
    one = mail(number, message_id, kind=Kind.FORWARD, recipients=(to,))
    return replace(one, side=f"team:{team}", to=to)


def clock(promise: Promise = Promise.FIRST_RESPONSE, minutes: int = 10) -> Clock:
    within = timedelta(minutes=minutes)
    return Clock(promise, NOW, within, NOW + within, next_at=NOW + within)


def opening(number: int, message_id: str = "<first@example.com>") -> Change:
    """What a first mail makes true: a ticket, an acknowledgement, a forward."""
    return Change(
        filed=filed(message_id),
        ticket=ticket(number),
        entries=(Entry(NOW, "opened", ANNA.address), Entry(NOW, "routed", "mailflow", "open now")),
        clocks=(clock(Promise.ACKNOWLEDGEMENT, 2), clock()),
        tokens=(
            Token(f"custom{number}", CUSTOMER_SIDE),
            Token(f"team{number}", "team:support"),
        ),
        outgoing=(mail(number, f"<ack{number}@desk>"), team_mail(number, f"<fwd{number}@desk>")),
    )


def open_ticket(conn: Connection, message_id: str = "<first@example.com>") -> int:
    """A new ticket on file; its number."""
    number = tickets.next_number(conn)
    tickets.save(conn, opening(number, message_id), None, NOW)
    return number
