"""A door's thread: given listening sockets it serves sessions until it is stopped.

`beat` tells the watchdog that the loop goes round; a door that hangs lets it grow old.
"""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import Future
from threading import Thread
from typing import Any, ClassVar

import structlog

from mailflow.clock import Watch
from mailflow.ingest import Accept, Recognise
from mailflow.ingest.budget import Budget
from mailflow.ingest.listen import BACKLOG
from mailflow.ingest.smtp.gate import DoorSettings, Gate
from mailflow.ingest.smtp.session import LmtpSession, SmtpSession

log = structlog.get_logger()

BEAT = 1.0  # seconds


class SmtpDoor:
    """Takes over the sockets. Mail is handed to `accept` and is answered when its future says so."""

    name: ClassVar[str] = "smtp"
    session: ClassVar[type[SmtpSession]] = SmtpSession

    def __init__(
        self,
        sockets: list[socket.socket],
        accept: Accept,
        recognise: Recognise,
        *,
        watch: Watch,
        settings: DoorSettings,
        budget: Budget,
    ) -> None:
        self.beat = watch.monotonic()  # when the loop last went round
        self._sockets = sockets
        self._accept = accept
        self._recognise = recognise
        self._watch = watch
        self._settings = settings
        self._budget = budget
        self._thread = Thread(target=self._run, name=self.name)
        self._ready: Future[asyncio.AbstractEventLoop] = Future()
        self._stop: asyncio.Future[float]

    def start(self) -> None:
        """Returns when the door is open; raises what kept it shut."""
        self._thread.start()
        self._ready.result()

    def stop(self, grace: float) -> None:
        """Close the door: mail that is being handed over has `grace` seconds to get its reply."""
        if self._thread.is_alive():
            self._ready.result().call_soon_threadsafe(self._close, grace)
            self._thread.join()

    def _close(self, grace: float) -> None:
        if not self._stop.done():
            self._stop.set_result(grace)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            if not self._ready.done():
                self._ready.set_exception(error)
                return
            log.exception("door_failed", door=self.name)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._surprised)
        self._stop = loop.create_future()
        gate = Gate(
            self.name,
            self._accept,
            self._recognise,
            watch=self._watch,
            settings=self._settings,
            budget=self._budget,
        )
        servers = [await self._open(listening, gate) for listening in self._sockets]
        beating = loop.create_task(self._beat())
        self._ready.set_result(loop)
        grace = await self._stop
        for server in servers:
            server.close()
        await gate.close(grace)
        beating.cancel()

    async def _open(self, listening: socket.socket, gate: Gate) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        if listening.family == socket.AF_UNIX:
            return await loop.create_unix_server(
                lambda: self.session(gate), sock=listening, backlog=BACKLOG
            )
        return await loop.create_server(lambda: self.session(gate), sock=listening, backlog=BACKLOG)

    async def _beat(self) -> None:
        while True:
            self.beat = self._watch.monotonic()
            await asyncio.sleep(BEAT)

    def _surprised(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What asyncio would print: broken connections, and faults of ours."""
        log.error(
            "loop_exception", door=self.name, what=context["message"], exc_info=context.get("exception")
        )


class LmtpDoor(SmtpDoor):
    name = "lmtp"
    session = LmtpSession
