"""What a team's mail does to a ticket: an answer, and each command of the contract.

Commands are taken one after the other; the first that does not fit raises CannotDo, and nothing of the
mail is done. The rest goes to the customer in one mail, whose kind the commands decide, or is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from mailflow.model import (
    ClockWish,
    Command,
    Effect,
    Entry,
    Event,
    Kind,
    Priority,
    Promise,
    Status,
    Ticket,
    Turn,
)
from mailflow.ticket import desk_acts, incident, times
from mailflow.ticket.commands import BY_NAME, Rest
from mailflow.ticket.setting import CannotDo, MustAsk, Setting, turn_over

# The kind of the customer's mail, where a command decides it; else it is a plain reply.
_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "escalate": Kind.ESCALATION,
        "status": Kind.STATUS,
        "resolve": Kind.RESOLUTION,
        "close": Kind.CLOSING,
    }
)
# These are said to the customer even without a word of the writer.
_ALWAYS_SAID = frozenset({Kind.ESCALATION, Kind.CLOSING})


def team_wrote(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    """All commands, then the rest to where it belongs."""
    turn = Turn(ticket)
    for command in event.commands:
        turn = _ACTS[command.name](turn, command, event, setting)
    keeps = [one for one in event.commands if BY_NAME[one.name].rest is not Rest.CUSTOMER]
    return turn if keeps else _said(turn, event, setting)


def _said(turn: Turn, event: Event, setting: Setting) -> Turn:
    """The customer gets the rest in one mail, the teams a copy of it."""
    kind = next((_KINDS[one.name] for one in event.commands if one.name in _KINDS), Kind.REPLY)
    text = _words(event, kind)
    topic = next((one.topic for one in turn.effects if one.kind is kind), "")
    others = tuple(one for one in turn.effects if one.kind is not kind)
    if not (text or setting.with_files or kind in _ALWAYS_SAID):
        return turn
    if not turn.ticket.customer.address and (text or setting.with_files):
        raise CannotDo("nobody", event.commands[0].line if event.commands else "")
    if not turn.ticket.customer.address:
        return replace(turn, effects=others)
    _ask_first(setting)
    said = Effect(kind, topic=topic, text=text, passes_on=True, person=True)
    why = _audience(event, setting)
    copies = tuple(
        Effect(Kind.COPY, team, kind.value, text, why, passes_on=True)
        for team in _readers(event, setting)
    )
    entry = Entry(setting.at, _DID[kind], event.by)
    return replace(turn, entries=(entry, *turn.entries), effects=(said, *others, *copies))


def _ask_first(setting: Setting) -> None:
    """Nothing leaves that a colleague has just answered, or that looks like a leak, before its writer was
    asked."""
    desktop = setting.desktop
    if desktop.released:
        return
    if desktop.leaks:
        raise MustAsk("leak", "", found=desktop.leaks)
    if desktop.faster:
        raise MustAsk("faster", "", desktop.faster)


_DID: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.REPLY: "answered",
        Kind.STATUS: "status sent",
        Kind.ESCALATION: "customer told of the escalation",
        Kind.RESOLUTION: "solved",
        Kind.CLOSING: "closed by the team",
    }
)


def _words(event: Event, kind: Kind) -> str:
    """The rest; of `#status` and `#resolve` what stands behind the command belongs to it."""
    behind = [
        one.argument
        for one in event.commands
        if one.argument
        and (_KINDS.get(one.name) in (Kind.STATUS, Kind.RESOLUTION) or one.name == "wait")
    ]
    return "\n".join(part for part in (*behind, event.text) if part)


def _readers(event: Event, setting: Setting) -> tuple[str, ...]:
    """Whoever shares the mailbox that the answer came from, and whoever looks after the ticket."""
    names = (event.side.removeprefix("team:"), setting.way.looks_after)
    return tuple(dict.fromkeys(name for name in names if name))


def _audience(event: Event, setting: Setting) -> str:
    """The incident whose customers all get the same, and how many they are; empty: one ticket's do."""
    reach = setting.reach
    if reach is None or not incident.for_everyone(event):
        return ""
    return f"{reach.name} ({1 + len({*reach.fitting, *reach.tied})})"


def _note(event: Event, command: Command) -> str:
    return "\n".join(part for part in (command.argument, event.text) if part)


# --- The commands --------------------------------------------------------------------------------


