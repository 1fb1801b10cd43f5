"""A server that takes all mail and says on standard output what came: `port`, then `kind nonce time`.

A process of its own (`python -m bench.sink`), as cheap as one can be in Python. The time is the
monotonic clock's, which all processes share, taken when the final 250 is written.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from dataclasses import dataclass

_NONCE = re.compile(rb"bench-(\d{7})-")
_KIND = re.compile(rb"\r\nMailflow-Kind: ([a-z-]+)")
_REPLIES = {
    b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250 SIZE\r\n",
    b"DATA": b"354 go\r\n",
    b"QUIT": b"221 bye\r\n",
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that the sink took; `nonce` is that of the customer's mail it was made of."""

    kind: str
    nonce: int
    at: float


def parsed(line: str) -> Arrival:
    kind, nonce, at = line.split()
    return Arrival(kind, int(nonce), float(at))


class _Session(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._wire = transport
        self._buffer = bytearray()
        self._searched = 0
        self._in_content = False
        transport.write(b"220 sink\r\n")

    def data_received(self, octets: bytes) -> None:
        self._buffer += octets
        while self._take():
            pass

    def _take(self) -> bool:
        """Take one command or content out of the buffer, if it is there to its end."""
        end = b"\r\n.\r\n" if self._in_content else b"\r\n"
        found = self._buffer.find(end, max(0, self._searched - len(end)))
        if found < 0:
            self._searched = len(self._buffer)
            return False
        taken = bytes(self._buffer[:found])
        del self._buffer[: found + len(end)]
        self._searched = 0
        if self._in_content:
            self._store(taken)
        else:
            self._answer(taken[:4].upper())
        return True

    def _answer(self, verb: bytes) -> None:
        self._in_content = verb == b"DATA"
        self._wire.write(_REPLIES.get(verb, b"250 ok\r\n"))
        if verb == b"QUIT":
            self._wire.close()

    def _store(self, content: bytes) -> None:
        self._in_content = False
        self._wire.write(b"250 taken\r\n")
        print(*recognised(content), time.monotonic(), flush=True)


def recognised(content: bytes) -> tuple[str, int]:
    """What it is, and of which mail: an answer names it in its header, a forward has its text."""
    head, _, body = content.partition(b"\r\n\r\n")
    kind = _KIND.search(head)
    name = kind[1].decode() if kind else "unknown"
    nonce = _NONCE.search(body if name == "forward" else head)
    return name, int(nonce[1]) if nonce else -1


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Session, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until whoever started it is gone


if __name__ == "__main__":
    asyncio.run(_serve())
