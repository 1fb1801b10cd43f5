"""The life of a ticket: the table of (status, event), and what follows from each event.

In come a ticket, an event and what the rules say; out comes a Turn: the changed ticket, its new
history, and the mails to write, as data. Pure; nothing here knows how a mail looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from mailflow.model import (
    CUSTOMER_SIDE,
    Address,
    Desk,
    Effect,
    Entry,
    Event,
    Happened,
    Kind,
    Message,
    Participant,
    Role,
    Route,
    Status,
    Ticket,
    Turn,
)
from mailflow.ticket import subject

_O, _W, _R, _C = Status.OPEN, Status.WAITING, Status.RESOLVED, Status.CLOSED

# Every event in every status. Columns: open, waiting, resolved, closed.
_TABLE: Mapping[Happened, tuple[Status, Status, Status, Status]] = MappingProxyType(
    {
        Happened.OPENED: (_O, _O, _O, _O),
        Happened.CUSTOMER_WROTE: (_O, _O, _O, _O),
        Happened.ORIGINAL_CAME: (_O, _W, _R, _C),
        Happened.STRANGER_WROTE: (_O, _W, _R, _C),
        Happened.MEMBER_UNPROVEN: (_O, _W, _R, _C),
        Happened.AUTOMATIC_WROTE: (_O, _W, _R, _C),
        Happened.AUTOMATIC_REPLIED: (_O, _W, _R, _C),
        Happened.BOUNCED: (_O, _O, _O, _C),
        Happened.TEAM_ANSWERED: (_O, _W, _R, _C),
        Happened.TEAM_NOTED: (_O, _W, _R, _C),
        Happened.TEAM_WAITS: (_W, _W, _W, _W),
        Happened.TEAM_RESOLVED: (_R, _R, _R, _R),
        Happened.TEAM_CLOSED: (_C, _C, _C, _C),
        Happened.TEAM_ASKED: (_O, _W, _R, _C),
        Happened.TEAM_ERRED: (_O, _W, _R, _C),
    }
)
NEXT: Mapping[tuple[Status, Happened], Status] = MappingProxyType(
    {
        (before, what): after
        for what, row in _TABLE.items()
        for before, after in zip((_O, _W, _R, _C), row, strict=True)
    }
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rules say about this mail, beside the event itself."""

    desk: Desk
    route: Route
    at: datetime
    silence: str = ""  # why no automatic mail may go to the author; empty: it may
    was: Status = Status.OPEN  # the ticket's status before the event


def opened(number: int, message: Message, setting: Setting) -> Ticket:
    """A new ticket of this mail."""
    bucket = message.choice.bucket
    title = subject.base(message.subject)
    team = setting.desk.team(setting.route.team)
    return Ticket(
        number=number,
        subject=title,
        status=Status.OPEN,
        customer=message.author.address or Address("", ""),
        language=message.language,
        choice=message.choice,
        bucket=bucket,
        team=team.name,
        level=team.level,
        opened_at=setting.at,
        label=f"[#{number} {bucket}] {title}".rstrip(),
    )


