"""Which team a bucket's mail goes to at a given moment, with the reason."""

from __future__ import annotations

from datetime import datetime

from mailflow.model import Desk, Route
from mailflow.rules import hours


def route(desk: Desk, bucket: str, team: str, at: datetime) -> Route:
    """The route of a ticket of `bucket` that `team` owns: the owner, or who looks after it."""
    owner = desk.team(team)
    if hours.is_open(owner.calendar, at):
        return Route(team, team, f"{bucket} is {team}'s, and {team} is open")
    substitute = desk.bucket(bucket).when_closed
    opens_at = hours.next_opening(owner.calendar, at)
    because = f"{bucket} is {team}'s, which is closed; {substitute} looks after it until then"
    return Route(team, substitute, because, opens_at)
