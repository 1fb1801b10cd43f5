"""The world's mail servers as the desk sees them: every mail that goes out is recorded.

A recipient's server takes mail unless a script says otherwise: it defers, refuses, or the settlement is
lost in a crash.
"""

from __future__ import annotations

import email
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from functools import cached_property

from mailflow.model import Delivery, Outcome, Verdict


@dataclass(frozen=True)
class Sent:
    """A mail as one recipient's server took it."""

    at: datetime
    sender: str  # envelope
    recipient: str
    content: bytes = field(repr=False)

    @cached_property
    def mail(self) -> EmailMessage:
        mail = email.message_from_bytes(self.content, policy=default)
        assert isinstance(mail, EmailMessage)
        return mail

    def header(self, name: str) -> str:
        """The header's value on one line, or an empty string."""
        return self._headers.get(name.lower(), "")

    @cached_property
    def _headers(self) -> dict[str, str]:
        return {name.lower(): _shown(str(value)) for name, value in self.mail.raw_items()}

    @property
    def kind(self) -> str:
        return self.header("Mailflow-Kind")

    @property
    def ticket(self) -> int:
        """The ticket's number, 0 for mail that is about none."""
        return int(self.header("Mailflow-Ticket") or 0)

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def message_id(self) -> str:
        return self.header("Message-ID")

    @property
    def in_reply_to(self) -> str:
        return self.header("In-Reply-To")

    @property
    def references(self) -> list[str]:
        return self.header("References").split()

    @property
    def reply_to(self) -> str:
        return self.header("Reply-To").strip("<>")

    @cached_property
    def text(self) -> str:
        """Every text/plain part, as a mail program shows and quotes it."""
        parts = (part for part in self.mail.walk() if part.get_content_type() == "text/plain")
        shown = (str(part.get_content()) for part in parts if isinstance(part, EmailMessage))
        return "\n".join(shown).replace("\r\n", "\n")


def _shown(value: str) -> str:
    """A header's value on one line, encoded words decoded."""
    decoded = str(make_header(decode_header(value))) if "=?" in value else value
    return " ".join(decoded.split())


class Post:
    """Takes deliveries and answers as the recipient's script says."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self._scripts: dict[str, deque[tuple[Verdict, str]]] = {}
        self._refusing: dict[str, str] = {}

    def defers(self, recipient: str, times: int, reply: str = "451 4.7.1 try again later") -> None:
        """The next `times` attempts end with a temporary failure."""
        script = self._scripts.setdefault(recipient, deque())
        script.extend([(Verdict.DEFERRED, reply)] * times)

    def refuses(self, recipient: str, reply: str = "550 5.1.1 no such user") -> None:
        """Every attempt from now on ends with a permanent failure."""
        self._refusing[recipient] = reply

    def accepts(self, recipient: str) -> None:
        """Mail is taken again."""
        self._refusing.pop(recipient, None)
        self._scripts.pop(recipient, None)

    def deliver(self, delivery: Delivery, at: datetime) -> Outcome:
        verdict, reply = self._answer(delivery.recipient)
        if verdict is Verdict.DELIVERED:
            self.sent.append(Sent(at, delivery.sender, delivery.recipient, delivery.content))
        return Outcome(delivery.id, delivery.fence, verdict, at, reply)

    def _answer(self, recipient: str) -> tuple[Verdict, str]:
        if recipient in self._refusing:
            return Verdict.FAILED, self._refusing[recipient]
        if script := self._scripts.get(recipient):
            return script.popleft()
        return Verdict.DELIVERED, "250 2.0.0 queued"
