"""A time as people write it behind `#eta`: "2h", "90 min", "16:30", "tomorrow 10:00", "2026-11-26 16:00"."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EXAMPLES = "2h, 45m, 3d, 16:30, tomorrow 10:00, 26.11. 16:00, 2026-11-26 16:00"
_UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "minutes": timedelta(minutes=1),
    "minuten": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "hour": timedelta(hours=1),
    "hours": timedelta(hours=1),
    "std": timedelta(hours=1),
    "stunde": timedelta(hours=1),
    "stunden": timedelta(hours=1),
    "d": timedelta(days=1),
    "day": timedelta(days=1),
    "days": timedelta(days=1),
    "tag": timedelta(days=1),
    "tage": timedelta(days=1),
}
_DAYS = {"today": 0, "heute": 0, "tomorrow": 1, "morgen": 1}
_NOON_END = time(18, 0)  # a day without a time means its end of work


def read(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment that is meant, in UTC; None if it is none. A time of day that has passed is tomorrow's."""
    words = text.casefold().replace("um ", "").replace("at ", "").removesuffix(" uhr").split()
    return _duration("".join(words), now) or _moment(words, now.astimezone(zone), zone)


def _duration(text: str, now: datetime) -> datetime | None:
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    unit = _UNITS.get(text[len(digits) :])
    if not digits or len(digits) > 4 or unit is None:
        return None
    return now + int(digits) * unit


def _moment(words: list[str], here: datetime, zone: ZoneInfo) -> datetime | None:
    if not words or len(words) > 2:
        return None
    day = _day(words[0], here.date())
    clock = _clock(words[-1])
    if day is None and (clock is None or len(words) == 2):
        return None
    if day is None and clock is not None:
        day = here.date() if clock > here.time() else here.date() + timedelta(days=1)
    if day is None or (len(words) == 2 and clock is None):
        return None
    return datetime.combine(day, clock or _NOON_END, zone).astimezone(UTC)


def _day(word: str, today: date) -> date | None:
    if word in _DAYS:
        return today + timedelta(days=_DAYS[word])
    try:
        return date.fromisoformat(word)
    except ValueError:
        return _german_day(word, today)


def _german_day(word: str, today: date) -> date | None:
    """ "26.11.", "26.11.2026": without a year, the next such day."""
    parts = word.rstrip(".").split(".")
    if len(parts) not in (2, 3) or not all(part.isdecimal() and part.isascii() for part in parts):
        return None
    try:
        day = date(int(parts[2]) if len(parts) == 3 else today.year, int(parts[1]), int(parts[0]))
    except ValueError:
        return None
    return day if len(parts) == 3 or day >= today else day.replace(year=today.year + 1)


def _clock(word: str) -> time | None:
    hour, colon, minute = word.partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        return None
    try:
        return time(int(hour), int(minute))
    except ValueError:
        return None
