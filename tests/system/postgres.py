"""A PostgreSQL of the tests' own: on a unix socket in a temporary folder, gone when the tests end."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

_UNPRIVILEGED = "postgres"  # the server refuses to run as root
_START = 30.0  # seconds


@dataclass(slots=True)
class Cluster:
    """A server whose files lie in `folder`, and the databases on it."""

    folder: Path
    binaries: Path
    process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def database(self, like: str = "") -> str:
        """A new database, empty or a copy of the one at the URL `like`; its URL."""
        name = f"mailflow{next(self._numbers)}"
        template = _name(like) if like else "template0"
        with psycopg.connect(self._socket("postgres"), autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE {template}".encode())
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def drop(self, url: str) -> None:
        with psycopg.connect(self._socket("postgres"), autocommit=True) as conn:
            conn.execute(f"DROP DATABASE {_name(url)} WITH (FORCE)".encode())

    def start(self, *settings: str) -> None:
        """Start the server with further settings (name=value) and wait until it answers."""
        options = [item for setting in settings for item in ("-c", setting)]
        server = [
            str(self.binaries / "postgres"),
            "-D",
            str(self.folder / "pg"),
            "-k",
            str(self.folder),
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_as_unprivileged(), *server, "-c", "listen_addresses=", *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        end = time.monotonic() + _START
        while not self._answers():
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)

    def stop(self) -> None:
        """End the server at once, as in a crash of it: what was committed is in its log."""
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(_START)
            self.process = None

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._socket("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _socket(self, database: str) -> str:
        return f"host={self.folder} user=postgres dbname={database} connect_timeout=5"


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A fresh server; skips the test where PostgreSQL is missing, but never in CI."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        reason = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # Not in pytest's folder, which is closed to the unprivileged user and too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="mailflow-pg-"))
    one = Cluster(folder, found[-1].parent)
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _UNPRIVILEGED)
        _make(one)
        one.start()
        yield one
    finally:
        one.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _make(one: Cluster) -> None:
    initdb = [
        str(one.binaries / "initdb"),
        "-D",
        str(one.folder / "pg"),
        "-U",
        "postgres",
        "-A",
        "trust",
    ]
    subprocess.run(
        [*_as_unprivileged(), *initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True,
        capture_output=True,
        cwd=one.folder,
    )


def _as_unprivileged() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={_UNPRIVILEGED}", f"--regid={_UNPRIVILEGED}", "--init-groups", "--"]
