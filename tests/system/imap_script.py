"""An IMAP server on loopback for what Dovecot cannot be made to do: refuse, drop, lie, be slow.

It holds one folder. The script maps the start of a command, without its tag (`UID FETCH 2 (BODY`), to
the answers it gets, one after another: a tagged answer such as `NO not today`, DROP, or a Hold. Then the
usual answer is given. A key that ends in `...` keeps giving its last answer.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from tests.system.scripted import DROP, Answer, Drop, Hold

CAPABILITIES = ("IMAP4REV1", "IDLE", "UIDPLUS", "MOVE")
DATE = '"24-Nov-2026 13:00:00 +0100"'


class ScriptedImap:
    """Use as a context manager. `mails` are contents by UID; change them by deliver() only."""

    def __init__(
        self,
        mails: dict[int, bytes] | None = None,
        *,
        script: dict[str, list[Answer]] | None = None,
        capabilities: tuple[str, ...] = CAPABILITIES,
        uidvalidity: int = 7,
    ) -> None:
        self.mails = dict(mails or {})
        self.moved: dict[int, bytes] = {}
        self.flagged: set[int] = set()
        self.commands: list[str] = []
        self.uidvalidity = uidvalidity
        self.capabilities = capabilities
        self.script = script or {}
        self.before_idle = ""  # a line before the answer to IDLE, once
        self.with_idle = ""  # lines that come in one packet with the answer to IDLE, once
        self.date = DATE  # INTERNALDATE of all mail
        self.idling = threading.Event()
        self.connections = 0
        self._holds: list[Hold] = []
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> ScriptedImap:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for hold in self._holds:
            hold.released.set()
        self.drop_all()
        for thread in self._threads:
            thread.join(10)

    def drop_all(self) -> None:
        """Close every connection."""
        with self._lock:
            for one in self._sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def deliver(self, uid: int, content: bytes) -> None:
        """A new mail; whoever idles is told."""
        with self._lock:
            self.mails[uid] = content
            self.tell(f"* {len(self.mails)} EXISTS")

    def tell(self, line: str) -> None:
        """An untagged line to every connection."""
        for one in self._sockets:
            with suppress(OSError):
                one.sendall(line.encode() + b"\r\n")

    def said(self, start: str) -> list[str]:
        return [command for command in self.commands if command.startswith(start)]

    def answer(self, command: str) -> Answer | None:
        with self._lock:
            for key, answers in self.script.items():
                if command.startswith(key.removesuffix("...")) and answers:
                    return answers[0] if key.endswith("...") and len(answers) == 1 else answers.pop(0)
        return None

    def keep(self, hold: Hold) -> None:
        """It is released at the end, whatever the test does."""
        self._holds.append(hold)

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
                    self.connections += 1
                self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError, EOFError):
            _Session(self, connection).play()
        with self._lock:
            self._sockets.remove(connection)


class _Session:
    def __init__(self, server: ScriptedImap, connection: socket.socket) -> None:
        self._server = server
        self._connection = connection
        self._lines = connection.makefile("rb")

    def play(self) -> None:
        with self._lines:
            self._send("* OK scripted")
            while line := self._lines.readline().decode(errors="replace").rstrip("\r\n"):
                tag, _, command = line.partition(" ")
                self._server.commands.append(command)
                answer = self._scripted(command) or self._usual(command.split(" "))
                self._send(f"{tag} {answer}")
                if command == "LOGOUT":
                    return

    def _scripted(self, command: str) -> str:
        answer = self._server.answer(command)
        if isinstance(answer, Hold):
            self._server.keep(answer)
            answer.reached.set()
            answer.released.wait(60)
            answer = answer.then
        if isinstance(answer, Drop):
            raise EOFError
        return answer or ""

    def _usual(self, words: list[str]) -> str:
        verb = " ".join(words[:2]) if words[0] == "UID" else words[0]
        act = getattr(self, f"_{verb.lower().replace(' ', '_')}", None)
        if act is not None:
            act(words)
        return "OK done" if act is not None or verb in ("LOGIN", "NOOP", "CREATE") else "BAD what?"

    def _capability(self, _: list[str]) -> None:
        self._send("* CAPABILITY " + " ".join(self._server.capabilities))

    def _logout(self, _: list[str]) -> None:
        self._send("* BYE")

    def _select(self, _: list[str]) -> None:
        server = self._server
        self._send(f"* {len(server.mails)} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Deleted)")
        self._send(f"* OK [UIDVALIDITY {server.uidvalidity}] valid")
        self._send(f"* OK [UIDNEXT {max(server.mails, default=0) + 1}] next")

    _examine = _select

    def _idle(self, _: list[str]) -> None:
        before, self._server.before_idle = self._server.before_idle, ""
        extra, self._server.with_idle = self._server.with_idle, ""
        if before:
            self._send(before)
        self._send("+ idling" + extra)
        self._server.idling.set()
        line = self._lines.readline()
        self._server.idling.clear()
        if line != b"DONE\r\n":
            raise EOFError

    def _uid_search(self, words: list[str]) -> None:
        uids = sorted(self._server.mails)
        found = set(uids[-1:]) | {uid for uid in uids if uid in _UidSet(words[3])}
        self._send("* SEARCH " + " ".join(map(str, sorted(found))))

    def _uid_fetch(self, words: list[str]) -> None:
        for place, (uid, content) in enumerate(sorted(self._server.mails.items()), 1):
            if uid not in _UidSet(words[2]):
                continue
            if "BODY.PEEK[]" in words[3]:
                self._send(f"* {place} FETCH (UID {uid} BODY[] {{{len(content)}}}")
                self._connection.sendall(content + b")\r\n")
            else:
                sizes = f"RFC822.SIZE {len(content)} INTERNALDATE {self._server.date}"
                self._send(f"* {place} FETCH (UID {uid} {sizes})")

    def _uid_copy(self, words: list[str]) -> None:
        for uid in list(self._server.mails):
            if uid in _UidSet(words[2]):
                self._server.moved[uid] = self._server.mails[uid]

    def _uid_move(self, words: list[str]) -> None:
        self._uid_copy(words)
        self._server.flagged.update(_UidSet(words[2]).of(self._server.mails))
        self._uid_expunge(words)

    def _uid_store(self, words: list[str]) -> None:
        self._server.flagged.update(_UidSet(words[2]).of(self._server.mails))

    def _uid_expunge(self, words: list[str]) -> None:
        for uid in _UidSet(words[2]).of(self._server.flagged):
            del self._server.mails[uid]
            self._server.flagged.remove(uid)

    def _send(self, lines: str) -> None:
        self._connection.sendall(lines.encode() + b"\r\n")


class _UidSet:
    """What a command names: `3`, `2,4:6`, `5:*`."""

    def __init__(self, text: str) -> None:
        pairs = [part.partition(":") for part in text.split(",")]
        self._spans = [(int(low), 2**32 if high == "*" else int(high or low)) for low, _, high in pairs]

    def __contains__(self, uid: int) -> bool:
        return any(low <= uid <= high for low, high in self._spans)

    def of(self, uids: object) -> list[int]:
        assert isinstance(uids, dict | set)
        return [uid for uid in uids if uid in self]


__all__ = ["DROP", "Hold", "ScriptedImap"]
