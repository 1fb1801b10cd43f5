"""Workers: real child processes; the tasks are this module's own functions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from mailflow.errors import BeyondLimits, StoreFull
from mailflow.workers import Workers, WorkerUnavailable


def behave(name: str, order: str) -> str:
    """The function under work: does what the order says."""
    verb, _, rest = order.partition(" ")
    if verb == "fail":
        raise StoreFull(rest)
    if verb == "loop":
        while True:
            pass
    if verb == "eat":
        return str(len(bytearray(1 << 34)))
    if verb == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if verb == "die-once" and not Path(rest).exists():
        Path(rest).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if verb == "odd":
        return lambda: None  # type: ignore[return-value]
    if verb == "pid":
        return str(os.getpid())
    return f"{name} {order}"


class Deadly:
    """Ends the process that unpickles it."""

    def __reduce__(self) -> tuple[Callable[[int], object], tuple[int]]:
        return os._exit, (1,)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers[str]]:
    with Workers(behave, ("Ada",), count=1, seconds=1.5) as started:
        yield started


def test_a_result_comes_back(workers: Workers[str]) -> None:
    """What `work` returns for the initial values and the argument is the Future's result."""
    assert workers.submit("greets").result(20) == "Ada greets"


def test_an_error_comes_back(workers: Workers[str]) -> None:
    """What `work` raises is raised where the result is awaited, and the worker goes on."""
    before = workers.submit("pid").result(20)
    with pytest.raises(StoreFull, match="no room"):
        workers.submit("fail no room").result(20)
    assert workers.submit("pid").result(20) == before


def test_too_slow(workers: Workers[str]) -> None:
    """A task beyond its time ends in BeyondLimits, and a new worker does the next."""
    before = workers.submit("pid").result(20)
    with pytest.raises(BeyondLimits, match=r"1\.5 seconds"):
        workers.submit("loop").result(20)
    assert workers.submit("pid").result(20) != before


def test_too_big(workers: Workers[str]) -> None:
    """A task that wants more memory than allowed ends in BeyondLimits."""
    with pytest.raises(BeyondLimits, match="memory"):
        workers.submit("eat").result(20)


def test_deadly_twice(workers: Workers[str]) -> None:
    """A task that killed its worker and the next one ends in BeyondLimits."""
    with pytest.raises(BeyondLimits, match="two workers"):
        workers.submit("die").result(20)
    assert workers.submit("lives").result(20) == "Ada lives"


def test_deadly_once(workers: Workers[str], tmp_path: Path) -> None:
    """A worker that died once is no reason to give up the task."""
    assert workers.submit(f"die-once {tmp_path / 'mark'}").result(20).startswith("Ada die-once")


def test_killed_while_idle(workers: Workers[str]) -> None:
    """A worker that somebody killed between two tasks is replaced, and nothing is lost."""
    os.kill(int(workers.submit("pid").result(20)), signal.SIGKILL)
    assert workers.submit("lives").result(20) == "Ada lives"


def test_signals_to_the_group(workers: Workers[str]) -> None:
    """SIGTERM and SIGINT, which reach the whole group, are the parent's to handle."""
    child = int(workers.submit("pid").result(20))
    os.kill(child, signal.SIGTERM)
    os.kill(child, signal.SIGINT)
    assert workers.submit("pid").result(20) == str(child)


def test_an_answer_that_cannot_be_sent(workers: Workers[str]) -> None:
    """A result that cannot be pickled is an error, not a dead worker."""
    with pytest.raises(Exception, match="cannot be sent"):
        workers.submit("odd").result(20)


def test_close() -> None:
    """Closing ends what runs, cancels what waits, takes nothing more, and leaves no process."""
    workers = Workers[str](behave, ("Ada",), count=1, seconds=1.5)
    child = int(workers.submit("pid").result(20))
    running, waiting = workers.submit("loop"), workers.submit("greets")
    deadline = time.monotonic() + 20
    while not running.running() and time.monotonic() < deadline:
        pass
    workers.close()
    workers.close()
    with pytest.raises(BeyondLimits):
        running.result(0)
    with pytest.raises(CancelledError):
        waiting.result(0)
    with pytest.raises(WorkerUnavailable):
        workers.submit("greets")
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_start_fails() -> None:
    """A worker that cannot start is not the task's fault: another error, so that it is tried again."""
    with (
        Workers[str](behave, (Deadly(),), count=1) as workers,
        pytest.raises(WorkerUnavailable),
    ):
        workers.submit("greets").result(20)


ORPHAN = """
from mailflow.workers import Workers
workers = Workers(eval, (), 1)
print(workers.submit("6 * 7").result(30), flush=True)
input()
"""


def test_parent_dies() -> None:
    """However the parent dies, its workers end: nobody holds its output open any more."""
    command = (sys.executable, "-c", ORPHAN)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"42\n"
        parent.kill()
        assert parent.communicate(timeout=20)[0] == b""
