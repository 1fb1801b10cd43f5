"""The commands by which a team shares its desk, on values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailflow.model import (
    Address,
    Again,
    Command,
    Event,
    Happened,
    Hold,
    Kind,
    Participant,
    Role,
    Status,
    Ticket,
    Turn,
)
from mailflow.ticket.lifecycle import change
from mailflow.ticket.setting import CannotDo, Desktop, MustAsk
from tests.unit import samples
from tests.unit.samples import FIRST, came

SUPPORT, MAX, EVA = "team:support", "max@desk.test", "eva@desk.test"
BOB = Address("Bob", "bob@customer.example")
STRANGER = Participant(BOB, Role.STRANGER)
HELD = Hold(7, SUPPORT, EVA, MAX)


def wrote(
    line: str,
    text: str = "",
    *,
    of: Ticket | None = None,
    by: str = MAX,
    side: str = SUPPORT,
    **lies: Any,
) -> Turn:
    """What a colleague's mail with this line makes of the ticket; `lies`: on the desktop."""
    name, _, argument = line.removeprefix("#").partition(" ")
    commands = (Command(name, argument, line),) if line else ()
    event = Event(Happened.TEAM_WROTE, by, side, text, commands=commands)
    ticket = of or samples.ticket()
    return change(ticket, event, samples.setting(ticket, desktop=Desktop(**lies)))


def refused(line: str, **lies: Any) -> tuple[str, str]:
    with pytest.raises(CannotDo) as caught:
        wrote(line, "words", **lies)
    return caught.value.reason, caught.value.line


def notes(turn: Turn) -> list[tuple[str, str, str]]:
    return [(one.team, one.topic, one.text) for one in turn.effects if one.kind is Kind.NOTE]


# --- Who works on it -----------------------------------------------------------------------------


def test_take_and_give() -> None:
    """The ticket is somebody's, and the mailbox is told; the words go to the customer."""
    turn = wrote("#take", "I look at it.")
    assert turn.ticket.taken_by == MAX
    assert notes(turn) == [("support", "taken", MAX)]
    assert [one.text for one in turn.effects if one.kind is Kind.REPLY] == ["I look at it."]
    assert wrote(f"#give {EVA}").ticket.taken_by == EVA
    assert wrote(f"#give Eva <mailto:{EVA}>").ticket.taken_by == EVA


@pytest.mark.parametrize(
    "address", ["eva", "@desk.test", "eva@", "eva@desk", "a b@desk.test", "a@b.c,d@e.f"]
)
def test_what_is_no_address(address: str) -> None:
    for name in ("give", "cc", "uncc"):
        assert refused(f"#{name} {address}") == ("no_address", f"#{name} {address}")


def test_nobody_else_is_given_a_ticket() -> None:
    """Members of the writer's own team only."""
    assert refused("#give bob@customer.example")[0] == "not_member"
    assert refused("#give boss.inner@elsewhere.test")[0] == "not_member"


# --- Who takes part ------------------------------------------------------------------------------


def test_a_stranger_becomes_a_participant() -> None:
    """With the name they came with, once; and out again."""
    turn = wrote("#cc BOB@customer.example", of=samples.ticket(participants=(STRANGER,)))
    (one,) = turn.ticket.participants
    assert (one.address.name, one.address.key, one.role) == ("Bob", BOB.key, Role.PARTICIPANT)
    assert wrote("#uncc bob@CUSTOMER.example", of=turn.ticket).ticket.participants == ()


@pytest.mark.parametrize(
    "address",
    [
        *(samples.DESK_ADDRESS, "HELP@desk.test", "support+abc@desk.test", "l1.inner@desk.test"),
        *(MAX, "anybody@desk.test", "boss.inner@desk.test"),
    ],
)
def test_nobody_of_the_inside_reads_on_the_customers_side(address: str) -> None:
    """Their address would stand in the customer's mail."""
    assert refused(f"#cc {address}")[0] == "inside"


def test_who_takes_no_part_cannot_be_let_out() -> None:
    assert refused("#uncc bob@customer.example") == ("not_participant", "#uncc bob@customer.example")


# --- What is one request -------------------------------------------------------------------------


