"""High volume: when level 1 has more open work than it can answer in time, specialists take some.

From `[sla] overflow` unanswered tickets at level 1 on, new ones go straight to `escalates_to` where that
team is open. It ends by itself. The teams are told once when it begins and once when it ends.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from mailflow.model import Desk, Effect, Kind, Ticket
from mailflow.rules.route import route
from mailflow.store import tickets

_MODE = "overflow"


def relieved(connection: Connection, ticket: Ticket, desk: Desk, at: datetime) -> Ticket:
    """A new ticket, given to the specialists if level 1 has too much and they are open."""
    target = desk.bucket(ticket.bucket).escalates_to
    if not desk.sla.overflow or ticket.level != 1 or not target:
        return ticket
    if route(desk, ticket.bucket, target, at).looks_after != target:
        return ticket
    if not _is_too_much(connection, desk):
        return ticket
    return replace(ticket, team=target, level=desk.team(target).level)


def is_relieved(ticket: Ticket, desk: Desk) -> bool:
    """True for a new ticket that did not go to its bucket's team."""
    return ticket.team != desk.bucket(ticket.bucket).team


def turned(connection: Connection, desk: Desk, ticket: Ticket, *, is_new: bool) -> tuple[Effect, ...]:
    """What the teams are told if this ticket turned the tide, either way."""
    if not desk.sla.overflow:
        return ()
    if is_new and is_relieved(ticket, desk):
        return _begins(connection, desk, ticket)
    return eased(connection, desk)


def _begins(connection: Connection, desk: Desk, ticket: Ticket) -> tuple[Effect, ...]:
    if not tickets.switch(connection, _MODE, on=True):
        return ()
    names = dict.fromkeys((*_level_one(desk), ticket.team))
    return tuple(Effect(Kind.NOTE, name, "overflow") for name in names)


def eased(connection: Connection, desk: Desk) -> tuple[Effect, ...]:
    """What the teams are told once the load is back to normal; nothing while it is not, or never was."""
    if not desk.sla.overflow or not tickets.is_on(connection, _MODE) or _is_too_much(connection, desk):
        return ()
    if not tickets.switch(connection, _MODE, on=False):
        return ()
    specialists = (one.escalates_to for one in desk.buckets if one.escalates_to)
    names = dict.fromkeys((*_level_one(desk), *specialists))
    return tuple(Effect(Kind.NOTE, name, "normal") for name in names)


def _is_too_much(connection: Connection, desk: Desk) -> bool:
    return tickets.unanswered(connection, _level_one(desk)) >= desk.sla.overflow


def _level_one(desk: Desk) -> tuple[str, ...]:
    return tuple(team.name for team in desk.teams if team.level == 1)
