"""The daemon killed at every touch of the database and of the wire, and started again.

CRASH_STRIDE=1 kills at every touch; without it, at a sample that differs from series to series.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.crash.harness import AGENT, CUSTOMERS, TEAM, Day, Nursery
from tests.crash.ledger import check, rows
from tests.system.servers import free_port

STRIDE = int(os.environ.get("CRASH_STRIDE", "7"))
MOST = 2000  # touches: a day that never ends


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crash") / "log"


@pytest.fixture(scope="module")
def nursery(log: Path) -> Iterator[Nursery]:
    with Nursery(log) as one:
        yield one


def play(nursery: Nursery, folder: Path, kills: tuple[int, ...] = (), wire: int = 0) -> Day:
    """A day with these crashes; every promise holds at its end."""
    folder.mkdir()
    day = Day(nursery, folder, free_port(), kills, wire)
    sent = day.play()
    assert len(day.accepted) == 4
    check(day.url, day.accepted, sent, {TEAM, AGENT})
    _as_decided(day)
    return day


def _as_decided(day: Day) -> None:
    """Three tickets; the answer is on the first one's and went to its customer."""
    kinds = Counter(
        row.kind for row in rows(day.url, "SELECT kind FROM messages WHERE direction = 'out'")
    )
    assert kinds == {"acknowledgement": 3, "forward": 3, "reply": 1, "copy": 1}
    query = "SELECT t.customer_address FROM tickets t JOIN messages m ON m.ticket = t.number"
    answered = rows(day.url, f"{query} WHERE m.kind = 'reply'")
    assert [row[0] for row in answered] == [CUSTOMERS[0]]


def _killed(day: Day) -> int:
    return day.ends.count(-signal.SIGKILL)


def test_a_day_without_a_crash(nursery: Nursery, tmp_path: Path) -> None:
    """What the other tests disturb: one daemon, no repeats, no doubts."""
    day = play(nursery, tmp_path / "day")
    assert day.ends == [0]
    assert rows(day.url, "SELECT sum(doubts), sum(attempts) FROM outbox")[0] == (0, 8)


def test_killed_at_the_nth_touch_of_the_database(nursery: Nursery, tmp_path: Path) -> None:
    """From the making of the schema to the last settlement."""
    for touch in count(1, STRIDE):
        assert touch < MOST
        if not _killed(play(nursery, tmp_path / str(touch), (touch,))):
            break
    assert touch > 100, "the events are not heard"


def test_killed_twice(nursery: Nursery, tmp_path: Path) -> None:
    """The second daemon dies as well, in the work of picking up what the first one left."""
    for touch in count(3, STRIDE * 7):
        assert touch < MOST
        if not _killed(play(nursery, tmp_path / str(touch), (touch, touch // 2 + 20))):
            break
    assert touch > 100


def test_killed_at_the_nth_touch_of_the_wire(nursery: Nursery, tmp_path: Path) -> None:
    """At every command and reply of both dialogues: into the door, and out to everybody's server."""
    for touch in count(1, STRIDE):
        assert touch < MOST
        if not _killed(play(nursery, tmp_path / str(touch), wire=touch)):
            break
    assert touch > 50
