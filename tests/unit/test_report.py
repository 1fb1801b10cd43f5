"""The figures of the report: what counts as kept, what took how long, and what lies in which span."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.model import Clock, Promise
from mailflow.rules.report import Timeline, Verdict, figures, percentile, timeline, took, verdict

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


def clock(minutes: float | None = None, promise: Promise = Promise.FIRST_RESPONSE) -> Clock:
    """A clock of ten minutes from AT on, met after so many."""
    met_at = None if minutes is None else AT + minutes * MINUTE
    return Clock(promise, AT, 10 * MINUTE, AT + 10 * MINUTE, met_at, bool(minutes and minutes > 10))


# --- Verdicts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "at", "stands"),
    [
        (clock(8), AT + HOUR, Verdict.KEPT),
        (clock(11), AT + HOUR, Verdict.BROKEN),
        (replace(clock(), broken=True), AT + HOUR, Verdict.BROKEN),
        (clock(), AT + 10 * MINUTE, Verdict.RUNNING),
        (clock(), AT + 10 * MINUTE + TICK, Verdict.BROKEN),  # nobody noticed yet
        (replace(clock(), paused_at=AT + MINUTE), AT + HOUR, Verdict.RUNNING),
        (clock(None, Promise.STATUS_UPDATE), AT + HOUR, Verdict.BROKEN),  # none went out
        (clock(11, Promise.CONFIRMATION), AT + HOUR, Verdict.BROKEN),
        (clock(None, Promise.CONFIRMATION), AT + HOUR, Verdict.RUNNING),
    ],
)
def test_how_a_promise_stands(one: Clock, at: datetime, stands: Verdict) -> None:
    """Broken is what the clock says, and what is past its time unmet, except a silence that lasts."""
    assert verdict(one, at) is stands


def test_what_it_took_does_not_hold_the_time_it_stood_still() -> None:
    """The due time moved by the pause; both cancel out."""
    one = replace(clock(), due_at=AT + 10 * MINUTE + DAY, met_at=AT + DAY + 8 * MINUTE)
    assert took(one) == 8 * MINUTE
    assert took(clock(11)) == 11 * MINUTE
    assert took(clock()) is None


# --- Percentiles ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "percent", "rank"),
    [
        (1, 50, 1),
        (1, 95, 1),
        (2, 50, 1),
        (3, 50, 2),
        (19, 95, 19),
        (20, 95, 19),
        (21, 95, 20),
        (100, 95, 95),
        (101, 95, 96),
        (100, 100, 100),
        (5, 0, 1),
    ],
)
def test_percentiles_are_by_the_nearest_rank(count: int, percent: int, rank: int) -> None:
    """Of 1, 2, ... `count` minutes: the smallest value that so many percent do not exceed."""
    assert percentile([n * MINUTE for n in range(1, count + 1)], percent) == rank * MINUTE


def test_nothing_has_no_percentile() -> None:
    """Nothing was met: there is no median."""
    assert percentile([], 50) is None


@given(st.lists(st.timedeltas(timedelta(0), DAY), min_size=1, max_size=60), st.integers(1, 100))
def test_so_many_percent_do_not_exceed_the_percentile(values: list[timedelta], percent: int) -> None:
    """The definition, for any values; and no smaller value fulfils it."""
    value = percentile(sorted(values), percent)
    assert value in values
    assert sum(one <= value for one in values) * 100 >= percent * len(values)
    smaller = [one for one in values if one < value]
    assert len(smaller) * 100 < percent * len(values)


# --- Figures -------------------------------------------------------------------------------------


def test_figures_are_by_promise_and_team() -> None:
    """In the order of the promises, then by team; kept, broken and running add up to the count."""
    found = figures(
        [
            ("support", clock(8)),
            ("support", clock(2)),
            ("support", clock(30)),
            ("support", clock()),
            ("billing", clock(4)),
            ("support", clock(1, Promise.ACKNOWLEDGEMENT)),
        ],
        AT + 5 * MINUTE,
    )
    assert [(one.promise.value, one.team) for one in found] == [
        ("acknowledgement", "support"),
        ("first_response", "billing"),
        ("first_response", "support"),
    ]
    support = found[-1]
    assert (support.count, support.met, support.broken, support.running) == (4, 2, 1, 1)
    assert (support.median, support.p95) == (8 * MINUTE, 30 * MINUTE)


def test_nothing_makes_no_figures() -> None:
    """No clock, no line."""
    assert figures([], AT) == ()


def test_what_was_never_met_has_no_median() -> None:
    """It counts, and it took no time that could be told."""
    (one,) = figures([("support", clock())], AT)
    assert (one.count, one.running, one.median, one.p95) == (1, 1, None, None)


# --- Over time -----------------------------------------------------------------------------------


def spans(clocks: list[Clock], since: datetime, until: datetime, zone: ZoneInfo = BERLIN) -> Timeline:
    rows = [("support", one) for one in clocks]
    return timeline(rows, (Promise.FIRST_RESPONSE,), since, until, zone, until)


def begun(at: datetime, *, broken: bool = False) -> Clock:
    within = 10 * MINUTE
    return Clock(Promise.FIRST_RESPONSE, at, within, at + within, at + MINUTE, broken)


@pytest.mark.parametrize(
    ("span", "unit"),
    [
        (MINUTE, "hour"),
        (72 * HOUR, "hour"),
        (72 * HOUR + TICK, "day"),
        (100 * DAY, "day"),
        (100 * DAY + TICK, "week"),
    ],
)
def test_the_longer_the_time_the_longer_the_spans(span: timedelta, unit: str) -> None:
    """Hours up to three days, days up to a hundred, then weeks."""
    assert spans([], AT, AT + span).unit == unit


@pytest.mark.parametrize("span", [TICK, HOUR, 80 * HOUR, 90 * DAY, 900 * DAY])
def test_spans_cover_the_time_without_a_gap(span: timedelta) -> None:
    """The first begins at or before the time, the last ends at or behind it, and no further."""
    found = spans([], AT + TICK, AT + TICK + span)
    bounds = (*found.starts, found.ends_at)
    assert bounds[0] <= AT + TICK
    assert bounds[-2] < AT + TICK + span <= bounds[-1]
    assert list(bounds) == sorted(set(bounds))


def test_days_begin_at_midnight_of_the_zone_whatever_the_clock_does() -> None:
    """Over the end of summer time a day has 25 hours, and each still begins at 00:00."""
    since = datetime(2026, 10, 23, 9, 0, tzinfo=UTC)
    found = spans([], since, since + 5 * DAY)
    here = [at.astimezone(BERLIN) for at in found.starts]
    assert {(at.hour, at.minute) for at in here} == {(0, 0)}
    assert [at.day for at in here] == [23, 24, 25, 26, 27, 28]
    assert found.starts[3] - found.starts[2] == 25 * HOUR


def test_weeks_begin_on_monday() -> None:
    """At midnight of the zone."""
    found = spans([], AT, AT + 200 * DAY)
    assert {(at.astimezone(BERLIN).weekday(), at.astimezone(BERLIN).hour) for at in found.starts} == {
        (0, 0)
    }


def test_hours_are_whole_in_a_zone_of_half_hours() -> None:
    """In India the hour begins at half past the hour of UTC."""
    found = spans([], AT, AT + 5 * HOUR, ZoneInfo("Asia/Kolkata"))
    assert {at.minute for at in found.starts} == {30}


def test_each_clock_counts_in_the_span_in_which_it_began() -> None:
    """Kept and broken apart; what begins at the border belongs to the later span."""
    clocks = [
        begun(AT),
        begun(AT + HOUR - TICK, broken=True),
        begun(AT + HOUR),
        begun(AT + HOUR + TICK),
    ]
    (series,) = spans(clocks, AT, AT + 3 * HOUR).series
    assert (series.kept, series.broken) == ((1, 2, 0), (1, 0, 0))


def test_what_runs_or_began_outside_counts_nowhere() -> None:
    """Neither kept nor broken yet; nor is what the picture does not show."""
    clocks = [replace(begun(AT), met_at=None, due_at=AT + DAY), begun(AT - HOUR), begun(AT + 3 * HOUR)]
    (series,) = spans(clocks, AT, AT + 3 * HOUR).series
    assert sum(series.kept) + sum(series.broken) == 0
