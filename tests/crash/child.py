"""Forks daemons for the crash tests, each to be killed at its n-th touch of the database.

Orders come as JSON lines on stdin, `{"config": PATH, "kill": N}` (0: never), one daemon at a time; on
stdout it says "started PID", "ready" and "ended STATUS". Everything is imported once: a fork is cheap.
Nothing of mailflow is patched: the touches are SQLAlchemy's events.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import alembic.command
import alembic.config  # noqa: F401 - it would be imported by each fork
from sqlalchemy import Engine, Pool, event

from mailflow.config import Configuration, load
from mailflow.daemon import PARTS, Daemon
from mailflow.log import set_up
from mailflow.model import Desk, Envelope, Message
from mailflow.understand import Understanding

_TOUCHES = (
    (Engine, "before_cursor_execute"),  # what came before it was executed, this was not
    (Engine, "commit"),  # not committed yet
    (Engine, "rollback"),
    (Pool, "checkin"),  # committed, and nobody has been told
)


class Fuse:
    """Kills its own process at the n-th touch."""

    def __init__(self, kill: int) -> None:
        self._left = kill
        self._lock = threading.Lock()

    def touch(self, *_: object) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Readers:
    """Understands in a thread: what dies here is the daemon, not its worker processes."""

    def __init__(self, desk: Desk) -> None:
        self._understanding = _understanding(desk)
        self._thread = ThreadPoolExecutor(1)

    def submit(self, content: bytes, envelope: Envelope) -> Future[Message]:
        return self._thread.submit(self._understanding.understand, content, envelope)

    def close(self) -> None:
        self._thread.shutdown()


@cache
def _understanding(desk: Desk) -> Understanding:
    return Understanding(desk)


def _live(configuration: Configuration, kill: int) -> int:
    """One daemon's life, until SIGTERM; the exit status."""
    set_up(json=True, verbose=False)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    fuse = Fuse(kill)
    for target, name in _TOUCHES:
        event.listen(target, name, fuse.touch)
    daemon = Daemon(configuration, PARTS, readers=Readers)
    try:
        daemon.start()
        _say("ready")
        signal.sigwait({signal.SIGTERM})
    finally:
        daemon.stop()
    return 0


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        configuration = load(Path(order["config"]), {})
        _understanding(configuration.desk)  # made here, for every fork
        pid = os.fork()
        if pid == 0:
            os._exit(_live(configuration, order["kill"]))
        _say(f"started {pid}")
        _, status = os.waitpid(pid, 0)
        _say(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
