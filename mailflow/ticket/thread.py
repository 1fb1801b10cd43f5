"""Which ticket a mail joins: proofs from the strongest to the weakest, each with its condition.

In come what the database knows of the mail's tokens, Message-IDs and number; out goes the candidates
in order, and whether the author may join by one. A subject alone never joins anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailflow.model import (
    Authentication,
    Author,
    AuthorKind,
    Evidence,
    Role,
    ThreadBy,
    Ticket,
    Trust,
)

# A token or a Message-ID of ours is a proof by itself; the others need a sender who takes part.
_PROOFS = frozenset({ThreadBy.TOKEN, ThreadBy.MESSAGE_ID, ThreadBy.BOUNCE})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that the mail may join, by what, and the side of the ticket that this proves."""

    ticket: int
    by: ThreadBy
    side: str = ""


def candidates(evidence: Evidence, author: Author) -> Iterator[Candidate]:
    """The tickets to try, the most telling first."""
    if author.kind is AuthorKind.BOUNCE:
        yield from (Candidate(link.ticket, ThreadBy.BOUNCE, link.side) for link in evidence.returned)
    proofs = [Candidate(link.ticket, ThreadBy.TOKEN, link.side) for link in evidence.tokens]
    proofs += [Candidate(link.ticket, ThreadBy.MESSAGE_ID, link.side) for link in evidence.ours]
    yield from _team_sides_first(proofs) if author.teams else proofs
    yield from (Candidate(number, ThreadBy.PARTICIPANT) for number in evidence.theirs)
    yield from (Candidate(number, ThreadBy.AWAITED) for number in evidence.awaiting)
    yield from (Candidate(number, ThreadBy.NUMBER) for number in evidence.numbered)


def _team_sides_first(proofs: list[Candidate]) -> list[Candidate]:
    """A colleague who answers "to all" reaches both sides; the team's is the one they write from."""
    if not proofs:
        return proofs
    ticket = proofs[0].ticket
    return sorted(proofs, key=lambda c: (c.ticket != ticket, not c.side.startswith("team:")))


def admits(candidate: Candidate, ticket: Ticket, author: Author, trust: Trust) -> bool:
    """True if the author may join the ticket by this candidate.

    A sender whose authentication fails, or lacks where `[trust]` asks everyone for it, may be forged: such
    mail joins only with a token of ours.
    Mail of a colleague's address that names a ticket is kept on it, though it proves nothing, forged or
    not; what a program sends from such an address (monitoring: "job #12 failed") is not about our tickets.
    """
    if _may_be_forged(author, trust) and candidate.by not in (ThreadBy.TOKEN, ThreadBy.BOUNCE):
        return author.kind is AuthorKind.AGENT and not takes_part(ticket, author)
    if candidate.by in _PROOFS or takes_part(ticket, author):
        return True
    return bool(author.teams) and author.kind is AuthorKind.AGENT


def _may_be_forged(author: Author, trust: Trust) -> bool:
    if author.kind not in (AuthorKind.CUSTOMER, AuthorKind.AGENT):
        return False
    asked = trust.require_authentication == "everyone"
    passed = author.authentication is Authentication.PASS
    return author.authentication is Authentication.FAIL or (asked and not passed)


def takes_part(ticket: Ticket, author: Author) -> bool:
    """True if the author is the customer or was let in as a participant."""
    if author.address is None:
        return False
    key = author.address.key
    return key == ticket.customer.key or any(
        one.address.key == key for one in ticket.participants if one.role is not Role.STRANGER
    )
