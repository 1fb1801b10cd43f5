"""What mails are made of: the occasion, the draft of a mail, and what both sides' mails share. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from mailflow.identity import Chance, token_address, usable
from mailflow.model import (
    CUSTOMER_SIDE,
    Address,
    Clock,
    Desk,
    Direction,
    Entry,
    Filed,
    Message,
    Piece,
    Received,
    Route,
    Ticket,
)
from mailflow.outbound import body

_CHAIN = 40  # Message-IDs in References at most: the first and the latest


class Render(Protocol):
    def __call__(self, language: str, name: str, /, **values: object) -> str: ...


@dataclass(frozen=True, slots=True)
class Occasion:
    """What one decision's mails are made of. `ticket` and `thread` are as they are after it."""

    desk: Desk
    ticket: Ticket
    thread: tuple[Filed, ...]
    clocks: tuple[Clock, ...]
    tokens: Mapping[str, str]  # side -> token
    route: Route
    message: Message | None  # None: nothing was received, a delivery failed
    received: Received | None
    at: datetime
    chance: Chance
    render: Render = field(repr=False)
    history: tuple[Entry, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """Of the desk; a team's hours are told in the team's own."""
        return ZoneInfo(self.desk.timezone)


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail before its head: where it goes, on which thread, with what inside."""

    side: str
    from_: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    content: tuple[Piece, ...]
    parent: str = ""
    ancestors: tuple[str, ...] = ()
    reply_to: str = ""
    sender: str = ""
    automatic: str = ""  # the value of Auto-Submitted


def chain(mails: Sequence[Filed]) -> tuple[str, ...]:
    """The Message-IDs of the mails and of what they answered, each once."""
    named = (message_id for one in mails for message_id in (*one.references, one.message_id))
    return tuple(dict.fromkeys(one for one in named if usable(one)))


def shortened(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The first and the latest."""
    return ids if len(ids) <= _CHAIN else (ids[0], *ids[1 - _CHAIN :])


def own_address(occasion: Occasion, side: str) -> str:
    """Where answers and bounces of this side come back to."""
    token = occasion.tokens.get(side)
    plus = occasion.desk.reply_to == "plus" and token
    return token_address(occasion.desk.address, token) if plus and token else occasion.desk.address


def facts(occasion: Occasion) -> dict[str, object]:
    """What every template may name."""
    desk, ticket = occasion.desk, occasion.ticket
    return {
        "desk": desk.name,
        "number": ticket.number,
        "bucket": ticket.bucket,
        "estimate": desk.bucket(ticket.bucket).estimate,
        "first_response": desk.sla.first_response.total_seconds(),
        "status_update": desk.sla.status_update.total_seconds(),
    }


def files(occasion: Occasion) -> body.Files:
    if occasion.message is None or occasion.received is None or occasion.message.virus:
        return body.Files()
    return body.files(occasion.message, occasion.received, occasion.desk.max_attachments)


def passed_on(occasion: Occasion) -> body.PassedOn | None:
    """The received mail for a team; where a virus was found, nothing of it but its text."""
    if occasion.message is None or occasion.received is None:
        return None
    if occasion.message.virus:
        return body.PassedOn()
    return body.passed_on(occasion.message, occasion.received, occasion.desk.max_attachments)


def writer(occasion: Occasion) -> Address | None:
    return occasion.message.author.address if occasion.message else None


@dataclass(frozen=True, slots=True)
class Line:
    """One mail of the conversation, as told to a reader."""

    at: datetime
    who: str
    text: str


def said(occasion: Occasion, *, customer_only: bool, whole: bool = False) -> tuple[Line, ...]:
    """The conversation so far: all of it for a closing, else the latest ten, the newest first.

    `whole`: the latest mail, which is passed on beside it in other mails, is told as well.
    """
    zone = ZoneInfo(occasion.desk.timezone)
    told = [one for one in occasion.thread if is_told(one)]
    chosen = (
        told if customer_only else list(reversed(told if whole else told[:-1]))[: 50 if whole else 10]
    )
    length = 20_000 if customer_only else 2_000
    name = occasion.desk.name
    return tuple(
        Line(
            one.at.astimezone(zone),
            name if one.direction is Direction.OUT else one.from_.name or one.from_.address,
            _short(_told(one), length),
        )
        for one in chosen
    )


def _told(one: Filed) -> str:
    """The words of a mail; of ours without the lines below them that name who wrote."""
    words = one.new_text or one.text
    return words.rpartition("\n-- \n")[0].rstrip() or words if one.direction is Direction.OUT else words


def is_told(one: Filed) -> bool:
    """What the customer's side wrote, and what persons wrote to it."""
    if one.side != CUSTOMER_SIDE or one.state in ("failed", "dropped"):
        return False
    return one.by_person


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " [...]"
