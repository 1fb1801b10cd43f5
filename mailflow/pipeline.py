"""The way of one mail, the only place that knows its order.

door -> inbox | understand | decide: thread -> event -> ticket -> compose -> outbox | deliver -> settle

A door has stored the bytes; worker processes have understood them. What is left is one short
transaction: read what is on file, decide by pure functions, write what follows. The commit is the only
moment at which anything becomes true. What becomes of a delivery comes back the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from mailflow import desktop, incidents, overflow
from mailflow.identity import Chance
from mailflow.lookup import find_ticket, look_around, look_up
from mailflow.model import (
    CUSTOMER_SIDE,
    Again,
    AuthorKind,
    Case,
    Change,
    Clock,
    Desk,
    Effect,
    Entry,
    Event,
    Happened,
    Hold,
    Kind,
    Message,
    Received,
    Route,
    Ticket,
    Turn,
    Verdict,
    team_side,
)
from mailflow.office import Office
from mailflow.record import Mail, announce, filed, save, write
from mailflow.rules import promises, replay
from mailflow.store import inbox, tickets
from mailflow.store.outbox import Settled
from mailflow.ticket import event, lifecycle
from mailflow.ticket.setting import CannotDo, MustAsk, Setting
from mailflow.ticket.thread import Candidate

log = structlog.get_logger(__name__)

_STEP_PAUSE = timedelta(minutes=1)  # before a clock's step that failed is tried again


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
    # thread: which ticket is it about?
    evidence = look_up(connection, received, message, desk)
    place, case = find_ticket(connection, evidence, message, desk)
    if received.again == Again.SPLIT:
        place = case = None
    # event: what does it mean, and who says so?
    message = as_our_own(message) if evidence.own else message
    happened = event.read(message, place, case, desk, again=bool(received.again))
    if happened is None:
        return Decision(place, None, None, "", Change(filed(received, message, "")))
    happened, place, follows = reopened_or_new(happened, place, case, desk, at)
    # ticket: what becomes of it, at this moment, beside these others?
    if case is None or follows:
        case = open_case(connection, message, follows, desk, at, number)
    seen = incidents.look(connection, happened, case.ticket, received, message, desk, at)
    case = replace(case, ticket=seen.ticket)
    setting = look_around(connection, happened, case.ticket, received, message, desk, at)
    on_desk = desktop.lay_out(connection, happened, case, received, message, desk, at)
    setting = replace(setting, proposal=seen.proposal, reach=seen.reach, desktop=on_desk)
    happened, turn = follow(case.ticket, happened, setting)
    turn = within_limits(turn, case, desk, at)
    # compose: what is said about it, to the last octet?
    mail = Mail(filed(received, message, side_of(happened)), message, received)
    change = write(turn, case, setting, mail, office, chance)
    if happened.what is Happened.TEAM_HELD:
        change = held(change, received, happened)
    if happened.what in (Happened.TEAM_ERRED, Happened.TEAM_HELD):
        return Decision(place, happened, setting.way, setting.silence, change)
    change = replace(change, features=seen.features, incidents=seen.incidents)
    others = tell_others(connection, happened, change, setting, mail, office, chance)
    return Decision(place, happened, setting.way, setting.silence, change, others)


def as_our_own(message: Message) -> Message:
    """A mail whose Message-ID we made has come back to us: a loop, whoever it says it is from."""
    return replace(message, author=replace(message.author, kind=AuthorKind.LOOP, answerable=False))


def side_of(happened: Event) -> str:
    """Whose side of the ticket the mail stands on; a report about our own mail stands on none."""
    return "" if happened.what is Happened.BOUNCED else happened.side


def held(change: Change, received: Received, happened: Event) -> Change:
    """The answer is kept, on nobody's side, until its writer says what shall become of it."""
    hold = Hold(received.id, happened.side, happened.by, happened.why)
    kept = replace(change.filed, side="") if change.filed else None
    return replace(change, hold=hold, filed=kept)


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
