"""Sends mail to the outbound SMTP server over a few reused connections, and says what became of it.

In come deliveries with final bytes; out goes a future of the outcome for each. One connection is kept
for acknowledgements alone, so that nothing big or slow stands before them. Nothing is tried a second
time here once content has been sent, and nothing is stored: see deliver.py for both.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import Thread

import structlog
from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected
from aiosmtplib.response import SMTPResponse

from mailflow.clock import Watch
from mailflow.errors import MailflowError
from mailflow.model import Delivery, Outcome, Verdict
from mailflow.outbound.wire import (
    SmtpSettings,
    dot_stuffed,
    mail_command,
    one_line,
    rcpt_command,
    refusal,
    setback,
)

log = structlog.get_logger(__name__)

# What a server, a network, a certificate or a host name may do to us.
_FAULTS = (SMTPException, OSError, UnicodeError)
_SERVICE_ENDS = 421
_LARGE = 256 * 1024  # octets; a thread costs more than stuffing less

Result = tuple[Verdict, str]


class Unreachable(MailflowError):
    """No session with the server: network, greeting, TLS, EHLO or login failed. No mail's fault."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    delivery: Delivery
    future: Future[Outcome]


class _Connection:
    """One session at a time with the server, opened when a mail needs it; belongs to one worker."""

    def __init__(self, settings: SmtpSettings, context: ssl.SSLContext) -> None:
        self._settings = settings
        self._context = context
        self._client: SMTP | None = None

    @property
    def open(self) -> bool:
        return self._client is not None and self._client.is_connected

    async def deliver(self, delivery: Delivery) -> Result:
        """Send one mail; raise Unreachable if there is no session to send it in."""
        if self.open:
            # A server may end a reused session at any time. Until content was sent nothing has
            # happened, so this is no failure.
            with contextlib.suppress(*_FAULTS):
                return await self._transact(delivery)
        await self.login()
        try:
            return await self._transact(delivery)
        except _FAULTS as fault:
            return Verdict.DEFERRED, _said(fault)

    async def login(self) -> SMTP:
        """Connect, TLS as demanded (never less), EHLO, AUTH."""
        await self.close()
        client = _client(self._settings, self._context)
        try:
            await client.connect(timeout=self._settings.timeouts.connect)
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except _FAULTS as fault:
            client.close()
            raise Unreachable(_said(fault)) from fault
        self._client = client
        return client

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with contextlib.suppress(*_FAULTS):
                await client.quit(timeout=2)
            client.close()

    async def _transact(self, delivery: Delivery) -> Result:
        client = self._client
        assert client is not None
        refused = refusal(delivery, client.esmtp_extensions)
        if refused:
            return Verdict.FAILED, refused
        mail = mail_command(delivery, client.esmtp_extensions)
        for command, wanted in ((mail, 2), (rcpt_command(delivery), 2), (b"DATA", 3)):
            reply = await client.execute_command(command)
            if reply.code == _SERVICE_ENDS:
                raise SMTPServerDisconnected(str(reply))
            if reply.code // 100 != wanted:
                await self._reset(client)
                return setback(reply.code), one_line(str(reply))
        return await self._send_content(client, await _stuffed(delivery.content))

    async def _reset(self, client: SMTP) -> None:
        try:
            await client.rset()
        except _FAULTS:
            client.close()

    async def _send_content(self, client: SMTP, octets: bytes) -> Result:
        """The content, the final dot, and the answer. Whatever goes wrong from here on leaves in doubt
        whether the server took the mail."""
        assert client.protocol is not None
        assert client.transport is not None
        wire = client.transport
        assert isinstance(wire, asyncio.WriteTransport)
        answer = asyncio.create_task(client.protocol.read_response())
        answer.add_done_callback(lambda task: task.cancelled() or task.exception())
        await asyncio.sleep(0)  # it listens before anything can be answered
        try:
            client.protocol.write(octets)
            reply = await self._answer(answer, wire)
        except _FAULTS as fault:
            wire.abort()
            return Verdict.DEFERRED, f"in doubt: {_said(fault)}"
        except asyncio.CancelledError:
            wire.abort()
            raise
        finally:
            answer.cancel()
        if reply.code == _SERVICE_ENDS:
            client.close()
        verdict = Verdict.DELIVERED if reply.code // 100 == 2 else setback(reply.code)
        return verdict, one_line(str(reply))

    async def _answer(
        self, answer: asyncio.Task[SMTPResponse], wire: asyncio.WriteTransport
    ) -> SMTPResponse:
        """Wait while octets still leave, then for the answer; an early refusal ends the session."""
        timeouts = self._settings.timeouts
        unsent = wire.get_write_buffer_size()
        while unsent and not answer.done():
            await asyncio.wait({answer}, timeout=timeouts.block)
            before, unsent = unsent, wire.get_write_buffer_size()
            if unsent >= before and not answer.done():
                raise TimeoutError("the server stopped reading")
        await asyncio.wait({answer}, timeout=timeouts.final)
        if not answer.done():
            raise TimeoutError("no answer after the final dot")
        reply = answer.result()
        if wire.get_write_buffer_size():
            wire.abort()
            if reply.code // 100 == 2:
                raise OSError("the server answered before the mail's end")
        return reply


