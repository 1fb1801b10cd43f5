"""What lies on a colleague's desk when they write: read from the store for the commands that need it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from mailflow import guard
from mailflow.model import Case, Desk, Event, Happened, Message, Received, Status, Ticket
from mailflow.store import holds, search, tickets
from mailflow.store.search import Listed
from mailflow.ticket.setting import Desktop
from mailflow.ticket.together import faster, misplaced

_LISTED = 100  # tickets of `#list`


def lay_out(
    connection: Connection,
    happened: Event,
    case: Case,
    received: Received,
    message: Message,
    desk: Desk,
    at: datetime,
) -> Desktop:
    """The desktop of whoever wrote this mail; empty for everybody but a team."""
    if happened.what is not Happened.TEAM_WROTE:
        return Desktop()
    names = {command.name: command.argument for command in happened.commands}
    number = case.ticket.number
    return Desktop(
        thread=case.thread,
        held=holds.waiting(connection, number) if {"send", "drop"} & names.keys() else (),
        undoable=holds.undoable(connection, number, at) if "undo" in names else (),
        other=_other(connection, names.get("merge", "")),
        listed=_listed(connection, happened, names["list"], desk, at) if "list" in names else (),
        faster=faster(case.thread, message, happened.by),
        leaks=_leaks(connection, happened, case, desk) if not received.again else (),
        released=bool(received.again),
    )


def _leaks(
    connection: Connection, happened: Event, case: Case, desk: Desk
) -> tuple[tuple[str, str], ...]:
    """What the writer must be asked about before their words leave, as (kind, masked excerpt)."""
    found = guard.leaks(connection, happened, case, desk)
    return (*((one.kind.value, one.excerpt) for one in found), *misplaced(happened.text))


def _other(connection: Connection, argument: str) -> Ticket | None:
    digits = argument.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        return None
    case = tickets.case(connection, int(digits))
    return case.ticket if case else None


def _listed(
    connection: Connection, happened: Event, which: str, desk: Desk, at: datetime
) -> tuple[str, ...]:
    """The team's open tickets, what is due first at the top; `mine`: those that the writer took."""
    team = happened.side.removeprefix("team:")
    found = open_tickets(connection, team)
    if which.casefold() in ("mine", "meine"):
        found = [one for one in found if one.ticket.taken_by.casefold() == happened.by.casefold()]
    return lines(found, desk)


def open_tickets(connection: Connection, team: str) -> list[Listed]:
    """The tickets of a team that are not ended, what is due first at the top."""
    listed: list[Listed] = []
    for status in (Status.OPEN, Status.WAITING):
        listed += search.listing(connection, status=status.value, team=team, limit=_LISTED)
    return sorted(listed, key=lambda one: (one.due_at is None, one.due_at or one.ticket.opened_at))


def lines(found: Sequence[Listed], desk: Desk) -> tuple[str, ...]:
    """A line for each ticket, as mail shows them."""
    zone = ZoneInfo(desk.timezone)
    return tuple(_line(one, zone) for one in found)


def _line(one: Listed, zone: ZoneInfo) -> str:
    ticket = one.ticket
    due = f"due {one.due_at.astimezone(zone):%a %H:%M}" if one.due_at else "nothing due"
    taken = f", {ticket.taken_by}" if ticket.taken_by else ""
    return f"#{ticket.number} {ticket.bucket}, {ticket.status.value}, {due}{taken}: {ticket.subject}"
