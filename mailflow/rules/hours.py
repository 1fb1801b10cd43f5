"""Open hours: when a team is open, when it opens next, how much open time lies between two moments.

Moments are aware and come out in UTC; hours are wall-clock hours of the calendar's zone. Sums are made
in UTC, so they are right on the nights the clock changes. A day in `closed` is closed from midnight to
midnight, for a calendar that is otherwise always open too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mailflow.model import Calendar, Span

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MIDNIGHT = time(0, 0)
HORIZON = timedelta(days=2 * 366)  # whoever has not opened by then never opens

_ALLOWED = 'allowed: "24/7", or days and times such as "Mon-Fri 09:00-18:00", several with commas'
_RANGE = re.compile(r"(\w{3})(?:\s?-\s?(\w{3}))?\s+(\d\d):(\d\d)\s?-\s?(\d\d):(\d\d)", re.ASCII)


class Stretch(NamedTuple):
    """Open from `opens` until just before `closes`, in UTC."""

    opens: datetime
    closes: datetime


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the team is open at this moment; the moment of closing is closed."""
    if calendar.always and not calendar.closed:
        return True
    today = at.astimezone(ZoneInfo(calendar.timezone)).date()
    return any(opens <= at < closes for opens, closes in _of_day(calendar, today))


def next_opening(calendar: Calendar, at: datetime) -> datetime | None:
    """When the team opens next, later than `at`; None if that is not within two years."""
    limit = at + HORIZON
    coming = takewhile(lambda stretch: stretch.opens <= limit, _stretches(calendar, at, limit))
    return next((stretch.opens for stretch in coming if stretch.opens > at), None)


def next_closing(calendar: Calendar, at: datetime) -> datetime | None:
    """When the team closes next, later than `at`; None if that is not within two years."""
    if calendar.always and not calendar.closed:
        return None
    limit = at + HORIZON
    first = next(_stretches(calendar, at, limit), None)
    return None if first is None or first.closes > limit else first.closes


def add_open_time(calendar: Calendar, start: datetime, duration: timedelta) -> datetime:
    """The moment at which `duration` of open time has passed since `start`.

    ValueError if the team does not open for that long within two years, or the duration is negative.
    """
    if duration < timedelta(0):
        raise ValueError("a duration of open time cannot be negative")
    start = start.astimezone(UTC)
    if not duration or (calendar.always and not calendar.closed):
        return start + duration
    left = duration
    for opens, closes in _stretches(calendar, start, start + HORIZON):
        begins = max(opens, start)
        if left <= closes - begins:
            return begins + left
        left -= closes - begins
    raise ValueError("the calendar is not open for that long within two years")


def open_time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How long the team is open from `start` to `end`; nothing if the end comes first."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return timedelta(0)
    if calendar.always and not calendar.closed:
        return end - start
    overlaps = (
        min(closes, end) - max(opens, start) for opens, closes in _stretches(calendar, start, end)
    )
    return sum((overlap for overlap in overlaps if overlap > timedelta(0)), timedelta(0))


def parse_hours(text: str) -> tuple[bool, tuple[Span, ...]]:
    """Read open hours as the configuration writes them: whether they are "24/7", and the weekly spans.

    A span over midnight becomes two. ValueError says what is wrong and what is allowed.
    """
    if text.strip() == "24/7":
        return True, ()
    spans = {span for entry in text.split(",") for span in _parse_entry(entry.strip())}
    return False, tuple(sorted(spans, key=lambda span: (span.weekday, span.opens, _ends(span))))


def _parse_entry(entry: str) -> list[Span]:
    found = _RANGE.fullmatch(entry)
    if found is None:
        raise ValueError(f"{entry!r} are no open hours; {_ALLOWED}")
    first, last, *times = found.groups()
    opens, closes = _parse_time(*times[:2]), _parse_time(*times[2:], end=True)
    if opens == closes != MIDNIGHT:
        raise ValueError(f'{entry!r} is empty; the whole day is "00:00-24:00"')
    return [span for day in _parse_days(first, last or first) for span in _split(day, opens, closes)]


def _parse_days(first: str, last: str) -> list[int]:
    names = [name.casefold() for name in DAYS]
    for name in (first, last):
        if name.casefold() not in names:
            raise ValueError(f"{name!r} is no day; allowed: {', '.join(DAYS)}")
    start, end = names.index(first.casefold()), names.index(last.casefold())
    return [(start + offset) % 7 for offset in range((end - start) % 7 + 1)]


def _parse_time(hour: str, minute: str, *, end: bool = False) -> time:
    if end and (hour, minute) == ("24", "00"):
        return MIDNIGHT
    if int(hour) > 23 or int(minute) > 59:
        raise ValueError(
            f"'{hour}:{minute}' is no time of day; allowed: 00:00 to 23:59, at the end 24:00"
        )
    return time(int(hour), int(minute))


def _split(weekday: int, opens: time, closes: time) -> list[Span]:
    if closes == MIDNIGHT or opens < closes:
        return [Span(weekday, opens, closes)]
    return [Span(weekday, opens, MIDNIGHT), Span((weekday + 1) % 7, MIDNIGHT, closes)]


def _ends(span: Span) -> tuple[bool, time]:
    return span.closes == MIDNIGHT, span.closes


def _stretches(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Stretch]:
    """Open stretches from `start` to the day of `end`, in order, joined where they touch."""
    zone = ZoneInfo(calendar.timezone)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    current: Stretch | None = None
    while day <= last:
        for coming in _of_day(calendar, day):
            if current is not None and coming.opens <= current.closes:
                current = Stretch(current.opens, max(current.closes, coming.closes))
                continue
            if current is not None and current.closes > start:
                yield current
            current = coming
        day += timedelta(days=1)
    if current is not None and current.closes > start:
        yield current


def _of_day(calendar: Calendar, day: date) -> list[Stretch]:
    """The open stretches of one day of the wall calendar, by time of opening."""
    if day in calendar.closed:
        return []
    whole = (Span(day.weekday(), MIDNIGHT, MIDNIGHT),)
    spans = whole if calendar.always else calendar.spans
    zone = ZoneInfo(calendar.timezone)
    stretches = (_stretch(zone, day, span) for span in spans if span.weekday == day.weekday())
    return sorted(stretch for stretch in stretches if stretch.opens < stretch.closes)


def _stretch(zone: ZoneInfo, day: date, span: Span) -> Stretch:
    """A span on a day, in UTC. Of an hour that the clock shows twice, both are open."""
    opens = _instant(zone, datetime.combine(day, span.opens), fold=0)
    if span.closes == MIDNIGHT:
        following = datetime.combine(day + timedelta(days=1), MIDNIGHT)
        return Stretch(opens, _instant(zone, following, fold=0))
    return Stretch(opens, _instant(zone, datetime.combine(day, span.closes), fold=1))


def _instant(zone: ZoneInfo, wall: datetime, *, fold: int) -> datetime:
    """The moment at which the clock on the wall shows `wall`, or jumps over it."""
    at = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        shown = middle.astimezone(zone).replace(tzinfo=None)
        before, after = (middle, after) if shown < wall else (before, middle)
    return after.replace(microsecond=0)
