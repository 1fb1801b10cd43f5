"""The commands by which a team shares its desk: who works on what, who takes part, what is one request.

Each takes the turn so far and gives the turn with its own part added, or raises CannotDo. What it must
know beside the ticket lies in `setting.desktop`.
"""

from __future__ import annotations

from dataclasses import replace

from mailflow.model import (
    CUSTOMER_SIDE,
    Address,
    Again,
    Command,
    Direction,
    Effect,
    Entry,
    Event,
    Filed,
    Hold,
    Kind,
    Participant,
    Role,
    Status,
    Ticket,
    Turn,
)
from mailflow.ticket.setting import CannotDo, Setting


def taken(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """`#take`: the writer works on it; the others are told."""
    return _taken_by(turn, event.by, event, setting)


def given(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """`#give ADDRESS`: a colleague works on it."""
    address = _address(command, setting)
    team = setting.desk.team(event.side.removeprefix("team:"))
    if not _is_member(address, team.members):
        raise CannotDo("not_member", command.line, ", ".join(team.members))
    return _taken_by(turn, address, event, setting)


def _taken_by(turn: Turn, who: str, event: Event, setting: Setting) -> Turn:
    note = Effect(Kind.NOTE, event.side.removeprefix("team:"), "taken", who)
    ticket = replace(turn.ticket, taken_by=who)
    return _with(replace(turn, ticket=ticket), Entry(setting.at, "taken", event.by, who), note)


def _with(turn: Turn, entry: Entry, *effects: Effect) -> Turn:
    return replace(turn, entries=(*turn.entries, entry), effects=(*turn.effects, *effects))


# --- Who takes part ------------------------------------------------------------------------------


def let_in(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """`#cc ADDRESS`: a participant or a stranger gets what the customer gets from now on."""
    address = _address(command, setting)
    if _is_inside(address, setting):
        raise CannotDo("inside", command.line)
    others = _without(turn.ticket, address)
    name = next(
        (one.address.name for one in turn.ticket.participants if one.address.key == address.casefold()),
        "",
    )
    taking_part = (*others, Participant(Address(name, address), Role.PARTICIPANT))
    ticket = replace(turn.ticket, participants=taking_part)
    return _with(replace(turn, ticket=ticket), Entry(setting.at, f"let in {address}", event.by))


def let_out(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """`#uncc ADDRESS`."""
    address = _address(command, setting)
    others = _without(turn.ticket, address)
    if len(others) == len(turn.ticket.participants):
        inside = ", ".join(one.address.address for one in others) or "-"
        raise CannotDo("not_participant", command.line, inside)
    ticket = replace(turn.ticket, participants=others)
    return _with(replace(turn, ticket=ticket), Entry(setting.at, f"let out {address}", event.by))


def _without(ticket: Ticket, address: str) -> tuple[Participant, ...]:
    key = address.casefold()
    return tuple(one for one in ticket.participants if one.address.key != key)


def _address(command: Command, setting: Setting) -> str:
    """The address behind a command, alone or in angle brackets, as programs write it."""
    word = command.argument.rpartition("<")[2].strip("<>()[],;:. ").removeprefix("mailto:")
    local, at, domain = word.rpartition("@")
    if not (local and at and "." in domain) or any(one in ' \t,;<>"()[]' for one in word):
        raise CannotDo("no_address", command.line)
    return word


def _is_member(address: str, members: tuple[str, ...]) -> bool:
    key = address.casefold()
    domain = f"*@{key.rpartition('@')[2]}"
    return any(member.casefold() in (key, domain) for member in members)


def _is_inside(address: str, setting: Setting) -> bool:
    """True for the desk's and the teams' own mailboxes and for colleagues: they are no readers of the
    customer's side, who would see their addresses."""
    desk = setting.desk
    local, _, domain = address.casefold().rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    own = {desk.address, *desk.aliases, *(team.mailbox for team in desk.teams)}
    if {address.casefold(), plain} & {one.casefold() for one in own}:
        return True
    return any(_is_member(address, team.members) for team in desk.teams)


# --- What is one request -------------------------------------------------------------------------


def merged(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """`#merge N`: the conversation goes on in ticket N. Only for one customer's requests: nobody gets to
    read another one's by it."""
    ticket, other = turn.ticket, setting.desktop.other
    if other is None or other.number == ticket.number or other.merged_into:
        raise CannotDo("no_ticket", command.line)
    if other.status is Status.CLOSED:  # nobody would look after the request there
        raise CannotDo("no_ticket", command.line)
    if other.customer.key != ticket.customer.key or not ticket.customer.key:
        raise CannotDo("other_customer", command.line)
    ticket = replace(ticket, merged_into=other.number, status=Status.CLOSED)
    effects = (
        Effect(Kind.NOTICE, topic="merged", text=str(other.number)),
        Effect(Kind.NOTE, setting.way.looks_after, "merged", str(other.number)),
    )
    entry = Entry(setting.at, f"merged into {other.number}", event.by)
    return _with(replace(turn, ticket=ticket), entry, *effects)


def split(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """`#split`: the customer's latest mail becomes a ticket of its own."""
    came = [one for one in setting.desktop.thread if _is_from_customer(one)]
    if len(came) < 2 or came[-1].received_id is None:
        raise CannotDo("nothing_to_split", command.line)
    entry = Entry(setting.at, "split: the latest mail becomes a ticket of its own", event.by)
    again = (*turn.again, (came[-1].received_id, Again.SPLIT))
    return _with(replace(turn, again=again), entry)


def _is_from_customer(one: Filed) -> bool:
    return one.direction is Direction.IN and one.side == CUSTOMER_SIDE


# --- Held answers --------------------------------------------------------------------------------


def sent(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """`#send`: the held answer leaves after all."""
    hold = _held(command, event, setting)
    again = (*turn.again, (hold.received_id, Again.RELEASED))
    return _with(
        replace(turn, again=again), Entry(setting.at, "held answer released", event.by, hold.why)
    )


def dropped(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """`#drop`: the held answer never leaves."""
    hold = _held(command, event, setting)
    gone = (*turn.dropped, hold.received_id)
    turn = _with(
        replace(turn, dropped=gone), Entry(setting.at, "held answer dropped", event.by, hold.why)
    )
    return replace(turn, effects=(*turn.effects, Effect(Kind.RECEIPT, topic="dropped")))


def _held(command: Command, event: Event, setting: Setting) -> Hold:
    mine = [one for one in setting.desktop.held if one.side == event.side]
    if not mine:
        raise CannotDo("nothing_held", command.line)
    own = [one for one in mine if one.by.casefold() == event.by.casefold()]
    return (own or mine)[-1]


def undone(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """`#undo`: the latest answer is taken back while it still waits."""
    if not setting.desktop.undoable:
        raise CannotDo("too_late", command.line)
    back = (*turn.retracted, setting.desktop.undoable[-1])
    note = Effect(Kind.NOTE, event.side.removeprefix("team:"), "undone")
    ticket = replace(turn.ticket, status=Status.OPEN)
    entry = Entry(setting.at, "answer taken back", event.by)
    return _with(replace(turn, ticket=ticket, retracted=back), entry, note)


# --- Looking -------------------------------------------------------------------------------------


def shown(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """`#show`: the ticket and its conversation."""
    entry = Entry(setting.at, "asked for the ticket", event.by, event.text)
    return _with(turn, entry, Effect(Kind.RECEIPT, topic="show"))


def listed(turn: Turn, command: Command, event: Event, setting: Setting) -> Turn:
    """`#list [mine]`: the open tickets by due time."""
    text = "\n".join(setting.desktop.listed)
    entry = Entry(setting.at, "asked for the list", event.by, event.text)
    return _with(turn, entry, Effect(Kind.RECEIPT, topic="list", text=text))
