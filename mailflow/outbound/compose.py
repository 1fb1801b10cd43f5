"""Effects become mail: who gets it, on which thread, with which headers and words. Pure.

To the customer: their subject, their thread, new text only. To a team: one thread a ticket and team,
our block on top, and the customer's own parts as they came. What an effect needs is in its Occasion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from mailflow.identity import Chance, token_address, usable
from mailflow.model import (
    BLOCK_CLOSES,
    BLOCK_OPENS,
    CUSTOMER_SIDE,
    Address,
    Authentication,
    Clock,
    Desk,
    Direction,
    Effect,
    Filed,
    Kind,
    Message,
    OutgoingMail,
    Piece,
    Promise,
    Received,
    Role,
    Route,
    Ticket,
    team_side,
)
from mailflow.outbound import body
from mailflow.outbound.mime import Header, clean, head, joined, visible

_CHAIN = 40  # Message-IDs in References at most: the first and the latest
_SUBJECT = (
    500  # characters: the one thing that a stranger can make us say to another (acknowledgements)
)
_PERSONS = frozenset({Kind.REPLY, Kind.RESOLUTION, Kind.CLOSING})


# All of this stays inside: the internal block ends behind what is passed on, however it is quoted.
_INTERNAL = frozenset({Kind.NOTE, Kind.BOUNCE})


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


@dataclass(frozen=True, slots=True)
class _Draft:
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


def compose(effect: Effect, occasion: Occasion, index: int) -> OutgoingMail:
    """The mail that the effect wishes for; `index` tells apart the mails of one decision."""
    draft = _DRAFTS[effect.kind](effect, occasion)
    purpose = f"{index} {effect.kind} {draft.side}"
    message_id = occasion.chance.message_id(purpose, occasion.desk.domain)
    number = None if effect.kind is Kind.ALARM else occasion.ticket.number
    return OutgoingMail(
        kind=effect.kind,
        ticket=occasion.ticket.number,
        side=draft.side,
        message_id=message_id,
        sender=draft.sender,
        recipients=tuple(dict.fromkeys(one.address for one in draft.to)),
        from_=draft.from_.address,
        to=", ".join(one.address for one in draft.to),
        subject=clean(draft.subject),
        text=draft.text,
        pieces=joined([_head(draft, effect.kind, message_id, number, occasion.at), *draft.content]),
        by_person=effect.kind in _PERSONS,
    )


def _head(draft: _Draft, kind: Kind, message_id: str, number: int | None, at: datetime) -> bytes:
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


# --- To the customer -----------------------------------------------------------------------------


def _to_customer(
    occasion: Occasion,
    to: tuple[Address, ...],
    text: str,
    content: tuple[Piece, ...],
    automatic: str = "",
) -> _Draft:
    desk, ticket = occasion.desk, occasion.ticket
    own = tuple(one for one in occasion.thread if one.side == CUSTOMER_SIDE)
    parent, ancestors = _customer_chain(own)
    address = _own_address(occasion, CUSTOMER_SIDE)
    title = next(
        (one.subject for one in reversed(own) if one.direction is Direction.IN), ticket.subject
    )
    return _Draft(
        side=CUSTOMER_SIDE,
        from_=Address(desk.name, desk.address),
        to=to,
        subject=f"Re: {title}"[:_SUBJECT],
        text=text,
        content=content,
        parent=parent,
        ancestors=ancestors,
        reply_to=address if desk.reply_to == "plus" else "",
        sender="" if automatic else address,
        automatic=automatic,
    )


def _nameless(ticket: Ticket) -> tuple[Address, ...]:
    """Whom an automatic mail goes to; the name is a stranger's text, which we do not repeat."""
    return (Address("", ticket.customer.address),)


def _readers(ticket: Ticket) -> tuple[Address, ...]:
    """The customer and the participants that the team let in; never anybody from a Cc."""
    let_in = (one.address for one in ticket.participants if one.role is not Role.STRANGER)
    return tuple({one.key: one for one in (ticket.customer, *let_in)}.values())


