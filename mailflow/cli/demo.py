"""The promise's examples, played through a real daemon: its own process, its own SMTP door, SQLite.

Every mail that went out is printed in order. The demo is right only if each customer was acknowledged
and answered on their own thread, each team got the mail, and nothing else went out.
"""

from __future__ import annotations

import email
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import make_msgid
from pathlib import Path

from mailflow.cli.stories import STORIES, Step, Story

PATIENCE = 30.0  # seconds for a mail that must come
DESK = "support@example.com"
Tell = Callable[[str], object]


class Wrong(Exception):
    """Something went out that should not have, or did not come, or was not as promised."""


@dataclass(frozen=True, slots=True)
class Out:
    """A mail that went out, as the desk's Maildir has it."""

    kind: str
    to: str
    mail: EmailMessage

    @property
    def text(self) -> str:
        body = self.mail.get_body(("plain",))
        return body.get_content() if body else ""


class Outside:
    """The world around the desk: sends to its door, and sees what comes out of it."""

    def __init__(self, port: int, folder: Path, tell: Tell) -> None:
        self._port = port
        self._folder = folder
        self._tell = tell
        self._seen: set[Path] = set()

    def send(self, mail: EmailMessage) -> None:
        self._tell(f"\n>>> {mail['From']} writes to {mail['To']}: {mail['Subject']}")
        with smtplib.SMTP("127.0.0.1", self._port, timeout=PATIENCE) as client:
            client.send_message(mail)

    def receive(self, wanted: Sequence[str]) -> dict[str, Out]:
        """The next mails, by kind; exactly the wanted kinds must come, and nothing else."""
        deadline = time.monotonic() + PATIENCE
        found: list[Out] = []
        while len(found) < len(wanted) and time.monotonic() < deadline:
            found += self._new()
            time.sleep(0.02)
        time.sleep(0.1)
        found += self._new()
        for out in found:
            self._tell(_printed(out))
        if sorted(out.kind for out in found) != sorted(wanted):
            raise Wrong(
                f"expected {', '.join(wanted)}; came: {', '.join(o.kind for o in found) or '-'}"
            )
        return {out.kind: out for out in found}

    def _new(self) -> list[Out]:
        names = sorted(set((self._folder / "new").glob("*")) - self._seen)
        self._seen.update(names)
        return [_read(name.read_bytes()) for name in names]


def _read(octets: bytes) -> Out:
    mail = email.message_from_bytes(octets, policy=default)
    assert isinstance(mail, EmailMessage)
    return Out(str(mail["Mailflow-Kind"]), str(mail["To"]), mail)


def _printed(out: Out) -> str:
    names = ("From", "To", "Subject", "In-Reply-To", "References", "Auto-Submitted", "Mailflow-Kind")
    head = [f"    {name}: {' '.join(str(out.mail[name]).split())}" for name in names if out.mail[name]]
    words = [f"    | {line}".rstrip() for line in out.text.splitlines()]
    return "\n".join(["", f"<<< {out.kind} to {out.to}", *head, *words])


# --- A story -------------------------------------------------------------------------------------


