"""How the promise was kept: clocks -> figures for each promise and team, and for spans of time. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from mailflow.model import Clock, Promise


class Verdict(StrEnum):
    """How a promise stands."""

    KEPT = "kept"
    BROKEN = "broken"
    RUNNING = "running"


def verdict(clock: Clock, at: datetime) -> Verdict:
    """Broken is also what is past its time and was not noticed yet, or what nothing went out for.

    Only a confirmation that nobody gave is never broken: its ticket just closes later.
    """
    runs = clock.met_at is None
    overdue = runs and clock.paused_at is None and clock.due_at < at
    if clock.broken or (overdue and clock.promise is not Promise.CONFIRMATION):
        return Verdict.BROKEN
    return Verdict.RUNNING if runs else Verdict.KEPT


def took(clock: Clock) -> timedelta | None:
    """From the start to what met it, without the time that it stood still; None: nothing met it yet."""
    return None if clock.met_at is None else clock.met_at - clock.due_at + clock.within


def percentile(ordered: Sequence[timedelta], percent: int) -> timedelta | None:
    """By the nearest rank: the smallest value that `percent` of all values do not exceed.

    Always a value that occurred, the median (50) too. `ordered` is ascending; None of nothing.
    """
    if not ordered:
        return None
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(rank, 1) - 1]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one promise and team. `count` is `met` in time, `broken` (met or not) and those that still run.

    `median` and `p95` are of all that were met, late ones included.
    """

    promise: Promise
    team: str
    count: int
    met: int
    broken: int
    median: timedelta | None
    p95: timedelta | None

    @property
    def running(self) -> int:
        return self.count - self.met - self.broken


def figures(clocks: Iterable[tuple[str, Clock]], at: datetime) -> tuple[Figures, ...]:
    """The figures of (team, clock) as they are `at`, in the order of promises, then of teams' names."""
    grouped: dict[tuple[Promise, str], list[Clock]] = {}
    for team, clock in clocks:
        grouped.setdefault((clock.promise, team), []).append(clock)
    order = list(Promise)
    keys = sorted(grouped, key=lambda key: (order.index(key[0]), key[1]))
    return tuple(_figures(promise, team, grouped[promise, team], at) for promise, team in keys)


def _figures(promise: Promise, team: str, clocks: Sequence[Clock], at: datetime) -> Figures:
    verdicts = [verdict(one, at) for one in clocks]
    ordered = sorted(time for time in map(took, clocks) if time is not None)
    return Figures(
        promise,
        team,
        len(clocks),
        verdicts.count(Verdict.KEPT),
        verdicts.count(Verdict.BROKEN),
        percentile(ordered, 50),
        percentile(ordered, 95),
    )


# --- Over time -----------------------------------------------------------------------------------

_MOST_HOURS, _MOST_DAYS = 72, 100


@dataclass(frozen=True, slots=True)
class Series:
    """One promise over time: what began in each span, and how it stands. Tuples as long as `starts`."""

    promise: Promise
    kept: tuple[int, ...]
    broken: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """`starts` are the spans' first moments in UTC; the last span ends at `ends_at`. `unit`: how long."""

    unit: str  # hour, day or week, on the wall clock of the zone it was made for
    starts: tuple[datetime, ...]
    ends_at: datetime
    series: tuple[Series, ...]


def timeline(
    clocks: Sequence[tuple[str, Clock]],
    promises: Iterable[Promise],
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    at: datetime,
) -> Timeline:
    """Kept and broken over [since, until): per hour up to three days, per day up to a hundred, per week.

    What still runs counts nowhere, nor what began outside.
    """
    unit = _unit(until - since)
    bounds = _bounds(unit, since, until, zone)
    starts = bounds[:-1]
    counted = {promise: ([0] * len(starts), [0] * len(starts)) for promise in promises}
    for _, clock in clocks:
        stands = verdict(clock, at)
        inside = bounds[0] <= clock.started_at < bounds[-1]
        if inside and stands is not Verdict.RUNNING and clock.promise in counted:
            place = bisect_right(starts, clock.started_at) - 1
            counted[clock.promise][stands is Verdict.BROKEN][place] += 1
    series = tuple(
        Series(promise, tuple(kept), tuple(broken)) for promise, (kept, broken) in counted.items()
    )
    return Timeline(unit, starts, bounds[-1], series)


def _unit(span: timedelta) -> str:
    if span <= timedelta(hours=_MOST_HOURS):
        return "hour"
    return "day" if span <= timedelta(days=_MOST_DAYS) else "week"


def _bounds(unit: str, since: datetime, until: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Where the spans meet, in UTC: whole hours, or midnights of the zone whatever the clock's change."""
    bounds = [_floor(unit, since, zone)]
    while bounds[-1] < until or len(bounds) < 2:
        bounds.append(_following(unit, bounds[-1], zone))
    return tuple(bounds)


def _floor(unit: str, at: datetime, zone: ZoneInfo) -> datetime:
    here = at.astimezone(zone)
    if unit == "hour":
        past = timedelta(minutes=here.minute, seconds=here.second, microseconds=here.microsecond)
        return at.astimezone(UTC) - past
    day = here.date() - timedelta(days=here.weekday() if unit == "week" else 0)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _following(unit: str, start: datetime, zone: ZoneInfo) -> datetime:
    if unit == "hour":
        return start + timedelta(hours=1)
    day = start.astimezone(zone).date() + timedelta(days=7 if unit == "week" else 1)
    return datetime.combine(day, time(), zone).astimezone(UTC)
