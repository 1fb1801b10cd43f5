"""The part of a decision that is about many tickets: what a new one is one of, and whom a name reaches.

What is on file is read here; the rules are in ticket/incident.py, the words in the templates. Nothing is
written: what must go on file comes out as data.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mailflow.model import (
    AuthorKind,
    Command,
    Desk,
    Event,
    Happened,
    Incident,
    Message,
    Received,
    Ticket,
)
from mailflow.store import incidents as store
from mailflow.ticket import incident
from mailflow.ticket.setting import Proposal, Reach, Setting

LISTED = 50  # tickets of a proposal that the team is shown
LARGEST_FILES = 256 * 1024  # octets of files that go out to every customer of an incident


@dataclass(frozen=True, slots=True)
class Seen:
    """What a decision needs to know of many tickets, and what it puts on file about them."""

    ticket: Ticket
    features: frozenset[str] = frozenset()
    proposal: Proposal | None = None
    reach: Reach | None = None
    incidents: tuple[Incident, ...] = ()


def look(
    connection: Connection,
    happened: Event,
    ticket: Ticket,
    received: Received,
    message: Message,
    desk: Desk,
    at: datetime,
) -> Seen:
    """What there is to know for this event: a person's new request, or a team's `#incident`."""
    if happened.what is Happened.OPENED and _counts(ticket, received, message):
        found = incident.features(message.subject, message.new_text, desk.domain)
        return _one_of_many(connection, ticket, found, at)
    command = next((one for one in happened.commands if one.name == "incident"), None)
    if happened.what is Happened.TEAM_WROTE and command:
        return _named(connection, happened, command, ticket, at)
    return Seen(ticket)


def _counts(ticket: Ticket, received: Received, message: Message) -> bool:
    """False for what tells nothing of now and here: programs, spam, imported history."""
    author = message.author
    person = author.kind is not AuthorKind.AUTOMATIC and not author.spam
    return person and received.answer and bool(ticket.customer.address)


# --- A new ticket --------------------------------------------------------------------------------


def _one_of_many(connection: Connection, ticket: Ticket, found: frozenset[str], at: datetime) -> Seen:
    """The open incident that it fits, else a proposal if it makes many."""
    fitting = _fitting(connection, ticket, found, at)
    known = next((one for one in fitting if one.name and not one.resolved_at), None)
    if known:
        return Seen(replace(ticket, incident=known.name), found)
    if any(incident.is_quiet(one, at) for one in fitting):
        return Seen(ticket, found)
    shared = _shared(connection, ticket, found, at)
    if not shared or _proposed_meanwhile(connection, ticket, shared, at):
        return Seen(ticket, found)
    proposed = Incident("", ticket.bucket, shared, at)
    numbers = _members(connection, proposed)
    titles = (*store.titles(connection, numbers[:LISTED]), _title(ticket))
    lines = tuple(f"#{number}  {address}  {subject[:100]}" for number, address, subject in titles)
    return Seen(ticket, found, Proposal(shared, lines, len(numbers) + 1), incidents=(proposed,))


def _fitting(
    connection: Connection, ticket: Ticket, found: Collection[str], at: datetime
) -> list[Incident]:
    near = store.current(connection, ticket.bucket, at - incident.LASTS)
    return [one for one in near if incident.fits(found, one.known_by)]


def _shared(
    connection: Connection, ticket: Ticket, found: Collection[str], at: datetime
) -> tuple[str, ...]:
    """What the ticket shares with enough other customers' of this time, and not of any time."""
    bucket, address = ticket.bucket, ticket.customer.address
    start = at - incident.WINDOW
    now = (start, at + incident.WINDOW)  # what came at the same moment, or by a clock ahead, as well
    others = store.customers(connection, bucket, found, now, address)
    recent = {one: count + 1 for one, count in others.items()}
    crowded = incident.crowded(recent)
    day = (at - incident.USUAL, start)
    before = store.customers(connection, bucket, crowded, day, address)
    return incident.shared(recent, before)


def _proposed_meanwhile(
    connection: Connection, ticket: Ticket, shared: Collection[str], at: datetime
) -> bool:
    """True if another process was faster; from here on none can be."""
    store.alone(connection)
    return any(incident.is_quiet(one, at) for one in _fitting(connection, ticket, shared, at))


def _members(connection: Connection, proposed: Incident) -> tuple[int, ...]:
    """The open tickets on file that a proposal is about, those that came after it as well."""
    since = proposed.at - incident.WINDOW
    found = store.sharing(connection, proposed.bucket, proposed.known_by, since)
    return tuple(
        sorted(n for n, features in found.items() if incident.fits(features, proposed.known_by))
    )


def _title(ticket: Ticket) -> tuple[int, str, str]:
    return ticket.number, ticket.customer.address, ticket.subject


# --- A team's word -------------------------------------------------------------------------------


def _named(
    connection: Connection, happened: Event, command: Command, ticket: Ticket, at: datetime
) -> Seen:
    """Whom the name reaches, and what becomes of the incident if the command can be done."""
    written = incident.name(command.argument)
    names = store.names(connection)
    name = next((one for one in names if one.casefold() == written.casefold()), written)
    found = store.of_ticket(connection, ticket.number)
    proposed = _proposal(connection, ticket, found, at)
    fitting = set(_members(connection, proposed)) if proposed else set()
    reach = Reach(
        name=name,
        known=name in names,
        names=names,
        fitting=tuple(sorted(fitting - {ticket.number})),
        tied=tuple(number for number in store.tied(connection, name) if number != ticket.number),
    )
    opened = store.named(connection, name)
    resolves = incident.for_everyone(happened) and any(
        one.name == "resolve" for one in happened.commands
    )
    rows = incident.after(name, ticket.bucket, opened, proposed, found, at, resolves=resolves)
    return Seen(ticket, reach=reach, incidents=rows)


def _proposal(
    connection: Connection, ticket: Ticket, found: Collection[str], at: datetime
) -> Incident | None:
    """The latest proposal that the ticket belongs to and nobody has named."""
    fitting = _fitting(connection, ticket, found, at)
    unnamed = [one for one in fitting if not one.name and not one.resolved_at]
    return max(unnamed, key=lambda one: one.at, default=None)


def others(happened: Event, reach: Reach | None) -> tuple[int, ...]:
    """The other tickets that a team's mail is about, in order."""
    if reach is None:
        return ()
    everyone = incident.for_everyone(happened)
    return tuple(sorted({*reach.fitting, *(reach.tied if everyone else ())}))


def there(setting: Setting, here: Setting, happened: Event) -> Setting:
    """The setting of another ticket. Files go along only if they are small: they go out to everyone."""
    everyone = incident.for_everyone(happened)
    desk = replace(setting.desk, max_attachments=min(setting.desk.max_attachments, LARGEST_FILES))
    reach = here.reach
    if reach:  # these are tied where the mail was written
        reach = replace(reach, fitting=(), tied=(*reach.fitting, *reach.tied))
    return replace(setting, desk=desk, reach=reach, with_files=setting.with_files and everyone)


def for_another(happened: Event) -> Event:
    """The team's mail as another ticket of the incident takes it: tied, and told if all are."""
    everyone = incident.for_everyone(happened)
    names = {"incident", "eta", *incident.FOR_EVERYONE} if everyone else {"incident"}
    commands = tuple(one for one in happened.commands if one.name in names)
    return replace(happened, commands=commands, text=happened.text if everyone else "")