def _noted(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    text = _note(event, command)
    notes = tuple(
        Effect(Kind.NOTE, team, "note", text, passes_on=True) for team in _readers(event, setting)
    )
    entry = Entry(setting.at, "noted", event.by, text)
    return replace(turn, entries=(*turn.entries, entry), effects=(*turn.effects, *notes))


def _escalated(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    target, why = _target(turn.ticket, command, setting)
    if target == turn.ticket.team:
        raise CannotDo("same_team", command.line, _teams(turn.ticket, setting))
    reason = _reason(turn.ticket, target, setting)
    handed = handed_over(turn.ticket, target, reason, why, event, setting)
    return replace(
        handed,
        entries=(*turn.entries, *handed.entries),
        effects=(*turn.effects, *handed.effects),
        clocks=(*turn.clocks, *handed.clocks),
    )


_NEXT = frozenset({"next", "weiter"})


def _target(ticket: Ticket, command: Command, setting: Setting) -> tuple[str, str]:
    """The team that is meant, and the reason for it: "[TEAM or next] [why]"."""
    first, *rest = command.argument.split(maxsplit=1) or [""]
    word, why = first.casefold().rstrip(",:"), rest[0] if rest else ""
    names = {team.name.casefold(): team.name for team in setting.desk.teams}
    if word in names:
        return names[word], why
    if word not in _NEXT:
        why = command.argument
    target = next_team(ticket, setting)
    if not target:
        raise CannotDo("no_next", command.line, _teams(ticket, setting))
    return target, why


def next_team(ticket: Ticket, setting: Setting) -> str:
    """`escalates_to`, else the first team of the next level above the owner; empty: none."""
    target = setting.desk.bucket(ticket.bucket).escalates_to
    if target and target != ticket.team:
        return target
    above = sorted(
        (team.level, index, team.name)
        for index, team in enumerate(setting.desk.teams)
        if team.level > ticket.level
    )
    return above[0][2] if above else ""


def _teams(ticket: Ticket, setting: Setting) -> str:
    return ", ".join(team.name for team in setting.desk.teams if team.name != ticket.team)


def _reason(ticket: Ticket, target: str, setting: Setting) -> str:
    """The kind of reason that the customer is told, in words of the promise."""
    if target == setting.desk.sla.management:
        return "approval"
    bucket = setting.desk.bucket(ticket.bucket)
    if target not in (bucket.team, bucket.escalates_to):
        return "expertise"
    return {"vps": "tools", "custom-config": "complex"}.get(bucket.name, "expertise")


def handed_over(
    ticket: Ticket, target: str, reason: str, why: str, event: Event, setting: Setting
) -> Turn:
    """The ticket goes to the target team, to be worked on; the customer learns why, the team gets all.

    A closed team gets its `handover` when it opens; until then somebody looks after the ticket.
    """
    way = setting.route(ticket.bucket, target)
    level = setting.desk.team(target).level
    ticket = replace(ticket, team=target, level=level, status=Status.OPEN)
    effects = [Effect(Kind.ESCALATION, topic=reason, why=why)]
    if way.looks_after == target:
        effects.append(Effect(Kind.HANDOVER, target, reason, why=why))
    elif way.looks_after not in _readers(event, setting):
        effects.append(Effect(Kind.HANDOVER, way.looks_after, "meanwhile", why=why))
    entry = Entry(setting.at, f"escalated to {target}", event.by, why or reason)
    return Turn(ticket, (entry,), tuple(effects), turn_over(way))


def _rebucketed(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    names = {bucket.name.casefold(): bucket for bucket in setting.desk.buckets}
    bucket = names.get(command.argument.casefold())
    if bucket is None:
        raise CannotDo("no_bucket", command.line, ", ".join(one.name for one in setting.desk.buckets))
    before = turn.ticket
    team = setting.desk.team(bucket.team)
    ticket = replace(before, bucket=bucket.name, team=team.name, level=team.level)
    way = setting.route(bucket.name, team.name)
    effects = (
        []
        if way.looks_after in _readers(event, setting)
        else [_handover(way.looks_after, before.bucket)]
    )
    entry = Entry(setting.at, f"bucket corrected to {bucket.name}", event.by, f"was {before.bucket}")
    return replace(
        turn,
        ticket=ticket,
        entries=(*turn.entries, entry),
        effects=(*turn.effects, *effects),
        clocks=(*turn.clocks, *turn_over(way)),
    )


def _handover(team: str, before: str) -> Effect:
    return Effect(Kind.HANDOVER, team, "bucket", why=before)


def _status(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    return turn


def _estimated(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    zone = ZoneInfo(setting.desk.timezone)
    eta_at = times.read(command.argument, setting.at, zone)
    if eta_at is None or eta_at <= setting.at or eta_at - setting.at > timedelta(days=366):
        raise CannotDo("no_time", command.line, times.EXAMPLES)
    entry = Entry(setting.at, "estimate given", event.by, _shown(eta_at, zone))
    return replace(
        turn,
        ticket=replace(turn.ticket, eta_at=eta_at),
        entries=(*turn.entries, entry),
        clocks=(*turn.clocks, ClockWish(Promise.ESTIMATE, True, eta_at)),
    )


def _shown(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="minutes")


def _waits(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    return replace(turn, ticket=replace(turn.ticket, status=Status.WAITING))


def _resolved(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    return _ended(turn, Status.RESOLVED)


def _closed(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    return _ended(turn, Status.CLOSED)


def _ended(turn: Turn, status: Status) -> Turn:
    """Nothing that was named or awaited before the end counts after a reopening."""
    ends = (ClockWish(Promise.ESTIMATE, False), ClockWish(Promise.NEXT_ANSWER, False))
    ticket = replace(turn.ticket, status=status, eta_at=None)
    return replace(turn, ticket=ticket, clocks=(*turn.clocks, *ends))


def _approval_asked(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    if turn.ticket.approval == "asked":
        raise CannotDo("asked_already", command.line)
    why = _note(event, command)
    effects = (
        Effect(Kind.APPROVAL_REQUEST, setting.desk.sla.management, text=why, passes_on=True),
        *(Effect(Kind.NOTE, team, "approval_asked", why) for team in _readers(event, setting)),
    )
    return replace(
        turn,
        ticket=replace(turn.ticket, approval="asked"),
        entries=(*turn.entries, Entry(setting.at, "approval asked", event.by, why)),
        effects=(*turn.effects, *effects),
        clocks=(*turn.clocks, ClockWish(Promise.APPROVAL, True)),
    )


def _approved(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    return _decided(turn, command, event, setting, "approved")


def _rejected(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    return _decided(turn, command, event, setting, "rejected")


def _decided(turn: Turn, command: Command, event: Event, setting: Setting, verdict: str) -> Turn:
    """Management's answer; the customer learns it without the inner reasons."""
    if event.side != f"team:{setting.desk.sla.management}":
        raise CannotDo("not_management", command.line)
    if turn.ticket.approval not in ("asked", "expired"):
        raise CannotDo("not_asked", command.line)
    why = _note(event, command)
    effects = (
        Effect(Kind.NOTICE, topic=verdict),
        Effect(Kind.NOTE, setting.way.looks_after, verdict, why, passes_on=True),
    )
    return replace(
        turn,
        ticket=replace(turn.ticket, approval=verdict),
        entries=(*turn.entries, Entry(setting.at, verdict, event.by, why)),
        effects=(*turn.effects, *effects),
        clocks=(*turn.clocks, ClockWish(Promise.APPROVAL, False)),
    )


def _tied(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """The ticket is tied, and the team told which others are with it; incidents.py ties those."""
    name = _incident(command, event, setting)
    others = setting.reach.fitting if setting.reach else ()
    listed = ", ".join(f"#{number}" for number in others)
    notes = tuple(
        Effect(Kind.NOTE, team, "incident", listed, name) for team in _readers(event, setting)
    )
    entry = Entry(setting.at, f"tied to incident {name}", event.by)
    return replace(
        turn,
        ticket=replace(turn.ticket, incident=name),
        entries=(*turn.entries, entry) if turn.ticket.incident != name else turn.entries,
        effects=(*turn.effects, *notes) if others else turn.effects,
    )


def _incident(command: Command, event: Event, setting: Setting) -> str:
    """The incident that is meant. Raises CannotDo for one that cannot be, or cannot be written to."""
    reach = setting.reach
    name = reach.name if reach else incident.name(command.argument)
    if len(name) > incident.LONGEST_NAME:
        raise CannotDo("long_name", command.line)
    behind = [one.name for one in event.commands if one.line == command.line and one != command]
    if not behind:
        return name
    if not set(behind) <= incident.FOR_EVERYONE:
        raise CannotDo("incident_only", command.line)
    if reach is None or not reach.known:
        raise CannotDo("no_incident", command.line, ", ".join(reach.names) if reach else "")
    return name


_PRIORITIES: Mapping[str, Priority] = MappingProxyType(
    {
        "low": Priority.LOW,
        "niedrig": Priority.LOW,
        "normal": Priority.NORMAL,
        "high": Priority.HIGH,
        "hoch": Priority.HIGH,
    }
)


def _prioritised(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    priority = _PRIORITIES.get(command.argument.casefold())
    if priority is None:
        raise CannotDo("no_priority", command.line, "low, normal, high")
    entry = Entry(setting.at, f"priority {priority.value}", event.by)
    return replace(turn, ticket=replace(turn.ticket, priority=priority), entries=(*turn.entries, entry))


def _helped(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    effect = Effect(Kind.RECEIPT, topic="help")
    entry = Entry(setting.at, "asked for help", event.by, event.text)
    return replace(turn, entries=(*turn.entries, entry), effects=(*turn.effects, effect))


_ACTS: Mapping[str, Callable[[Turn, Command, Event, Setting], Turn]] = MappingProxyType(
    {
        "note": _noted,
        "escalate": _escalated,
        "bucket": _rebucketed,
        "status": _status,
        "eta": _estimated,
        "wait": _waits,
        "resolve": _resolved,
        "close": _closed,
        "approval": _approval_asked,
        "approve": _approved,
        "reject": _rejected,
        "incident": _tied,
        "priority": _prioritised,
        "take": desk_acts.taken,
        "give": desk_acts.given,
        "cc": desk_acts.let_in,
        "uncc": desk_acts.let_out,
        "merge": desk_acts.merged,
        "split": desk_acts.split,
        "send": desk_acts.sent,
        "drop": desk_acts.dropped,
        "undo": desk_acts.undone,
        "show": desk_acts.shown,
        "list": desk_acts.listed,
        "help": _helped,
    }
)
