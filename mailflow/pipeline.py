"""The way of one mail, the only place that knows its order.

door -> inbox | understand | decide: thread -> event -> ticket -> compose -> outbox | deliver -> settle

A door has stored the bytes; worker processes have understood them. What is left is one short
transaction: read what is on file, decide by pure functions, write what follows. The commit is the only
moment at which anything becomes true. What becomes of a delivery comes back the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from mailflow.identity import Chance, tokens
from mailflow.model import (
    CUSTOMER_SIDE,
    AuthorKind,
    Case,
    Change,
    Clock,
    Desk,
    Direction,
    Effect,
    Entry,
    Event,
    Evidence,
    Filed,
    Happened,
    Kind,
    Message,
    Received,
    Route,
    Token,
    Turn,
    Verdict,
    team_side,
)
from mailflow.outbound.compose import Occasion, Render, compose
from mailflow.rules import limits, promises
from mailflow.rules.route import route
from mailflow.store import correspondence, inbox, tickets
from mailflow.store.outbox import Settled
from mailflow.ticket import event, lifecycle, subject, thread
from mailflow.ticket.thread import Candidate


@dataclass(frozen=True, slots=True)
class Office:
    """What every decision is made with: the operator's policy and the texts of mail."""

    desk: Desk
    render: Render = field(repr=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """What would become of a mail, and why; nothing of it is true before it is saved."""

    place: Candidate | None
    event: Event | None
    route: Route | None
    silence: str  # why nothing automatic goes to the author; empty: it may
    change: Change


# --- A mail arrived ------------------------------------------------------------------------------


def process(
    connection: Connection,
    received: Received,
    message: Message,
    office: Office,
    at: datetime,
    chance: Chance,
) -> Decision | None:
    """Decide on a received mail and make it true. None: somebody else did so before."""
    if not inbox.done(connection, received.id):
        return None
    number = tickets.next_number
    decision = decide(connection, received, message, office, at, chance, number)
    tickets.save(connection, decision.change, received, at)
    return decision


def decide(
    connection: Connection,
    received: Received,
    message: Message,
    office: Office,
    at: datetime,
    chance: Chance,
    number: Callable[[Connection], int],
) -> Decision:
    """What follows from a mail, from what is on file. Reads only; `number` gives a new ticket's."""
    desk = office.desk
    evidence = look_up(connection, received, message, desk)
    place, case = find_ticket(connection, evidence, message)
    if evidence.own:
        message = replace(
            message, author=replace(message.author, kind=AuthorKind.LOOP, answerable=False)
        )
    happened = event.read(message, place, case.ticket if case else None, desk)
    if happened is None:
        return Decision(place, None, None, "", Change(_filed(received, message, "")))

    silence = may_not_answer(connection, happened, case, received, message, desk, at)
    if case is None:
        bucket = desk.bucket(message.choice.bucket)
        way = route(desk, bucket.name, bucket.team, at)
        setting = lifecycle.Setting(desk, way, at, silence)
        case = Case(lifecycle.opened(number(connection), message, setting), (), (), ())
    else:
        way = route(desk, case.ticket.bucket, case.ticket.team, at)
        setting = lifecycle.Setting(desk, way, at, silence)
    turn = within_limits(lifecycle.change(case.ticket, happened, setting), case, desk, at)
    filed = _filed(received, message, _side(happened))
    case = replace(case, clocks=_clocks(case, happened, turn, received, message, desk))
    change = write(turn, case, filed, way, message, received, office, at, chance)
    return Decision(place, happened, way, silence, change)


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
    connection: Connection, evidence: Evidence, message: Message
) -> tuple[Candidate | None, Case | None]:
    """The first ticket that the mail may join, and by what."""
    for candidate in thread.candidates(evidence, message.author):
        case = tickets.case(connection, candidate.ticket)
        if case and thread.admits(candidate, case.ticket, message.author):
            return candidate, case
    return None, None


def may_not_answer(
    connection: Connection,
    happened: Event,
    case: Case | None,
    received: Received,
    message: Message,
    desk: Desk,
    at: datetime,
) -> str:
    """Why no automatic mail may go to the author, or an empty string."""
    author = message.author
    if not author.answerable or author.address is None:
        return "; ".join(author.because) or "its author is unknown"
    if not received.answer:
        return "imported history is not answered"
    if happened.what not in (Happened.OPENED, Happened.CUSTOMER_WROTE):
        return "an automatic mail is for customers only"
    one, all_ = desk.limits.per_address, desk.limits.strangers
    sent = (
        correspondence.with_address(connection, author.address.address, at - one.per) if one else None
    )
    strangers = correspondence.with_strangers(connection, at - all_.per) if all_ else 0
    to_address = sent.to_address if sent else 0
    return limits.exceeded(desk.limits, to_address, strangers, stranger=not sent or sent.stranger)


