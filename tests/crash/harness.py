"""The side that is never killed: starts daemons again and again, and is the mail servers around them.

What a client heard (250) and what a server got (the final dot) is written down here, in another process
than the one that dies.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from queue import SimpleQueue

from tests.crash.ledger import Arrival, Sent, open_rows
from tests.system.scripted import Answer, ScriptedServer

PATIENCE = 30.0  # seconds for what must happen
DESK = "support@desk.example"
TEAM = "l1@desk.example"
AGENT = "max@desk.example"
CUSTOMERS = ("anna@example.com", "bob@example.com", "carol@example.com")

_CONFIGURATION = """\
[desk]
name = "Example Hosting"
address = "support@desk.example"
timezone = "Europe/Berlin"
[store]
url = "{url}"
[smtp]
listen = "127.0.0.1:{door}"
[outbound]
{outbound}
[trust]
require_authentication = "none"
[[team]]
name = "support"
mailbox = "l1@desk.example"
members = ["*@desk.example"]
[[team]]
name = "management"
level = 0
mailbox = "management@desk.example"
[[bucket]]
name = "general"
team = "support"
estimate = "simple"
[sla]
management = "management"
"""


def configure(folder: Path, *, door: int, outbound: str, url: str = "") -> Path:
    """Write a desk's configuration into the folder."""
    path = folder / "mailflow.toml"
    url = url or f"sqlite:///{folder}/mailflow.db"
    path.write_text(_CONFIGURATION.format(url=url, door=door, outbound=outbound))
    return path


def request(customer: str) -> bytes:
    """A customer's first mail, the same octets each time; the words are nobody else's."""
    name = customer.partition("@")[0]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = customer, DESK, f"A question of {name}"
    mail["Message-ID"] = f"<first.{name}@example.com>"
    mail.set_content(f"Hello,\n\nmy server nonce-{name} is slow. What can I do?\n\n{name}\n")
    return mail.as_bytes()


def answer(forward: Sent) -> bytes:
    """A colleague's reply to the mail that the team got."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = AGENT, forward.header("Reply-To")
    mail["Subject"] = f"Re: {forward.header('Subject')}"
    mail["Message-ID"] = "<answer.max@desk.example>"
    mail["In-Reply-To"] = mail["References"] = forward.header("Message-ID")
    mail.set_content("Hello,\n\nnonce-max: it is mended.\n\nMax\n")
    return mail.as_bytes()


class Fuse:
    """Counts the touches of the wire; at the n-th one `blow` is called."""

    def __init__(self, at: int = 0, blow: Callable[[], None] = lambda: None) -> None:
        self._left = at
        self._blow = blow
        self._lock = threading.Lock()

    def touch(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._blow()


class Nursery:
    """Has daemons forked (tests.crash.child) and sees them end. `changed` is told of both."""

    def __init__(self, log: Path) -> None:
        self.changed = threading.Condition()
        self.ends: list[int] = []  # the exit statuses so far; -9 for a kill
        self.pid = 0
        self.ready = False
        self.alive = False
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=Path(__file__).parents[2],
            text=True,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._orders, self._words = self._process.stdin, self._process.stdout
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._orders.close()
        self._thread.join()
        self._words.close()
        self._process.wait(PATIENCE)
        self._log.close()

    def start(self, config: Path, kill: int) -> None:
        """Returns once the daemon is ready, or has ended before that."""
        self.ready, self.alive = False, True
        self._orders.write(json.dumps({"config": str(config), "kill": kill}) + "\n")
        self._orders.flush()
        self.wait(lambda: self.ready)

    def wait(self, true: Callable[[], bool]) -> bool:
        """Wait until it is true or the daemon has ended; whether it is true."""
        with self.changed:
            assert self.changed.wait_for(lambda: true() or not self.alive, PATIENCE), "nothing came"
            return true()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        self._signal(signal.SIGTERM)
        self.wait(lambda: False)
        return self.ends[-1]

    def _signal(self, number: int) -> None:
        if self.alive:
            os.kill(self.pid, number)

    def _listen(self) -> None:
        for line in self._words:
            word, _, number = line.strip().partition(" ")
            with self.changed:
                self._hear(word, number)
                self.changed.notify_all()
        with self.changed:
            self.alive = False
            self.changed.notify_all()

    def _hear(self, word: str, number: str) -> None:
        if word == "started":
            self.pid = int(number)
        elif word == "ready":
            self.ready = True
        elif word == "ended":
            self.alive = False
            self.ends.append(int(number))


class Sink(ScriptedServer):
    """Everybody's mail server: keeps what arrived, before it says so."""

    def __init__(self, changed: threading.Condition, fuse: Fuse) -> None:
        super().__init__()
        self._changed = changed
        self._fuse = fuse

    def __enter__(self) -> Sink:
        super().__enter__()
        return self

    def answer(self, step: str, usual: str) -> Answer:
        self._fuse.touch()
        with self._changed:
            self._changed.notify_all()
        return super().answer(step, usual)

    def sent(self) -> list[Sent]:
        return [Sent(one.rcpt, one.content) for one in self.arrived]


