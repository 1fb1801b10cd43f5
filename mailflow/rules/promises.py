"""The clocks of the promise: which begin, what meets them, what they do by themselves and when.

The durations in force are stored with the clock: a changed configuration never moves a running one.
All times are UTC; a clock that stands still is moved on by the time it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from mailflow.model import Clock, ClockWish, Happened, Kind, Promise, Sla, Status, Step

# What each clock does by itself, step by step; a step that is not here is not taken.
HAPPENS: Mapping[tuple[Promise, Step], Happened] = MappingProxyType(
    {
        (Promise.ACKNOWLEDGEMENT, Step.DUE): Happened.PROMISE_BROKEN,
        (Promise.FIRST_RESPONSE, Step.REMIND): Happened.ANSWER_NEAR,
        (Promise.FIRST_RESPONSE, Step.DUE): Happened.PROMISE_BROKEN,
        (Promise.FIRST_RESPONSE, Step.AFTER): Happened.ANSWER_LATE,
        (Promise.STATUS_UPDATE, Step.REMIND): Happened.UPDATE_NEAR,
        (Promise.STATUS_UPDATE, Step.DUE): Happened.UPDATE_DUE,
        (Promise.CONFIRMATION, Step.DUE): Happened.SILENCE_PASSED,
        (Promise.NEXT_ANSWER, Step.DUE): Happened.FOLLOW_UP_WAITS,
        (Promise.ESTIMATE, Step.DUE): Happened.ESTIMATE_PASSED,
        (Promise.APPROVAL, Step.DUE): Happened.APPROVAL_LATE,
        (Promise.APPROVAL, Step.AFTER): Happened.APPROVAL_EXPIRED,
        (Promise.HANDOVER, Step.DUE): Happened.TEAM_OPENED,
    }
)
_BREAKS = frozenset({Promise.ACKNOWLEDGEMENT, Promise.FIRST_RESPONSE})
# These go on after their last step until somebody meets them; the others end with it.
_WAITS = _BREAKS | {Promise.STATUS_UPDATE}
# These stand still while the ticket waits, is solved or closed.
_STANDS = frozenset({Promise.STATUS_UPDATE, Promise.NEXT_ANSWER, Promise.ESTIMATE, Promise.APPROVAL})


def begun(promise: Promise, sla: Sla, at: datetime, due_at: datetime | None = None) -> Clock:
    """A clock of `promise` that begins `at`, due as `[sla]` says or at `due_at`."""
    within = due_at - at if due_at else _within(promise, sla)
    reminds = promise in (Promise.FIRST_RESPONSE, Promise.STATUS_UPDATE)
    remind = min(sla.remind_before, within / 2) if reminds else timedelta(0)
    return _set(Clock(promise, at, within, at + within, remind=remind, after=_after(promise, sla)))


def _set(clock: Clock) -> Clock:
    """The clock with the time of its next step, which the store looks for."""
    following = next_step(clock)
    return replace(clock, next_at=following[1] if following else None)


def _within(promise: Promise, sla: Sla) -> timedelta:
    return {
        Promise.ACKNOWLEDGEMENT: sla.acknowledge,
        Promise.FIRST_RESPONSE: sla.first_response,
        Promise.STATUS_UPDATE: sla.status_update,
        Promise.CONFIRMATION: sla.confirm,
        Promise.NEXT_ANSWER: sla.first_response,
        Promise.APPROVAL: sla.approval,
    }.get(promise, timedelta(0))


def _after(promise: Promise, sla: Sla) -> timedelta | None:
    if promise is Promise.FIRST_RESPONSE:
        return sla.escalate_after
    return sla.approval if promise is Promise.APPROVAL else None


# --- What a clock does by itself -----------------------------------------------------------------


def next_step(clock: Clock) -> tuple[Step, datetime] | None:
    """The step that comes next, and when; None while it stands still or has nothing left to do."""
    if clock.met_at is not None or clock.paused_at is not None:
        return None
    times = {Step.REMIND: clock.due_at - clock.remind, Step.DUE: clock.due_at}
    if clock.after is not None:
        times[Step.AFTER] = clock.due_at + clock.after
    if not clock.remind:
        del times[Step.REMIND]
    order = list(Step)
    taken = order.index(clock.step) if clock.step else -1
    return next(((step, at) for step, at in times.items() if order.index(step) > taken), None)


def due_step(clock: Clock, at: datetime) -> Step | None:
    """The step to take now. A reminder of what is due already is skipped: the deadline speaks."""
    following = next_step(clock)
    if following is None or following[1] > at:
        return None
    step, _ = following
    return Step.DUE if step is Step.REMIND and clock.due_at <= at else step


def taken(clock: Clock, step: Step, at: datetime) -> Clock:
    """The clock after that step: broken, gone on, or at its end."""
    broken = clock.broken or (step is Step.DUE and clock.promise in _BREAKS)
    clock = replace(clock, step=step, broken=broken)
    ends = next_step(clock) is None and clock.promise not in _WAITS
    return _set(replace(clock, met_at=at) if ends else clock)


# --- What moves a clock from outside -------------------------------------------------------------


def wished(
    clocks: Iterable[Clock], wishes: Iterable[ClockWish], sla: Sla, at: datetime
) -> tuple[Clock, ...]:
    """The clocks after the wishes of a turn: a new one ends the one of its promise that ran."""
    now = list(clocks)
    for wish in wishes:
        if wish.begin and wish.promise is Promise.NEXT_ANSWER and running(now, wish.promise):
            continue  # the customer waits since their first word, however often they write again
        now = list(met(now, wish.promise, at, kept=True))
        if wish.begin:
            now.append(begun(wish.promise, sla, at, wish.due_at))
    return tuple(now)


def standing(clocks: Iterable[Clock], status: Status, at: datetime) -> tuple[Clock, ...]:
    """The clocks of a ticket in this status: some stand still while it is not open, and while it is
    closed all but the acknowledgement, which is on its way."""
    return tuple(_stands(clock, status, at) for clock in clocks)


def _stands(clock: Clock, status: Status, at: datetime) -> Clock:
    if clock.met_at is not None or clock.promise is Promise.ACKNOWLEDGEMENT:
        return clock
    still = status is Status.CLOSED or (status is not Status.OPEN and clock.promise in _STANDS)
    if still and clock.paused_at is None:
        return _set(replace(clock, paused_at=at))
    if not still and clock.paused_at is not None:
        return _set(replace(clock, due_at=clock.due_at + (at - clock.paused_at), paused_at=None))
    return clock


def met(
    clocks: Iterable[Clock], promise: Promise, at: datetime, *, kept: bool = False
) -> tuple[Clock, ...]:
    """All clocks, the running one of `promise` met `at`. Too late is broken, unless it is `kept`.

    A status update that went out at its time or later is kept; it is broken only if none went out.
    """
    return tuple(
        _met(clock, at, kept=kept) if clock.promise is promise and clock.met_at is None else clock
        for clock in clocks
    )


def _met(clock: Clock, at: datetime, *, kept: bool) -> Clock:
    late = clock.promise in _BREAKS and not kept and at > clock.due_at
    due_at = clock.due_at
    if clock.paused_at is not None and clock.promise in _STANDS:
        due_at += max(at - clock.paused_at, timedelta(0))  # so that what it took is told without that
    return _set(replace(clock, due_at=due_at, met_at=at, paused_at=None, broken=clock.broken or late))


_UPDATES = frozenset({Kind.REPLY, Kind.STATUS, Kind.ESCALATION})
_LAST = frozenset({Kind.RESOLUTION, Kind.CLOSING})


def delivered(
    clocks: tuple[Clock, ...], kind: Kind, *, by_person: bool, status: Status, sla: Sla, at: datetime
) -> tuple[Clock, ...]:
    """The clocks after the outbound server took a mail of this kind for the customer `at`."""
    if kind is Kind.ACKNOWLEDGEMENT:
        return met(clocks, Promise.ACKNOWLEDGEMENT, at)
    if by_person:
        clocks = met(met(clocks, Promise.FIRST_RESPONSE, at), Promise.NEXT_ANSWER, at)
    answered = any(one.promise is Promise.FIRST_RESPONSE and one.met_at for one in clocks)
    if kind in _UPDATES | _LAST and answered:
        clocks = met(clocks, Promise.STATUS_UPDATE, at)
    if kind in _UPDATES and answered and status is not Status.CLOSED:
        clocks = (*clocks, begun(Promise.STATUS_UPDATE, sla, at))
    if kind is Kind.RESOLUTION and status is Status.RESOLVED:
        clocks = (*met(clocks, Promise.CONFIRMATION, at), begun(Promise.CONFIRMATION, sla, at))
    return standing(clocks, status, at)


def broken_late(before: Iterable[Clock], after: Iterable[Clock]) -> tuple[Promise, ...]:
    """The promises that turned out broken only when they were met: nothing had struck in between, so
    nobody was told yet."""
    unbroken = {(one.promise, one.started_at) for one in before if not one.broken}
    return tuple(
        one.promise for one in after if one.broken and (one.promise, one.started_at) in unbroken
    )


def running(clocks: Iterable[Clock], promise: Promise) -> Clock | None:
    """The clock of `promise` that nothing has met yet."""
    return next((one for one in clocks if one.promise is promise and one.met_at is None), None)