def within_limits(turn: Turn, case: Case, desk: Desk, at: datetime) -> Turn:
    """The turn without its receipt, where the ticket has brought forth too many of them: a robot that
    answers receipts would go on for ever."""
    rate = desk.limits.per_address
    kinds = [effect.kind for effect in turn.effects]
    if rate is None or Kind.RECEIPT not in kinds:
        return turn
    sent = sum(one.kind == Kind.RECEIPT and one.at > at - rate.per for one in case.thread)
    if sent < rate.count:
        return turn
    effects = tuple(effect for effect in turn.effects if effect.kind is not Kind.RECEIPT)
    why = f"limit per_address reached: {sent} receipts on this ticket"
    entries = (*turn.entries, Entry(at, "no receipt sent", "mailflow", why))
    return replace(turn, entries=entries, effects=effects)


def write(
    turn: Turn,
    case: Case,
    filed: Filed | None,
    way: Route,
    message: Message | None,
    received: Received | None,
    office: Office,
    at: datetime,
    chance: Chance,
) -> Change:
    """The turn as it goes on file, with its mails composed to the last octet."""
    ticket = turn.ticket or case.ticket
    new = _new_tokens(turn.effects, case.tokens, chance)
    occasion = Occasion(
        desk=office.desk,
        ticket=ticket,
        thread=(*case.thread, filed) if filed else case.thread,
        clocks=case.clocks,
        tokens={token.side: token.value for token in (*case.tokens, *new)},
        route=way,
        message=message,
        received=received,
        at=at,
        chance=chance,
        render=office.render,
    )
    mails = tuple(compose(effect, occasion, index) for index, effect in enumerate(turn.effects))
    return Change(filed, ticket, turn.entries, case.clocks, new, mails)


def _new_tokens(effects: Sequence[Effect], known: Sequence[Token], chance: Chance) -> tuple[Token, ...]:
    """Tokens for the sides of the ticket that are written to for the first time."""
    sides = dict.fromkeys(team_side(one.team) if one.team else CUSTOMER_SIDE for one in effects)
    old = {token.side for token in known}
    return tuple(Token(chance.token(side), side) for side in sides if side not in old)


def _clocks(
    case: Case, happened: Event, turn: Turn, received: Received, message: Message, desk: Desk
) -> tuple[Clock, ...]:
    if happened.what is not Happened.OPENED:
        return case.clocks
    acknowledged = any(effect.kind is Kind.ACKNOWLEDGEMENT for effect in turn.effects)
    awaited = received.answer and message.author.kind is not AuthorKind.AUTOMATIC
    start = received.received_at
    return promises.started(desk.sla, start, acknowledged=acknowledged, awaited=awaited)


def _side(happened: Event) -> str:
    """Whose side of the ticket the mail stands on; a report about our own mail stands on none."""
    return "" if happened.what is Happened.BOUNCED else happened.side


def _filed(received: Received, message: Message, side: str) -> Filed:
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
    )


# --- A delivery ended ----------------------------------------------------------------------------


def has_consequences(outcome: Settled) -> bool:
    """Whether anything follows from a delivery's end: most often, for a team's copy, nothing does."""
    if outcome.ticket is None:
        return False
    if outcome.verdict is Verdict.DELIVERED:
        return outcome.side == CUSTOMER_SIDE
    return outcome.verdict is Verdict.FAILED and outcome.kind is not Kind.ALARM


def settled(
    connection: Connection, outcome: Settled, office: Office, at: datetime, chance: Chance
) -> None:
    """What follows from a delivery's end: a promise met, or a failure that people must know of."""
    if outcome.ticket is None or not has_consequences(outcome):
        return
    if outcome.verdict is Verdict.DELIVERED:
        _delivered(connection, outcome, outcome.ticket)
    else:
        _failed(connection, outcome, outcome.ticket, office, at, chance)


def _delivered(connection: Connection, outcome: Settled, number: int) -> None:
    entry = Entry(outcome.at, f"{outcome.kind.value} delivered", "mailflow", outcome.recipient)
    tickets.add_history(connection, number, (entry,))
    promise = promises.met_by(outcome.kind, by_person=outcome.by_person)
    if promise is None:
        return
    clocks = tickets.clocks(connection, number)
    now = promises.met(clocks, promise, outcome.at)
    if now != clocks:
        tickets.set_clocks(connection, number, now)


def _failed(
    connection: Connection, outcome: Settled, number: int, office: Office, at: datetime, chance: Chance
) -> None:
    case = tickets.case(connection, number)
    if case is None:
        return
    way = route(office.desk, case.ticket.bucket, case.ticket.team, at)
    happened = Event(Happened.BOUNCED, "mailflow", outcome.side, outcome.recipient, outcome.reply)
    turn = lifecycle.change(case.ticket, happened, lifecycle.Setting(office.desk, way, at))
    change = write(turn, case, None, way, None, None, office, at, chance)
    tickets.save(connection, change, None, at)
