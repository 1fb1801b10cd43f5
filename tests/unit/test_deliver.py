"""When a mail is tried again: pure pauses, and the backoff of what is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailflow.outbound.retry import GIVE_UP_AFTER, Backoff, next_attempt

QUEUED = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def pause(attempt: int, jitter: float = 0.5, *, quick: bool = False) -> float:
    again = next_attempt(attempt, QUEUED, QUEUED, jitter, quick=quick)
    assert again is not None
    return (again - QUEUED).total_seconds()


def test_pauses_grow_to_an_hour() -> None:
    """A short hiccup costs seconds, a long one does not load the server."""
    pauses = [pause(attempt) for attempt in range(1, 12)]
    assert pauses == [10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 3600, 3600]


def test_acknowledgements_are_tried_again_within_their_promise() -> None:
    """Five attempts fall into the two minutes that an acknowledgement may take."""
    assert sum(pause(attempt, quick=True) for attempt in range(1, 5)) <= 60
    assert [pause(attempt, quick=True) for attempt in (12, 13)] == [3600, 3600]


@pytest.mark.parametrize(("jitter", "expected"), [(0.0, 8.0), (0.5, 10.0), (1.0, 12.0)])
def test_jitter_spreads_by_a_fifth(jitter: float, expected: float) -> None:
    """Mails that failed together are not tried again in one moment."""
    assert pause(1, jitter) == pytest.approx(expected)


def test_it_gives_up_after_five_days_and_not_before() -> None:
    """RFC 5321 section 4.5.4.1; the last attempt falls on the end of the time, not before it."""
    end = QUEUED + GIVE_UP_AFTER
    just_before = end - timedelta(seconds=1)
    assert next_attempt(130, QUEUED, just_before, 0.5) == end
    assert next_attempt(130, QUEUED, end, 0.5) is None
    assert next_attempt(1, QUEUED, end + timedelta(days=1), 0.5) is None


def test_five_days_take_a_bounded_number_of_attempts() -> None:
    """Played to the end, one mail knocks some 130 times, and ends."""
    now, attempts = QUEUED, 0
    again: datetime | None = QUEUED
    while again is not None:
        now, attempts = again, attempts + 1
        again = next_attempt(attempts, QUEUED, now, 0.5)
    assert now == QUEUED + GIVE_UP_AFTER
    assert 100 < attempts < 150


class Watch:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> datetime:
        return QUEUED + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


def test_a_backoff_doubles_up_to_its_longest_pause() -> None:
    """Failures that come together count once; a success ends it."""
    watch = Watch()
    backoff = Backoff(watch, (1.0, 5.0))
    assert backoff.left == 0.0
    pauses = []
    for _ in range(5):
        backoff.fail()
        backoff.fail()
        pauses.append(backoff.left)
        watch.seconds += backoff.left
    assert pauses == [1.0, 2.0, 4.0, 5.0, 5.0]
    backoff.fail()
    backoff.succeed()
    assert backoff.left == 0.0