class Client(smtplib.SMTP):
    """A mail server that hands mail to the door; each step may be the daemon's last."""

    def __init__(self, port: int, fuse: Fuse) -> None:
        self._fuse = fuse
        super().__init__("127.0.0.1", port, "client.example.com", timeout=PATIENCE)

    def send(self, s: object) -> None:
        self._fuse.touch()
        super().send(s)  # type: ignore[arg-type]

    def getreply(self) -> tuple[int, bytes]:
        reply = super().getreply()
        self._fuse.touch()
        return reply


class Day:
    """What one run plays: three customers write, a colleague answers the first of them.

    `kills`: the touch of the database at which the first, second ... daemon dies.
    """

    def __init__(
        self, nursery: Nursery, folder: Path, door: int, kills: tuple[int, ...] = (), wire: int = 0
    ) -> None:
        self.accepted: list[Arrival] = []
        self.url = f"sqlite:///{folder}/mailflow.db"
        self._nursery = nursery
        self._folder = folder
        self._door = door
        self._kills = iter(kills)
        self._fuse = Fuse(wire, nursery.kill)
        self._ended = len(nursery.ends)

    @property
    def ends(self) -> list[int]:
        """How the daemons of this day ended."""
        return self._nursery.ends[self._ended :]

    def play(self) -> list[Sent]:
        """The whole day, with as many daemons as it takes; what the outside world got."""
        with Sink(self._nursery.changed, self._fuse) as sink:
            server = f'host = "127.0.0.1"\nport = {sink.port}\nconnections = 2'
            self._config = configure(self._folder, door=self._door, outbound=server)
            for customer in CUSTOMERS:
                self._hand_over(customer, DESK, request(customer))
            first = self._awaited(
                sink, lambda one: one.kind == "forward" and b"nonce-anna" in one.content
            )
            self._hand_over(AGENT, first.header("Reply-To"), answer(first))
            self._awaited(sink, lambda one: one.kind == "reply")
            self._finish()
            return sink.sent()

    def _ensure(self) -> None:
        """A daemon that is ready; another one after each that was killed."""
        deadline = time.monotonic() + PATIENCE
        while not (self._nursery.alive and self._nursery.ready):
            assert time.monotonic() < deadline, "no daemon starts"
            assert set(self.ends) <= {-signal.SIGKILL, 0}, f"a daemon failed: {self.ends}"
            self._nursery.start(self._config, next(self._kills, 0))

    def _hand_over(self, sender: str, recipient: str, content: bytes) -> None:
        """As mail servers do: again and again until it gets its 250."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self._ensure()
            try:
                with Client(self._door, self._fuse) as client:
                    client.sendmail(sender, [recipient], content)
                    self.accepted.append(Arrival(sender, content))
                    return
            except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused):
                raise
            except OSError:  # no door yet, or the daemon died behind it
                continue
        raise AssertionError("the door takes nothing")

    def _awaited(self, sink: Sink, wanted: Callable[[Sent], bool]) -> Sent:
        while True:
            self._ensure()
            if self._nursery.wait(lambda: any(wanted(one) for one in sink.sent())):
                return next(one for one in sink.sent() if wanted(one))

    def _finish(self) -> None:
        """Until nothing is left to be done, and a daemon has stopped in order."""
        while True:
            self._ensure()
            until(lambda: not self._nursery.alive or not open_rows(self.url))
            if self._nursery.stop() == 0 and not open_rows(self.url):
                return


def until(true: Callable[[], bool], why: Callable[[], str] = str) -> None:
    """Look again and again at what nobody tells us."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, why()
        time.sleep(0.01)


class Supervisor:
    """systemd, as far as sd_notify(3) goes: hears at once, so that nobody waits for it."""

    def __init__(self, path: Path) -> None:
        self.environ = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "400000"}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._path = path
        self._heard: SimpleQueue[str] = SimpleQueue()
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> Supervisor:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RD)
        self._thread.join()
        self._socket.close()
        self._path.unlink()

    def hear(self) -> str:
        """The next of what was told."""
        return self._heard.get(timeout=PATIENCE)

    def _listen(self) -> None:
        while told := self._socket.recv(4096).decode():
            self._heard.put(told)


@contextmanager
def supervised(
    config: Path, log: Path, *words: str
) -> Iterator[tuple[subprocess.Popen[bytes], Supervisor]]:
    """`mailflow run` as a service has it, once it is ready; killed at the end if it still runs."""
    command = [sys.executable, "-m", "mailflow", "--config", str(config), "run", *words]
    with Supervisor(log.with_name("notify")) as supervisor, log.open("ab") as file:
        environ = {**os.environ, **supervisor.environ}
        daemon = subprocess.Popen(command, stdout=file, stderr=file, env=environ)
        try:
            assert supervisor.hear() == "READY=1", log.read_text()
            yield daemon, supervisor
        finally:
            if daemon.poll() is None:
                daemon.kill()
            daemon.wait(PATIENCE)


@contextmanager
def started(config: Path, log: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """The same, for those who do not listen to what systemd is told."""
    with supervised(config, log, *words) as (daemon, _):
        yield daemon
