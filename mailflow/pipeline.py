"""The way of one mail, the only place that knows its order.

door -> inbox | understand | decide: thread -> event -> ticket -> compose -> outbox | deliver -> settle

A door has stored the bytes; worker processes have understood them. What is left is one short
transaction: read what is on file, decide by pure functions, write what follows. The commit is the only
moment at which anything becomes true. What becomes of a delivery comes back the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from mailflow import desktop, incidents, overflow
from mailflow.identity import Chance, tokens
from mailflow.model import (
    CUSTOMER_SIDE,
    Again,
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
    Hold,
    Kind,
    Message,
    Received,
    Route,
    Ticket,
    Token,
    Turn,
    Verdict,
    team_side,
)
from mailflow.outbound.compose import Occasion, Render, compose
from mailflow.rules import limits, promises, replay
from mailflow.rules.route import route
from mailflow.store import alarms, correspondence, inbox, tickets
from mailflow.store.outbox import Settled
from mailflow.ticket import event, lifecycle, subject, thread
from mailflow.ticket.setting import CannotDo, MustAsk, Setting
from mailflow.ticket.thread import Candidate

log = structlog.get_logger(__name__)

_MERGES = 10  # in a row, that are followed
_STEP_PAUSE = timedelta(minutes=1)  # before a clock's step that failed is tried again


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
    others: tuple[Change, ...] = ()  # of the other tickets of an incident


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
    decision = decide(connection, received, message, office, at, chance, tickets.next_number)
    for change in (decision.change, *decision.others):
        save(connection, change, received, at)
    ticket, happened = decision.change.ticket, decision.event
    if ticket and happened:
        is_new = happened.what is Happened.OPENED
        effects = overflow.turned(connection, office.desk, ticket, is_new=is_new)
        announce(connection, ticket.number, effects, office, at, chance)
        if ticket.merged_into and happened.what is Happened.TEAM_WROTE:
            took_in = Effect(Kind.NOTE, ticket.team, "took_in", str(ticket.number))
            announce(connection, ticket.merged_into, (took_in,), office, at, chance)
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
    place, case = find_ticket(connection, evidence, message, desk)
    if received.again == Again.SPLIT:
        place = case = None
    if evidence.own:
        message = replace(
            message, author=replace(message.author, kind=AuthorKind.LOOP, answerable=False)
        )
    happened = event.read(message, place, case, desk, again=bool(received.again))
    if happened is None:
        return Decision(place, None, None, "", Change(_filed(received, message, "")))
    happened, place, follows = reopened_or_new(happened, place, case, desk, at)
    if case is None or follows:
        case = open_case(connection, message, follows, desk, at, number)
    seen = incidents.look(connection, happened, case.ticket, received, message, desk, at)
    case = replace(case, ticket=seen.ticket)
    setting = look_around(connection, happened, case.ticket, received, message, desk, at)
    on_desk = desktop.lay_out(connection, happened, case, received, message, desk, at)
    setting = replace(setting, proposal=seen.proposal, reach=seen.reach, desktop=on_desk)
    happened, turn = follow(case.ticket, happened, setting)
    turn = within_limits(turn, case, desk, at)
    filed = _filed(received, message, happened.side if happened.what is not Happened.BOUNCED else "")
    mail = Mail(replace(filed, received_id=received.id), message, received)
    change = write(turn, case, setting, mail, office, chance)
    if happened.what is Happened.TEAM_HELD:
        hold = Hold(received.id, happened.side, happened.by, happened.why)
        change = replace(change, hold=hold, filed=replace(filed, side=""))
    if happened.what in (Happened.TEAM_ERRED, Happened.TEAM_HELD):
        return Decision(place, happened, setting.way, setting.silence, change)
    change = replace(change, features=seen.features, incidents=seen.incidents)
    others = tell_others(connection, happened, change, setting, mail, office, chance)
    return Decision(place, happened, setting.way, setting.silence, change, others)


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


def reopened_or_new(
    happened: Event, place: Candidate | None, case: Case | None, desk: Desk, at: datetime
) -> tuple[Event, Candidate | None, int | None]:
    """A follow-up long after the end opens a ticket of its own, linked to the old one."""
    if case is None or happened.what is not Happened.CUSTOMER_WROTE or case.ticket.closed_at is None:
        return happened, place, None
    if at - case.ticket.closed_at <= desk.sla.reopen:
        return happened, place, None
    return replace(happened, what=Happened.OPENED), None, case.ticket.number


def open_case(
    connection: Connection,
    message: Message,
    follows: int | None,
    desk: Desk,
    at: datetime,
    number: Callable[[Connection], int],
) -> Case:
    """A new ticket of this mail, with its team by the bucket."""
    ticket = lifecycle.opened(number(connection), message, desk, at)
    ticket = overflow.relieved(connection, replace(ticket, follows=follows), desk, at)
    return Case(ticket, (), (), ())


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


def follow(ticket: Ticket, happened: Event, setting: Setting) -> tuple[Event, Turn]:
    """What the event makes of the ticket; a command that does not fit is another event: it comes back to
    its writer."""
    try:
        return happened, lifecycle.change(ticket, happened, setting)
    except CannotDo as error:
        erred = replace(
            happened,
            what=Happened.TEAM_HELD if isinstance(error, MustAsk) else Happened.TEAM_ERRED,
            why=error.reason,
            line=error.line,
            possible=error.possible,
            found=error.found,
            text=written(happened),
        )
        return erred, lifecycle.change(ticket, erred, setting)


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


def written(happened: Event) -> str:
    """The team's mail as it was written: its commands and the rest."""
    lines = dict.fromkeys(command.line for command in happened.commands)
    return "\n".join([*lines, happened.text])


