"""The clocks of the promise: which start with a mail, and what meets them.

The durations in force are stored with the clock: a changed configuration never moves a running one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from mailflow.model import Clock, Kind, Promise, Sla

# What the first word of a person may be (contract: clocks, first_response).
_PERSONS = frozenset({Kind.REPLY, Kind.RESOLUTION, Kind.CLOSING, Kind.STATUS, Kind.ESCALATION})


def started(sla: Sla, at: datetime, *, acknowledged: bool, awaited: bool) -> tuple[Clock, ...]:
    """The clocks of a new ticket whose mail reached us `at`.

    `acknowledged`: an acknowledgement may be sent. `awaited`: a person waits for an answer.
    """
    clocks = []
    if acknowledged:
        clocks.append(_clock(Promise.ACKNOWLEDGEMENT, at, sla.acknowledge))
    if awaited:
        clocks.append(_clock(Promise.FIRST_RESPONSE, at, sla.first_response))
    return tuple(clocks)


def _clock(promise: Promise, at: datetime, within: timedelta) -> Clock:
    return Clock(promise, at, within, at + within)


def met_by(kind: Kind, *, by_person: bool) -> Promise | None:
    """The promise that a mail of this kind meets once the outbound server has taken it."""
    if kind is Kind.ACKNOWLEDGEMENT:
        return Promise.ACKNOWLEDGEMENT
    return Promise.FIRST_RESPONSE if by_person and kind in _PERSONS else None


def met(clocks: tuple[Clock, ...], promise: Promise, at: datetime) -> tuple[Clock, ...]:
    """All clocks, the running one of `promise` met `at`; broken if that was too late."""
    return tuple(
        replace(clock, met_at=at, broken=clock.broken or at > clock.due_at)
        if clock.promise is promise and clock.met_at is None
        else clock
        for clock in clocks
    )
