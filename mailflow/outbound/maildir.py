"""Writes outgoing mail into a Maildir instead of sending it (contract: `[outbound] maildir`).

The file is the exact content, preceded by `Return-Path:` and `Delivered-To:` lines that record the
envelope, as a final delivery does (RFC 5321 section 4.4). It is on disk before the outcome says so.
"""

from __future__ import annotations

import os
from concurrent.futures import Future
from hashlib import sha256
from pathlib import Path

from mailflow.clock import Watch
from mailflow.model import Delivery, Outcome, Verdict


class MaildirTransport:
    """Same interface as SmtpTransport; `send` writes at once, its futures are done."""

    def __init__(self, folder: Path, watch: Watch) -> None:
        self._folder = folder
        self._watch = watch
        self._writable = True

    @property
    def reachable(self) -> bool:
        return self._writable

    def start(self) -> None:
        for name in ("tmp", "new", "cur"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)

    def stop(self, grace: float) -> None:
        """Nothing is ever under way."""

    def probe(self) -> str:
        """Say where mail would be written; OSError if it could not be. Changes nothing."""
        nearest = next(path for path in (self._folder, *self._folder.parents) if path.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
            raise PermissionError(f"{nearest} is no folder that can be written to")
        return f"Maildir {self._folder}"

    def send(self, delivery: Delivery, *, first: bool) -> Future[Outcome]:
        """Write one mail; a repeat to the same recipient takes the first one's place."""
        try:
            verdict, reply = Verdict.DELIVERED, f"written to {self._write(delivery)}"
        except OSError as fault:
            verdict, reply = Verdict.DEFERRED, f"not written: {fault.strerror}"
        self._writable = verdict is Verdict.DELIVERED
        future: Future[Outcome] = Future()
        future.set_result(Outcome(delivery.id, delivery.fence, verdict, self._watch.now(), reply))
        return future

    def _write(self, delivery: Delivery) -> str:
        name = _name(delivery)
        if delivery.attempt > 1 and any((self._folder / "cur").glob(f"{name}*")):
            return name  # an earlier attempt arrived, and a mail program has seen it since
        draft, place = self._folder / "tmp" / name, self._folder / "new" / name
        with draft.open("wb") as file:
            file.write(_envelope_lines(delivery) + delivery.content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
        _sync_folder(place.parent)
        return name


def _name(delivery: Delivery) -> str:
    identity = f"{delivery.message_id}\0{delivery.recipient}".encode()
    return f"{sha256(identity).hexdigest()[:32]}.mailflow"


def _envelope_lines(delivery: Delivery) -> bytes:
    """Addresses were checked where they came in; here they must not begin another line all the same."""
    sender, recipient = (
        "".join(filter(str.isprintable, address)) for address in (delivery.sender, delivery.recipient)
    )
    return f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
