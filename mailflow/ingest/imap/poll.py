"""One look into a mailbox: what is new is fetched, accepted, moved, and only then remembered.

A crash before the state is stored leads to a repeat, which the inbox recognises. Mails are fetched in
small groups, large ones one at a time; one that fails is held, and the next one follows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

import structlog

from mailflow.clock import Watch
from mailflow.errors import StoreUnavailable
from mailflow.ingest import Accept
from mailflow.ingest.envelope import implied
from mailflow.ingest.imap.connection import Allow, Connection, Refused
from mailflow.ingest.imap.progress import Listed, Opened, Progress, batches, is_history
from mailflow.ingest.imap.settings import ImapSettings, State
from mailflow.model import Arrival

log = structlog.get_logger(__name__)

STORE_LIMIT = 60.0  # seconds that the inbox may take

T = TypeVar("T")


class Poll:
    """What looks have in common: one connection, one progress. `allow` hears how long a step may take."""

    def __init__(
        self,
        settings: ImapSettings,
        connection: Connection,
        opened: Opened,
        progress: Progress,
        *,
        accept: Accept,
        state: State,
        watch: Watch,
        allow: Allow,
        stopping: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._connection = connection
        self._opened = opened
        self._progress = progress
        self._accept = accept
        self._state = state
        self._watch = watch
        self._allow = allow
        self._stopping = stopping
        self._stored = progress.mailbox()

    def run(self) -> None:
        """Take what is due. Raises StoreUnavailable, or what the connection raises when it breaks."""
        progress = self._progress
        progress.listed(self._connection.uids(progress.mailbox().last_uid, self._opened))
        due = progress.due(self._watch.monotonic())
        for group in batches([Listed(uid, 0, None) for uid in due], progress.suspects):
            if self._stopping():
                return
            self._look_at([mail.uid for mail in group])
        self._save()

    def _look_at(self, uids: Sequence[int]) -> None:
        try:
            mails = self._suspecting(uids, lambda: self._connection.listed(uids))
        except Refused as error:
            self._one_by_one(uids, self._look_at, str(error))
            return
        for uid in set(uids).difference(mail.uid for mail in mails):
            self._fail(uid, "the server does not tell its size")
        wanted = [mail for mail in mails if self._is_wanted(mail)]
        for batch in batches(wanted, self._progress.suspects):
            if self._stopping():
                return
            self._take(batch)
        self._save()

    def _is_wanted(self, mail: Listed) -> bool:
        if self._settings.history == "ignore" and is_history(self._progress.mailbox(), mail):
            self._progress.end(mail.uid)
            return False
        if mail.size > self._settings.max_size:
            self._fail(mail.uid, f"too big: {mail.size} octets", for_good=True)
            return False
        return True

    def _take(self, batch: Sequence[Listed]) -> None:
        """Fetch, accept, move, remember."""
        try:
            contents = self._fetched(batch)
        except Refused as error:
            by_uid = {mail.uid: mail for mail in batch}
            self._one_by_one(
                list(by_uid), lambda uids: self._take([by_uid[uid] for uid in uids]), str(error)
            )
            return
        for mail in batch:
            if mail.uid not in contents:
                self._fail(mail.uid, "the server does not give it")
        arrivals = [
            (mail.uid, self._arrival(mail, contents[mail.uid]))
            for mail in batch
            if mail.uid in contents
        ]
        self._finish(self._accepted(arrivals))
        self._save()

    def _fetched(self, batch: Sequence[Listed]) -> dict[int, bytes]:
        uids = [mail.uid for mail in batch]
        return self._suspecting(uids, lambda: self._connection.contents(batch))

    def _arrival(self, mail: Listed, content: bytes) -> Arrival:
        now = self._watch.now()
        return Arrival(
            door="imap",
            envelope=implied(content, self._settings.own),
            content=content,
            received_at=min(mail.internal_date or now, now),
            peer=self._settings.account,
            answer=not is_history(self._progress.mailbox(), mail),
        )

    def _accepted(self, arrivals: Sequence[tuple[int, Arrival]]) -> list[int]:
        """The UIDs of those that are on disk now. The inbox may put them all into one commit."""
        self._allow(STORE_LIMIT)
        waiting = [(uid, self._handed_over(arrival)) for uid, arrival in arrivals]
        accepted = []
        for uid, future in waiting:
            try:
                future.result(STORE_LIMIT)
            except StoreUnavailable:
                raise
            except TimeoutError as error:
                raise StoreUnavailable("the inbox does not answer") from error
            except Exception as error:
                log.exception("mail refused", mailbox=self._settings.account, uid=uid)
                self._fail(uid, f"the inbox refuses it: {type(error).__name__}")
            else:
                accepted.append(uid)
        return accepted

    def _handed_over(self, arrival: Arrival) -> Future[Any]:
        try:
            return self._accept(arrival)
        except Exception as error:  # noqa: BLE001 - told of this mail, like a future that fails
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed

    def _finish(self, uids: Sequence[int]) -> None:
        """Move what is on disk, where that is wanted; then nothing is left to do with it."""
        if not uids:
            return
        if self._settings.processed:
            try:
                self._connection.move(uids, self._settings.processed)
            except Refused as error:
                self._one_by_one(uids, self._finish, f"cannot be moved: {error}")
                return
        for uid in uids:
            self._progress.end(uid)

    # --- What fails ---

    def _suspecting(self, uids: Sequence[int], command: Callable[[], T]) -> T:
        """If the connection breaks over these mails, one of them may be the cause."""
        try:
            return command()
        except Refused:
            raise
        except Exception as error:
            why = f"the connection broke over it: {type(error).__name__}"
            if not self._stopping():
                self._progress.suspect(uids, why, self._watch.monotonic())
            raise

    def _one_by_one(self, uids: Sequence[int], step: Callable[[Sequence[int]], None], why: str) -> None:
        """What is refused for several mails is tried for each; what is refused for one is held."""
        if len(uids) == 1:
            self._fail(uids[0], why)
            return
        for uid in uids:
            step([uid])

    def _fail(self, uid: int, why: str, *, for_good: bool = False) -> None:
        held = self._progress.hold(uid, why, self._watch.monotonic(), for_good=for_good)
        # Once may be chance: somebody deleted it just now.
        tell = log.error if for_good or held.attempts > 1 else log.warning
        tell("mail not taken", mailbox=self._settings.account, uid=uid, why=why, attempts=held.attempts)

    def _save(self) -> None:
        """Store the state, if it has moved on."""
        reached = self._progress.mailbox()
        if reached != self._stored:
            self._state.save(reached)
            self._stored = reached
