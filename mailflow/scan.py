"""Asks clamd about received mail, beside its understanding; the verdict comes with the Message.

In goes the mail as it came, out comes what was found, or why nothing was said. A scanner that is silent
never holds mail up: only one mail at a time waits for it until it answers again, the others go on.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

from mailflow.clock import Watch
from mailflow.model import Envelope, Message

TIMEOUT = 30.0  # seconds for one mail: the acknowledgement, due after 2 minutes, waits for it
_CHUNK = 256 * 1024
_LONGEST_REPLY = 4096
# clamd looks for attachments only in what begins like a mail; not every mail does.
_FIRST_LINE = b"Received: by mailflow\r\n"


@dataclass(frozen=True, slots=True)
class Scanned:
    """Clean if both are empty. `found`: the virus; `unanswered`: why there is no verdict."""

    found: str = ""
    unanswered: str = ""


class Scanner:
    """clamd at `address`: a path, or host and port. `name` is how the operator wrote it."""

    def __init__(
        self, name: str, address: str | tuple[str, int], watch: Watch, timeout: float = TIMEOUT
    ) -> None:
        self.name = name
        self._address = address
        self._watch = watch
        self._timeout = timeout
        self._lock = threading.Lock()
        self._asking = 0
        self._silent = ""  # why nothing came back the last time
        self._trouble = ""

    def submit(self, content: bytes) -> Future[Scanned]:
        """The verdict, later; the Future never raises."""
        future: Future[Scanned] = Future()
        with self._lock:
            silent = self._silent if self._asking else ""
            self._asking += not silent
        if silent:
            future.set_result(Scanned(unanswered=silent))
        else:
            # No pool: its threads would hold up the daemon's end. The intake has 16 mails under way at most.
            asking = threading.Thread(
                target=self._settle, args=(future, content), name="scan", daemon=True
            )
            asking.start()
        return future

    def _settle(self, future: Future[Scanned], content: bytes) -> None:
        verdict = Scanned(unanswered="the scanner failed")
        try:
            verdict = self.scan(content)
        finally:
            with self._lock:
                self._asking -= 1
            future.set_result(verdict)

    def scan(self, content: bytes) -> Scanned:
        """Ask, and wait for the verdict."""
        try:
            reply = self._ask(b"zINSTREAM\0", _FIRST_LINE + content)
            silent = "" if reply else "it hung up without an answer"
        except OSError as error:
            reply, silent = "", _said(error)
        verdict = Scanned(unanswered=silent) if silent else _verdict(reply)
        with self._lock:
            self._silent = silent
            self._trouble = verdict.unanswered or self._trouble
        return verdict

    def trouble(self) -> str:
        """Why a mail was not scanned since the last call; empty: all were."""
        with self._lock:
            trouble, self._trouble = self._trouble, ""
        return trouble

    def ping(self) -> str:
        """The scanner's version, with that of its signatures. Raises OSError."""
        reply = self._ask(b"zVERSION\0")
        if not reply.startswith("ClamAV"):
            raise OSError(f"{self.name} answers, but not as clamd does: {reply[:80]!r}")
        return f"{self.name} answers: {reply}"

    def _ask(self, command: bytes, content: bytes | None = None) -> str:
        ends = self._watch.monotonic() + self._timeout
        with self._connected() as sock:
            try:
                for piece in (command, *_pieces(content)):
                    sock.settimeout(self._left(ends))
                    sock.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has said why before it hung up
            return self._reply(sock, ends)

    def _connected(self) -> socket.socket:
        timeout = min(self._timeout, 5.0)
        if not isinstance(self._address, str):
            return socket.create_connection(self._address, timeout)
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(timeout)
        try:
            sock.connect(self._address)
        except OSError:
            sock.close()
            raise
        return sock

    def _left(self, ends: float) -> float:
        left = ends - self._watch.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _reply(self, sock: socket.socket, ends: float) -> str:
        reply = b""
        while b"\0" not in reply and len(reply) < _LONGEST_REPLY:
            sock.settimeout(self._left(ends))
            octets = sock.recv(_LONGEST_REPLY)
            if not octets:
                break
            reply += octets
        text = reply.partition(b"\0")[0].decode("ascii", "replace")
        return "".join(one if one.isprintable() else " " for one in text).strip()


def _pieces(content: bytes | None) -> Iterator[bytes]:
    """As INSTREAM wants them: each with its length before it, an empty one at the end (clamd(8))."""
    if content is None:
        return
    for start in range(0, len(content), _CHUNK):
        chunk = content[start : start + _CHUNK]
        yield len(chunk).to_bytes(4, "big") + chunk
    yield bytes(4)


def _said(error: OSError) -> str:
    return "it did not answer in time" if isinstance(error, TimeoutError) else str(error)


def _verdict(reply: str) -> Scanned:
    if reply == "stream: OK":
        return Scanned()
    if not reply.endswith(" FOUND"):
        if "size limit exceeded" in reply:
            return Scanned(unanswered="it is larger than the scanner's StreamMaxLength")
        return Scanned(unanswered=f"the scanner said: {reply[:200]}")
    name = reply.removesuffix(" FOUND").removeprefix("stream: ")[:100]
    if name.startswith(
        "Heuristics.Encrypted."
    ):  # no virus; that it is encrypted, the team is told anyway
        return Scanned()
    if name.startswith("Heuristics.Limits.Exceeded"):
        return Scanned(unanswered=f"only in part: {name}")
    return Scanned(found=name or "something")


# --- Beside the understanding --------------------------------------------------------------------

_Read = Callable[[bytes, Envelope], Future[Message]]


def screened(read: _Read, scan: Callable[[bytes], Future[Scanned]]) -> _Read:
    """`read`, its Message with the scanner's verdict; both work at the same time."""

    def read_and_scan(content: bytes, envelope: Envelope) -> Future[Message]:
        reading, scanning = read(content, envelope), scan(content)
        result: Future[Message] = Future()

        def is_read(_: Future[Message]) -> None:
            scanning.add_done_callback(lambda verdict: _join(result, reading, verdict))

        reading.add_done_callback(is_read)
        return result

    return read_and_scan


def _join(result: Future[Message], reading: Future[Message], scanning: Future[Scanned]) -> None:
    if reading.cancelled():
        result.cancel()
        result.set_running_or_notify_cancel()  # whoever waits for it learns of it only now
    elif (error := reading.exception()) is not None:
        result.set_exception(error)
    else:
        result.set_result(marked(reading.result(), scanning.result()))


def marked(message: Message, scanned: Scanned) -> Message:
    """The message with the verdict. Nobody who sends a virus is answered: most such senders are forged."""
    if not scanned.found:
        return replace(message, unscanned=scanned.unanswered)
    because = (*message.author.because, f"the virus scanner found {scanned.found}")
    author = replace(message.author, answerable=False, because=because)
    return replace(message, virus=scanned.found, author=author)
