"""A desk as an operator runs it, and the world around it as its people see it.

The daemon is a child process with a configuration of its own; customers and teams have mailboxes on a
Dovecot that they keep open over IMAP, and send through a Postfix. Each Place has addresses of its own,
so that several desks share the servers.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from imapclient import IMAPClient

from mailflow.cli import commands
from tests.system.clients import Person, read
from tests.system.servers import Dovecot, Postfix, wait_until

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


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail in a mailbox: as it lies there, and read."""

    octets: bytes
    mail: EmailMessage = field(repr=False)

    @property
    def kind(self) -> str:
        return str(self.mail["Mailflow-Kind"] or self.mail["Subject"])


class Mailbox:
    """An INBOX that its owner's mail program keeps open; a copy of what they write lies in Sent."""

    def __init__(self, dovecot: Dovecot, owner: str) -> None:
        self._client: IMAPClient = dovecot.imap(owner)
        self._client.create_folder("Sent")
        self._client.select_folder("INBOX", readonly=True)
        self._seen: set[int] = set()

    def close(self) -> None:
        self._client.logout()

    def keep(self, octets: bytes) -> None:
        self._client.append("Sent", octets)

    def receive(self, *kinds: str) -> dict[str, Arrived]:
        """The mails that came since the last look, by kind: those that are named, and no other."""
        deadline = time.monotonic() + PATIENCE
        while len(new := self._new()) < len(kinds) and time.monotonic() < deadline:
            time.sleep(0.01)
        self._seen.update(new)
        fetched = self._client.fetch(new, ["BODY.PEEK[]"]) if new else {}
        arrived = [_arrived(fetched[uid][b"BODY[]"]) for uid in new]
        assert sorted(one.kind for one in arrived) == sorted(kinds)
        return {one.kind: one for one in arrived}

    def _new(self) -> list[int]:
        self._client.noop()
        return [uid for uid in self._client.search("ALL") if uid not in self._seen]

    def threads(self, algorithm: str) -> int:
        """How many conversations the server makes of the INBOX (RFC 5256; REFS is Dovecot's)."""
        return len(self._client.thread(algorithm, "ALL", "UTF-8"))

    def count(self) -> int:
        return len(self._client.search("ALL"))


def _arrived(octets: bytes) -> Arrived:
    return Arrived(octets, read(octets))


@dataclass(frozen=True, slots=True)
class World:
    """The servers, and the mailboxes that somebody looks at."""

    dovecot: Dovecot
    postfix: Postfix
    _open: dict[str, Mailbox] = field(default_factory=dict)

    def mailbox(self, owner: str) -> Mailbox:
        if owner not in self._open:
            self._open[owner] = Mailbox(self.dovecot, owner)
        return self._open[owner]

    def send(self, mail: EmailMessage | bytes, owner: str = "") -> None:
        """From a mail program; the owner's mailbox keeps a copy."""
        octets = mail if isinstance(mail, bytes) else mail.as_bytes()
        submit(self.postfix.port, octets)
        if owner:
            self.mailbox(owner).keep(octets)

    def close(self) -> None:
        for mailbox in self._open.values():
            mailbox.close()


def submit(port: int, octets: bytes) -> None:
    """Hand a mail to an SMTP server, from its author to its first recipient."""
    mail = read(octets)
    sender, recipient = (mail[name].addresses[0].addr_spec for name in ("From", "To"))
    with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE) as client:
        client.sendmail(sender, [recipient], octets)


@contextmanager
def world(places: Sequence[Place], routes: dict[str, str]) -> Iterator[World]:
    """Servers for the desks of these places; the desks' own mail takes `routes`."""
    users = {user: password for place in places for user, password in place.mailboxes.items()}
    domains = [name for place in places for name in (place.domain, f"{place.name}.test")]
    with ExitStack() as stack:
        dovecot = stack.enter_context(Dovecot(users))
        postfix = Postfix(domains=tuple(domains), otherwise=dovecot.lmtp, routes=routes)
        stack.enter_context(postfix)
        one = World(dovecot, postfix)
        stack.callback(one.close)
        yield one


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder whose sockets Postfix may connect to: new ones belong to its group (setgid)."""
    with tempfile.TemporaryDirectory(prefix="mailflow-desk-") as name:
        folder = Path(name)
        _give_group(folder, "postfix")
        yield folder


def _give_group(folder: Path, group: str) -> None:
    shutil.chown(folder, group=group)
    folder.chmod(0o2750)


def notmuch_threads(maildir: Path, config: Path) -> tuple[int, int]:
    """Mails and conversations as notmuch(1) counts them in a Maildir and its folders."""
    index = config.with_suffix(".index")
    index.mkdir()
    config.write_text(
        f"[database]\nmail_root={maildir}\npath={index}\n[user]\nname=T\nprimary_email=t@t.test\n"
        "[new]\ntags=new\nignore=/dovecot.*/;subscriptions;maildirfolder\n"
    )
    _notmuch(config, "new", "--quiet")
    counts = [_notmuch(config, "count", f"--output={what}", "*") for what in ("messages", "threads")]
    return int(counts[0]), int(counts[1])


def _notmuch(config: Path, *words: str) -> str:
    environ = {**os.environ, "NOTMUCH_CONFIG": str(config)}
    done = subprocess.run(["notmuch", *words], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