def test_a_merge() -> None:
    """The customer and the team are told; the ticket ends here."""
    turn = wrote("#merge 1002", other=samples.ticket(number=1002))
    assert (turn.ticket.merged_into, turn.ticket.status) == (1002, Status.CLOSED)
    assert [(one.topic, one.text) for one in turn.effects if one.kind is Kind.NOTICE] == [
        ("merged", "1002")
    ]
    assert notes(turn) == [("support", "merged", "1002")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": 1001}, "no_ticket"),
        ({"merged_into": 1003}, "no_ticket"),
        ({"status": Status.CLOSED}, "no_ticket"),
        ({"customer": BOB}, "other_customer"),
    ],
)
def test_merges_that_cannot_be(changes: dict[str, Any], reason: str) -> None:
    other = samples.ticket(**{"number": 1002, **changes})
    assert refused("#merge 1002", other=other)[0] == reason
    assert refused("#merge 1002", other=None)[0] == "no_ticket"


def test_tickets_of_nobody_are_not_merged() -> None:
    """Two mails without an address need not be of one customer."""
    nobody = samples.ticket(customer=Address("", ""))
    with pytest.raises(CannotDo) as caught:
        wrote("#merge 1002", of=nobody, other=replace(nobody, number=1002))
    assert caught.value.reason == "other_customer"


def test_a_split_takes_the_customers_latest_mail() -> None:
    second = came("<second@customer.example>", received_id=9)
    team = came("<max@desk>", side=SUPPORT, received_id=10)
    assert wrote("#split", thread=(FIRST, second, team)).again == ((9, Again.SPLIT),)
    assert refused("#split", thread=(FIRST, team))[0] == "nothing_to_split"
    assert refused("#split", thread=())[0] == "nothing_to_split"


# --- Held answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [MAX, EVA])
def test_a_held_answer_is_released_or_dropped(by: str) -> None:
    """By its writer or another of the mailbox; whoever drops it gets a receipt."""
    assert wrote("#send", by=by, held=(HELD,)).again == ((7, Again.RELEASED),)
    turn = wrote("#drop", by=by, held=(HELD,))
    assert turn.dropped == (7,)
    assert [(one.kind, one.topic) for one in turn.effects] == [(Kind.RECEIPT, "dropped")]


def test_ones_own_held_answer_goes_first() -> None:
    """Of several the writer's own latest, else the latest."""
    held = (HELD, replace(HELD, received_id=8), replace(HELD, received_id=9, by="ida@desk.test"))
    assert wrote("#send", by=EVA, held=held).again == ((8, Again.RELEASED),)
    assert wrote("#send", by=MAX, held=held).again == ((9, Again.RELEASED),)


@pytest.mark.parametrize("line", ["#send", "#drop"])
def test_what_another_team_holds_is_not_ours(line: str) -> None:
    assert refused(line, held=(replace(HELD, side="team:billing"),))[0] == "nothing_held"
    assert refused(line)[0] == "nothing_held"


def test_an_answer_is_asked_about() -> None:
    """A colleague was faster, or it looks like a leak; not a second time, and never a note."""
    for lies in ({"faster": EVA}, {"leaks": (("command", "#note x"),)}):
        with pytest.raises(MustAsk):
            wrote("", "words", **lies)
        assert wrote("", "words", released=True, **lies).effects
        assert notes(wrote("#note x", **lies))


def test_undo() -> None:
    """The latest of what still waits; the ticket is open again."""
    solved = samples.ticket(status=Status.RESOLVED)
    turn = wrote("#undo", of=solved, undoable=("<a@desk>", "<b@desk>"))
    assert turn.retracted == ("<b@desk>",)
    assert turn.ticket.status is Status.OPEN
    assert notes(turn) == [("support", "undone", "")]
    assert refused("#undo")[0] == "too_late"


def test_looking_changes_nothing() -> None:
    """A receipt for the writer; what stands below is kept as a note."""
    for line, topic in (("#show", "show"), ("#list", "list")):
        turn = wrote(line, "to remember", listed=("#1001 a", "#1002 b"))
        assert turn.ticket == samples.ticket()
        assert [(one.kind, one.topic) for one in turn.effects] == [(Kind.RECEIPT, topic)]
        assert turn.entries[0].why == "to remember"
