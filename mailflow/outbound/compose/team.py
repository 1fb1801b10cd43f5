"""Mail to teams and management: one thread a ticket and team, our block on top. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from zoneinfo import ZoneInfo

from mailflow.model import (
    BLOCK_CLOSES,
    BLOCK_OPENS,
    Address,
    Authentication,
    Clock,
    Desk,
    Direction,
    Effect,
    FileWarning,
    Kind,
    Piece,
    Promise,
    Team,
    team_side,
)
from mailflow.outbound import body
from mailflow.outbound.compose.occasion import (
    Draft,
    Occasion,
    chain,
    facts,
    files,
    own_address,
    passed_on,
    said,
    shortened,
    writer,
)
from mailflow.outbound.mime import visible

# All of this stays inside: the internal block ends behind what is passed on, however it is quoted.
_INTERNAL = frozenset({Kind.NOTE, Kind.BOUNCE})
# To these the reader comes fresh, and needs everything.
_WITH_HISTORY = frozenset({Kind.HANDOVER, Kind.BREACH, Kind.APPROVAL_REQUEST})
# What a specialist wants to know of a ticket's past: not each delivery.
_TOLD = (
    "noted",
    "escalated to",
    "bucket corrected",
    "answered",
    "status sent",
    "estimate given",
    "approval",
    "approved",
    "rejected",
    "solved",
)


def passing_on(effect: Effect, occasion: Occasion) -> Draft:
    """Our words for the team, and the received mail whole behind them."""
    passed = passed_on(occasion) if effect.passes_on else None
    text = _rendered(effect, occasion, passed.left_out if passed else ())
    before = ""
    if effect.kind in _INTERNAL:
        before = f"{BLOCK_CLOSES}\n"
    elif effect.topic == "again" or occasion.ticket.follows:
        before = _conversation(occasion, whole=False)
    name = f"{effect.kind} {effect.team} boundary"
    message = occasion.message
    if message and message.virus:
        message = replace(message, html="")
    content = body.behind(text, before, passed, message, occasion.chance.name(name))
    return _to_team(effect, occasion, text, content)


def telling(effect: Effect, occasion: Occasion) -> Draft:
    """What the desk tells a team by itself; where the ticket is new to it, with all that was said."""
    text = _rendered(effect, occasion)
    said_before = _conversation(occasion, whole=True) if effect.kind in _WITH_HISTORY else ""
    text = "\n".join(part for part in (text, f"{BLOCK_CLOSES}\n", said_before) if part)
    return _to_team(effect, occasion, text, body.plain(text))


def copy(effect: Effect, occasion: Occasion) -> Draft:
    """A colleague's answer for all who share the mailbox, with its files."""
    going = files(occasion)
    if occasion.message:
        effect = replace(effect, text=body.without_marks(effect.text, occasion.message))
    text = _rendered(effect, occasion, going.left_out)
    name = occasion.chance.name(f"copy {effect.team} boundary")
    return _to_team(effect, occasion, text, body.with_files(text, going, name))


def _rendered(effect: Effect, occasion: Occasion, left_out: Sequence[str] = ()) -> str:
    return occasion.render(
        _team_language(occasion), effect.kind.value, **_block(effect, occasion, left_out)
    )


def _conversation(occasion: Occasion, *, whole: bool) -> str:
    """What was said before, in an internal block of its own; empty where nothing was."""
    told = said(occasion, customer_only=False, whole=whole)
    if not told:
        return ""
    return occasion.render(
        _team_language(occasion), "_said", said=told, opens=BLOCK_OPENS, closes=BLOCK_CLOSES
    )


def receipt(effect: Effect, occasion: Occasion) -> Draft:
    """Word to the one who wrote a command; on the team's side, so that an answer to it counts."""
    to = writer(occasion) or Address("", "")
    side = next((one.side for one in reversed(occasion.thread) if one.direction is Direction.IN), "")
    text = _rendered(effect, occasion)
    if effect.topic == "show":
        text = f"{text}\n{_conversation(occasion, whole=True)}"
    return _inside(occasion, side, to, text, body.plain(text))


def alarm(effect: Effect, occasion: Occasion) -> Draft:
    """Word to the operator, about a ticket's mail that a team did not get."""
    return to_operator(occasion.desk, effect.topic, effect.text, _rendered(effect, occasion))


_ALARMS: Mapping[str, str] = MappingProxyType(
    {
        "team": "mail to the team {} did not arrive",
        "quarantine": "mail was set aside: {}",
        "mailbox": "the mailbox {} cannot be read",
        "server": "mail cannot leave",
        "scanner": "mail goes on without the virus scanner {}",
    }
)


