"""One connection to one mailbox: the few commands the door needs, each within a time limit.

Mail is only peeked at: no flag changes but \\Deleted of a mail that was copied. After any error but
Refused the connection is useless and has to be closed. It belongs to one thread; only cut() does not.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Event, Timer
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, ProtocolError

from mailflow.errors import MailflowError
from mailflow.ingest.imap.progress import Listed, Opened, spans
from mailflow.ingest.imap.settings import ImapSettings

SLOWEST = 32 * 1024  # octets a second: what is slower than this, on top of the timeout, is given up
GOODBYE = 2.0  # seconds for LOGOUT
KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}  # seconds, seconds, probes

# Told before each command: the seconds that it may take.
Allow = Callable[[float], None]


class Refused(MailflowError):
    """The server said NO or BAD, or cannot do it; the connection is as good as before."""


class _Client(IMAPClient):  # type: ignore[misc]
    """imapclient, where it may overlook mail at the beginning of IDLE."""

    def idle(self) -> bool:
        """True if the server tells of mail before it agrees; any line then is a refusal to imapclient."""
        tag = self._idle_tag = self._imap._command("IDLE")
        told = False
        while (line := self._imap._get_response()) is not None:
            if self._imap.tagged_commands[tag]:
                raise IMAPClientError("IDLE is refused")
            told = told or b"EXISTS" in line
        return told

    def _poll_socket(self, _sock: object, _timeout: float | None = None) -> bool:
        """Let idle_check() read at once: what came together with the answer to IDLE is buffered
        already, and the socket would stay silent."""
        return True


class Connection:
    """Connected, logged in, with nothing selected. Raises Refused, OSError, IMAPClientError, ValueError."""

    def __init__(self, settings: ImapSettings, allow: Allow) -> None:
        self._settings = settings
        self._allow = allow
        allow(2 * settings.connect_timeout)
        self._client = _connected(settings)
        try:
            self._log_in()
        except BaseException:
            self.abandon()
            raise

    # --- Opening and closing ---

    def _log_in(self) -> None:
        settings = self._settings
        if settings.tls == "starttls":
            with self._command():
                self._client.starttls(settings.context)
        elif settings.tls == "none" and not is_loopback(self._client.socket().getpeername()):
            raise Refused('tls = "none" is only for loopback: the password was not sent')
        password = settings.password()
        with self._command():
            if _fits_login(settings.user, password) or not self.can("AUTH=PLAIN"):
                self._client.login(settings.user, password)
            else:
                self._client.plain_login(settings.user, password)

    def can(self, capability: str) -> bool:
        return bool(self._client.has_capability(capability))

    def open(self, *, readonly: bool) -> Opened:
        """Select the folder."""
        with self._command():
            answer = self._client.select_folder(self._settings.folder, readonly)
            uidvalidity, uid_next = answer.get(b"UIDVALIDITY"), answer.get(b"UIDNEXT")
            if uidvalidity is None:
                raise Refused("the server gives no UIDVALIDITY: its UIDs mean nothing")
            if uid_next is None:
                uid_next = max(self._client.search(["UID", "1:*"]), default=0) + 1
        return Opened(int(uidvalidity), int(uid_next), int(answer[b"EXISTS"]))

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, error: object, *_: object) -> None:
        if error is None:
            self.close()
        else:
            self.abandon()

    def close(self) -> None:
        """Say goodbye, if the server still listens."""
        with suppress(Exception), self._command(limit=GOODBYE):
            self._client.logout()
        self.abandon()

    def abandon(self) -> None:
        with suppress(OSError):
            self._client.shutdown()

    def cut(self) -> None:
        """End whatever the connection's thread waits for; it gets an error. From any thread."""
        with suppress(OSError):
            # Not SSLSocket's own, which takes the session away from the thread that reads.
            socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)

    # --- Reading ---

    def uids(self, after: int, opened: Opened) -> list[int]:
        """All UIDs of the folder after this one, as it is now; and always the last one ("n:*")."""
        with self._command():
            self._client.noop()
        found: set[int] = set()
        for span in spans(after, opened):
            with self._command():
                found.update(self._client.search(["UID", span]))
        return sorted(found)

    def listed(self, uids: Sequence[int]) -> list[Listed]:
        """Size and date of each; those the server says nothing of are left out."""
        with self._command():
            answer = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        return [_listed(uid, items) for uid, items in sorted(answer.items()) if b"RFC822.SIZE" in items]

    def contents(self, mails: Sequence[Listed]) -> dict[int, bytes]:
        """The octets of each by UID; those the server does not give are left out."""
        limit = self._settings.timeout + sum(mail.size for mail in mails) / SLOWEST
        with self._command(limit):
            answer = self._client.fetch([mail.uid for mail in mails], ["BODY.PEEK[]"])
        found = {uid: items.get(b"BODY[]") for uid, items in answer.items()}
        return {uid: content for uid, content in found.items() if content is not None}

    def idle(self, seconds: float, wait: Callable[[float, Any], None]) -> None:
        """Let `wait` wait for a sign on the socket, unless the server has told of mail already."""
        with self._command():
            told = self._client.idle()
            buffered = self._client.idle_check(0)
        if not told and not any(b"EXISTS" in response for response in buffered):
            wait(seconds, self._client.socket())
        with self._command():
            self._client.idle_done()  # reads on to its answer: a dead connection is noticed here

    # --- Moving ---

    def move(self, uids: Sequence[int], folder: str) -> None:
        """To the folder, which is made if it is missing. Only these UIDs are expunged, ever."""
        try:
            self._transfer(uids, folder)
        except Refused:
            with suppress(Refused), self._command():
                self._client.create_folder(folder)
            self._transfer(uids, folder)
        if not self.can("MOVE"):
            self._remove(uids)

    def _transfer(self, uids: Sequence[int], folder: str) -> None:
        with self._command():
            if self.can("MOVE"):
                self._client.move(uids, folder)
            else:
                self._client.copy(uids, folder)

    def _remove(self, uids: Sequence[int]) -> None:
        """A plain EXPUNGE would remove what others have marked (RFC 4315 section 2.1): never sent."""
        with self._command():
            self._client.add_flags(uids, [b"\\Deleted"], silent=True)
            if self.can("UIDPLUS"):
                self._client.uid_expunge(uids)

    # --- Limits ---

    @contextmanager
    def _command(self, limit: float = 0.0) -> Iterator[None]:
        limit = limit or self._settings.timeout
        late = Event()
        timer = Timer(limit, self._give_up, (late,))
        timer.daemon = True
        self._allow(limit)
        timer.start()
        try:
            yield
        except (IMAPClientAbortError, ProtocolError, OSError) as error:
            if late.is_set():
                raise TimeoutError(f"no complete answer within {limit:.0f} s") from error
            raise
        except IMAPClientError as error:
            raise Refused(str(error)) from error
        finally:
            timer.cancel()

    def _give_up(self, late: Event) -> None:
        late.set()
        self.cut()


def _connected(settings: ImapSettings) -> _Client:
    client = _Client(
        settings.host,
        settings.port,
        ssl=settings.tls == "implicit",
        ssl_context=settings.context,
        timeout=SocketTimeout(settings.connect_timeout, settings.timeout),
    )
    client.normalise_times = False
    client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):
            client.socket().setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return client


def _fits_login(user: str, password: str) -> bool:
    """LOGIN is sent with the user's name as it is, in ASCII (RFC 9051 section 6.2.3: an atom)."""
    return (user + password).isascii() and set(user).isdisjoint(' (){%*"\\]')


def is_loopback(peer: tuple[Any, ...]) -> bool:
    """Whether this address of a socket, IPv4 or IPv6, is on this machine."""
    return ipaddress.ip_address(str(peer[0]).partition("%")[0]).is_loopback


def _listed(uid: int, items: dict[bytes, Any]) -> Listed:
    date: datetime | None = items.get(b"INTERNALDATE")
    return Listed(uid, int(items[b"RFC822.SIZE"]), date and date.astimezone(UTC))
