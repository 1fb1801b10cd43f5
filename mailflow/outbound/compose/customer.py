"""Mail to the customer's side: their subject, their thread, new text only. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mailflow.identity import token_address, usable
from mailflow.model import (
    CUSTOMER_SIDE,
    SHOWN,
    Address,
    Direction,
    Effect,
    Filed,
    Kind,
    Piece,
    Role,
    Status,
    Ticket,
)
from mailflow.outbound import body
from mailflow.outbound.compose.occasion import (
    Draft,
    Occasion,
    chain,
    facts,
    files,
    is_told,
    own_address,
    said,
    shortened,
    writer,
)
from mailflow.outbound.mime import visible

_SUBJECT = 500  # characters: the one thing that a stranger can make us say to another


def acknowledgement(effect: Effect, occasion: Occasion) -> Draft:
    """To the author's address alone, from the null sender, quoting nothing of the mail."""
    text = _rendered(effect, occasion)
    return _to_customer(occasion, _nameless(occasion.ticket), text, body.plain(text), "auto-replied")


def notice(effect: Effect, occasion: Occasion) -> Draft:
    """What the desk says by itself."""
    text = _rendered(effect, occasion)
    return _to_customer(occasion, _nameless(occasion.ticket), text, body.plain(text), "auto-generated")


def words(effect: Effect, occasion: Occasion) -> Draft:
    """What a person wrote, with the files; or the desk's own words where nobody wrote any."""
    going = files(occasion) if effect.passes_on else body.Files()
    text = _rendered(effect, occasion, left_out=going.left_out)
    content = body.with_files(text, going, occasion.chance.name(f"{effect.kind} boundary"))
    if not (effect.text or going.parts or going.left_out or effect.kind is Kind.REPLY):
        return _to_customer(occasion, _nameless(occasion.ticket), text, content, "auto-generated")
    to = _readers(occasion.ticket) if effect.kind is Kind.REPLY else (occasion.ticket.customer,)
    return _to_customer(occasion, to, text, content)


def _rendered(effect: Effect, occasion: Occasion, left_out: tuple[str, ...] = ()) -> str:
    """The kind's template in the customer's language."""
    ticket, route = occasion.ticket, occasion.route
    opening_zone = ZoneInfo(occasion.desk.team(route.team).calendar.timezone)
    return occasion.render(
        ticket.language,
        effect.kind.value,
        topic=effect.topic,
        text=_without_inner_addresses(effect.text, occasion),
        left_out=left_out,
        signed_by=_signed_by(effect, occasion),
        said=said(occasion, customer_only=True) if effect.kind is Kind.CLOSING else (),
        kept=tuple(one for one in occasion.clocks if one.promise in SHOWN),
        team=route.team,
        looks_after=route.looks_after,
        opens_at=route.opens_at.astimezone(opening_zone) if route.opens_at else None,
        now=occasion.at.astimezone(occasion.zone),
        eta=_eta(effect, occasion),
        since=_in_charge_since(occasion).astimezone(occasion.zone),
        last_said=_last_said(occasion),
        next_update=_next_update(occasion),
        **facts(occasion),
    )


def _eta(effect: Effect, occasion: Occasion) -> datetime | None:
    """The time that the team named; once it has passed, only the notice that says so still names it."""
    at = occasion.ticket.eta_at
    if at is None or (at <= occasion.at and effect.kind is not Kind.NOTICE):
        return None
    return at.astimezone(occasion.zone)


def _next_update(occasion: Occasion) -> datetime | None:
    """When the customer hears from us again; not promised while it is not our turn."""
    if occasion.ticket.status is not Status.OPEN:
        return None
    return (occasion.at + occasion.desk.sla.status_update).astimezone(occasion.zone)


def _in_charge_since(occasion: Occasion) -> datetime:
    """Since when the team has the ticket."""
    handed = f"escalated to {occasion.ticket.team}"
    times = [one.at for one in occasion.history if one.what == handed]
    return times[-1] if times else occasion.ticket.opened_at


def _last_said(occasion: Occasion) -> datetime | None:
    """When a person last wrote to the customer."""
    ours = [one.at for one in occasion.thread if one.direction is Direction.OUT and is_told(one)]
    return ours[-1].astimezone(occasion.zone) if ours else None


def _signed_by(effect: Effect, occasion: Occasion) -> str:
    """Whose name the mail bears: the writer's, if the desk says so and a person wrote it."""
    author = writer(occasion) if effect.text else None
    if occasion.desk.sign == "person" and author and author.name and "@" not in author.name:
        return f"{visible(author.name)}, {occasion.desk.name}"
    return occasion.desk.name


def _without_inner_addresses(text: str, occasion: Occasion) -> str:
    """No colleague's or team's address and no token leaves: the desk's own stands in its place."""
    desk, author = occasion.desk, writer(occasion)
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


def _to_customer(
    occasion: Occasion,
    to: tuple[Address, ...],
    text: str,
    content: tuple[Piece, ...],
    automatic: str = "",
) -> Draft:
    desk, ticket = occasion.desk, occasion.ticket
    own = tuple(one for one in occasion.thread if one.side == CUSTOMER_SIDE)
    parent, ancestors = _customer_chain(own)
    address = own_address(occasion, CUSTOMER_SIDE)
    title = next(
        (one.subject for one in reversed(own) if one.direction is Direction.IN), ticket.subject
    )
    return Draft(
        side=CUSTOMER_SIDE,
        from_=Address(desk.name, desk.address),
        to=to,
        subject=f"Re: {title}"[:_SUBJECT],
        text=text,
        content=content,
        parent=parent,
        ancestors=ancestors,
        reply_to=address if desk.reply_to == "plus" else "",
        sender="" if automatic == "auto-replied" else address,
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
    ids = chain(own)
    return latest, shortened(ids[: ids.index(latest) + 1])
