"""Open hours against literals, on the nights the clock changes, and against a slow reference."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.model import Calendar, Span
from mailflow.rules.hours import (
    add_open_time,
    is_open,
    next_closing,
    next_opening,
    open_time_between,
    parse_hours,
)

BERLIN = "Europe/Berlin"
ALWAYS = Calendar(BERLIN)


def calendar(hours: str, *closed: str, zone: str = BERLIN) -> Calendar:
    always, spans = parse_hours(hours)
    return Calendar(zone, always, spans, frozenset(map(date.fromisoformat, closed)))


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN), fold=fold).astimezone(UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


OFFICE = calendar("Mon-Fri 09:00-18:00", "2026-12-25")
NIGHT = calendar("Sat-Sun 00:00-24:00")


# --- How hours are written -----------------------------------------------------------------------


def test_hours_around_the_clock_have_no_spans() -> None:
    """ "24/7" is always open."""
    assert parse_hours("24/7") == (True, ())


def test_a_range_of_days_has_a_span_for_each() -> None:
    """Days are inclusive, and several entries are separated by commas."""
    always, spans = parse_hours("Mon-Tue 09:00-18:00, Thu 10:30-12:00")
    assert not always
    assert spans == (
        Span(0, time(9), time(18)),
        Span(1, time(9), time(18)),
        Span(3, time(10, 30), time(12)),
    )


def test_a_range_of_days_may_go_over_sunday() -> None:
    """ "Sat-Mon" is Saturday, Sunday and Monday."""
    assert [span.weekday for span in parse_hours("Sat-Mon 09:00-10:00")[1]] == [0, 5, 6]


def test_a_span_over_midnight_becomes_two() -> None:
    """The part after midnight belongs to the next weekday, also from Sunday to Monday."""
    assert parse_hours("Sun 22:00-06:00")[1] == (
        Span(0, time(0), time(6)),
        Span(6, time(22), time(0)),
    )


@pytest.mark.parametrize("text", ["Mon 08:00-24:00", "mon 08:00-00:00", "MON 08:00 - 24:00"])
def test_the_end_of_the_day_may_be_written_in_two_ways(text: str) -> None:
    """24:00 and 00:00 both end the day; names of days may have any case."""
    assert parse_hours(text)[1] == (Span(0, time(8), time(0)),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "always",
        "09:00-18:00",
        "Mon",
        "Mon 9-18",
        "Mon 09:00",
        "Mon-Xyz 09:00-18:00",
        "Mon 24:00-25:00",
        "Mon 09:60-18:00",
        "Mon 09:00-09:00",
        "Mon 09:00-18:00,",
        "24/7, Mon 09:00-18:00",
        "Mon ０９:00-18:00",
    ],
)
def test_other_hours_are_refused_with_what_is_allowed(text: str) -> None:
    """The error names an allowed form."""
    with pytest.raises(ValueError, match=r"allowed|24:00"):
        parse_hours(text)


# --- Ordinary days -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        ("2026-11-24T08:59:59", False),
        ("2026-11-24T09:00:00", True),
        ("2026-11-24T17:59:59", True),
        ("2026-11-24T18:00:00", False),
        ("2026-11-28T12:00:00", False),
        ("2026-12-25T12:00:00", False),
    ],
)
def test_open_from_the_first_moment_to_before_the_last(at: str, open_: bool) -> None:
    """Below, at and above both limits; weekends and closed days are closed."""
    assert is_open(OFFICE, berlin(at)) is open_


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-24T08:00", "2026-11-24T09:00"),
        ("2026-11-24T09:00", "2026-11-25T09:00"),
        ("2026-11-27T18:00", "2026-11-30T09:00"),
        ("2026-12-24T20:00", "2026-12-28T09:00"),
    ],
)
def test_the_next_opening_is_later_than_now(at: str, opens: str) -> None:
    """Nights, weekends and closed days are passed over; a team that opens now opens next tomorrow."""
    assert next_opening(OFFICE, berlin(at)) == berlin(opens)


@pytest.mark.parametrize(
    ("at", "closes"),
    [
        ("2026-11-24T08:00", "2026-11-24T18:00"),
        ("2026-11-24T17:59", "2026-11-24T18:00"),
        ("2026-11-24T18:00", "2026-11-25T18:00"),
    ],
)
def test_the_next_closing_is_later_than_now(at: str, closes: str) -> None:
    """It is this day's while there is one to come."""
    assert next_closing(OFFICE, berlin(at)) == berlin(closes)


def test_two_whole_days_are_one_stretch() -> None:
    """Nothing closes at a midnight that the next span begins at."""
    assert next_closing(NIGHT, berlin("2026-11-28T12:00")) == berlin("2026-11-30T00:00")


