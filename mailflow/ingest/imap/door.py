"""A mailbox's door: one thread that polls it, and is woken by IDLE, for as long as the daemon runs.

Whatever fails is tried again for ever, with growing pauses, loudly; a mailbox is never switched off.
Without TLS no password is sent but on loopback, and nothing falls back.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from imapclient.exceptions import IMAPClientError

from mailflow.clock import Watch
from mailflow.errors import MailflowError, StoreUnavailable
from mailflow.ingest import Accept
from mailflow.ingest.imap.connection import Connection, Refused
from mailflow.ingest.imap.poll import Poll
from mailflow.ingest.imap.progress import Opened, Progress, begun, renumbered
from mailflow.ingest.imap.settings import Alone, ImapSettings, State
from mailflow.ingest.imap.wake import Wake
from mailflow.store.mailboxes import Mailbox

log = structlog.get_logger(__name__)

RENEW = 9 * 60.0  # seconds of IDLE: some servers hang up after 10 minutes
SESSION = 3600.0  # seconds of one connection: imaplib keeps all that the server ever told on it
SHORTEST = 0.2  # seconds from one poll to the next, whatever the server tells in between
BEAT = 5.0  # seconds
LONGEST_PAUSE, STORE_PAUSE = 300.0, 15.0  # seconds between attempts, if the store is at fault
OTHERS_TURN = 5.0  # seconds until we ask again whether the mailbox is ours
TELL_AGAIN = 3600.0  # seconds
WORDS = 300  # characters of an error that are told
CUT = 2.0  # seconds that the thread may take to notice that its connection was cut
IDLE_TRIES = 3  # refusals in a row, after which polling has to do


FORESEEN = (MailflowError, IMAPClientError, OSError, ValueError)


@contextmanager
def unshared() -> Iterator[Callable[[], bool]]:
    """An Alone where nobody else can be."""
    yield lambda: True


class ImapDoor:
    """Hands each new mail of one mailbox to `accept`; `state` remembers where it stands.

    `trouble` says what is wrong, for people; it is empty when nothing is.
    """

    def __init__(
        self,
        settings: ImapSettings,
        accept: Accept,
        state: State,
        *,
        watch: Watch,
        alone: Alone = unshared,
    ) -> None:
        self.name = f"imap-{settings.account}"
        self._settings = settings
        self._accept = accept
        self._state = state
        self._watch = watch
        self._alone = alone
        self._log = log.bind(mailbox=settings.account, folder=settings.folder)
        self._beat = watch.monotonic()
        self._progress: Progress | None = None
        self._connection: Connection | None = None
        self._trouble = ""
        self._failures = self._idle_refusals = 0
        self._told_at: float | None = None
        self._stays_told = False
        self._stopping = threading.Event()
        self._wake: Wake | None = None
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    @property
    def beat(self) -> float:
        """When the thread last went on; ahead of now while a server may take its time."""
        return self._beat

    @property
    def trouble(self) -> str:
        progress = self._progress
        return self._trouble or (progress.trouble if progress else "")

    def start(self) -> None:
        """Never fails: a mailbox that cannot be reached now may be later."""
        self._wake = Wake()
        self._thread.start()

    def stop(self, grace: float) -> None:
        """What is being taken has `grace` seconds, then the connection is cut."""
        self._stopping.set()
        if self._wake is None:
            return
        self._wake.set()
        self._thread.join(grace)
        if (connection := self._connection) is not None:
            connection.cut()
        self._thread.join(CUT)
        if not self._thread.is_alive():
            self._wake.close()

    def once(self) -> bool:
        """One poll, in the caller's thread; False if another daemon works on the mailbox.

        Raises what went wrong: MailflowError, OSError, IMAPClientError, ValueError.
        """
        with self._alone() as ours:
            if not ours():
                return False
            with self._connected() as (_, poll):
                poll.run()
        return True

    # --- The thread ---

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._take_turn()
            except Exception as error:  # noqa: BLE001 - a server can make the libraries raise anything
                if not self._stopping.is_set():
                    self._rest(self._failed(error))

    def _take_turn(self) -> None:
        with self._alone() as ours:
            if ours():
                self._work(ours)
                return
        self._log.debug("another daemon works on this mailbox")
        self._rest(OTHERS_TURN)

    def _work(self, ours: Callable[[], bool]) -> None:
        """Poll until the connection is old, the mailbox is not ours any more, or somebody stops us."""
        end = self._watch.monotonic() + SESSION
        with self._connected() as (connection, poll):
            while not self._stopping.is_set() and ours() and self._watch.monotonic() < end:
                began = self._watch.monotonic()
                poll.run()
                self._worked()
                self._await_mail(connection)
                self._rest(SHORTEST - (self._watch.monotonic() - began))

    @contextmanager
    def _connected(self) -> Iterator[tuple[Connection, Poll]]:
        known = self._state.load()
        with Connection(self._settings, self._allow) as connection:
            self._connection = connection
            try:
                opened = connection.open(readonly=not self._settings.processed)
                self._tell_what_stays(connection)
                yield connection, self._poll(connection, opened, self._resumed(known, opened))
            finally:
                self._connection = None

    def _tell_what_stays(self, connection: Connection) -> None:
        if not self._settings.processed or self._stays_told:
            return
        if not (connection.can("MOVE") or connection.can("UIDPLUS")):
            self._stays_told = True
            self._log.warning("no MOVE and no UIDPLUS: copied mail stays, marked as deleted")

    def _poll(self, connection: Connection, opened: Opened, progress: Progress) -> Poll:
        return Poll(
            self._settings,
            connection,
            opened,
            progress,
            accept=self._accept,
            state=self._state,
            watch=self._watch,
            allow=self._allow,
            stopping=self._stopping.is_set,
        )

    def _resumed(self, known: Mailbox | None, opened: Opened) -> Progress:
        """Where the stored state says; what this process has learned of single mails is kept."""
        if known is None:
            known = begun(opened, self._settings.history, self._watch.now())
            self._state.save(known)
        elif known.uidvalidity != opened.uidvalidity:
            self._log.warning("UIDVALIDITY changed: all mail is looked at again")
            known = renumbered(known, opened.uidvalidity)
            self._state.save(known)
        if self._progress is None or self._progress.mailbox() != known:
            self._progress = Progress(known)
        return self._progress

    # --- Waiting ---

    def _await_mail(self, connection: Connection) -> None:
        seconds = min(self._settings.poll.total_seconds(), RENEW)
        if self._idle_refusals >= IDLE_TRIES or not connection.can("IDLE"):
            self._rest(seconds)
            return
        try:
            connection.idle(seconds, self._rest)
        except Refused:
            self._idle_refusals += 1
            raise
        self._idle_refusals = 0

    def _rest(self, seconds: float, other: socket.socket | None = None) -> None:
        """Wait, until stop() or a sign on the socket `other`; the watchdog sees that we are well."""
        assert self._wake is not None
        end = self._watch.monotonic() + seconds
        while not self._stopping.is_set():
            self._beat = self._watch.monotonic()
            left = end - self._beat
            if left <= 0 or self._wake.wait(min(left, BEAT), other):
                return

    def _allow(self, seconds: float) -> None:
        self._beat = self._watch.monotonic() + seconds

    # --- How it goes ---

    def _worked(self) -> None:
        if self._failures:
            self._log.info("the mailbox works again", failures=self._failures)
        self._trouble = ""
        self._failures = 0

    def _failed(self, error: Exception) -> float:
        """Tell it; the pause until the next attempt, in seconds."""
        self._failures += 1
        self._trouble = _said(error)
        longest = STORE_PAUSE if isinstance(error, StoreUnavailable) else LONGEST_PAUSE
        pause = min(2.0 ** min(self._failures - 1, 20), longest)
        now = self._watch.monotonic()
        loud = self._told_at is None or now - self._told_at >= TELL_AGAIN
        if loud:
            self._told_at = now
        tell = self._log.error if loud else self._log.warning
        tell(
            "the mailbox fails",
            why=self._trouble,
            failures=self._failures,
            again_in=pause,
            **({} if isinstance(error, FORESEEN) else {"exc_info": error}),
        )
        return pause


def _said(error: Exception) -> str:
    """The error in words. What libraries quote is cut off: it may be a line of somebody's mail."""
    if isinstance(error, MailflowError):
        return str(error)[:WORDS] or type(error).__name__
    text = str(error).partition("b'")[0].partition('b"')[0].rstrip(" :")
    return f"{type(error).__name__}: {text}"[:WORDS].rstrip(" :")