class SmtpTransport:
    """The lanes and their workers, in an event loop of its own in the thread `deliver-smtp`."""

    def __init__(self, settings: SmtpSettings, watch: Watch) -> None:
        self._settings = settings
        self._watch = watch
        self._context = ssl.create_default_context(cafile=settings.ca_file or None)
        self._pending: set[_Job] = set()
        self._connections: list[_Connection] = []
        self._thread: Thread | None = None
        self._down = False

    @property
    def reachable(self) -> bool:
        """False from a failed login, with no other session open, to the next one that succeeds."""
        return not self._down

    def start(self) -> None:
        ready: Future[None] = Future()
        self._thread = Thread(
            target=lambda: asyncio.run(self._run(ready)), name="deliver-smtp", daemon=True
        )
        self._thread.start()
        ready.result()

    def send(self, delivery: Delivery, *, first: bool) -> Future[Outcome]:
        """Queue one mail for the next free connection; `first`: on that of the acknowledgements.

        The future can be cancelled until a connection takes the mail up.
        """
        job = _Job(delivery, Future())
        self._pending.add(job)
        job.future.add_done_callback(lambda _: self._pending.discard(job))
        lane = self._first if first else self._others
        self._loop.call_soon_threadsafe(lane.put_nowait, job)
        return job.future

    def stop(self, grace: float) -> None:
        """Cancel what no connection has taken up, wait for the rest, cut it off after `grace` seconds.

        Every future is done when this returns. Stopping once more does nothing.
        """
        if self._thread is None:
            return
        running = [job.future for job in tuple(self._pending) if not job.future.cancel()]
        wait(running, timeout=grace)
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()
        self._thread = None

    def probe(self) -> str:
        """Log in, say what the server offers, log out; Unreachable if that fails. Needs no start()."""
        return asyncio.run(self._probe())

    async def _probe(self) -> str:
        connection = _Connection(self._settings, self._context)
        client = await connection.login()
        offers = " ".join(f"{name} {value}".strip() for name, value in client.esmtp_extensions.items())
        cipher = client.get_transport_info("cipher")
        login = f"logged in as {self._settings.user}" if self._settings.user else "no login"
        await connection.close()
        tls = cipher[1] if cipher else "no TLS"
        return one_line(
            f"{self._settings.host}:{self._settings.port}, {tls}, {login}, offers {offers.upper()}"
        )

    async def _run(self, ready: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        self._first: asyncio.Queue[_Job] = asyncio.Queue()
        self._others: asyncio.Queue[_Job] = asyncio.Queue()
        lanes = [self._first] + [self._others] * max(1, self._settings.connections - 1)
        self._connections = [_Connection(self._settings, self._context) for _ in lanes]
        workers = [
            asyncio.create_task(self._work(lane, connection))
            for lane, connection in zip(lanes, self._connections, strict=True)
        ]
        ready.set_result(None)
        await self._ending.wait()
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        await asyncio.gather(*(connection.close() for connection in self._connections))
        for job in tuple(self._pending):
            if not job.future.cancel():
                self._settle(job, Verdict.DEFERRED, "stopped before it was sent")

    async def _work(self, lane: asyncio.Queue[_Job], connection: _Connection) -> None:
        while True:
            job = await self._next(lane, connection)
            if job.future.running() or job.future.set_running_or_notify_cancel():
                await self._serve(connection, job)

    async def _next(self, lane: asyncio.Queue[_Job], connection: _Connection) -> _Job:
        try:
            async with asyncio.timeout(self._settings.timeouts.idle if connection.open else None):
                return await lane.get()
        except TimeoutError:
            await connection.close()
            return await lane.get()

    async def _serve(self, connection: _Connection, job: _Job) -> None:
        try:
            verdict, reply = await connection.deliver(job.delivery)
        except Unreachable as fault:
            await self._refused(job, str(fault))
        except asyncio.CancelledError:
            self._settle(job, Verdict.DEFERRED, "in doubt: stopped while sending")
            raise
        except Exception as fault:
            log.exception("sending failed", delivery=job.delivery.id)
            self._settle(job, Verdict.DEFERRED, f"in doubt: {type(fault).__name__}")
        else:
            self._down = False
            self._settle(job, verdict, reply)

    async def _refused(self, job: _Job, why: str) -> None:
        """With other sessions open the server wants fewer of them: the mail waits for one of those."""
        if any(connection.open for connection in self._connections):
            log.warning("the server refused a further connection", reply=why)
            self._others.put_nowait(job)
            await asyncio.sleep(self._settings.timeouts.refused)
        else:
            self._down = True
            self._settle(job, Verdict.DEFERRED, why)

    def _settle(self, job: _Job, verdict: Verdict, reply: str) -> None:
        outcome = Outcome(job.delivery.id, job.delivery.fence, verdict, self._watch.now(), reply)
        job.future.set_result(outcome)


async def _stuffed(content: bytes) -> bytes:
    """Stuffing 25 MB takes some 80 ms: such a mail not in the loop, and only while it is being sent."""
    if len(content) < _LARGE:
        return dot_stuffed(content)
    return await asyncio.to_thread(dot_stuffed, content)


def _client(settings: SmtpSettings, context: ssl.SSLContext) -> SMTP:
    return SMTP(
        hostname=settings.host,
        port=settings.port,
        username=settings.user or None,
        password=settings.password if settings.user else None,
        local_hostname=settings.hostname,
        timeout=settings.timeouts.command,
        use_tls=settings.tls == "implicit",
        start_tls=settings.tls == "starttls",
        tls_context=context,
    )


def _said(fault: BaseException) -> str:
    if isinstance(fault, SMTPResponseException):
        return one_line(f"{fault.code} {fault.message}")
    return one_line(str(fault) or type(fault).__name__)