def test_open_time_stands_still_overnight() -> None:
    """An hour before closing and an hour after opening make two."""
    assert add_open_time(OFFICE, berlin("2026-11-27T17:00"), hours(2)) == berlin("2026-11-30T10:00")
    assert add_open_time(OFFICE, berlin("2026-11-27T17:00"), hours(1)) == berlin("2026-11-27T18:00")
    assert open_time_between(OFFICE, berlin("2026-11-27T17:00"), berlin("2026-11-30T10:00")) == hours(2)


def test_no_time_passes_backwards() -> None:
    """A negative duration is an error; an end before the start holds no open time."""
    with pytest.raises(ValueError, match="negative"):
        add_open_time(ALWAYS, berlin("2026-11-24T12:00"), hours(-1))
    assert open_time_between(ALWAYS, berlin("2026-11-24T12:00"), berlin("2026-11-24T11:00")) == hours(0)


# --- Always and never ----------------------------------------------------------------------------


def test_around_the_clock_never_closes() -> None:
    """A calendar that is always open has neither opening nor closing, and its time is all time."""
    at = berlin("2026-03-28T12:00")
    assert is_open(ALWAYS, at)
    assert next_opening(ALWAYS, at) is None
    assert next_closing(ALWAYS, at) is None
    assert add_open_time(ALWAYS, at, hours(48)) == at + hours(48)
    assert open_time_between(ALWAYS, at, at + hours(48)) == hours(48)


def test_a_closed_day_closes_around_the_clock_too() -> None:
    """From midnight to midnight of the place, and no longer."""
    watch = calendar("24/7", "2026-12-24")
    before, after = berlin("2026-12-24T00:00"), berlin("2026-12-25T00:00")
    assert is_open(watch, before - hours(1))
    assert not is_open(watch, before)
    assert is_open(watch, after)
    assert next_closing(watch, before - hours(1)) == before
    assert next_opening(watch, before) == after


def test_whoever_never_opens_is_found_out() -> None:
    """A calendar without hours opens never, and adding to it is an error, not an endless search."""
    never = Calendar(BERLIN, always=False)
    at = berlin("2026-11-24T12:00")
    assert not is_open(never, at)
    assert next_opening(never, at) is None
    assert next_closing(never, at) is None
    with pytest.raises(ValueError, match="two years"):
        add_open_time(never, at, hours(1))


# --- Nights the clock changes --------------------------------------------------------------------


def test_a_night_in_spring_is_an_hour_shorter() -> None:
    """2026-03-29 in Berlin has 23 hours."""
    assert open_time_between(NIGHT, berlin("2026-03-29T00:00"), berlin("2026-03-30T00:00")) == hours(23)
    night = calendar("Sat 22:00-06:00")
    assert add_open_time(night, berlin("2026-03-28T22:00"), hours(7)) == berlin("2026-03-29T06:00")


def test_a_night_in_autumn_is_an_hour_longer() -> None:
    """2026-10-25 in Berlin has 25 hours: from 01:00 to 05:00 it takes five."""
    assert open_time_between(NIGHT, berlin("2026-10-25T00:00"), berlin("2026-10-26T00:00")) == hours(25)
    assert add_open_time(NIGHT, berlin("2026-10-25T01:00"), hours(5)) == berlin("2026-10-25T05:00")


def test_an_hour_shown_twice_is_open_twice() -> None:
    """Whoever opens or closes within it is open from its first to its last moment."""
    until = calendar("Sun 00:00-02:30")
    assert next_closing(until, berlin("2026-10-25T01:00")) == berlin("2026-10-25T02:30", fold=1)
    since = calendar("Sun 02:30-06:00")
    assert next_opening(since, berlin("2026-10-25T01:00")) == berlin("2026-10-25T02:30", fold=0)


def test_an_hour_never_shown_begins_when_the_clock_jumps() -> None:
    """Opening or closing at 02:30 on 2026-03-29 happens when 02:00 becomes 03:00."""
    jump = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert next_opening(calendar("Sun 02:30-06:00"), berlin("2026-03-29T01:00")) == jump
    assert next_closing(calendar("Sun 00:00-02:30"), berlin("2026-03-29T01:00")) == jump
    lost = calendar("Sun 02:10-02:50")
    assert next_opening(lost, berlin("2026-03-29T01:00")) == berlin("2026-04-05T02:10")


def test_a_midnight_shown_twice_ends_the_day_at_its_first() -> None:
    """In Havana the hour after midnight comes twice: a day that is closed is closed in both."""
    havana = calendar("24/7", "2026-11-01", zone="America/Havana")
    closes = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
    assert next_closing(havana, closes - hours(3)) == closes
    assert next_opening(havana, closes) == closes + hours(25)