def _customer_chain(own: Sequence[Filed]) -> tuple[str, tuple[str, ...]]:
    """The customer's latest mail, and every Message-ID of their side up to it (RFC 5322 3.6.4).

    A mail that came after its own answer is not the latest: its answer is.
    """
    incoming = [
        one for one in reversed(own) if one.direction is Direction.IN and usable(one.message_id)
    ]
    if not incoming:
        return "", ()
    answered = {
        ancestor for one in incoming for ancestor in one.references if ancestor != one.message_id
    }
    unanswered = (one.message_id for one in incoming if one.message_id not in answered)
    latest = next(unanswered, incoming[0].message_id)
    ids = _chain(own)
    return latest, _shortened(ids[: ids.index(latest) + 1])


def _chain(mails: Sequence[Filed]) -> tuple[str, ...]:
    """The Message-IDs of the mails and of what they answered, each once."""
    named = (message_id for one in mails for message_id in (*one.references, one.message_id))
    return tuple(dict.fromkeys(one for one in named if usable(one)))


def _shortened(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The first and the latest."""
    return ids if len(ids) <= _CHAIN else (ids[0], *ids[1 - _CHAIN :])


def _own_address(occasion: Occasion, side: str) -> str:
    """Where answers and bounces of this side come back to."""
    token = occasion.tokens.get(side)
    plus = occasion.desk.reply_to == "plus" and token
    return token_address(occasion.desk.address, token) if plus and token else occasion.desk.address


def _facts(occasion: Occasion) -> dict[str, object]:
    """What every template may name."""
    desk, ticket = occasion.desk, occasion.ticket
    return {
        "desk": desk.name,
        "number": ticket.number,
        "bucket": ticket.bucket,
        "estimate": desk.bucket(ticket.bucket).estimate,
        "first_response": desk.sla.first_response.total_seconds(),
    }


def _acknowledgement(effect: Effect, occasion: Occasion) -> _Draft:
    text = occasion.render(occasion.ticket.language, "acknowledgement", **_facts(occasion))
    return _to_customer(occasion, _nameless(occasion.ticket), text, body.plain(text), "auto-replied")


def _notice(effect: Effect, occasion: Occasion) -> _Draft:
    facts = _facts(occasion)
    text = occasion.render(occasion.ticket.language, "notice", topic=effect.topic, **facts)
    return _to_customer(occasion, _nameless(occasion.ticket), text, body.plain(text), "auto-generated")


def _persons_words(effect: Effect, occasion: Occasion) -> _Draft:
    """An answer of a person: the words, a line with who and which request, the files."""
    files = _files(occasion)
    text = occasion.render(
        occasion.ticket.language,
        effect.kind.value,
        text=_without_inner_addresses(effect.text, occasion),
        left_out=files.left_out,
        signed_by=_signed_by(occasion),
        said=_said(occasion, customer_only=True) if effect.kind is Kind.CLOSING else (),
        **_facts(occasion),
    )
    content = body.with_files(text, files, occasion.chance.name(f"{effect.kind} boundary"))
    to = _readers(occasion.ticket) if effect.kind is Kind.REPLY else (occasion.ticket.customer,)
    return _to_customer(occasion, to, text, content)


def _files(occasion: Occasion) -> body.Files:
    if occasion.message is None or occasion.received is None:
        return body.Files()
    return body.files(occasion.message, occasion.received, occasion.desk.max_attachments)


def _passed_on(occasion: Occasion) -> body.PassedOn | None:
    if occasion.message is None or occasion.received is None:
        return None
    return body.passed_on(occasion.message, occasion.received, occasion.desk.max_attachments)


def _writer(occasion: Occasion) -> Address | None:
    return occasion.message.author.address if occasion.message else None


def _signed_by(occasion: Occasion) -> str:
    author = _writer(occasion)
    if occasion.desk.sign == "person" and author and author.name and "@" not in author.name:
        return f"{visible(author.name)}, {occasion.desk.name}"
    return occasion.desk.name


def _without_inner_addresses(text: str, occasion: Occasion) -> str:
    """No colleague's or team's address and no token leaves: the desk's own stands in its place."""
    desk, author = occasion.desk, _writer(occasion)
    if occasion.message:
        text = body.without_marks(text, occasion.message)
    for own in (desk.address, *desk.aliases):
        for token in occasion.tokens.values():
            text = body.replaced(text, token_address(own, token), own)
    inner = {team.mailbox for team in desk.teams}
    inner |= {member for team in desk.teams for member in team.members if "*" not in member}
    inner |= {author.address} if author else set()
    inner -= {desk.address}
    for address in sorted(inner, key=len, reverse=True):
        text = body.replaced(text, address, desk.address)
    return text


# --- To a team -----------------------------------------------------------------------------------


def _to_team(effect: Effect, occasion: Occasion, text: str, content: tuple[Piece, ...]) -> _Draft:
    team = occasion.desk.team(effect.team)
    return _inside(occasion, team_side(team.name), Address("", team.mailbox), text, content)


def _inside(
    occasion: Occasion, side: str, to: Address, text: str, content: tuple[Piece, ...]
) -> _Draft:
    """Mail to colleagues: one subject, one thread and one token for the ticket and the team."""
    desk = occasion.desk
    ids = _shortened(_chain([one for one in occasion.thread if one.side == side]))
    name = occasion.ticket.customer.name or occasion.ticket.customer.address
    address = _own_address(occasion, side)
    return _Draft(
        side=side,
        from_=Address(f"{name} via {desk.name}", desk.address),
        to=(to,),
        subject=occasion.ticket.label,
        text=text,
        content=content,
        parent=ids[-1] if ids else "",
        ancestors=ids,
        reply_to=address,
        sender=address,
        automatic="auto-generated",
    )


def _block(effect: Effect, occasion: Occasion, left_out: Sequence[str] = ()) -> dict[str, object]:
    """The facts of the block on top of team mail."""
    ticket, route = occasion.ticket, occasion.route
    who = _writer(occasion) if effect.kind is Kind.FORWARD else ticket.customer
    first = next((one for one in occasion.clocks if one.promise is Promise.FIRST_RESPONSE), None)
    zone = ZoneInfo(occasion.desk.timezone)
    return {
        **_facts(occasion),
        "opens": BLOCK_OPENS,
        "closes": BLOCK_CLOSES,
        "topic": effect.topic,
        "status": ticket.status.value,
        "priority": ticket.priority.value,
        "who": _inert(_shown(who)),
        "language": ticket.language,
        "because": "; ".join(ticket.choice.because) or "nothing more special fits",
        "team": route.team,
        "looks_after": route.looks_after if route.looks_after != route.team else "",
        "opens_at": route.opens_at.astimezone(ZoneInfo(_zone(occasion))) if route.opens_at else None,
        "due": first.due_at.astimezone(zone) if first and not first.met_at else None,
        "answered": first.met_at.astimezone(zone) if first and first.met_at else None,
        "files": _inert(
            ", ".join(body.names(occasion.message.attachments)) if occasion.message else ""
        ),
        "left_out": _inert(", ".join(left_out)),
        "doubts": _doubts(occasion),
        "text": effect.text,
        "why": effect.why,
        "line": effect.line,
        "writer": _shown(_writer(occasion)),
    }


def _inert(text: str) -> str:
    """A customer's words within our block, without anything that could pass for the block's end."""
    return "(imitates this block, not shown)" if any(m in _letters(text) for m in _MARKS) else text


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if "a" <= character <= "z")


