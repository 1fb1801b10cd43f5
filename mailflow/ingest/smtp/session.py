"""The dialogue with one client: aiosmtpd's command loop with our replies, limits and DATA reader.

A mail gets its 250 only after the gate's commit. No text of an exception reaches a client, every loop
has an end, and nothing here waits for a disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import AnyStr, ClassVar

import structlog
from aiosmtpd.smtp import SMTP, TLSSetupException

from mailflow.ingest.hints import hops
from mailflow.ingest.smtp import command
from mailflow.ingest.smtp.content import Content
from mailflow.ingest.smtp.gate import CLOSING, Gate
from mailflow.model import Envelope

log = structlog.get_logger()

BLOCK = 64 * 1024
COMMAND_LIMIT = 512 - 2  # RFC 5321 section 4.5.3.1.4, the line end aside
IDLE = ("HELO", "EHLO", "LHLO", "NOOP", "RSET", "VRFY", "EXPN", "HELP")
UNKNOWN = "550 5.1.1 No such recipient here"
FLOOD = 100  # unknown recipients of one session, for a line in the log


class _OneLimit(dict[str, int]):
    """The limit of every command. aiosmtpd shares such a table between all sessions and changes it."""

    def __missing__(self, name: str) -> int:
        return COMMAND_LIMIT


@dataclass(slots=True)
class _Transaction:
    """What MAIL and RCPT have said; `sender` is None before MAIL."""

    sender: str | None = None
    utf8: bool = False
    recipients: list[str] = field(default_factory=list)


class SmtpSession(SMTP):
    """RFC 5321 with SIZE, ENHANCEDSTATUSCODES and, by the settings, 8BITMIME, SMTPUTF8 and STARTTLS."""

    command_size_limit = COMMAND_LIMIT
    command_size_limits = _OneLimit()
    line_length_limit = BLOCK  # of the stream's buffer; commands have their own
    greeting: ClassVar[str] = "ESMTP"
    hello: ClassVar[str] = "EHLO"

    def __init__(self, gate: Gate) -> None:
        settings = gate.settings
        super().__init__(
            None,
            data_size_limit=settings.max_size,
            enable_SMTPUTF8=settings.smtputf8,
            hostname=settings.hostname,  # else aiosmtpd asks the DNS, for every connection
            ident=self.greeting,
            tls_context=settings.tls,
            timeout=settings.timeout,
            loop=asyncio.get_running_loop(),
        )
        self._gate = gate
        self._settings = settings
        self._offer = command.Offer(settings.max_size, settings.eight_bit, settings.smtputf8)
        self._transaction = _Transaction()
        self._receiving = False
        self._errors = self._fruitless = self._unknown = 0
        for name in IDLE:
            if name in self._smtp_methods:
                self._smtp_methods[name] = partial(self._idle, self._smtp_methods[name])

    # --- coming and going ---

    @property
    def busy(self) -> bool:
        return self._receiving

    @property
    def peer(self) -> str:
        """The client's network address; empty on a Unix socket."""
        name = self.session.peer if self.session else None
        return str(name[0]) if isinstance(name, tuple) else ""

    async def _handle_client(self) -> None:
        refusal = self._gate.enter(self, self.peer)
        if refusal:
            self.hang_up(refusal)
        else:
            await super()._handle_client()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._gate.leave(self)

    def hang_up(self, reply: str) -> None:
        """Say the reply and end the session; what the client has sent already is not looked at."""
        if self.transport is None or self.transport.is_closing():
            return
        self._writer.write(reply.encode("ascii") + b"\r\n")
        self.transport.close()
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        self._timeout_handle = self.loop.call_later(self._settings.linger, self.abort)
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()

    def abort(self) -> None:
        """End the connection, whether the client reads or not."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    def _timeout_cb(self) -> None:
        log.info("timeout", door=self._gate.door, peer=self.peer, receiving=self._receiving)
        self.hang_up("421 4.4.2 Timeout")

    def _set_post_data_state(self) -> None:
        self._transaction = _Transaction()

    async def handle_exception(self, error: Exception) -> str:
        self._set_post_data_state()
        return self._gate.failed(error)

    # --- limits on the dialogue ---

    async def push(self, status: AnyStr) -> None:
        """Send a reply; a client that only errs is sent away."""
        await super().push(status)
        if status[:1] in ("5", b"5"):
            self._errors += 1
            if self._errors >= self._settings.errors:
                self.hang_up("421 4.7.0 Too many errors")

    async def _idle(self, run: Callable[[str | None], Awaitable[None]], argument: str | None) -> None:
        """A command that brings no mail closer must not hold the connection for ever."""
        self._fruitless += 1
        if self._fruitless > self._settings.commands:
            self.hang_up("421 4.7.0 Too many commands without mail")
        else:
            await run(argument)

    # --- commands ---

    async def smtp_EHLO(self, hostname: str | None) -> None:
        if not hostname:
            await self.push("501 5.5.4 Syntax: EHLO hostname")
            return
        assert self.session is not None
        self._set_post_data_state()
        self.session.extended_smtp = True
        self.session.host_name = hostname
        lines = [self.hostname, f"SIZE {self._settings.max_size}", "ENHANCEDSTATUSCODES"]
        lines += ["8BITMIME"] * self._settings.eight_bit
        lines += ["SMTPUTF8"] * self._settings.smtputf8
        lines += ["STARTTLS"] * (self.tls_context is not None and self._tls_protocol is None)
        await self.push("\r\n".join([*(f"250-{line}" for line in lines), "250 HELP"]))

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        if self._tls_protocol is not None:
            await self.push("503 5.5.1 TLS is on already")
            return
        try:
            await super().smtp_STARTTLS(arg)
        except (TLSSetupException, asyncio.CancelledError):
            log.info("tls_failed", door=self._gate.door, peer=self.peer)
            # asyncio tells nobody of a connection that is lost in the handshake.
            self.connection_lost(None)

    async def smtp_VRFY(self, arg: str | None) -> None:
        await self.push("252 2.5.0 Send some mail, and see")

    async def smtp_EXPN(self, arg: str | None) -> None:
        await self.push("502 5.5.1 EXPN not implemented")

    async def smtp_HELP(self, arg: str | None) -> None:
        await self.push("214 2.0.0 See RFC 5321")

    async def smtp_AUTH(self, arg: str | None) -> None:
        await self.push("502 5.5.1 AUTH not implemented")

    async def smtp_MAIL(self, arg: str | None) -> None:
        if await self.check_helo_needed(self.hello):
            return
        if self._transaction.sender is not None:
            await self.push("503 5.5.1 Nested MAIL")
            return
        try:
            sender, utf8 = command.sender(arg, self._offer)
        except command.Refused as refused:
            await self.push(refused.reply)
            return
        self._transaction = _Transaction(sender, utf8)
        await self.push("250 2.1.0 Sender ok")

    async def smtp_RCPT(self, arg: str | None) -> None:
        if self._transaction.sender is None:
            await self.push("503 5.5.1 MAIL first")
            return
        try:
            recipient = command.recipient(arg, self._transaction.utf8)
        except command.Refused as refused:
            await self.push(refused.reply)
            return
        if len(self._transaction.recipients) >= self._settings.recipients:
            await self._turned_down("452 4.5.3 Too many recipients")
        elif await self._gate.recognises(recipient):
            self._transaction.recipients.append(recipient)
            await self.push("250 2.1.5 Recipient ok")
        else:
            await self._turned_down(UNKNOWN)

    async def _turned_down(self, reply: str) -> None:
        """No error of the client: it is our own MX, which cannot know. But it ends somewhere."""
        self._unknown += 1
        if self._unknown % FLOOD == 0:
            log.warning("recipients_refused", door=self._gate.door, peer=self.peer, count=self._unknown)
        if self._unknown > self._settings.recipients:
            self.hang_up("421 4.7.0 Too many recipients refused")
        else:
            await super().push(reply)

    # --- DATA ---

    async def smtp_DATA(self, arg: str | None) -> None:
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
        elif not self._transaction.recipients:
            await self.push("503 5.5.1 RCPT first")
        else:
            self._receiving = True
            try:
                await self._receive()
            finally:
                self._receiving = False
            if self._gate.closing:
                self.hang_up(CLOSING)

    async def _receive(self) -> None:
        await self.push("354 End with <CR><LF>.<CR><LF>")
        content = Content(self._settings.max_size, self._gate.budget)
        try:
            await self._read(content)
        except BaseException:
            content.release()
            raise
        # Nothing may follow the final dot before its reply: PIPELINING is not offered, and what looks
        # like a next mail may be the rest of this one, as somebody else ends mails (SMTP smuggling).
        smuggled = content.trailing or self._has_more()
        if smuggled:
            content.release()
            reply = "554 5.5.0 SMTP protocol synchronization"
        else:
            reply = await self._settle(content)
        recipients = len(self._transaction.recipients)
        self._set_post_data_state()
        await self._answer(reply, recipients)
        if smuggled or self._has_more():
            log.warning("talks_before_the_reply", door=self._gate.door, peer=self.peer)
            self.hang_up("421 4.5.0 SMTP protocol synchronization")

    async def _read(self, content: Content) -> None:
        """Read until the final dot. Time is credit: silence spends it, octets earn it again."""
        credit = self._settings.timeout
        ended = False
        while not ended:
            asked_at = self.loop.time()
            self._reset_timeout(credit)
            block = await self._reader.read(BLOCK)
            if not block:
                raise ConnectionResetError
            spent = self.loop.time() - asked_at
            earned = len(block) / self._settings.slowest
            credit = min(self._settings.timeout, max(credit - spent, 0.0) + earned)
            ended = content.add(block)
            if content.size > 2 * self._settings.max_size:
                self.hang_up("552 5.3.4 Mail is too big")

    async def _settle(self, content: Content) -> str:
        """The reply to a mail that came in whole."""
        if content.refusal:
            return content.refusal
        octets = content.joined()
        if hops(octets) > self._settings.hops:
            content.release()
            return "554 5.4.6 Routing loop"
        assert self._timeout_handle is not None
        self._timeout_handle.cancel()  # the client waits for us now
        envelope = Envelope(self._transaction.sender or "", tuple(self._transaction.recipients))
        return await self._gate.commit(envelope, octets, self.peer, content.release)

    async def _answer(self, reply: str, recipients: int) -> None:
        """The reply after the final dot."""
        if reply.startswith("2"):
            self._errors = self._fruitless = self._unknown = 0
        self._reset_timeout()
        await self.push(reply)

    def _has_more(self) -> bool:
        """Whether the client has sent something that nobody has read yet."""
        return bool(self._reader._buffer)  # type: ignore[attr-defined]


class LmtpSession(SmtpSession):
    """RFC 2033: LHLO for a greeting, and after the final dot one reply for each accepted recipient."""

    greeting = "LMTP"
    hello = "LHLO"

    async def smtp_LHLO(self, hostname: str | None) -> None:
        await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str | None) -> None:
        await self.push("500 5.5.1 This is LMTP: LHLO")

    async def smtp_EHLO(self, hostname: str | None) -> None:
        await self.push("500 5.5.1 This is LMTP: LHLO")

    async def _answer(self, reply: str, recipients: int) -> None:
        await super()._answer("\r\n".join([reply] * recipients), recipients)
