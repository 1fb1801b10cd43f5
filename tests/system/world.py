"""The world around a desk: mailboxes on a Dovecot that their owners keep open, and a Postfix to send by."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from imapclient import IMAPClient

from tests.system.clients import read, submit
from tests.system.desks import Place
from tests.system.servers import Dovecot, Postfix

PATIENCE = 20.0


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


@contextmanager
def world(places: Sequence[Place], routes: Mapping[str, str], milter: str = "") -> Iterator[World]:
    """Servers for the desks of these places; the desks' own mail takes `routes`, all mail the `milter`."""
    users = {user: password for place in places for user, password in place.mailboxes.items()}
    domains = [name for place in places for name in (place.domain, f"{place.name}.test")]
    with ExitStack() as stack:
        dovecot = stack.enter_context(Dovecot(users))
        postfix = Postfix(domains=tuple(domains), otherwise=dovecot.lmtp, routes=routes, milter=milter)
        stack.enter_context(postfix)
        one = World(dovecot, postfix)
        stack.callback(one.close)
        yield one


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder whose sockets Postfix may connect to: new ones belong to its group (setgid)."""
    with tempfile.TemporaryDirectory(prefix="mailflow-desk-") as name:
        folder = Path(name)
        shutil.chown(folder, group="postfix")
        folder.chmod(0o2750)
        yield folder


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
