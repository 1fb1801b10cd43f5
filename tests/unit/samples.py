"""Values for tests of the pure core: a desk, mails made of real octets, tickets, occasions."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage, MIMEPart
from functools import partial
from typing import Any

from mailflow.identity import Chance
from mailflow.message import html, text
from mailflow.message.parse import parse
from mailflow.model import (
    CUSTOMER_SIDE,
    Address,
    Authentication,
    Author,
    AuthorKind,
    AutomaticKind,
    Bucket,
    Calendar,
    Case,
    Choice,
    Clock,
    Desk,
    Direction,
    Effect,
    Envelope,
    Filed,
    Kind,
    Message,
    OutgoingMail,
    Piece,
    Promise,
    Received,
    Route,
    Span,
    Status,
    Team,
    Ticket,
    Trust,
)
from mailflow.outbound.compose import Occasion, compose
from mailflow.outbound.templates import Templates
from mailflow.rules.route import route
from mailflow.ticket.setting import Setting

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ANNA = Address("Anna Kundin", "anna@customer.example")
MAX = Address("Max Mustermann", "max.inner@desk.test")
DESK_ADDRESS = "support@desk.test"
TOKENS = {
    CUSTOMER_SIDE: "c" * 20,
    "team:support": "s" * 20,
    "team:billing": "b" * 20,
    "team:sysadmins": "y" * 20,
    "team:management": "m" * 20,
}
SATURDAY = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)  # 08:00 in Berlin: the system administrators open
LATE_HOURS = Calendar("Europe/Berlin", False, tuple(Span(day, time(8), time(22)) for day in range(5)))
TEAMS = (
    Team("support", "l1.inner@desk.test", 1, ("*@desk.test",)),
    Team("billing", "billing.inner@desk.test", 2, ("*@desk.test",), Calendar("Europe/Berlin", False)),
    Team("sysadmins", "sys.inner@desk.test", 3, ("*@desk.test",), LATE_HOURS),
    Team("management", "boss.inner@desk.test", 0, ("boss.inner@desk.test",)),
)
BUCKETS = (
    Bucket("billing", "billing", "support", estimate="simple"),
    Bucket("vps", "support", "support", "sysadmins", estimate="standard"),
    Bucket("custom-config", "support", "support", estimate="nonstandard"),
    Bucket("general", "support", "support", estimate="simple"),
)
RENDER = Templates(("en", "de")).render


def desk(**changes: Any) -> Desk:
    defaults: dict[str, Any] = {
        "name": "INTROSERV",
        "address": DESK_ADDRESS,
        "teams": TEAMS,
        "buckets": BUCKETS,
        "aliases": ("help@desk.test",),
        "timezone": "Europe/Berlin",
        "admin": "postmaster@desk.test",
        "trust": Trust(("mx.desk.test",), "agents"),
    }
    return Desk(**(defaults | changes))


def author(address: Address | None = ANNA, **changes: Any) -> Author:
    defaults: dict[str, Any] = {"kind": AuthorKind.CUSTOMER, "address": address, "answerable": True}
    return Author(**(defaults | changes))


def agent(address: Address = MAX, **changes: Any) -> Author:
    defaults: dict[str, Any] = {
        "kind": AuthorKind.AGENT,
        "authentication": Authentication.PASS,
        "teams": ("support", "billing", "sysadmins"),
    }
    return author(address, **(defaults | changes))


def robot(automatic: AutomaticKind | None, **changes: Any) -> Author:
    defaults: dict[str, Any] = {
        "kind": AuthorKind.AUTOMATIC,
        "automatic": automatic,
        "answerable": False,
        "because": ("Auto-Submitted",),
    }
    return author(Address("", "robot@customer.example"), **(defaults | changes))


def eml(words: str = "Everything is slow.\n", *header_lines: str) -> bytes:
    """A plain mail with these further header lines."""
    lines = (
        "From: Anna Kundin <anna@customer.example>",
        "To: support@desk.test",
        "Subject: My VPS is slow",
        "Message-ID: <first@customer.example>",
        *header_lines,
        "",
        *words.splitlines(),
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def understood(content: bytes, writer: Author | None = None, **changes: Any) -> Message:
    """The mail as the pipeline understands it; author, language and bucket are given."""
    parsed = parse(content)
    shown = parsed.text_plain or html.to_text(parsed.html)
    reading = text.read(shown, parsed.subject)
    values: dict[str, Any] = {
        "message_id": parsed.message_id,
        "in_reply_to": parsed.in_reply_to,
        "references": parsed.references,
        "subject": parsed.subject,
        "to": parsed.to,
        "cc": parsed.cc,
        "date": parsed.date,
        "text": shown,
        "new_text": reading.new_text,
        "answer_text": reading.answer_text,
        "html": html.sanitise(parsed.html),
        "attachments": parsed.attachments,
        "entity": parsed.entity,
        "author": writer or author(),
        "language": "en",
        "choice": Choice("vps", 0.75, ("slow", "VPS")),
        "defects": parsed.defects,
    }
    return Message(**(values | changes))


def received(content: bytes) -> Received:
    envelope = Envelope(ANNA.address, (DESK_ADDRESS,))
    return Received(1, 77, "smtp", envelope, NOW, True, content)


def ticket(**changes: Any) -> Ticket:
    values: dict[str, Any] = {
        "number": 1001,
        "subject": "My VPS is slow",
        "status": Status.OPEN,
        "customer": ANNA,
        "language": "en",
        "choice": Choice("vps", 0.75, ("slow", "VPS")),
        "bucket": "vps",
        "team": "support",
        "level": 1,
        "opened_at": NOW,
        "label": "[#1001 vps] My VPS is slow",
    }
    return Ticket(**(values | changes))


def came(message_id: str, *references: str, side: str = CUSTOMER_SIDE, **changes: Any) -> Filed:
    """A received mail on file, one minute after the other by its place is for the caller to say."""
    values: dict[str, Any] = {
        "direction": Direction.IN,
        "kind": "customer",
        "message_id": message_id,
        "references": references,
        "from_": ANNA,
        "to": DESK_ADDRESS,
        "subject": "My VPS is slow",
        "at": NOW,
        "side": side,
        "text": "Everything is slow.",
        "new_text": "Everything is slow.",
        "content_id": 77,
        "state": "received",
    }
    return Filed(**(values | changes))


def went(message_id: str, kind: Kind = Kind.REPLY, side: str = CUSTOMER_SIDE, **changes: Any) -> Filed:
    values: dict[str, Any] = {
        "direction": Direction.OUT,
        "kind": kind.value,
        "references": (),
        "from_": Address("INTROSERV", DESK_ADDRESS),
        "to": ANNA.address,
        "text": "We look at it.",
        "new_text": "We look at it.",
        "content_id": None,
        "state": "delivered",
        "by_person": kind in (Kind.REPLY, Kind.RESOLUTION, Kind.CLOSING),
    }
    return came(message_id, side=side, **(values | changes))


FIRST = came("<first@customer.example>")


def case(*thread: Filed, **changes: Any) -> Case:
    """What is on file of the sample ticket, without clocks and tokens."""
    return Case(ticket(**changes), thread, (), ())


def setting(of: Ticket | None = None, at: datetime = NOW, **changes: Any) -> Setting:
    """What the rules say at that moment about the ticket (none: the sample)."""
    own, of = desk(), of or ticket()
    way = route(own, of.bucket, of.team, at)
    values: dict[str, Any] = {"desk": own, "way": way, "at": at, "route": partial(route, own, at=at)}
    return Setting(**(values | changes))


SUPPORT_ROUTE = Route("support", "support", "vps is support's, and support is open")


def clocks(met_at: datetime | None = None) -> tuple[Clock, ...]:
    within = timedelta(minutes=10)
    return (Clock(Promise.FIRST_RESPONSE, NOW, within, NOW + within, met_at),)


def occasion(content: bytes | None = None, writer: Author | None = None, **changes: Any) -> Occasion:
    """An occasion of a mail (none: nothing was received)."""
    own = desk()
    values: dict[str, Any] = {
        "desk": own,
        "ticket": ticket(),
        "thread": (FIRST,),
        "clocks": clocks(),
        "tokens": TOKENS,
        "route": SUPPORT_ROUTE,
        "message": understood(content, writer) if content is not None else None,
        "received": received(content) if content is not None else None,
        "at": NOW,
        "chance": Chance(bytes(32)),
        "render": RENDER,
    }
    return Occasion(**(values | changes))


def octets(pieces: Sequence[Piece], content: bytes = b"") -> bytes:
    """The pieces joined, as they are read for sending."""
    return b"".join(
        one if isinstance(one, bytes) else content[one.start : one.start + one.length] for one in pieces
    )


def written(effect: Effect, at: Occasion) -> tuple[OutgoingMail, bytes]:
    """The mail of an effect, and its octets."""
    mail = compose(effect, at, 0)
    return mail, octets(mail.pieces, at.received.content if at.received else b"")


def read(content: bytes) -> EmailMessage:
    """The mail as the standard library understands it."""
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not list(_defects(parsed))
    return parsed


def _defects(parsed: EmailMessage) -> list[str]:
    return [repr(defect) for part in parsed.walk() for defect in part.defects]


def leaves(parsed: MIMEPart) -> list[MIMEPart]:
    """The parts that hold something, in order; attached messages are not opened."""
    if parsed.get_content_maintype() != "multipart":
        return [parsed]
    return [leaf for part in parsed.iter_parts() for leaf in leaves(part)]


def plain_text(part: MIMEPart) -> str:
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")