def change(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    """What the event makes of the ticket."""
    after = NEXT[ticket.status, event.what]
    if event.what is Happened.BOUNCED and event.side != CUSTOMER_SIDE:
        after = ticket.status  # the customer has what was sent to them: a team's mailbox is broken
    closed_at = (ticket.closed_at or setting.at) if after is Status.CLOSED else None
    follow = _FOLLOWS[event.what]
    changed = replace(ticket, status=after, closed_at=closed_at)
    turn = follow(changed, event, replace(setting, was=ticket.status))
    moved = () if ticket.status is after else (Entry(setting.at, after.value, event.by, event.what),)
    return replace(turn, entries=(*turn.entries, *moved))


def _opened(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    looks_after = setting.route.looks_after
    entries = [
        Entry(setting.at, "opened", event.by),
        Entry(
            setting.at, f"classified as {ticket.bucket}", "mailflow", "; ".join(ticket.choice.because)
        ),
        Entry(setting.at, f"given to {ticket.team}", "mailflow", setting.route.because),
    ]
    effects = [Effect(Kind.FORWARD, looks_after, "new", passes_on=True)]
    if setting.silence:
        entries.append(Entry(setting.at, "not acknowledged", "mailflow", setting.silence))
    else:
        effects.insert(0, Effect(Kind.ACKNOWLEDGEMENT))
    return Turn(ticket, tuple(entries), effects=tuple(effects))


def _customer_wrote(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effects = [Effect(Kind.FORWARD, setting.route.looks_after, "again", passes_on=True)]
    if setting.was in (Status.RESOLVED, Status.CLOSED) and not setting.silence:
        effects.insert(0, Effect(Kind.NOTICE, topic="reopened"))
    return Turn(ticket, (Entry(setting.at, "customer wrote", event.by),), effects=tuple(effects))


def _original_came(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effect = Effect(Kind.FORWARD, setting.route.looks_after, "late", passes_on=True)
    entry = Entry(setting.at, "the first mail came late", event.by, "an answer to it came before")
    return Turn(ticket, (entry,), effects=(effect,))


def _stranger_wrote(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    known = {one.address.key for one in ticket.participants}
    who = Address("", event.by)
    if "@" in who.key and who.key not in known:
        ticket = replace(ticket, participants=(*ticket.participants, Participant(who, Role.STRANGER)))
    effect = Effect(Kind.NOTE, setting.route.looks_after, "stranger", event.by, passes_on=True)
    entry = Entry(setting.at, "a stranger wrote", event.by, "proved the thread, takes no part yet")
    return Turn(ticket, (entry,), effects=(effect,))


def _member_unproven(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    team = setting.route.looks_after
    effect = Effect(Kind.NOTE, team, "unproven", event.by, event.why, passes_on=True)
    entry = Entry(setting.at, "kept, not relayed", event.by, event.why)
    return Turn(ticket, (entry,), effects=(effect,))


def _automatic_wrote(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effect = Effect(Kind.FORWARD, setting.route.looks_after, "automatic", passes_on=True)
    return Turn(ticket, (Entry(setting.at, "automatic mail", event.by, event.why),), effects=(effect,))


def _automatic_replied(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    return Turn(ticket, (Entry(setting.at, "automatic reply kept", event.by, event.why),))


def _bounced(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    entry = Entry(setting.at, "a mail did not arrive", event.by, event.why)
    if event.side == CUSTOMER_SIDE:
        effect = Effect(
            Kind.BOUNCE, setting.route.looks_after, "", event.text, event.why, passes_on=True
        )
    else:
        effect = Effect(Kind.ALARM, topic="team", text=event.side.removeprefix("team:"), why=event.why)
    return Turn(ticket, (entry,), effects=(effect,))


def _team_answered(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    return _relayed(ticket, event, setting, Kind.REPLY, "answered")


def _team_waits(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    if not event.text:
        return Turn(ticket, (Entry(setting.at, "waits for the customer", event.by),))
    return _relayed(ticket, event, setting, Kind.REPLY, "answered, waits for the customer")


def _team_resolved(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    return _relayed(ticket, event, setting, Kind.RESOLUTION, "solved")


def _team_closed(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    return _relayed(ticket, event, setting, Kind.CLOSING, "closed by the team")


def _relayed(ticket: Ticket, event: Event, setting: Setting, kind: Kind, what: str) -> Turn:
    """A person's words go to the customer, and to everybody who shares the team's mailbox."""
    teams = dict.fromkeys((event.side.removeprefix("team:"), setting.route.looks_after))
    effects = (
        Effect(kind, text=event.text, passes_on=True),
        *(Effect(Kind.COPY, team, kind.value, event.text, passes_on=True) for team in teams),
    )
    return Turn(ticket, (Entry(setting.at, what, event.by),), effects=effects)


def _team_noted(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    teams = dict.fromkeys((event.side.removeprefix("team:"), setting.route.looks_after))
    effects = tuple(Effect(Kind.NOTE, team, "note", event.text, passes_on=True) for team in teams)
    return Turn(ticket, (Entry(setting.at, "noted", event.by, event.text),), effects=effects)


def _team_asked(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effect = Effect(Kind.RECEIPT, topic="help", text=event.text)
    return Turn(ticket, (Entry(setting.at, "asked for help", event.by),), effects=(effect,))


def _team_erred(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effect = Effect(Kind.RECEIPT, topic=event.why, text=event.text, line=event.line)
    return Turn(
        ticket, (Entry(setting.at, "a command failed", event.by, event.line),), effects=(effect,)
    )


_FOLLOWS: Mapping[Happened, Callable[[Ticket, Event, Setting], Turn]] = MappingProxyType(
    {
        Happened.OPENED: _opened,
        Happened.CUSTOMER_WROTE: _customer_wrote,
        Happened.ORIGINAL_CAME: _original_came,
        Happened.STRANGER_WROTE: _stranger_wrote,
        Happened.MEMBER_UNPROVEN: _member_unproven,
        Happened.AUTOMATIC_WROTE: _automatic_wrote,
        Happened.AUTOMATIC_REPLIED: _automatic_replied,
        Happened.BOUNCED: _bounced,
        Happened.TEAM_ANSWERED: _team_answered,
        Happened.TEAM_NOTED: _team_noted,
        Happened.TEAM_WAITS: _team_waits,
        Happened.TEAM_RESOLVED: _team_resolved,
        Happened.TEAM_CLOSED: _team_closed,
        Happened.TEAM_ASKED: _team_asked,
        Happened.TEAM_ERRED: _team_erred,
    }
)
