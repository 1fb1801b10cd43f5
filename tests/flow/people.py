"""People who write to the desk, and answer what it sends them as their mail programs do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mailflow.store.inbox import Accepted
from tests.flow import letters
from tests.flow.letters import NO_THREAD, Letter, Thread
from tests.flow.post import Sent

if TYPE_CHECKING:
    from tests.flow.desk import PlayedDesk


class Person:
    """A customer, a colleague, or an attacker: only the address tells them apart.

    `authentication` is the verdict of our own mail server on this person's mail; empty: it says none.
    """

    def __init__(
        self, desk: PlayedDesk, name: str, address: str, *, authentication: str = "pass"
    ) -> None:
        self._desk = desk
        self.name = name
        self.address = address
        self.authentication = authentication

    @property
    def mailbox(self) -> list[Sent]:
        """What reached this address, oldest first."""
        return self._desk.sent(to=self.address)

    def new_message_id(self) -> str:
        return f"<{self._desk.next_name()}@{self.address.rpartition('@')[2]}>"

    def writes(
        self,
        text: str,
        subject: str = "A question",
        *,
        to: str = "",
        cc: str = "",
        thread: Thread = NO_THREAD,
        message_id: str | None = None,
        headers: dict[str, str] | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        envelope_sender: str | None = None,
        answer: bool = True,
    ) -> Letter:
        """Writes a mail, which is received at once. `answer=False`: as imported history."""
        letter = self.composes(
            text,
            subject,
            to=to,
            cc=cc,
            thread=thread,
            message_id=message_id,
            headers=headers,
            files=files,
        )
        self.posts(letter, to=to, envelope_sender=envelope_sender, answer=answer)
        return letter

    def composes(
        self,
        text: str,
        subject: str,
        *,
        to: str = "",
        cc: str = "",
        thread: Thread = NO_THREAD,
        message_id: str | None = None,
        headers: dict[str, str] | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        html: str = "",
    ) -> Letter:
        """A mail that is not posted yet."""
        top = {**letters.authentication(self.address, self.authentication), **(headers or {})}
        return letters.letter(
            f"{self.name} <{self.address}>",
            to or self._desk.address,
            subject,
            text,
            self.new_message_id() if message_id is None else message_id,
            self._desk.now,
            thread=thread,
            headers={**top, "Cc": cc} if cc else top,
            files=files,
            html=html,
        )

    def posts(
        self,
        letter: Letter,
        *,
        to: str = "",
        envelope_sender: str | None = None,
        answer: bool = True,
        later: bool = False,
    ) -> Accepted:
        """Posts a mail; `later`: it lies in the inbox until the desk works."""
        sender = self.address if envelope_sender is None else envelope_sender
        recipients = (to or self._desk.address,)
        return self._desk.receives(letter.content, sender, recipients, answer=answer, later=later)

    def answers(
        self,
        sent: Sent,
        text: str,
        *,
        german: bool = False,
        quotes: bool = True,
        to: str = "",
        cc: str = "",
        headers: dict[str, str] | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Letter:
        """Presses Reply: to Reply-To, on the mail's thread, the mail quoted below."""
        words = f"{text}\n\n{letters.quoted(sent, german=german)}\n" if quotes else f"{text}\n"
        return self.writes(
            words,
            letters.answered(sent.subject),
            to=to or sent.reply_to or self._desk.address,
            cc=cc,
            thread=letters.thread_of(sent),
            headers=headers,
            files=files,
        )

    def is_away(self, sent: Sent) -> Letter:
        """This person's vacation program answers a mail."""
        return self.writes(
            "I am out of the office until Monday.",
            f"Automatic reply: {sent.subject}",
            to=sent.sender or sent.reply_to,
            thread=letters.thread_of(sent),
            headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
            envelope_sender="",
        )
