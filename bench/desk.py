"""A real daemon as a child process, with a store and a sink of its own, and what it costs."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.sink import Arrival, parsed
from tests.system.postgres import cluster

_PATIENCE = 60.0  # seconds for a process to start, end, or do anything
_TICK = os.sysconf("SC_CLK_TCK")
_CONFIGURATION = """\
[desk]
name = "Example Hosting"
address = "support@example.com"
[store]
url = "{url}"
[smtp]
listen = "127.0.0.1:{door}"
[outbound]
host = "127.0.0.1"
port = {sink}
[trust]
require_authentication = "none"
[limits]
per_address = "off"
strangers = "off"
[sla]
management = "management"
[[team]]
name = "support"
mailbox = "l1@example.com"
members = ["*@example.com"]
[[team]]
name = "management"
level = 0
mailbox = "management@example.com"
{buckets}"""
_BUCKETS = "".join(
    f'[[bucket]]\nname = "{name}"\nteam = "support"\n'
    for name in ("billing", "vps", "dns", "ssl", "general")
)


@dataclass(slots=True)
class Sink:
    """The sink's process, and what came to it so far."""

    port: int
    process: subprocess.Popen[str]
    arrivals: queue.SimpleQueue[Arrival] = field(default_factory=queue.SimpleQueue)

    def follow(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.arrivals.put(parsed(line))


@dataclass(frozen=True, slots=True)
class Desk:
    """A running daemon: its door's port, its sink, and the process ids to account for."""

    door: int
    sink: Sink
    pid: int
    database: int | None  # the PostgreSQL server's process
    log: Path

    def cpu(self) -> float:
        """Seconds of CPU that the daemon and its workers took so far."""
        return tree_cpu(self.pid)

    def database_cpu(self) -> float:
        return tree_cpu(self.database) if self.database else 0.0


@contextmanager
def desk(store: str) -> Iterator[Desk]:
    """A daemon on an empty store, "sqlite" or "postgresql"; all is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailflow-bench-")))
        url, database = f"sqlite:///{folder}/mailflow.db", None
        if store == "postgresql":
            server = stack.enter_context(cluster())
            assert server.process is not None
            url, database = server.database(), server.process.pid
        sink = stack.enter_context(_sink())
        door = _free_port()
        path, log = folder / "mailflow.toml", folder / "log"
        path.write_text(_CONFIGURATION.format(url=url, door=door, sink=sink.port, buckets=_BUCKETS))
        pid = stack.enter_context(_daemon(path, log, door))
        yield Desk(door, sink, pid, database, log)


@contextmanager
def _daemon(path: Path, log: Path, door: int) -> Iterator[int]:
    command = [sys.executable, "-m", "mailflow", "--config", str(path), "run"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        _wait_for(door, process, log)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)


@contextmanager
def _sink() -> Iterator[Sink]:
    command = [sys.executable, "-m", "bench.sink"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdin is not None
    sink = Sink(int(process.stdout.readline()), process)
    follower = threading.Thread(target=sink.follow)
    follower.start()
    try:
        yield sink
    finally:
        process.stdin.close()
        process.wait(_PATIENCE)
        follower.join()
        process.stdout.close()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the daemon did not open its door: {log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def tree_cpu(pid: int) -> float:
    """Seconds of user and system time of a process, its ended children, and all its living ones."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = [one for task in tasks for one in (task / "children").read_text().split()]
    except OSError:  # it ended while we looked
        return 0.0
    return sum(map(int, fields[11:15])) / _TICK + sum(tree_cpu(int(one)) for one in children)