def tell_others(
    connection: Connection,
    happened: Event,
    change: Change,
    setting: Setting,
    mail: Mail,
    office: Office,
    chance: Chance,
) -> tuple[Change, ...]:
    """A team's mail about an incident, on its other tickets: each customer is told on their own thread,
    each team once. The mail itself is on file where it was written."""
    changes = [change]
    told = {one.side for one in change.outgoing if one.kind is Kind.COPY}
    for number in incidents.others(happened, setting.reach):
        case = tickets.case(connection, number)
        if case is None:
            continue
        another = incidents.for_another(happened)
        there = look_around(
            connection, another, case.ticket, mail.received, mail.message, office.desk, setting.at
        )
        there = incidents.there(there, setting, another)
        done, turn = follow(case.ticket, another, there)
        if done is not another:  # nobody to write to
            continue
        turn = replace(turn, effects=tuple(one for one in turn.effects if not _is_told(one, told)))
        told |= {team_side(one.team) for one in turn.effects if one.kind is Kind.COPY}
        unfiled = replace(mail, filed=None)
        changes.append(write(turn, case, there, unfiled, office, chance.split(f"ticket {number}")))
    return tuple(changes[1:])


def _is_told(effect: Effect, told: set[str]) -> bool:
    return effect.kind is Kind.COPY and team_side(effect.team) in told


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


# --- What follows is written down ----------------------------------------------------------------


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


def save(connection: Connection, change: Change, received: Received | None, at: datetime) -> None:
    """Make it true; but of alarms with one cause only one an hour."""
    outgoing = tuple(
        mail
        for mail in change.outgoing
        if mail.kind is not Kind.ALARM or alarms.ring(connection, mail.subject, at)
    )
    tickets.save(connection, replace(change, outgoing=outgoing), received, at)


# --- A clock struck ------------------------------------------------------------------------------


def tick(
    connection: Connection, office: Office, at: datetime, chance: Callable[[], Chance], limit: int
) -> int:
    """Take the steps of the clocks that are due, at most `limit`; how many there were."""
    due = tickets.clocks_due(connection, at, limit)
    for number, clock in due:
        with connection.begin_nested() as savepoint:
            try:
                _struck(connection, number, clock, office, at, chance())
            except SQLAlchemyError:
                raise
            except Exception:
                savepoint.rollback()
                log.exception("a clock's step failed", ticket=number, promise=clock.promise.value)
                tickets.postpone(connection, number, clock, at + _STEP_PAUSE)
    return len(due)


