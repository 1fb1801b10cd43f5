"""What the sessions of one door share: who is in, whom we know, and the way to the inbox.

The gate answers in SMTP replies of constant text. What went wrong is told to the log, under an id that
the reply names.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import structlog

from mailflow.clock import Watch
from mailflow.errors import StoreFull, StoreUnavailable
from mailflow.ingest import Accept, Recognise
from mailflow.ingest.budget import Budget
from mailflow.model import Arrival, Envelope

log = structlog.get_logger()

ACCEPTED = "250 2.0.0 Accepted"
FULL = "452 4.3.1 Insufficient system storage"
CLOSING = "421 4.3.2 Shutting down, try again later"
ASKERS = 4  # threads that wait for the database, for a door


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """Durations in seconds, sizes in octets. The defaults are those of Postfix where it has them."""

    hostname: str
    max_size: int = 35 * 1024 * 1024
    tls: ssl.SSLContext | None = None  # offers STARTTLS
    smtputf8: bool = False  # offered only if the outbound side can keep the word
    eight_bit: bool = True
    recipients: int = 1000
    sessions: int = 1000
    sessions_per_client: int = 50  # of one network address; a Unix socket has none
    timeout: float = 300.0  # of silence, and of credit for a slow sender
    slowest: float = 500.0  # octets a second, in DATA
    commands: int = 100  # that bring no mail closer, until a mail is accepted
    errors: int = 20
    hops: int = 100
    commit_timeout: float = 300.0
    linger: float = 5.0  # for the last reply to reach a client that does not read


class Guest(Protocol):
    """A session, as the gate sees it."""

    @property
    def busy(self) -> bool:
        """In DATA, or waiting for the acceptance of a mail."""
        ...

    def hang_up(self, reply: str) -> None: ...

    def abort(self) -> None: ...


class Gate:
    """Belongs to the loop that it was made in."""

    def __init__(
        self,
        door: str,
        accept: Accept,
        recognise: Recognise,
        *,
        watch: Watch,
        settings: DoorSettings,
        budget: Budget,
    ) -> None:
        self.door = door
        self.watch = watch
        self.settings = settings
        self.budget = budget
        self.closing = False
        self._accept = accept
        self._recognise = recognise
        self._askers = ThreadPoolExecutor(ASKERS, thread_name_prefix=f"{door}-ask")
        self._inside: dict[Guest, str] = {}
        self._clients: Counter[str] = Counter()
        self._commits: set[asyncio.Task[str]] = set()
        self._empty = asyncio.Event()

    # --- who is in ---

    def enter(self, guest: Guest, client: str) -> str:
        """Let a session in; else the reply that turns it away. `client` is empty on a Unix socket."""
        if self.closing:
            return CLOSING
        crowded = bool(client) and self._clients[client] >= self.settings.sessions_per_client
        if crowded or len(self._inside) >= self.settings.sessions:
            log.warning("too_many_connections", door=self.door, peer=client, inside=len(self._inside))
            return "421 4.7.0 Too many connections, try again later"
        self._inside[guest] = client
        self._clients[client] += 1
        return ""

    def leave(self, guest: Guest) -> None:
        """Safe to repeat, and for one that never got in."""
        client = self._inside.pop(guest, None)
        if client is not None:
            self._clients[client] -= 1
            if not self._clients[client]:
                del self._clients[client]
        if self.closing and not self._inside:
            self._empty.set()

    async def close(self, grace: float) -> None:
        """Send the idle away at once, and wait so many seconds for those who are handing over mail."""
        self.closing = True
        for guest in list(self._inside):
            if not guest.busy:
                guest.hang_up(CLOSING)
        if self._inside:
            await _within(grace, self._empty.wait())
        for guest in list(self._inside):
            guest.abort()
        if self._commits:
            await asyncio.wait(self._commits, timeout=grace)
        self._askers.shutdown(wait=False, cancel_futures=True)

    # --- recipients ---

    async def recognises(self, recipient: str) -> bool:
        """Whether mail for the recipient is taken, in any case of its letters."""
        key = recipient.casefold()
        if key == "postmaster":
            return True
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._askers, self._recognise, key)

    # --- mail ---

    async def commit(
        self, envelope: Envelope, content: bytes, peer: str, done: Callable[[], None]
    ) -> str:
        """Hand a mail over; the reply, once it is on disk or has failed.

        It goes on when the waiting session is cancelled: the client dropped, and will send again.
        `done` is called when the mail is no longer held here.
        """
        arrival = Arrival(self.door, envelope, content, self.watch.now(), peer)
        task = asyncio.create_task(self._commit(arrival))
        self._commits.add(task)
        task.add_done_callback(self._commits.discard)
        task.add_done_callback(lambda _: done())
        return await asyncio.shield(task)

    async def _commit(self, arrival: Arrival) -> str:
        tell = log.bind(door=self.door, peer=arrival.peer, size=len(arrival.content))
        try:
            await asyncio.wait_for(self._stored(arrival), self.settings.commit_timeout)
        except StoreFull:
            tell.error("store_full")
            return FULL
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - a stranger hears 451, always
            return self.failed(error)
        tell.info("mail_accepted", recipients=len(arrival.envelope.recipients))
        return ACCEPTED

    async def _stored(self, arrival: Arrival) -> None:
        """Returns once the mail is on disk. The future is never cancelled: it is not ours."""
        loop = asyncio.get_running_loop()
        future = await loop.run_in_executor(self._askers, self._accept, arrival)
        await asyncio.shield(asyncio.wrap_future(future))

    def failed(self, error: BaseException) -> str:
        """The reply to a failure of ours, and the line in the log that explains it."""
        reference = secrets.token_hex(6)
        foreseen = isinstance(error, StoreUnavailable)
        tell = log.bind(door=self.door, id=reference, error=type(error).__name__)
        tell.error("reply_451", exc_info=None if foreseen else error)
        return f"451 4.3.0 Temporary failure, try again later ({reference})"


async def _within(seconds: float, awaited: asyncio._CoroutineLike[object]) -> None:
    """Wait for it, but no longer."""
    try:
        await asyncio.wait_for(awaited, seconds)
    except TimeoutError:
        return
