"""When to try again: the pauses of one mail, and those of a server or store that is away."""

from __future__ import annotations

from datetime import datetime, timedelta

from mailflow.clock import Watch

GIVE_UP_AFTER = timedelta(days=5)  # RFC 5321 section 4.5.4.1
_PAUSES = (10, 30, 60, 120, 300, 600, 1200, 1800, 3600)  # seconds; the last one repeats
_QUICK_PAUSES = (5, 10, 15, 30, 60, 60, 120, 300, 600, 1200, 1800, 3600)
_SPREAD = 0.2


def next_attempt(
    attempt: int, queued_at: datetime, now: datetime, jitter: float, *, quick: bool = False
) -> datetime | None:
    """When to try again after failed attempt number `attempt` (from 1); None: give up.

    `jitter` from 0 to 1 spreads the pause by 20 % either way. `quick` is for acknowledgements: shorter
    pauses at first. The last attempt falls on the end of the five days.
    """
    deadline = queued_at + GIVE_UP_AFTER
    if now >= deadline:
        return None
    pauses = _QUICK_PAUSES if quick else _PAUSES
    pause = pauses[min(attempt, len(pauses)) - 1] * (1 - _SPREAD + 2 * _SPREAD * jitter)
    return min(now + timedelta(seconds=pause), deadline)


class Backoff:
    """Pauses that double from the first to the longest; failures within a pause do not lengthen it."""

    def __init__(self, watch: Watch, pauses: tuple[float, float]) -> None:
        self._watch = watch
        self._first, self._longest = pauses
        self._pause = self._until = 0.0

    @property
    def left(self) -> float:
        return max(0.0, self._until - self._watch.monotonic()) if self._pause else 0.0

    def fail(self) -> None:
        if not self.left:
            self._pause = min(max(self._first, 2 * self._pause), self._longest)
            self._until = self._watch.monotonic() + self._pause

    def succeed(self) -> None:
        self._pause = 0.0
