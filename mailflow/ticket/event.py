"""What a mail means for a ticket: from the understood mail and its place to an event.

Who may do what is decided here. A colleague's answer counts only when it comes by the team's own side
of the ticket (a token or a Message-ID that we made for it), from a member of that team, with the
authentication that `[trust]` asks for; everything else is kept and shown, never relayed.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailflow.model import (
    CUSTOMER_SIDE,
    Address,
    Authentication,
    Author,
    AuthorKind,
    AutomaticKind,
    Case,
    Desk,
    Direction,
    Event,
    Filed,
    Happened,
    Kind,
    Message,
    Part,
    Status,
    ThreadBy,
    Ticket,
    team_side,
)
from mailflow.ticket import assent, commands, subject
from mailflow.ticket.assent import Assent
from mailflow.ticket.thread import Candidate, takes_part
from mailflow.ticket.typed import as_typed

NOBODY = Address("", "")


def read(
    message: Message, place: Candidate | None, case: Case | None, desk: Desk, *, again: bool = False
) -> Event | None:
    """The event that this mail is, or None for mail that is kept without a ticket.

    `again`: it takes its way a second time, since a person wants it so.
    """
    author = message.author
    by = author.address.address if author.address else "unknown"
    if author.kind is AuthorKind.LOOP:
        return None
    if place is None or case is None:
        opens = author.kind is not AuthorKind.BOUNCE and author.automatic not in (
            AutomaticKind.REPLY,
            AutomaticKind.REPORT,
        )
        return Event(Happened.OPENED, by, CUSTOMER_SIDE) if opens else None
    if author.kind is AuthorKind.BOUNCE:
        return _bounced(author, place, case.ticket, by)
    if author.kind is AuthorKind.AUTOMATIC:
        tells = author.automatic is AutomaticKind.SENT
        what = Happened.AUTOMATIC_WROTE if tells else Happened.AUTOMATIC_REPLIED
        return Event(what, by, why="; ".join(author.because))
    return _person(message, place, case, desk, by, again=again)


def _bounced(author: Author, place: Candidate, ticket: Ticket, by: str) -> Event:
    bounce = author.bounce
    if not place.side or (bounce and not bounce.permanent):  # not our mail, or only late
        return Event(Happened.AUTOMATIC_REPLIED, by, why="; ".join(author.because))
    failed = ", ".join(bounce.recipients) if bounce else ""
    why = bounce.diagnostic if bounce else "; ".join(author.because)
    return Event(Happened.BOUNCED, by, place.side, failed or ticket.customer.address, why)


def _person(
    message: Message, place: Candidate, case: Case, desk: Desk, by: str, *, again: bool
) -> Event:
    author, ticket = message.author, case.ticket
    if place.side.startswith("team:"):
        doubt = unproven(author, place.side.removeprefix("team:"), desk)
        if doubt:
            return Event(Happened.MEMBER_UNPROVEN, by, why=doubt)
        return _team(message, place.side, case, desk, by, again=again)
    if takes_part(ticket, author):
        what = _customer(message, place, ticket)
        return Event(what, by, CUSTOMER_SIDE, why="new_topic" if _is_new_topic(message, ticket) else "")
    if author.teams:
        return Event(Happened.MEMBER_UNPROVEN, by, why="it did not come by the team's own thread")
    return Event(Happened.STRANGER_WROTE, by)


def _team(message: Message, side: str, case: Case, desk: Desk, by: str, *, again: bool) -> Event:
    if message.virus:
        return Event(Happened.TEAM_ERRED, by, side, message.answer_text, "virus", message.virus)
    # Also when nothing was asked: a late "approve" with its reason is no answer to the customer.
    decides = side == team_side(desk.sla.management)
    text = as_typed(message.answer_text, message.html, commands.is_command)
    answer = commands.read(text, with_files=has_files(message), decides=decides)
    if answer.fault:
        return Event(Happened.TEAM_ERRED, by, side, answer.rest, answer.fault, answer.line)
    if not (answer.commands or again or has_files(message)) and _is_said_again(
        message, case.thread, by
    ):
        return Event(Happened.TEAM_ERRED, by, side, message.answer_text, "again")
    return Event(Happened.TEAM_WROTE, by, side, answer.rest, commands=answer.commands)


def _is_said_again(message: Message, thread: Sequence[Filed], by: str) -> bool:
    """The same words of the same writer, and not a word of the customer in between: a robot without any
    header that says so answers each mail to its mailbox, and the customer would get every one. What only
    got a receipt was not said."""
    refused = False
    for one in reversed(thread):
        if one.direction is Direction.IN and one.side == CUSTOMER_SIDE:
            return False
        if one.kind == Kind.RECEIPT:
            refused = True
        elif one.direction is Direction.IN and one.from_.key == by.casefold():
            same = one.new_text.split() == message.new_text.split()
            if not (same and refused):
                return same
            refused = False
    return False


def _customer(message: Message, place: Candidate, ticket: Ticket) -> Happened:
    """A "yes, thanks" ends a solved ticket, and changes nothing at an ended one."""
    if place.by is ThreadBy.AWAITED:
        return Happened.ORIGINAL_CAME
    said = assent.read(message.new_text) if not has_files(message) else Assent.NONE
    if said is Assent.NONE:
        return Happened.CUSTOMER_WROTE
    if ticket.status is Status.RESOLVED:
        return Happened.CUSTOMER_CONFIRMED
    return Happened.CUSTOMER_THANKED if ticket.status is Status.CLOSED else Happened.CUSTOMER_WROTE


_SURE = 0.8  # of a bucket, to say that a mail is about something else


def _is_new_topic(message: Message, ticket: Ticket) -> bool:
    """Another subject, or clearly another kind of request than the ticket's: worth a word to the team."""
    title = subject.base(message.subject)
    if title and title.casefold() != ticket.subject.casefold():
        return True
    choice = message.choice
    return choice.confidence >= _SURE and choice.bucket not in (ticket.bucket, ticket.choice.bucket)


def has_files(message: Message) -> bool:
    """True if the writer attached something; logos of signatures do not count."""
    return any(map(_is_file, message.attachments))


def _is_file(part: Part) -> bool:
    """False for what mail programs add by themselves: a logo in the signature, a signed mail's proof."""
    return not (part.inline and part.content_id) and not part.media_type.endswith("-signature")


def unproven(author: Author, team: str, desk: Desk) -> str:
    """Why the author does not speak for the team, or an empty string if they do."""
    if team not in author.teams:
        return f"the address is not a member of {team}"
    if desk.trust.require_authentication == "none":
        return ""
    if author.authentication is not Authentication.PASS:
        return f"its authentication is {author.authentication.value!r}, not 'pass'"
    return ""
