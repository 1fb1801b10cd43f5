"""What the rules say about the moment of an event, beside the event itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mailflow.model import ClockWish, Desk, Filed, Hold, Promise, Route, Status, Ticket


@dataclass(frozen=True, slots=True)
class Proposal:
    """Many tickets at once: what they share, and a line for each ticket."""

    shared: tuple[str, ...]
    lines: tuple[str, ...]
    count: int  # there may be more tickets than lines


@dataclass(frozen=True, slots=True)
class Reach:
    """What an incident's name that a team wrote stands for."""

    name: str  # as it was first written
    known: bool  # an open incident, or one with open tickets
    names: tuple[str, ...]  # of all such incidents
    fitting: tuple[int, ...] = ()  # tickets of its proposal, to be tied with the one written on
    tied: tuple[int, ...] = ()  # other open tickets that are tied already


@dataclass(frozen=True, slots=True)
class Setting:
    """`route(bucket, team)` is a pure function of the desk and `at`: who gets a ticket's mail now."""

    desk: Desk
    way: Route  # of the ticket as it was
    at: datetime
    route: Callable[[str, str], Route] = field(repr=False)
    silence: str = ""  # why no automatic mail may go to the customer now; empty: it may
    was: Status = Status.OPEN  # the ticket's status before the event
    awaited: bool = True  # a person waits for a first answer
    overflow: bool = False  # level 1 has too much: the ticket went straight to the specialists
    with_files: bool = False  # the team's mail has files for the customer
    proposal: Proposal | None = None  # the new ticket is one of many
    reach: Reach | None = None  # of an `#incident` command
    desktop: Desktop = field(default_factory=lambda: Desktop())


@dataclass(frozen=True, slots=True)
class Desktop:
    """What lies on a colleague's desk when they write: read for the commands that need it."""

    thread: tuple[Filed, ...] = ()
    held: tuple[Hold, ...] = ()  # answers on this ticket that wait for a word, the latest last
    undoable: tuple[str, ...] = ()  # Message-IDs of answers that wait for an `#undo`
    other: Ticket | None = None  # the ticket that `#merge` names
    listed: tuple[str, ...] = ()  # of `#list`: a line each, what is due first at the top
    faster: str = ""  # who answered while the writer wrote
    leaks: tuple[
        tuple[str, str], ...
    ] = ()  # kinds of what must not leave unasked, with a masked excerpt
    released: bool = False  # the writer was asked, and said: send


class CannotDo(Exception):
    """A command does not fit the ticket: why, in which line, and what is possible."""

    def __init__(
        self, reason: str, line: str, possible: str = "", found: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(reason)
        self.found = found
        self.reason = reason
        self.line = line
        self.possible = possible


class MustAsk(CannotDo):
    """An answer is held until its writer says `#send` or `#drop`: faster, leak."""


def turn_over(way: Route) -> tuple[ClockWish, ...]:
    """The clock that hands the ticket to its team when that opens; none while it is open, nor that of
    a team which had the ticket before."""
    return (ClockWish(Promise.HANDOVER, way.opens_at is not None, way.opens_at),)


def level_one(setting: Setting) -> tuple[str, ...]:
    """The teams of level 1, or who looks after their work while they are closed."""
    first = [team.name for team in setting.desk.teams if team.level == 1]
    bucket = setting.desk.buckets[0].name
    return tuple(dict.fromkeys(setting.route(bucket, name).looks_after for name in first))