def to_team_itself(desk: Desk, team: Team, subject: str, text: str) -> Draft:
    """Mail to a team that is about no single ticket."""
    return Draft(
        side="",
        from_=Address(desk.name, desk.address),
        to=(Address("", team.mailbox),),
        subject=f"mailflow: {subject}",
        text=text,
        content=body.plain(text),
        sender=desk.address,
        automatic="auto-generated",
    )


def to_operator(desk: Desk, topic: str, what: str, text: str) -> Draft:
    """An alarm; its subject says the cause, by which alarms are counted."""
    return Draft(
        side="",
        from_=Address(desk.name, desk.address),
        to=(Address("", desk.admin),),
        subject=f"mailflow: {_ALARMS[topic].format(what)}",
        text=text,
        content=body.plain(text),
        automatic="auto-generated",
    )


def _to_team(effect: Effect, occasion: Occasion, text: str, content: tuple[Piece, ...]) -> Draft:
    team = occasion.desk.team(effect.team)
    return _inside(occasion, team_side(team.name), Address("", team.mailbox), text, content)


def _inside(occasion: Occasion, side: str, to: Address, text: str, content: tuple[Piece, ...]) -> Draft:
    """Mail to colleagues: one subject, one thread and one token for the ticket and the team."""
    desk = occasion.desk
    ids = shortened(chain([one for one in occasion.thread if one.side == side]))
    name = occasion.ticket.customer.name or occasion.ticket.customer.address
    address = own_address(occasion, side)
    return Draft(
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
    who = writer(occasion) if effect.kind is Kind.FORWARD else ticket.customer
    first = _latest(occasion, Promise.FIRST_RESPONSE)
    update = _latest(occasion, Promise.STATUS_UPDATE)
    struck = _latest(occasion, effect.promise) if effect.promise else None
    zone = occasion.zone
    return {
        **facts(occasion),
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
        "update_due": update.due_at.astimezone(zone) if update else None,
        "within": struck.within.total_seconds() if struck else 0,
        "started": struck.started_at.astimezone(zone) if struck else None,
        "broken_due": struck.due_at.astimezone(zone) if struck else None,
        "notes": _past(occasion),
        "follows": ticket.follows,
        "incident": ticket.incident,
        "files": _inert(
            ", ".join(body.names(occasion.message.attachments)) if occasion.message else ""
        ),
        "left_out": _inert(", ".join(left_out)),
        "doubts": _doubts(occasion),
        "warnings": _warnings(occasion),
        "virus": occasion.message.virus if occasion.message else "",
        "unscanned": occasion.message.unscanned if occasion.message else "",
        "text": effect.text,
        "listed": tuple(_inert(visible(line)) for line in effect.text.splitlines()),
        "why": _inert(effect.why),
        "line": effect.line,
        "found": tuple((kind, _inert(excerpt)) for kind, excerpt in effect.found),
        "writer": _shown(writer(occasion)),
    }


def _inert(text: str) -> str:
    """A customer's words within our block, without anything that could pass for the block's end."""
    return "(imitates this block, not shown)" if any(m in _letters(text) for m in _MARKS) else text


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if "a" <= character <= "z")


_MARKS = (_letters(BLOCK_OPENS), _letters(BLOCK_CLOSES))


def _latest(occasion: Occasion, promise: Promise) -> Clock | None:
    found = [one for one in occasion.clocks if one.promise is promise]
    return found[-1] if found else None


def _past(occasion: Occasion) -> tuple[str, ...]:
    """What was noted and done so far, a line each."""
    zone = occasion.zone
    return tuple(
        f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}  {one.what}, {one.by}"
        + (f": {one.why}" if one.why else "")
        for one in occasion.history
        if one.what.startswith(_TOLD)
    )


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


def _warnings(occasion: Occasion) -> tuple[FileWarning, ...]:
    """The warnings, with the names as they may be shown."""
    if occasion.message is None:
        return ()
    return tuple(
        replace(one, name=_named(one.name), inside=_named(one.inside))
        for one in occasion.message.warnings
    )


def _named(name: str) -> str:
    """A file's name in a line of ours: its end tells more than its beginning."""
    shown = visible(name)
    return _inert(shown if len(shown) <= 120 else f"[...]{shown[-110:]}")


def _team_language(occasion: Occasion) -> str:
    return occasion.desk.languages[0]
