"""A desk as an operator runs it: its configuration, its daemon as a child process, its commands.

Each Place has addresses of its own, so that several desks can share servers.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from mailflow.cli import commands
from tests.system.clients import Person, read
from tests.system.servers import wait_until

PATIENCE = 20.0


@dataclass(frozen=True)
class Place:
    """The addresses of one desk and of its customer."""

    name: str

    @property
    def domain(self) -> str:
        return f"{self.name}.example"

    @property
    def desk(self) -> str:
        return f"support@{self.domain}"

    @property
    def customer(self) -> Person:
        return Person("Anna Müller", f"anna@{self.name}.test")

    @property
    def colleague(self) -> Person:
        return Person("Bob Winter", f"bob@{self.domain}")

    def team(self, name: str) -> str:
        return f"{name}@{self.domain}"

    @property
    def mailboxes(self) -> dict[str, str]:
        teams = [self.team(name) for name in ("l1", "billing", "management")]
        return dict.fromkeys((self.desk, self.customer.address, *teams), "secret")


_CONFIGURATION = """\
[desk]
name = "Example Hosting"
address = "{desk}"
timezone = "Europe/Berlin"
[store]
url = "{store}"
{ways}
[trust]
require_authentication = "none"
[[team]]
name = "support"
mailbox = "l1@{domain}"
members = ["*@{domain}"]
[[team]]
name = "billing"
level = 2
mailbox = "billing@{domain}"
members = ["*@{domain}"]
[[team]]
name = "management"
level = 0
mailbox = "management@{domain}"
[[bucket]]
name = "billing"
team = "billing"
estimate = "simple"
[[bucket]]
name = "vps"
team = "support"
[[bucket]]
name = "custom-config"
team = "support"
estimate = "nonstandard"
[[bucket]]
name = "general"
team = "support"
estimate = "simple"
[sla]
management = "management"
"""


def configuration(place: Place, folder: Path, ways: str, store: str = "") -> Path:
    """A desk's file in `folder`; `ways` are its tables for the ways in and out."""
    path = folder / "mailflow.toml"
    places = {"desk": place.desk, "domain": place.domain, "ways": ways}
    store = store or f"sqlite:///{folder}/mailflow.db"
    path.write_text(_CONFIGURATION.format(store=store, **places))
    return path


def command(
    config: Path | None, *words: object, expected: int = 0, given: bytes = b"", **environ: str
) -> subprocess.CompletedProcess[bytes]:
    """`mailflow WORDS`; its exit status is checked."""
    named = ["--config", str(config)] if config else []
    done = subprocess.run(
        [sys.executable, "-m", "mailflow", *named, *map(str, words)],
        input=given,
        capture_output=True,
        check=False,
        env={**os.environ, **environ},
    )
    assert done.returncode == expected, (words, done.stdout.decode(), done.stderr.decode())
    return done


def told(config: Path, *words: object) -> Any:
    """What a command says in JSON; it runs in this process, which is quicker."""
    done = CliRunner().invoke(commands, ["--config", str(config), *map(str, words), "--json"])
    assert done.exit_code == 0, (words, done.output, done.exception)
    return json.loads(done.stdout)


class Daemon:
    """`mailflow run` as a child; use as a context manager. Its end must be in order."""

    def __init__(self, config: Path, *only: str) -> None:
        self._config = config
        self._only = [word for part in only for word in ("--only", part)]
        self._log = config.with_name(f"log.{'.'.join(only) or 'all'}")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Daemon:
        line = [sys.executable, "-m", "mailflow", "--config", str(self._config), "run", *self._only]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(line, stdout=log, stderr=log)
        try:
            wait_until(lambda: self._is_up(self._process), self.log)
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        if kind is None:
            assert status == 0, self.log()
        else:
            print(self.log()[-10_000:])

    def _is_up(self, process: subprocess.Popen[bytes] | None) -> bool:
        assert process is not None
        assert process.poll() is None, self.log()
        return any(line["event"] == "started" for line in self.events())

    def events(self) -> list[dict[str, Any]]:
        """The log's finished lines: every one must be JSON."""
        lines = self.log().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def complaints(self) -> list[dict[str, Any]]:
        return [line for line in self.events() if line["level"] not in ("debug", "info")]

    def log(self) -> str:
        return self._log.read_text()


# --- What lies in a desk's folder ----------------------------------------------------------------

MAILDIR = '[outbound]\nmaildir = "out"\n'


def went_out(config: Path) -> list[EmailMessage]:
    """The mails that a desk with MAILDIR has sent, sorted by their kind."""
    mails = [read(path.read_bytes()) for path in (config.parent / "out" / "new").glob("*")]
    return sorted(mails, key=kind)


def kinds_out(config: Path) -> list[str]:
    return [kind(mail) for mail in went_out(config)]


def kind(mail: EmailMessage) -> str:
    return str(mail["Mailflow-Kind"])


def files(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """Every file with its time and octets."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in found}
