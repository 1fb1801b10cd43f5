"""How far a mailbox is worked on: pure decisions about UIDs, sizes and dates.

The rule behind all of it: every mail up to `last_uid` is on disk (and moved, where that is wanted), or
was there before us. A mail that fails holds `last_uid` back and is tried again; later ones go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import Literal

from mailflow.store.mailboxes import Mailbox

SPAN = 50_000  # UIDs searched at once: the answer is one line, and lines end at 1 MB
BATCH = 50  # mails fetched at once
BATCH_OCTETS = 4 * 1024 * 1024
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 3600.0  # seconds, until a failing mail is tried again


@dataclass(frozen=True, slots=True)
class Opened:
    """What SELECT said."""

    uidvalidity: int
    uid_next: int
    exists: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in the folder; `internal_date` is aware, None where the server's makes no sense."""

    uid: int
    size: int
    internal_date: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A mail that failed: how often, why, and from when (monotonic seconds) it is tried again."""

    attempts: int
    why: str
    again_at: float


def begun(opened: Opened, history: Literal["ignore", "import"], now: datetime) -> Mailbox:
    """The state before the first poll: what is there now is history."""
    last = opened.uid_next - 1
    return Mailbox(opened.uidvalidity, last if history == "ignore" else 0, now, last)


def renumbered(mailbox: Mailbox, uidvalidity: int) -> Mailbox:
    """The state after UIDVALIDITY changed: everything must be looked at again (RFC 9051 2.3.1.1)."""
    return Mailbox(uidvalidity, 0, mailbox.since, None)


def is_history(mailbox: Mailbox, mail: Listed) -> bool:
    """Whether the mail was there before the first poll: by its UID, else by its date."""
    if mailbox.history_uid is not None:
        return mail.uid <= mailbox.history_uid
    return mail.internal_date is not None and mail.internal_date < mailbox.since


def spans(last_uid: int, opened: Opened) -> Iterator[str]:
    """UID sets that together hold everything after `last_uid`, the last one open at its end."""
    start = last_uid + 1
    while opened.exists > SPAN and start + SPAN < opened.uid_next:
        yield f"{start}:{start + SPAN - 1}"
        start += SPAN
    yield f"{start}:*"


def batches(mails: Iterable[Listed], alone: Collection[int] = ()) -> Iterator[list[Listed]]:
    """The mails in order, in groups to fetch at once; those in `alone`, and large ones, by themselves."""
    batch: list[Listed] = []
    octets = 0
    for mail in mails:
        full = len(batch) == BATCH or octets + mail.size > BATCH_OCTETS
        if batch and (full or mail.uid in alone or batch[-1].uid in alone):
            yield batch
            batch, octets = [], 0
        batch.append(mail)
        octets += mail.size
    if batch:
        yield batch


class Progress:
    """What became of each mail since `mailbox` was stored. Belongs to one thread."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._open: deque[int] = deque()  # listed, in order, from the first that is not ended
        self._ended: set[int] = set()
        self._held: dict[int, Held] = {}
        self.suspects: set[int] = set()  # were being fetched when a connection broke

    @property
    def trouble(self) -> str:
        """Of the mails that failed, the first; empty if there is none."""
        held = dict(self._held)  # other threads ask
        if not held:
            return ""
        uid = min(held)
        return f"{len(held)} mail(s) not taken; UID {uid}: {held[uid].why}"

    def listed(self, uids: Iterable[int]) -> None:
        """What the folder holds; UIDs that are behind us may be among them, and what is not there
        any more is forgotten."""
        self._open = deque(sorted(uid for uid in uids if uid > self._mailbox.last_uid))
        present = set(self._open)
        self._ended &= present
        self.suspects &= present
        self._held = {uid: held for uid, held in self._held.items() if uid in present}

    def due(self, now: float) -> list[int]:
        """The listed mails to work on at this time, in order."""
        waiting = {uid for uid, held in self._held.items() if held.again_at > now}
        return [uid for uid in self._open if uid not in self._ended and uid not in waiting]

    def end(self, uid: int) -> None:
        """Nothing is left to do with this mail."""
        self._ended.add(uid)
        self._held.pop(uid, None)
        self.suspects.discard(uid)

    def hold(self, uid: int, why: str, now: float, *, for_good: bool = False) -> Held:
        """The mail failed: it is tried again later, or `for_good` only by another process."""
        attempts = self._held[uid].attempts + 1 if uid in self._held else 1
        pause = inf if for_good else min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
        self._held[uid] = Held(attempts, why, now + pause)
        return self._held[uid]

    def suspect(self, uids: Collection[int], why: str, now: float) -> None:
        """The connection broke while these were fetched: next time each goes alone, and one that
        was alone already has to wait."""
        self.suspects.update(uids)
        if len(uids) == 1:
            self.hold(next(iter(uids)), why, now)

    def mailbox(self) -> Mailbox:
        """The state to store now."""
        last = self._mailbox.last_uid
        while self._open and self._open[0] in self._ended:
            last = self._open.popleft()
            self._ended.discard(last)
        self._mailbox = replace(self._mailbox, last_uid=last)
        return self._mailbox
