"""What is asked before an answer leaves: a colleague was faster, or it looks like a note. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.model import CUSTOMER_SIDE, Direction, Filed, Message
from mailflow.ticket.commands import is_command
from mailflow.ticket.typed import marked


def faster(thread: Sequence[Filed], message: Message, by: str) -> str:
    """Who answered the customer after the mail that this one answers, so that its writer has not seen
    it; empty if nobody did, or if the mail does not say what it answers."""
    known = {*message.references, *message.in_reply_to}
    seen = [place for place, one in enumerate(thread) if one.message_id in known]
    if not seen:
        return ""
    writer = ""
    for one in thread[seen[-1] + 1 :]:
        if one.direction is Direction.IN:
            writer = one.from_.address if one.side.startswith("team:") else ""
        elif _reached_customer(one) and writer.casefold() not in ("", by.casefold()):
            return writer
    return ""


def _reached_customer(one: Filed) -> bool:
    """What a person wrote to the customer, unless it was taken back or did not arrive."""
    return one.side == CUSTOMER_SIDE and one.by_person and one.state not in ("dropped", "failed")


def misplaced(text: str) -> tuple[tuple[str, str], ...]:
    """Why the words for the customer must not leave unasked: a command below other words (a signature, a
    greeting) is none, and what was to be a note would be an answer."""
    return tuple(
        ("command", line[:100])
        for line, command in (marked(one, is_command) for one in text.splitlines())
        if command[1:2].isalpha() and is_command(command[1:].split(maxsplit=1)[0])
    )[:1]
