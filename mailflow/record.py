"""What follows from a decision, written down: mails composed to the last octet, then everything at once.

A Turn in, a Change out, and `save` makes it true inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from mailflow.identity import Chance
from mailflow.model import (
    CUSTOMER_SIDE,
    Case,
    Change,
    Direction,
    Effect,
    Filed,
    Kind,
    Message,
    Received,
    Token,
    Turn,
    team_side,
)
from mailflow.office import Office
from mailflow.outbound.compose import Occasion, compose
from mailflow.rules import promises, replay
from mailflow.rules.route import route
from mailflow.store import alarms, tickets
from mailflow.ticket import event, subject
from mailflow.ticket.setting import Setting


@dataclass(frozen=True, slots=True)
class Mail:
    """A received mail that goes on file with a turn."""

    filed: Filed | None  # None: it is on file with another ticket
    message: Message
    received: Received


def write(
    turn: Turn, case: Case, setting: Setting, mail: Mail | None, office: Office, chance: Chance
) -> Change:
    """The turn as it goes on file, with its mails composed to the last octet."""
    ticket, at, desk = turn.ticket, setting.at, setting.desk
    start = _reached_us_at(mail) or at
    clocks = promises.wished(case.clocks, turn.clocks, desk.sla, start)
    clocks = promises.standing(clocks, ticket.status, at)
    new = _new_tokens(turn.effects, case.tokens, chance)
    occasion = Occasion(
        desk=desk,
        ticket=ticket,
        thread=(*case.thread, mail.filed) if mail and mail.filed else case.thread,
        clocks=clocks,
        tokens={token.side: token.value for token in (*case.tokens, *new)},
        route=route(desk, ticket.bucket, ticket.team, at),
        message=mail.message if mail else None,
        received=mail.received if mail else None,
        at=at,
        chance=chance,
        render=office.render,
        history=(*case.history, *turn.entries),
    )
    mails = tuple(compose(effect, occasion, index) for index, effect in enumerate(turn.effects))
    entries = (
        *turn.entries,
        *replay.ended_entries(case.clocks, clocks, at),
        *replay.begun_entries(case.clocks, clocks, at),
    )
    return Change(
        filed=mail.filed if mail else None,
        ticket=ticket,
        entries=entries,
        clocks=clocks,
        tokens=new,
        outgoing=mails,
        again=turn.again,
        dropped=turn.dropped,
        retracted=turn.retracted,
    )


def _reached_us_at(mail: Mail | None) -> datetime | None:
    """When a customer's mail came: from then on they wait. Not for mail that was split off later."""
    if mail is None or mail.filed is None or mail.received.again:
        return None
    return mail.received.received_at if mail.filed.side == CUSTOMER_SIDE else None


def _new_tokens(effects: Sequence[Effect], known: Sequence[Token], chance: Chance) -> tuple[Token, ...]:
    """Tokens for the sides of the ticket that are written to for the first time."""
    sides = dict.fromkeys(team_side(one.team) if one.team else CUSTOMER_SIDE for one in effects)
    old = {token.side for token in known}
    return tuple(Token(chance.token(side), side) for side in sides if side not in old)


def filed(received: Received, message: Message, side: str) -> Filed:
    author = message.author
    return Filed(
        direction=Direction.IN,
        kind=author.kind.value,
        message_id=message.message_id,
        references=tuple(dict.fromkeys((*message.references, *message.in_reply_to))),
        from_=author.address or event.NOBODY,
        to=", ".join(one.address for one in message.to) or ", ".join(received.envelope.recipients),
        subject=subject.base(message.subject),
        at=received.received_at,
        side=side,
        text=message.text,
        new_text=message.new_text,
        content_id=received.content_id,
        state="received",
        received_id=received.id,
    )


def save(connection: Connection, change: Change, received: Received | None, at: datetime) -> None:
    """Make it true; but of alarms with one cause only one an hour."""
    outgoing = tuple(
        mail
        for mail in change.outgoing
        if mail.kind is not Kind.ALARM or alarms.ring(connection, mail.subject, at)
    )
    tickets.save(connection, replace(change, outgoing=outgoing), received, at)


def announce(
    connection: Connection,
    number: int,
    effects: tuple[Effect, ...],
    office: Office,
    at: datetime,
    chance: Chance,
) -> None:
    """Tell teams about the desk itself, on the thread of the ticket that turned the tide."""
    case = tickets.case(connection, number) if effects else None
    if case is None:
        return
    way = route(office.desk, case.ticket.bucket, case.ticket.team, at)
    setting = Setting(office.desk, way, at, partial(route, office.desk, at=at))
    turn = Turn(case.ticket, effects=effects)
    change = write(turn, case, setting, None, office, chance.split("announcement"))
    save(connection, change, None, at)
