"""The list of open tickets that a team gets when it opens, once each day, if it wants one."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from mailflow.desktop import lines, open_tickets
from mailflow.identity import Chance
from mailflow.model import Change, Desk, Team
from mailflow.office import Office
from mailflow.outbound.compose import desk_digest
from mailflow.record import save
from mailflow.rules.hours import is_open
from mailflow.store import alarms

# A team that never closes has no opening: its day begins then.
_MORNING = time(8, 0)


def send_due(connection: Connection, office: Office, at: datetime, chance: Chance) -> int:
    """Send the digests whose time has come; how many there were."""
    due = [team for team in office.desk.teams if _is_due(connection, team, at)]
    for team in due:
        told = lines(open_tickets(connection, team.name), office.desk)
        mail = desk_digest(office.desk, team, told, at, chance.split(team.name), office.render)
        save(connection, Change(outgoing=(mail,)), None, at)
    return len(due)


def _is_due(connection: Connection, team: Team, at: datetime) -> bool:
    """True once a day, as soon as the team is open; it then counts as sent."""
    if not team.digest or not is_open(team.calendar, at):
        return False
    here = at.astimezone(ZoneInfo(team.calendar.timezone))
    if team.calendar.always and here.time() < _MORNING:
        return False
    return alarms.once_a_day(connection, f"digest {team.name}", here.date())


def wanted(desk: Desk) -> bool:
    """Whether any team wants a digest."""
    return any(team.digest for team in desk.teams)