_MARKS = (_letters(BLOCK_OPENS), _letters(BLOCK_CLOSES))


def _zone(occasion: Occasion) -> str:
    return occasion.desk.team(occasion.route.team).calendar.timezone


def _shown(address: Address | None) -> str:
    if address is None or not address.address:
        return "unknown"
    return f"{visible(address.name)[:200]} <{address.address}>" if address.name else address.address


def _doubts(occasion: Occasion) -> tuple[str, ...]:
    if occasion.message is None:
        return ()
    author = occasion.message.author
    doubts = []
    if author.authentication is Authentication.FAIL:
        doubts.append("its authentication failed, the sender may be forged")
    if author.spam:
        doubts.append("marked as spam")
    return (*doubts, *occasion.message.defects)


def _team_language(occasion: Occasion) -> str:
    return occasion.desk.languages[0]


def _passing_on(effect: Effect, occasion: Occasion) -> _Draft:
    """Our words for the team, and the received mail whole behind them."""
    passed = _passed_on(occasion) if effect.passes_on else None
    left_out = passed.left_out if passed else ()
    language, facts = _team_language(occasion), _block(effect, occasion, left_out)
    text = occasion.render(language, effect.kind.value, **facts)
    said = _said(occasion, customer_only=False) if effect.topic == "again" else ()
    before = ""
    if effect.kind in _INTERNAL:
        before = f"{BLOCK_CLOSES}\n"
    elif said:
        before = occasion.render(language, "_said", said=said, opens=BLOCK_OPENS, closes=BLOCK_CLOSES)
    name = f"{effect.kind} {effect.team} boundary"
    content = body.behind(text, before, passed, occasion.message, occasion.chance.name(name))
    return _to_team(effect, occasion, text, content)


