"""The leak guard's knowledge: what must not leave with an answer on this ticket, read from the store."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from mailflow.model import CUSTOMER_SIDE, Case, Desk, Direction, Event, Role
from mailflow.store import tickets
from mailflow.ticket.leaks import Known, Leak, Mentions, findings, mentions

# What colleagues wrote for each other: in the history, with these words.
_INNER = ("noted", "approval asked", "approved", "rejected", "escalated")


def leaks(connection: Connection, happened: Event, case: Case, desk: Desk) -> tuple[Leak, ...]:
    """What looks like a leak in a team's words for the customer."""
    # The writer's own address is no leak: a signature often has it, and composing takes it out.
    behind = (one.argument for one in happened.commands if one.name in ("status", "resolve", "wait"))
    text = "\n".join(part for part in (*behind, happened.text) if part)
    if not text:
        return ()
    known = _known(connection, case, desk, mentions(text))
    own = known.inner_addresses - {happened.by.casefold()}
    return findings(text, replace(known, inner_addresses=own))


def _known(connection: Connection, case: Case, desk: Desk, named: Mentions) -> Known:
    ticket = case.ticket
    let_in = (one.address.key for one in ticket.participants if one.role is not Role.STRANGER)
    readers = frozenset((ticket.customer.key, *let_in))
    others = tickets.owners(connection, named.numbers - {ticket.number})
    return Known(
        public=frozenset(one.casefold() for one in (desk.address, *desk.aliases)),
        number=ticket.number,
        readers=readers,
        notes=tuple(one.why for one in case.history if one.why and one.what.startswith(_INNER)),
        customer_texts=tuple(one.text for one in case.thread if one.side == CUSTOMER_SIDE),
        inner_addresses=_colleagues(case, desk),
        tokens=frozenset(token.value for token in case.tokens),
        other_customers=tickets.customers_among(connection, named.addresses - readers),
        other_tickets=frozenset(number for number, owner in others.items() if owner not in readers),
    )


def _colleagues(case: Case, desk: Desk) -> frozenset[str]:
    """Mailboxes, members, and whoever wrote for a team on this ticket."""
    inner = {team.mailbox.casefold() for team in desk.teams}
    inner |= {one.casefold() for team in desk.teams for one in team.members if "*" not in one}
    writers = [
        one for one in case.thread if one.direction is Direction.IN and one.side.startswith("team:")
    ]
    return frozenset(inner | {one.from_.key for one in writers})
