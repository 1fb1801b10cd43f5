"""A watch that stands still until it is told otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

TUESDAY = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)  # 14:00 in Berlin: every team is open
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class FakeWatch:
    """The time of day and the monotonic time, moved together by hand."""

    def __init__(self, at: datetime = TUESDAY) -> None:
        self._start = self._now = at

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def advance(self, by: timedelta) -> None:
        self.set(self._now + by)

    def set(self, to: datetime) -> None:
        assert to >= self._now, "time does not run backwards"
        self._now = to
