"""An SMTP server on loopback that plays a script of replies, drops and delays, and keeps what arrived.

The script maps a step - CONNECT, the start of a command such as `RCPT TO:<a@`, or `.` for the end of
content - to the answers it gets, one after another; then the usual answer is given. An answer is a
reply line, DROP, or a Hold that waits for an event of the test.
"""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

USUAL = {
    "CONNECT": "220 scripted.test ESMTP",
    "MAIL": "250 2.1.0 sender ok",
    "RCPT": "250 2.1.5 recipient ok",
    "DATA": "354 go ahead",
    ".": "250 2.0.0 queued",
    "RSET": "250 reset",
    "QUIT": "221 bye",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 welcome",
}


class Drop:
    """Close the connection instead of answering."""


DROP = Drop()


@dataclass(frozen=True)
class Hold:
    """Answer once the event is set; `reached` tells the test that the server stands here."""

    then: str | Drop
    released: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)


Answer = str | Drop | Hold


@dataclass(frozen=True)
class Arrived:
    """A mail whose final dot arrived, whatever was answered to it."""

    connection: int
    mail: str
    rcpt: str
    content: bytes


class ScriptedServer:
    """Use as a context manager; `port` is free to connect to inside of it."""

    def __init__(
        self,
        script: dict[str, list[Answer]] | None = None,
        *,
        offers: tuple[str, ...] = ("8BITMIME", "SIZE 50000000", "SMTPUTF8"),
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        port: int = 0,
    ) -> None:
        self._script = script or {}
        self._holds = [
            answer
            for answers in self._script.values()
            for answer in answers
            if isinstance(answer, Hold)
        ]
        self._offers = offers
        self._tls = tls
        self._implicit = implicit
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.arrived: list[Arrived] = []
        self.commands: list[tuple[int, str]] = []
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> ScriptedServer:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_all()
        for hold in self._holds:
            hold.released.set()
        for thread in self._threads:
            thread.join(10)

    def drop_all(self) -> None:
        """Close every connection, as a server does that was idle for too long or is restarted."""
        with self._lock:
            for connection in self._sockets:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    @property
    def connections(self) -> int:
        return len(self._sockets)

    def said(self, verb: str) -> list[str]:
        return [line for _, line in self.commands if line.upper().startswith(verb)]

    def answer(self, step: str, usual: str) -> Answer:
        with self._lock:
            for key, answers in self._script.items():
                if step.startswith(key) and answers:
                    return answers.pop(0)
        return usual or USUAL.get(step.split(" ")[0].upper(), "502 not implemented")

    def offered(self, over_tls: bool) -> str:
        offers = [*self._offers]
        if self._tls and not over_tls:
            offers.append("STARTTLS")
        if over_tls or not self._tls:
            offers.append("AUTH PLAIN")
        lines = ["scripted.test", *offers]
        return "\r\n".join(f"250{'-' if line is not lines[-1] else ' '}{line}" for line in lines)

    def _start(self, work: object, *args: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with self._lock:
                    self._sockets.append(connection)
                    number = len(self._sockets)
                self._start(self._serve, number, connection)

    def _serve(self, number: int, connection: socket.socket) -> None:
        with suppress(OSError, EOFError):
            if self._implicit:
                self.wrap(number)
            _Session(self, number).play()
        connection = self.socket_of(number)
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    def socket_of(self, number: int) -> socket.socket:
        return self._sockets[number - 1]

    def wrap(self, number: int) -> None:
        assert self._tls is not None
        plain = self.socket_of(number)
        wrapped = self._tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._sockets[number - 1] = wrapped
        wrapped.do_handshake()


class _Session:
    def __init__(self, server: ScriptedServer, number: int) -> None:
        self._server = server
        self._number = number
        self._buffer = bytearray()
        self._mail = self._rcpt = ""
        self._open = False  # between MAIL and the end of its transaction

    @property
    def _socket(self) -> socket.socket:
        return self._server.socket_of(self._number)

    def play(self) -> None:
        self._reply("CONNECT")
        while True:
            line = self._read_until(b"\r\n").decode()
            self._server.commands.append((self._number, line))
            self._obey(line)

    def _obey(self, line: str) -> None:
        verb = line[:4].upper()
        if verb == "EHLO":
            over_tls = isinstance(self._socket, ssl.SSLSocket)
            self._reply(line, self._server.offered(over_tls))
        elif verb == "STAR" and self._reply(line).startswith("220"):
            self._server.wrap(self._number)
        elif verb == "DATA" and self._reply(line).startswith("354"):
            self._take_content()
        elif verb == "MAIL" and self._open:
            self._send("503 5.5.1 nested MAIL")
        elif verb not in ("STAR", "DATA"):
            self._keep_envelope(verb, line, self._reply(line))

    def _keep_envelope(self, verb: str, line: str, answer: str) -> None:
        if answer.startswith("221"):
            raise EOFError
        if verb == "MAIL":
            self._mail, self._open = line, answer.startswith("250")
        elif verb == "RCPT":
            self._rcpt = line
        elif verb == "RSET":
            self._open = False

    def _take_content(self) -> None:
        # The first line may be the dot itself: the CRLF of DATA's own line counts for it.
        self._buffer[:0] = b"\r\n"
        stuffed = self._read_until(b"\r\n.\r\n") + b"\r\n"
        content = stuffed.replace(b"\r\n.", b"\r\n")[2:]
        self._server.arrived.append(Arrived(self._number, self._mail, self._rcpt, content))
        self._open = False
        self._reply(".")

    def _reply(self, step: str, usual: str = "") -> str:
        answer = self._server.answer(step, usual)
        if isinstance(answer, Hold):
            answer.reached.set()
            answer.released.wait(60)
            answer = answer.then
        if isinstance(answer, Drop):
            raise EOFError
        self._send(answer)
        return answer

    def _send(self, lines: str) -> None:
        self._socket.sendall(lines.encode() + b"\r\n")

    def _read_until(self, end: bytes) -> bytes:
        searched = 0
        while (place := self._buffer.find(end, searched)) < 0:
            searched = max(0, len(self._buffer) - len(end))
            received = self._socket.recv(1 << 18)
            if not received:
                raise EOFError
            self._buffer += received
        found = bytes(self._buffer[:place])
        del self._buffer[: place + len(end)]
        return found


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for one name and 127.0.0.1, and its key."""

    cert: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context


def make_certificate(folder: Path, name: str = "localhost") -> Certificate:
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    request = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={name}".split()
    names = ["-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(cert)]
    subprocess.run(["openssl", *request, *names, *files], check=True, capture_output=True)
    return Certificate(cert, key)
