"""The octets after DATA as they come in: blocks in, one mail's exact content out.

Only CRLF.CRLF ends a mail (RFC 5321 section 4.1.1.4); a bare CR or LF never does, and is kept as it
came, like NUL and long lines. Pure but for the shared budget.
"""

from __future__ import annotations

from mailflow.ingest.budget import Budget

END = b"\r\n.\r\n"


class Dots:
    """Undoes dot stuffing (RFC 5321 section 4.5.2) across blocks of any size."""

    def __init__(self) -> None:
        self._held = b"\r\n"  # the line end of the DATA command, before the first line
        self._lead = len(self._held)

    def feed(self, block: bytes) -> tuple[bytes, bytes | None]:
        """The content in the block, and what follows the final dot: None while that has not come."""
        seen = self._held + block
        end = seen.find(END)
        if end >= 0:
            return self._unstuffed(seen[: end + 2]), seen[end + len(END) :]
        undecided = _undecided(seen)
        self._held = seen[len(seen) - undecided :]
        return self._unstuffed(seen[: len(seen) - undecided]), None

    def _unstuffed(self, seen: bytes) -> bytes:
        octets = seen.replace(b"\r\n.", b"\r\n")[self._lead :]
        if seen:
            self._lead = 0
        return octets


def _undecided(seen: bytes) -> int:
    """How many octets at the end may be the beginning of the final dot."""
    return next(size for size in range(len(END) - 1, -1, -1) if seen.endswith(END[:size]))


class Content:
    """One mail as it grows. What is refused is read on and forgotten, so that the reply is heard."""

    def __init__(self, max_size: int, budget: Budget) -> None:
        self.size = 0  # octets so far, forgotten ones included
        self.refusal = ""  # the reply, once the mail cannot be taken
        self.trailing = False  # something followed the final dot
        self._max_size = max_size
        self._budget = budget
        self._held = 0
        self._blocks: list[bytes] = []
        self._dots = Dots()

    def add(self, block: bytes) -> bool:
        """Take what the client sent; True with the final dot."""
        octets, rest = self._dots.feed(block)
        self.size += len(octets)
        if not self.refusal:
            self._keep(octets)
        self.trailing = bool(rest)
        return rest is not None

    def _keep(self, octets: bytes) -> None:
        if self.size > self._max_size:
            self._refuse("552 5.3.4 Mail is too big")
        elif not self._budget.take(len(octets)):
            self._refuse("452 4.3.1 Too much mail at once, try again later")
        else:
            self._held += len(octets)
            self._blocks.append(octets)

    def _refuse(self, reply: str) -> None:
        self.refusal = reply
        self.release()

    def release(self) -> None:
        """Forget the octets and give them back to the budget."""
        self._blocks.clear()
        self._budget.give(self._held)
        self._held = 0

    def joined(self) -> bytes:
        """The whole mail, still counted until it is released."""
        whole = b"".join(self._blocks)
        self._blocks.clear()
        return whole