def test_the_wall_clock_of_the_place_counts() -> None:
    """The same hours are other moments in another zone."""
    at = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    assert is_open(calendar("Tue 09:00-18:00"), at)
    assert is_open(calendar("Tue 09:00-18:00", zone="America/New_York"), at)
    assert not is_open(calendar("Tue 09:00-18:00", zone="Asia/Tokyo"), at)


@pytest.mark.parametrize("team", [ALWAYS, NIGHT])
def test_questions_asked_in_the_place_itself_are_counted_in_real_time(team: Calendar) -> None:
    """01:00 to 05:00 is five hours on 2026-10-25 for moments with the zone of Berlin as well."""
    start = datetime(2026, 10, 25, 1, 0, tzinfo=ZoneInfo(BERLIN))
    end = datetime(2026, 10, 25, 5, 0, tzinfo=ZoneInfo(BERLIN))
    assert open_time_between(team, start, end) == hours(5)
    assert add_open_time(team, start, hours(5)) == end.astimezone(UTC)


def test_results_are_in_utc() -> None:
    """Whatever zone the question was asked in."""
    at = datetime(2026, 11, 24, 20, 0, tzinfo=ZoneInfo(BERLIN))
    opens, closes = next_opening(OFFICE, at), next_closing(OFFICE, at)
    for result in (opens, closes, add_open_time(OFFICE, at, hours(1))):
        assert result is not None
        assert result.tzinfo is UTC


# --- Against a slow reference --------------------------------------------------------------------

STEP = timedelta(minutes=30)
# Weeks with both changes of the clock, and one without.
STARTS = [datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 26), (10, 22), (6, 10))]


def shown_open(calendar: Calendar, at: datetime) -> bool:
    """Is it open by what the clock on the wall shows? Right where hours avoid the hour that changes."""
    wall = at.astimezone(ZoneInfo(calendar.timezone))
    if wall.date() in calendar.closed:
        return False
    return calendar.always or any(
        span.weekday == wall.weekday()
        and span.opens <= wall.time()
        and (wall.time() < span.closes or span.closes == time(0))
        for span in calendar.spans
    )


# Half-hours outside 01:00 to 03:30, within which the zones below change their clocks.
quiet_times = st.sampled_from([time(hour, minute) for hour in (0, *range(4, 24)) for minute in (0, 30)])


@st.composite
def spans(draw: st.DrawFn) -> Span:
    opens, closes = sorted((draw(quiet_times), draw(quiet_times)))
    return Span(draw(st.integers(0, 6)), opens, time(0) if opens == closes else closes)


calendars = st.builds(
    Calendar,
    st.sampled_from([BERLIN, "UTC", "Asia/Kolkata"]),
    st.booleans(),
    st.lists(spans(), max_size=6).map(tuple),
    st.frozensets(st.sampled_from([date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25)])),
)
moments = st.builds(
    lambda start, steps: start + steps * STEP, st.sampled_from(STARTS), st.integers(0, 7 * 48)
)
durations = st.integers(0, 4 * 48).map(lambda steps: steps * STEP)


@settings(max_examples=60, deadline=None)
@given(calendars, moments, durations)
def test_open_time_is_what_half_hours_add_up_to(
    calendar: Calendar, start: datetime, length: timedelta
) -> None:
    """Open time between two moments is the sum over the half-hours that are open."""
    steps = [start + number * STEP for number in range(length // STEP)]
    assert [is_open(calendar, at) for at in steps] == [shown_open(calendar, at) for at in steps]
    expected = sum((STEP for at in steps if shown_open(calendar, at)), timedelta(0))
    assert open_time_between(calendar, start, start + length) == expected


@settings(max_examples=60, deadline=None)
@given(calendars, moments)
def test_openings_and_closings_are_where_the_wall_changes(calendar: Calendar, start: datetime) -> None:
    """The next opening and closing within nine days are the first changes that a walk meets."""
    walk = [start + number * STEP for number in range(9 * 48)]
    changes = [(at, shown_open(calendar, at)) for at in walk[1:]]
    before = dict(zip(walk[1:], (shown_open(calendar, at) for at in walk), strict=False))
    opening = next((at for at, open_ in changes if open_ and not before[at]), None)
    closing = next((at for at, open_ in changes if not open_ and before[at]), None)
    if opening is not None:
        assert next_opening(calendar, start) == opening
    if closing is not None:
        assert next_closing(calendar, start) == closing


@settings(max_examples=60, deadline=None)
@given(calendars, moments, durations)
def test_adding_and_measuring_agree(calendar: Calendar, start: datetime, duration: timedelta) -> None:
    """What was added is what lies between, and not a moment earlier."""
    try:
        end = add_open_time(calendar, start, duration)
    except ValueError:
        assert next_opening(calendar, start) is None or duration > timedelta(0)
        return
    assert open_time_between(calendar, start, end) == duration
    if duration:
        assert open_time_between(calendar, start, end - timedelta(seconds=1)) < duration
