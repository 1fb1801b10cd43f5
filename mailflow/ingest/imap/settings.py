"""What a mailbox's door needs to know, and how to reach its state."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, Protocol

from mailflow.store.mailboxes import Mailbox

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """One [[imap]]. `own` is the desk's address: the recipient of mail whose header names none.

    `password` is asked at every login, so that a changed secret is taken; it may raise MailflowError.
    `context` verifies the server; None is the system's authorities. Sizes in octets, timeouts in seconds.
    """

    host: str
    user: str
    own: str
    password: Callable[[], str] = field(repr=False)
    port: int = 993
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    context: ssl.SSLContext | None = None
    folder: str = "INBOX"
    processed: str = ""
    poll: timedelta = timedelta(seconds=30)
    history: Literal["ignore", "import"] = "ignore"
    max_size: int = 64 * MIB
    connect_timeout: float = 10.0
    timeout: float = 30.0

    @property
    def account(self) -> str:
        return f"{self.user}@{self.host}"


class State(Protocol):
    """Where polling stands, on disk. Both raise StoreUnavailable."""

    def load(self) -> Mailbox | None: ...
    def save(self, mailbox: Mailbox) -> None: ...


# Tries to make the mailbox ours for as long as the context is open; what it gives tells whether the
# mailbox is ours at this moment. Raises StoreUnavailable.
Alone = Callable[[], AbstractContextManager[Callable[[], bool]]]