def _copy(effect: Effect, occasion: Occasion) -> _Draft:
    """A colleague's answer for all who share the mailbox, with its files."""
    files = _files(occasion)
    if occasion.message:
        effect = replace(effect, text=body.without_marks(effect.text, occasion.message))
    text = occasion.render(_team_language(occasion), "copy", **_block(effect, occasion, files.left_out))
    name = occasion.chance.name(f"copy {effect.team} boundary")
    return _to_team(effect, occasion, text, body.with_files(text, files, name))


def _receipt(effect: Effect, occasion: Occasion) -> _Draft:
    """Word to the one who wrote a command; on the team's side, so that an answer to it counts."""
    writer = _writer(occasion) or Address("", "")
    side = next((one.side for one in reversed(occasion.thread) if one.direction is Direction.IN), "")
    text = occasion.render(_team_language(occasion), "receipt", **_block(effect, occasion))
    return _inside(occasion, side, writer, text, body.plain(text))


def _alarm(effect: Effect, occasion: Occasion) -> _Draft:
    desk = occasion.desk
    text = occasion.render(_team_language(occasion), "alarm", **_block(effect, occasion))
    return _Draft(
        side="",
        from_=Address(desk.name, desk.address),
        to=(Address("", desk.admin),),
        subject=f"mailflow: mail to the team {effect.text} did not arrive",
        text=text,
        content=body.plain(text),
        automatic="auto-generated",
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One mail of the conversation, as told to a reader."""

    at: datetime
    who: str
    text: str


def _said(occasion: Occasion, *, customer_only: bool) -> tuple[Line, ...]:
    """The conversation so far: all of it for a closing, else the latest ten, the newest first."""
    zone = ZoneInfo(occasion.desk.timezone)
    told = [one for one in occasion.thread if _is_told(one)]
    chosen = told if customer_only else list(reversed(told[:-1]))[:10]
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


def _is_told(one: Filed) -> bool:
    """What the customer's side wrote or was sent, but for the acknowledgement."""
    if one.side != CUSTOMER_SIDE or one.state in ("failed", "dropped"):
        return False
    return one.direction is Direction.IN or one.kind != Kind.ACKNOWLEDGEMENT


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " [...]"


_DRAFTS: Mapping[Kind, Callable[[Effect, Occasion], _Draft]] = MappingProxyType(
    {
        Kind.ACKNOWLEDGEMENT: _acknowledgement,
        Kind.NOTICE: _notice,
        Kind.REPLY: _persons_words,
        Kind.RESOLUTION: _persons_words,
        Kind.CLOSING: _persons_words,
        Kind.FORWARD: _passing_on,
        Kind.NOTE: _passing_on,
        Kind.COPY: _copy,
        Kind.BOUNCE: _passing_on,
        Kind.RECEIPT: _receipt,
        Kind.ALARM: _alarm,
    }
)