def _struck(
    connection: Connection, number: int, clock: Clock, office: Office, at: datetime, chance: Chance
) -> None:
    """One step of one clock. Another process may have taken it since it was found to be due."""
    case = tickets.case(connection, number)
    if case is None or clock not in case.clocks:
        return
    step = promises.due_step(clock, at)
    if step is None:
        return
    clocks = tuple(promises.taken(one, step, at) if one == clock else one for one in case.clocks)
    ended = replay.ended_entries(case.clocks, clocks, at)
    case = replace(case, clocks=clocks)
    happened = Event(promises.HAPPENS[clock.promise, step], "mailflow", promise=clock.promise)
    setting = look_around(connection, happened, case.ticket, None, None, office.desk, at)
    _, turn = follow(case.ticket, happened, setting)
    turn = replace(turn, entries=(*turn.entries, *ended))
    save(connection, write(turn, case, setting, None, office, chance), None, at)
    announce(connection, number, overflow.eased(connection, office.desk), office, at, chance)


# --- A delivery ended ----------------------------------------------------------------------------


def has_consequences(outcome: Settled) -> bool:
    """Whether anything follows from a delivery's end: most often, for a team's copy, nothing does."""
    if outcome.ticket is None:
        return False
    if outcome.verdict is Verdict.DELIVERED:
        return outcome.side == CUSTOMER_SIDE
    # A receipt goes to one colleague, an alarm to the operator: no team and no customer lacks them.
    return outcome.verdict is Verdict.FAILED and outcome.kind not in (Kind.ALARM, Kind.RECEIPT)


def settled(
    connection: Connection, outcome: Settled, office: Office, at: datetime, chance: Chance
) -> None:
    """What follows from a delivery's end: a promise met, or a failure that people must know of."""
    if outcome.ticket is None or not has_consequences(outcome):
        return
    if outcome.verdict is Verdict.DELIVERED:
        _delivered(connection, outcome, outcome.ticket, office, at, chance)
    else:
        _failed(connection, outcome, outcome.ticket, office, at, chance)


def _delivered(
    connection: Connection,
    outcome: Settled,
    number: int,
    office: Office,
    at: datetime,
    chance: Chance,
) -> None:
    """A mail reached the customer's side: what it promised is kept, what follows from it begins."""
    status, customer = tickets.standing(connection, number)
    if outcome.recipient.casefold() != customer.casefold():
        entry = Entry(outcome.at, "a participant got it", "mailflow", outcome.recipient)
        tickets.add_history(connection, number, (entry,))
        return
    before = tickets.clocks(connection, number)
    clocks = promises.delivered(
        before,
        outcome.kind,
        by_person=outcome.by_person,
        status=status,
        sla=office.desk.sla,
        at=outcome.at,
    )
    entry = replay.delivery_entry(
        outcome.kind, outcome.recipient, outcome.at, by_person=outcome.by_person
    )
    begun = replay.begun_entries(before, clocks, outcome.at)
    tickets.add_history(connection, number, (entry, *begun))
    tickets.set_clocks(connection, number, clocks)
    management = office.desk.sla.management
    effects = tuple(
        Effect(Kind.BREACH, management, promise.value, promise=promise)
        for promise in promises.broken_late(before, clocks)
    )
    if outcome.by_person:
        effects += overflow.eased(connection, office.desk)
    announce(connection, number, effects, office, at, chance)


def _failed(
    connection: Connection,
    outcome: Settled,
    number: int,
    office: Office,
    at: datetime,
    chance: Chance,
) -> None:
    case = tickets.case(connection, number)
    if case is None:
        return
    happened = Event(Happened.BOUNCED, "mailflow", outcome.side, outcome.recipient, outcome.reply)
    setting = look_around(connection, happened, case.ticket, None, None, office.desk, at)
    _, turn = follow(case.ticket, happened, setting)
    save(connection, write(turn, case, setting, None, office, chance), None, at)
