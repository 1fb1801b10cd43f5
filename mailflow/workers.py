"""A few warm processes that run one function on many arguments: hostile mail hurts none but them.

In goes `work(*initial, *arguments)`, out comes a Future. A task beyond its time or memory, or that
killed two workers, ends in BeyondLimits; its worker is replaced. Workers are spawned, never forked,
outlive no parent, and leave no core dump of what customers wrote.
"""

from __future__ import annotations

import atexit
import gc
import math
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pickle import PicklingError
from queue import SimpleQueue
from time import process_time
from typing import Any, Generic, TypeVar

from mailflow.errors import BeyondLimits, MailflowError

Result = TypeVar("Result")

MEMORY = 1 << 30  # octets of address space
_START_SECONDS = 60.0
_GARBAGE = 10_000  # objects, for one look for cycles: reading a mail makes thousands and no cycle
_SPAWN = get_context("spawn")
# multiprocessing keeps a global set of children, which is not safe from two threads at once.
_FAMILY = threading.Lock()


class WorkerUnavailable(MailflowError):
    """No worker could be started, for a reason that is not the task's; trying again may help."""


class _Died(Exception):
    """A worker ended without an answer."""


@dataclass(slots=True)
class _Worker:
    """A child process and the pipe to it; only its own thread touches it."""

    start: tuple[Any, ...]  # what the child gets: work, initial, seconds, memory
    pipe: Connection = field(init=False)
    process: Any = field(init=False, default=None)

    def ensure(self) -> None:
        """Have a child that has imported everything and waits. Raises WorkerUnavailable."""
        if self.process is not None:
            return
        with _FAMILY:
            self.pipe, theirs = _SPAWN.Pipe()
            self.process = _SPAWN.Process(target=_serve, args=(theirs, *self.start), daemon=True)
            self.process.start()
            theirs.close()
        try:
            self._reply(_START_SECONDS)
        except (_Died, TimeoutError) as failed:
            raise WorkerUnavailable("a worker did not start") from failed

    def run(self, arguments: tuple[Any, ...], seconds: float) -> tuple[bool, Any]:
        """The answer: whether it worked, and the result or error. Raises _Died, TimeoutError."""
        try:
            self.pipe.send(arguments)
        except OSError as broken:
            self.end()
            raise _Died from broken
        answer: tuple[bool, Any] = self._reply(seconds)
        return answer

    def _reply(self, seconds: float) -> Any:
        try:
            if self.pipe.poll(seconds):
                return self.pipe.recv()
        except (EOFError, OSError) as broken:
            self.end()
            raise _Died from broken
        self.end()
        raise TimeoutError

    def end(self) -> None:
        if self.process is not None:
            with _FAMILY:
                self.process.kill()
                self.process.join()
                self.process.close()
            self.pipe.close()
            self.process = None


class Workers(Generic[Result]):
    """`count` processes that run `work`, which must be picklable, as must all that it takes and gives.

    `seconds` is wall time for one task, `memory` the address space of one worker.
    """

    def __init__(
        self,
        work: Callable[..., Result],
        initial: tuple[Any, ...],
        count: int,
        seconds: float = 10.0,
        memory: int = MEMORY,
    ) -> None:
        self._seconds = seconds
        self._tasks: SimpleQueue[tuple[tuple[Any, ...], Future[Result]] | None] = SimpleQueue()
        self._closed = False
        self._door = threading.Lock()  # nothing comes in behind the end of the queue
        start = (work, initial, seconds, memory)
        self._threads = tuple(
            threading.Thread(target=self._feed, args=(_Worker(start),), name=f"worker-{n}", daemon=True)
            for n in range(count)
        )
        for thread in self._threads:
            thread.start()
        atexit.register(self.close)

    def submit(self, *arguments: Any) -> Future[Result]:
        """The Future raises BeyondLimits, WorkerUnavailable, or what `work` raised."""
        future: Future[Result] = Future()
        with self._door:
            if self._closed:
                raise WorkerUnavailable("the workers are closed")
            self._tasks.put((arguments, future))
        return future

    def close(self) -> None:
        """End what is running within its time, cancel what waits, end the processes."""
        with self._door:
            if not self._closed:
                self._closed = True
                atexit.unregister(self.close)
                for _ in self._threads:
                    self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Workers[Result]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _feed(self, worker: _Worker) -> None:
        """One worker's thread: the worker is warm before the first task comes."""
        with suppress(WorkerUnavailable):  # the first task will say so
            worker.ensure()
        while task := self._tasks.get():
            arguments, future = task
            if self._closed:
                future.cancel()
                future.set_running_or_notify_cancel()  # whoever waits for it learns of it only now
            elif future.set_running_or_notify_cancel():
                self._settle(worker, arguments, future)
        worker.end()

    def _settle(self, worker: _Worker, arguments: tuple[Any, ...], future: Future[Result]) -> None:
        try:
            worked, outcome = self._twice(worker, arguments)
        except Exception as error:  # noqa: BLE001  whatever it is, the one who waits must know
            future.set_exception(error)
        else:
            if worked:
                future.set_result(outcome)
            else:
                future.set_exception(outcome)

    def _twice(self, worker: _Worker, arguments: tuple[Any, ...]) -> tuple[bool, Any]:
        """A worker may die for reasons that are not the task's; the second one died of the task."""
        for _ in range(2):
            worker.ensure()
            try:
                return worker.run(arguments, self._seconds)
            except TimeoutError as late:
                raise BeyondLimits(f"not understood after {self._seconds:g} seconds") from late
            except _Died:
                continue
        raise BeyondLimits("it ended two workers: too much memory, or a fault")


# --- In the child ----------------------------------------------------------------------------------


def _serve(
    pipe: Connection, work: Callable[..., Any], initial: tuple[Any, ...], seconds: float, memory: int
) -> None:
    """Answer until the parent is gone: its end of the pipe closes with it, however it died."""
    # A signal to the whole group is the parent's to handle: it lets what is running end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_AS, memory)
    gc.set_threshold(_GARBAGE)  # at Python's 700, one tenth of the time goes into looking
    gc.freeze()
    try:
        pipe.send(True)
        while True:
            arguments = pipe.recv()
            _limit(resource.RLIMIT_CPU, math.ceil(process_time() + seconds) + 1)
            _answer(pipe, _attempt(work, (*initial, *arguments)))
    except (EOFError, OSError, MemoryError):
        return


def _answer(pipe: Connection, answer: tuple[bool, Any]) -> None:
    try:
        pipe.send(answer)
    except (PicklingError, TypeError, AttributeError) as error:
        pipe.send((False, MailflowError(f"an answer cannot be sent: {error}")))


def _limit(kind: int, amount: int) -> None:
    """Set the soft limit; the hard one stays, so that CPU time can grow from task to task."""
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


def _attempt(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    try:
        return True, work(*arguments)
    except MemoryError:
        return False, BeyondLimits("not enough memory allowed")
    except Exception as error:  # noqa: BLE001  it is raised again where the result is awaited
        return False, error
