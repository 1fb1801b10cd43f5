"""A time as people write it behind `#eta`: "2h", "90 min", "16:30", "tomorrow 10:00", "2026-11-26 16:00"."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EXAMPLES = "2h, 45m, 3d, 16:30, tomorrow 10:00, 26.11. 16:00, 2026-11-26 16:00"
_UNITS = {
    "s": timedelta(seconds=1),
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
_SMALL = frozenset({"in", "at", "on", "by", "um", "am", "bis"})
_END_OF_WORK = time(18, 0)  # what a day without a time means


def read(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment that is meant, in UTC; None if it is none. A time of day that has passed is tomorrow's."""
    words = [word for word in text.casefold().removesuffix(" uhr").split() if word not in _SMALL]
    try:
        return _duration(words, now) or _moment(words, now.astimezone(zone), zone)
    except (ValueError, OverflowError):  # no such day, or one that no calendar holds
        return None


def _duration(words: list[str], now: datetime) -> datetime | None:
    text = "".join(words)
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    unit = _UNITS.get(text[len(digits) :].removesuffix("."))
    if not digits or len(digits) > 4 or unit is None or any(word[0].isdigit() for word in words[1:]):
        return None
    return now + int(digits) * unit


def _moment(words: list[str], here: datetime, zone: ZoneInfo) -> datetime | None:
    today = here.date()
    if len(words) == 2:
        day, clock = _day(words[0], today), _clock(words[1])
    elif len(words) == 1 and (clock := _clock(words[0])):
        day = today if clock > here.time() else today + timedelta(days=1)
    elif len(words) == 1:
        day, clock = _day(words[0], today), _END_OF_WORK
    else:
        return None
    if day is None or clock is None:
        return None
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _day(word: str, today: date) -> date | None:
    if word in _DAYS:
        return today + timedelta(days=_DAYS[word])
    try:
        return date.fromisoformat(word)
    except ValueError:
        return _german_day(word, today)


def _german_day(word: str, today: date) -> date | None:
    """ "26.11.", "26.11.26", "26.11.2026": without a year, the next such day. Raises ValueError."""
    parts = word.rstrip(".").split(".")
    if len(parts) not in (2, 3) or not all(part.isdecimal() and part.isascii() for part in parts):
        return None
    day, month = int(parts[0]), int(parts[1])
    if len(parts) == 3:
        year = int(parts[2])
        return date(year + 2000 if year < 100 else year, month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _clock(word: str) -> time | None:
    """Raises ValueError for 25:00."""
    hour, colon, minute = word.partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        return None
    return time(int(hour), int(minute))