def _mail(from_: str, to: str, subject: str, text: str, *answers: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = from_, to, subject
    mail["Message-ID"] = make_msgid(domain=from_.rpartition("@")[2].strip(">"))
    if answers:
        mail["In-Reply-To"], mail["References"] = answers[-1], " ".join(answers)
    mail.set_content(text)
    return mail


def _answer(attribution: str, from_: str, to: Out, text: str) -> EmailMessage:
    """What a mail program makes of Reply: the thread kept, the mail quoted below."""
    quoted = "\n".join(f"> {line}".rstrip() for line in _whole(to).splitlines())
    subject = str(to.mail["Subject"])
    subject = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    chain = [*str(to.mail["References"] or "").split(), str(to.mail["Message-ID"])]
    words = f"{text}\n\n{attribution}\n{quoted}\n"
    return _mail(from_, str(to.mail["Reply-To"]), subject, words, *chain)


def _play(story: Story, outside: Outside) -> None:
    """The customer writes; then each step is somebody's answer to the latest mail they got."""
    first = _mail(story.customer, DESK, story.subject, story.request)
    outside.send(first)
    came = outside.receive(["acknowledgement", "forward"])
    forward = came["forward"]
    _check(_telling(story.request) in _whole(forward), "the team has the customer's words")
    _check(f" {story.bucket}]" in str(forward.mail["Subject"]), f"the bucket is {story.bucket}")
    latest = _noted({}, came.values(), first, story)
    for step in story.steps:
        mailbox = "" if step.by == story.customer else step.mailbox
        outside.send(_answer(story.attribution, step.by, latest[mailbox], step.text))
        came = outside.receive(step.brings)
        latest = _noted(latest, came.values(), first, story)
        _carried(step, came.values())


def _noted(
    latest: dict[str, Out], came: Iterable[Out], first: EmailMessage, story: Story
) -> dict[str, Out]:
    """The latest mail that each mailbox got, the customer's under the empty name; each one checked."""
    now = dict(latest)
    for out in came:
        if out.kind in _TO_CUSTOMER:
            _on_thread(out, first, story)
            now[""] = out
        else:
            mailbox = out.to.partition("@")[0]
            before = latest.get(mailbox)
            same = before is None or before.mail["Subject"] == out.mail["Subject"]
            _check(same, "a team stays on one thread")
            now[mailbox] = out
    return now


_TO_CUSTOMER = frozenset({"acknowledgement", "reply", "escalation", "resolution", "closing"})


def _on_thread(out: Out, first: EmailMessage, story: Story) -> None:
    mail, number = out.mail, str(out.mail["Mailflow-Ticket"])
    _check(mail["Subject"] == f"Re: {story.subject}", "the subject is the customer's own")
    _check(str(first["Message-ID"]) in str(mail["References"]), "it stays on the customer's thread")
    _check(not any(inner in mail.as_string() for inner in _INNER), "no inner address is shown")
    _check(number in out.text, "the ticket's number stands in the text")
    automatic = {"acknowledgement": "auto-replied", "closing": "auto-generated"}.get(out.kind)
    _check(mail["Auto-Submitted"] == automatic, "only what no person wrote is marked automatic")


_INNER = ("l1@", "sys@")


def _carried(step: Step, came: Iterable[Out]) -> None:
    """A colleague's words reached the customer, and nothing else of the mail did."""
    told = [out for out in came if out.kind in _TO_CUSTOMER and out.kind != "closing"]
    for out in told:
        _check(_telling(step.text) in out.text, "the answer has the colleague's words")
        _check("===" not in out.text and "\n>" not in out.text, "the answer quotes nothing")
    if not told:
        whole = "\n".join(_whole(out) for out in came)
        _check(_telling(step.text) in whole, "the team has the customer's words")


def _telling(text: str) -> str:
    """The line of a text that no other text has; commands do not travel."""
    return max((line for line in text.splitlines() if not line.startswith("#")), key=len)


def _whole(out: Out) -> str:
    texts = (part.get_content() for part in out.mail.walk() if part.get_content_maintype() == "text")
    return "\n".join(texts)


def _check(true: bool, what: str) -> None:
    if not true:
        raise Wrong(f"not so: {what}")


# --- The daemon ----------------------------------------------------------------------------------

_CONFIGURATION = """\
[desk]
name = "Example Hosting"
address = "support@example.com"
timezone = "Europe/Berlin"
[store]
url = "sqlite:///{folder}/mailflow.db"
[smtp]
listen = "127.0.0.1:{port}"
[outbound]
maildir = "{folder}/out"
[trust]
require_authentication = "none"
[[team]]
name = "support"
mailbox = "l1@example.com"
members = ["*@example.com"]
[[team]]
name = "sysadmins"
level = 3
mailbox = "sys@example.com"
members = ["*@example.com"]
[[team]]
name = "management"
level = 0
mailbox = "management@example.com"
{buckets}
[sla]
management = "management"
"""
_BUCKET = """\
[[bucket]]
name = "{}"
team = "support"
escalates_to = "sysadmins"
estimate = "{}"
"""
_BUCKETS = (
    ("billing", "simple"),
    ("vps", "standard"),
    ("custom-config", "nonstandard"),
    ("general", "simple"),
)


def play(tell: Tell) -> bool:
    """Play every story; True if all were right."""
    with tempfile.TemporaryDirectory(prefix="mailflow-demo-") as name:
        folder = Path(name)
        port = _free_port()
        path = folder / "mailflow.toml"
        buckets = "".join(_BUCKET.format(*bucket) for bucket in _BUCKETS)
        path.write_text(_CONFIGURATION.format(folder=folder, port=port, buckets=buckets))
        with (folder / "log").open("wb") as log:
            command = [sys.executable, "-m", "mailflow", "--config", str(path), "run"]
            daemon = subprocess.Popen(command, stdout=log, stderr=log)
            right = _played(daemon, Outside(port, folder / "out", tell), port, tell)
        if not right:
            tell((folder / "log").read_text(errors="replace")[-5000:])
        return right


def _played(daemon: subprocess.Popen[bytes], outside: Outside, port: int, tell: Tell) -> bool:
    try:
        _wait_for(port, daemon)
        for story in STORIES:
            tell(f"\n=== {story.title} ===")
            _play(story, outside)
    except (Wrong, OSError, smtplib.SMTPException) as error:
        tell(f"\nWRONG: {error}")
        return False
    finally:
        daemon.send_signal(signal.SIGTERM)
        status = daemon.wait(PATIENCE)
    tell(f"\n{len(STORIES)} stories, all right." if status == 0 else f"\nWRONG: exit status {status}")
    return status == 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(port: int, daemon: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and daemon.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise Wrong("the daemon did not open its door")
