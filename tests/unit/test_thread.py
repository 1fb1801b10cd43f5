"""Which ticket a mail joins: proofs from the strongest to the weakest."""

from __future__ import annotations

import pytest

from mailflow.model import (
    Address,
    Author,
    AuthorKind,
    AutomaticKind,
    Evidence,
    Link,
    Participant,
    Role,
    ThreadBy,
    Trust,
)
from mailflow.ticket.thread import Candidate, admits, candidates, takes_part
from tests.unit import samples

STRANGER = samples.author(Address("", "eva@elsewhere.example"))
PROOFS = [ThreadBy.TOKEN, ThreadBy.MESSAGE_ID, ThreadBy.BOUNCE]
CLAIMS = [ThreadBy.PARTICIPANT, ThreadBy.AWAITED, ThreadBy.NUMBER]


def test_order_of_proofs() -> None:
    """Contract: a token, our Message-ID, theirs, then the number; the most telling first."""
    evidence = Evidence(
        tokens=(Link(1, "customer"),),
        ours=(Link(2, "customer"),),
        theirs=(3,),
        awaiting=(4,),
        numbered=(5,),
    )
    assert list(candidates(evidence, samples.author())) == [
        Candidate(1, ThreadBy.TOKEN, "customer"),
        Candidate(2, ThreadBy.MESSAGE_ID, "customer"),
        Candidate(3, ThreadBy.PARTICIPANT),
        Candidate(4, ThreadBy.AWAITED),
        Candidate(5, ThreadBy.NUMBER),
    ]


def test_nothing_known_gives_no_candidate() -> None:
    """Contract: everything else opens a ticket of its own."""
    assert list(candidates(Evidence(), samples.author())) == []


def test_returned_mail_counts_for_bounces_only() -> None:
    """A report says which mail of ours came back; in a person's mail the same proves nothing."""
    evidence = Evidence(returned=(Link(9, "customer"),))
    bounce = samples.author(kind=AuthorKind.BOUNCE)
    assert list(candidates(evidence, bounce)) == [Candidate(9, ThreadBy.BOUNCE, "customer")]
    assert list(candidates(evidence, samples.author())) == []


def test_colleague_who_answers_all_writes_from_the_teams_side() -> None:
    """An answer "to all" reaches both sides; of the first ticket, the team's side is the one."""
    evidence = Evidence(
        tokens=(Link(1, "customer"), Link(2, "team:support"), Link(1, "team:support")),
        ours=(Link(1, "team:billing"),),
    )
    sides = [(one.ticket, one.side) for one in candidates(evidence, samples.agent())]
    assert sides == [
        (1, "team:support"),
        (1, "team:billing"),
        (1, "customer"),
        (2, "team:support"),
    ]
    first = next(iter(candidates(evidence, samples.author())))
    assert first.side == "customer"


@pytest.mark.parametrize("by", PROOFS)
def test_a_proof_admits_anybody(by: ThreadBy) -> None:
    """Contract: a token or a Message-ID of ours proves where a mail belongs, whoever sent it."""
    assert admits(Candidate(1001, by), samples.ticket(), STRANGER, Trust())
    assert admits(Candidate(1001, by), samples.ticket(), samples.author(None), Trust())


@pytest.mark.parametrize("by", CLAIMS)
def test_a_claim_admits_who_takes_part(by: ThreadBy) -> None:
    """Contract: their Message-ID or a number counts only from a sender who takes part."""
    assert admits(Candidate(1001, by), samples.ticket(), samples.author(), Trust())
    assert not admits(Candidate(1001, by), samples.ticket(), STRANGER, Trust())
    assert not admits(Candidate(1001, by), samples.ticket(), samples.author(None), Trust())


@pytest.mark.parametrize("by", CLAIMS)
def test_a_colleague_without_proof_is_kept_on_the_ticket(by: ThreadBy) -> None:
    """Contract: mail of a member's address without the proof is kept on the ticket if it names one."""
    assert admits(Candidate(1001, by), samples.ticket(), samples.agent(), Trust())


@pytest.mark.parametrize(
    "program",
    [
        samples.robot(AutomaticKind.SENT, teams=("support",)),
        samples.author(samples.MAX, kind=AuthorKind.BOUNCE, teams=("support",)),
    ],
)
def test_a_program_of_the_teams_domain_names_no_ticket(program: Author) -> None:
    """Contract: a number counts only from who takes part; "job #1001 failed" of our own monitoring
    opens its own ticket."""
    assert not admits(Candidate(1001, ThreadBy.NUMBER), samples.ticket(), program, Trust())
    assert admits(Candidate(1001, ThreadBy.TOKEN), samples.ticket(), program, Trust())


@pytest.mark.parametrize(
    ("role", "expected"), [(Role.PARTICIPANT, True), (Role.CUSTOMER, True), (Role.STRANGER, False)]
)
def test_who_takes_part(role: Role, expected: bool) -> None:
    """Contract: a stranger takes no part until the team lets them in."""
    ticket = samples.ticket(participants=(Participant(Address("", "EVA@elsewhere.example"), role),))
    assert takes_part(ticket, STRANGER) is expected


def test_customer_takes_part_in_any_case_and_nobody_does_not() -> None:
    """Addresses are compared case folded; a ticket without a customer's address has no part-taker."""
    loud = samples.author(Address("x", "ANNA@Customer.Example"))
    assert takes_part(samples.ticket(), loud)
    assert not takes_part(samples.ticket(customer=Address("", "")), samples.author(None))
