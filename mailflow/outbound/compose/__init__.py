"""Effects become mail: who gets it, on which thread, with which headers and words. Pure.

In come effects and the occasion they belong to; out come mails, final to the last octet. customer.py
writes to the customer's side, team.py to teams and management.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from types import MappingProxyType

from mailflow.identity import Chance
from mailflow.model import Address, Desk, Effect, Kind, OutgoingMail, Team
from mailflow.outbound.compose import customer, team
from mailflow.outbound.compose.occasion import Draft, Occasion, Render
from mailflow.outbound.mime import Header, clean, head, joined

__all__ = ["Occasion", "Render", "compose", "desk_alarm", "desk_digest"]


def compose(effect: Effect, occasion: Occasion, index: int) -> OutgoingMail:
    """The mail that the effect wishes for; `index` tells apart the mails of one decision."""
    draft = _DRAFTS[effect.kind](effect, occasion)
    purpose = f"{index} {effect.kind} {draft.side}"
    message_id = occasion.chance.message_id(purpose, occasion.desk.domain)
    number = None if effect.kind is Kind.ALARM else occasion.ticket.number
    mail = _finished(draft, effect.kind, message_id, number, occasion.at, by_person=effect.person)
    waits = effect.person and occasion.desk.hold
    return replace(mail, not_before=occasion.at + occasion.desk.hold) if waits else mail


def desk_alarm(
    desk: Desk, topic: str, what: str, why: str, at: datetime, chance: Chance, render: Render
) -> OutgoingMail:
    """An alarm about the desk itself, not about a ticket."""
    text = render(desk.languages[0], "alarm", topic=topic, text=what, why=why)
    draft = team.to_operator(desk, topic, what, text)
    message_id = chance.message_id(f"alarm {topic} {what}", desk.domain)
    return _finished(draft, Kind.ALARM, message_id, None, at, by_person=False)


def desk_digest(
    desk: Desk, to: Team, lines: Sequence[str], at: datetime, chance: Chance, render: Render
) -> OutgoingMail:
    """A team's open tickets, when it opens."""
    text = render(desk.languages[0], "digest", team=to.name, lines=tuple(lines))
    draft = team.to_team_itself(desk, to, f"{to.name}: {len(lines)}", text)
    message_id = chance.message_id("digest", desk.domain)
    return _finished(draft, Kind.DIGEST, message_id, None, at, by_person=False)


def _finished(
    draft: Draft, kind: Kind, message_id: str, number: int | None, at: datetime, *, by_person: bool
) -> OutgoingMail:
    return OutgoingMail(
        kind=kind,
        ticket=number,
        side=draft.side,
        message_id=message_id,
        sender=draft.sender,
        recipients=tuple(dict.fromkeys(one.address for one in draft.to)),
        from_=draft.from_.address,
        to=", ".join(one.address for one in draft.to),
        subject=clean(draft.subject),
        text=draft.text,
        pieces=joined([_head(draft, kind, message_id, number, at), *draft.content]),
        by_person=by_person,
    )


def _head(draft: Draft, kind: Kind, message_id: str, number: int | None, at: datetime) -> bytes:
    headers = [
        Header("Date", format_datetime(at)),
        Header("From", (draft.from_,)),
        Header("To", draft.to),
        Header("Subject", draft.subject),
        Header("Message-ID", (message_id,)),
    ]
    if draft.parent:
        headers.append(Header("In-Reply-To", (draft.parent,)))
    if draft.ancestors:
        headers.append(Header("References", draft.ancestors))
    if draft.reply_to:
        headers.append(Header("Reply-To", (Address("", draft.reply_to),)))
    if draft.automatic:
        headers.append(Header("Auto-Submitted", draft.automatic))
        headers.append(Header("X-Auto-Response-Suppress", "All"))
    headers.append(Header("Mailflow-Kind", kind.value))
    if number is not None:
        headers.append(Header("Mailflow-Ticket", str(number)))
    headers.append(Header("MIME-Version", "1.0"))
    return head(headers)


_DRAFTS: Mapping[Kind, Callable[[Effect, Occasion], Draft]] = MappingProxyType(
    {
        Kind.ACKNOWLEDGEMENT: customer.acknowledgement,
        Kind.NOTICE: customer.notice,
        Kind.REPLY: customer.words,
        Kind.RESOLUTION: customer.words,
        Kind.ESCALATION: customer.words,
        Kind.STATUS: customer.words,
        Kind.CLOSING: customer.words,
        Kind.FORWARD: team.passing_on,
        Kind.NOTE: team.passing_on,
        Kind.COPY: team.copy,
        Kind.BOUNCE: team.passing_on,
        Kind.HANDOVER: team.telling,
        Kind.REMINDER: team.telling,
        Kind.BREACH: team.telling,
        Kind.APPROVAL_REQUEST: team.telling,
        Kind.INCIDENT: team.telling,
        Kind.RECEIPT: team.receipt,
        Kind.ALARM: team.alarm,
    }
)
