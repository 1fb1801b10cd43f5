"""Times as people write them behind `#eta`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailflow.ticket.times import EXAMPLES, read

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday, 13:00 in Berlin


def at(text: str, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> str:
    """The moment on the wall clock of the zone; empty if there is none."""
    moment = read(text, now, zone)
    assert moment is None or moment.tzinfo is UTC
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90s", 1.5),
        ("45m", 45),
        ("90 min", 90),
        ("90 Minuten", 90),
        ("2h", 120),
        ("2 hours", 120),
        ("1 hour", 60),
        ("in 2 hours", 120),
        ("2 Std.", 120),
        ("in 3 Stunden", 180),
        ("3d", 3 * 1440),
        ("2 Tage", 2 * 1440),
        ("1 day", 1440),
        ("0h", 0),
    ],
)
def test_durations(text: str, minutes: float) -> None:
    """Contract, #eta DURATION: as in the configuration, and as people write in both languages."""
    assert read(text, NOW, BERLIN) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16:30", "2026-11-24 16:30"),
        ("at 16:30", "2026-11-24 16:30"),
        ("um 16:30 Uhr", "2026-11-24 16:30"),
        ("12:59", "2026-11-25 12:59"),
        ("13:00", "2026-11-25 13:00"),
        ("13:01", "2026-11-24 13:01"),
        ("today", "2026-11-24 18:00"),
        ("heute 17:00", "2026-11-24 17:00"),
        ("today 09:00", "2026-11-24 09:00"),
        ("tomorrow", "2026-11-25 18:00"),
        ("tomorrow 10:00", "2026-11-25 10:00"),
        ("tomorrow at 10:00", "2026-11-25 10:00"),
        ("Morgen um 10:00 Uhr", "2026-11-25 10:00"),
        ("2026-11-26 16:00", "2026-11-26 16:00"),
        ("2026-11-26", "2026-11-26 18:00"),
        ("2026-11-20 16:00", "2026-11-20 16:00"),
        ("26.11. 16:00", "2026-11-26 16:00"),
        ("am 26.11. um 16:00", "2026-11-26 16:00"),
        ("26.11 16:00", "2026-11-26 16:00"),
        ("24.11. 14:00", "2026-11-24 14:00"),
        ("23.11.", "2027-11-23 18:00"),
        ("1.2.", "2027-02-01 18:00"),
        ("26.11.26 8:00", "2026-11-26 08:00"),
        ("26.11.2027 16:00", "2027-11-26 16:00"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    """Contract, #eta TIME: on the desk's clock; a time of day that has passed is tomorrow's."""
    assert at(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "soon", "bald", "2", "16", "h", "2x", "12345h", "-2h", "2h 3h", "2 30 min", "1.5h"),
        *("25:00", "16:60", "24:00", "16:3", "16:300", ":30", "16:", "99999999999999999999:00"),
        *("31.2.", "30.02.2027", "0.0.", "32.1.", "26.13.", "1.1.99999999999999999999", "1.1.10000"),
        *("2026-13-01", "2026-11-26T16:00", "26/11/2026", "10:00 tomorrow", "tomorrow noon"),
        *(
            "tomorrow 10:00 sharp",
            "16:00 17:00",
            "٣h",
            "²h",
            "9" * 5000 + "h",
            "1." * 5000,
            "a " * 9999,
        ),
    ],
)
def test_what_is_no_time(text: str) -> None:
    """What cannot be understood is said to the writer, whatever it is: never a guess, never a crash."""
    assert read(text, NOW, BERLIN) is None


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Adak", "UTC"])
@pytest.mark.parametrize(
    "text", ["9999-12-31 23:59", "0001-01-01 00:00", "31.12.9999 23:59", "1.1.0001"]
)
def test_the_ends_of_the_calendar(text: str, zone: str) -> None:
    """A year that only just exists may lie outside of it in UTC."""
    moment = read(text, NOW, ZoneInfo(zone))
    assert moment is None or moment.tzinfo is UTC


def test_a_leap_day() -> None:
    """Without a year, the next such day; where there is none next year, none is guessed."""
    assert at("29.2.", datetime(2028, 2, 1, tzinfo=UTC)) == "2028-02-29 18:00"
    assert at("29.2.", datetime(2028, 3, 1, tzinfo=UTC)) == ""
    assert at("29.2.", datetime(2026, 3, 1, tzinfo=UTC)) == ""


@pytest.mark.parametrize(
    ("now", "text", "utc"),
    [
        ("2026-10-25T00:30", "2h", "2026-10-25T02:30"),  # over the hour that comes twice
        ("2026-10-24T20:00", "tomorrow 10:00", "2026-10-25T09:00"),  # already winter time
        ("2026-10-24T20:00", "02:30", "2026-10-25T00:30"),  # twice: the first
        ("2027-03-27T20:00", "tomorrow 10:00", "2027-03-28T08:00"),  # already summer time
        (
            "2027-03-27T20:00",
            "02:30",
            "2027-03-28T01:30",
        ),  # never: as if the clock were not changed yet
        ("2027-03-28T00:30", "2h", "2027-03-28T02:30"),
    ],
)
def test_nights_on_which_the_clock_changes(now: str, text: str, utc: str) -> None:
    """Hazards, time: durations are real ones, times of day those on the wall."""
    moment = read(text, datetime.fromisoformat(now).replace(tzinfo=UTC), BERLIN)
    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_the_zone_decides_what_has_passed() -> None:
    """At 13:00 in Berlin it is 07:00 in New York."""
    assert at("09:00", zone=ZoneInfo("America/New_York")) == "2026-11-24 09:00"
    assert at("09:00") == "2026-11-25 09:00"


def test_every_example_is_a_time() -> None:
    """What a receipt shows as possible is possible."""
    for example in EXAMPLES.split(", "):
        assert read(example, NOW, BERLIN), example
