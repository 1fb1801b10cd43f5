"""What a decision reads: which ticket a mail belongs to, and what the rules say at this moment.

Database rows in, frozen values out; nothing is written here.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from mailflow import overflow
from mailflow.identity import tokens
from mailflow.model import (
    AuthorKind,
    Case,
    Desk,
    Event,
    Evidence,
    Happened,
    Message,
    Received,
    Ticket,
)
from mailflow.rules import limits
from mailflow.rules.route import route
from mailflow.store import correspondence, tickets
from mailflow.ticket import event, subject, thread
from mailflow.ticket.setting import Setting
from mailflow.ticket.thread import Candidate

_MERGES = 10  # in a row, that are followed


def look_up(connection: Connection, received: Received, message: Message, desk: Desk) -> Evidence:
    """What is on file about the mail's tokens, Message-IDs and numbers."""
    bounce = message.author.bounce
    addresses = [*received.envelope.recipients, *(one.address for one in (*message.to, *message.cc))]
    return tickets.evidence(
        connection,
        tokens=tokens(addresses, (desk.address, *desk.aliases)),
        ancestors=(*message.references, *message.in_reply_to),
        message_id=message.message_id,
        numbers=subject.numbers(message.subject),
        returned=bounce.message_ids if bounce else (),
    )


def find_ticket(
    connection: Connection, evidence: Evidence, message: Message, desk: Desk
) -> tuple[Candidate | None, Case | None]:
    """The first ticket that the mail may join, and by what."""
    for candidate in thread.candidates(evidence, message.author):
        case = tickets.case(connection, candidate.ticket)
        if case and thread.admits(candidate, case.ticket, message.author, desk.trust):
            return candidate, _where_it_goes_on(connection, case)
    return None, None


def _where_it_goes_on(connection: Connection, case: Case) -> Case:
    """The ticket that this one was merged into, or itself."""
    for _ in range(_MERGES):
        target = case.ticket.merged_into
        onward = tickets.case(connection, target) if target else None
        if onward is None:
            return case
        case = onward
    return case


def look_around(
    connection: Connection,
    happened: Event,
    ticket: Ticket,
    received: Received | None,
    message: Message | None,
    desk: Desk,
    at: datetime,
) -> Setting:
    """What the rules say at this moment: routes, limits, load."""
    silence = ""
    if happened.what in _ANSWERS_BY_ITSELF:
        silence = may_not_write(connection, ticket, received, desk, at)
    person = message is not None and message.author.kind is not AuthorKind.AUTOMATIC
    return Setting(
        desk=desk,
        way=route(desk, ticket.bucket, ticket.team, at),
        at=at,
        route=partial(route, desk, at=at),
        silence=silence,
        awaited=person and received is not None and received.answer,
        overflow=happened.what is Happened.OPENED and overflow.is_relieved(ticket, desk),
        with_files=message is not None and event.has_files(message),
    )


# After these the desk writes to the customer by itself.
_ANSWERS_BY_ITSELF = frozenset(
    {
        Happened.OPENED,
        Happened.CUSTOMER_WROTE,
        Happened.CUSTOMER_CONFIRMED,
        Happened.ANSWER_LATE,
        Happened.UPDATE_DUE,
        Happened.ESTIMATE_PASSED,
        Happened.SILENCE_PASSED,
    }
)


def may_not_write(
    connection: Connection, ticket: Ticket, received: Received | None, desk: Desk, at: datetime
) -> str:
    """Why no automatic mail may go to the customer now, or an empty string."""
    if ticket.silence or not ticket.customer.address:
        return ticket.silence or "the customer's address is unknown"
    if received is not None and not received.answer:
        return "imported history is not answered"
    one, all_ = desk.limits.per_address, desk.limits.strangers
    address = ticket.customer.address
    sent = correspondence.with_address(connection, address, at - one.per) if one else None
    strangers = correspondence.with_strangers(connection, at - all_.per) if all_ else 0
    to_address = sent.to_address if sent else 0
    return limits.exceeded(desk.limits, to_address, strangers, stranger=not sent or sent.stranger)
