"""Several colleagues at one mailbox: who answered while another one still wrote. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.model import CUSTOMER_SIDE, Direction, Filed, Message


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
        elif (
            one.side == CUSTOMER_SIDE and one.by_person and writer.casefold() not in ("", by.casefold())
        ):
            return writer
    return ""
