"""What a team's mail does to a ticket: an answer, and each command."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mailflow.model import (
    Address,
    Choice,
    ClockWish,
    Command,
    Effect,
    Event,
    Happened,
    Kind,
    Priority,
    Promise,
    Status,
    Ticket,
    Turn,
)
from mailflow.ticket.lifecycle import change
from mailflow.ticket.setting import CannotDo, Reach, Setting
from tests.unit import samples
from tests.unit.samples import MONDAY, NOW, SATURDAY

O, W, R, C = Status.OPEN, Status.WAITING, Status.RESOLVED, Status.CLOSED  # noqa: E741
SUPPORT, BOSS = "team:support", "team:management"
MAX = "max@desk.test"
NAMES = (
    *("note", "escalate", "bucket", "status", "eta", "wait", "resolve", "close"),
    *("approval", "approve", "reject", "incident", "priority", "help"),
)
NO_HANDOVER = ClockWish(Promise.HANDOVER, False)


def event(*lines: str, text: str = "", side: str = SUPPORT) -> Event:
    """A colleague's mail with these command lines, and `text` below them."""
    commands = []
    for line in lines:
        name, _, argument = line.removeprefix("#").partition(" ")
        commands.append(Command(name, argument, line))
    return Event(Happened.TEAM_WROTE, MAX, side, text, commands=tuple(commands))


def wrote(
    *lines: str,
    text: str = "",
    side: str = SUPPORT,
    of: Ticket | None = None,
    at: Setting | None = None,
) -> Turn:
    ticket = of or samples.ticket()
    return change(ticket, event(*lines, text=text, side=side), at or samples.setting(ticket))


def kinds(turn: Turn) -> list[tuple[str, str, str]]:
    return [(one.kind.value, one.team, one.topic) for one in turn.effects]


def to_customer(turn: Turn) -> list[Effect]:
    return [one for one in turn.effects if not one.team and one.kind is not Kind.RECEIPT]


def whats(turn: Turn) -> list[str]:
    return [one.what for one in turn.entries]


def refused(*lines: str, **changes: Any) -> tuple[str, str, str]:
    """Why the commands cannot be done, which line it is, and what is possible."""
    with pytest.raises(CannotDo) as caught:
        wrote(*lines, **changes)
    return caught.value.reason, caught.value.line, caught.value.possible


# --- Answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "kind", "after", "did"),
    [
        ((), Kind.REPLY, O, "answered"),
        (("#wait",), Kind.REPLY, W, "answered"),
        (("#eta 2h",), Kind.REPLY, O, "answered"),
        (("#priority low",), Kind.REPLY, O, "answered"),
        (("#bucket general",), Kind.REPLY, O, "answered"),
        (("#incident fra1",), Kind.REPLY, O, "answered"),
        (("#status",), Kind.STATUS, O, "status sent"),
        (("#resolve",), Kind.RESOLUTION, R, "solved"),
        (("#close",), Kind.CLOSING, C, "closed by the team"),
        (("#escalate",), Kind.ESCALATION, O, "customer told of the escalation"),
        (("#escalate", "#wait"), Kind.ESCALATION, W, "customer told of the escalation"),
        (("#status", "#wait"), Kind.STATUS, W, "status sent"),
    ],
)
def test_a_persons_words_go_to_the_customer_and_all_who_share_the_mailbox(
    lines: tuple[str, ...], kind: Kind, after: Status, did: str
) -> None:
    """Contract: the rest goes to the customer in one mail of the command's kind; `copy` to the team."""
    turn = wrote(*lines, text="words")
    (said,) = to_customer(turn)
    assert (said.kind, said.text, said.passes_on, said.person) == (kind, "words", True, True)
    copies = [one for one in turn.effects if one.kind is Kind.COPY]
    assert [(one.team, one.topic, one.text, one.passes_on) for one in copies] == [
        ("support", kind.value, "words", True)
    ]
    assert turn.ticket.status is after
    assert whats(turn)[0] == did
    assert turn.effects[0] is said


def test_a_copy_reaches_both_who_wrote_and_who_looks_after_it() -> None:
    """Contract, copy: for all who share the mailbox; the owner learns what a substitute wrote."""
    assert [one.team for one in wrote(text="x", side="team:billing").effects] == [
        "",
        "billing",
        "support",
    ]
    assert [one.team for one in wrote(text="x", side=BOSS).effects] == ["", "management", "support"]


@pytest.mark.parametrize(
    ("line", "text", "said"),
    [
        ("#status On it.", "", "On it."),
        ("#status On it.", "More.", "On it.\nMore."),
        ("#resolve Rebooted.", "Bye.", "Rebooted.\nBye."),
        ("#wait Which server?", "", "Which server?"),
        ("#eta 2h", "Soon.", "Soon."),
        ("#escalate sysadmins SECRET", "Hello.", "Hello."),
        ("#bucket general", "Hello.", "Hello."),
    ],
)
def test_what_of_a_command_is_said(line: str, text: str, said: str) -> None:
    """Contract: of `#status` and `#resolve` the words behind them are part of it; reasons and names not."""
    assert [one.text for one in to_customer(wrote(line, text=text))] == [said]


@pytest.mark.parametrize(
    "line", ["#wait", "#eta 2h", "#priority low", "#bucket billing", "#incident x"]
)
def test_a_command_without_words_writes_to_nobody_outside(line: str) -> None:
    """Contract: the rest goes to the customer; without a rest there is nothing to send."""
    assert to_customer(wrote(line)) == []
    with_file = wrote(line, at=samples.setting(with_files=True))
    assert [(one.kind, one.text, one.passes_on) for one in to_customer(with_file)] == [
        (Kind.REPLY, "", True)
    ]


@pytest.mark.parametrize(("line", "kind"), [("#escalate", "escalation"), ("#close", "closing")])
def test_what_the_customer_is_told_in_any_case(line: str, kind: str) -> None:
    """Contract: the reason of its kind, the closing with its details; a person wants it said."""
    (said,) = to_customer(wrote(line))
    assert (said.kind.value, said.text, said.person) == (kind, "", True)


@pytest.mark.parametrize("name", ["note", "approval", "approve", "reject", "help"])
def test_what_never_leaves(name: str) -> None:
    """Contract, the rest: never leaves, kept as a note: no word of it is in a mail to the customer."""
    asked = samples.ticket(approval="" if name == "approval" else "asked")
    turn = wrote(f"#{name} CANARY-WHY", text="CANARY-REST", of=asked, side=BOSS)
    for one in to_customer(turn):
        assert "CANARY" not in f"{one.text}{one.why}{one.line}"
        assert not one.passes_on
        assert not one.person
    assert any("CANARY-REST" in one.why for one in turn.entries), "it is kept"


@pytest.mark.parametrize("line", ["", "#wait", "#resolve", "#status", "#close", "#escalate"])
def test_nobody_to_answer(line: str) -> None:
    """Contract: an impossible answer does nothing, and its writer learns why."""
    nobody = samples.ticket(customer=Address("", ""))
    lines = (line,) if line else ()
    assert refused(*lines, text="Done.", of=nobody) == ("nobody", line, "")
    file = samples.setting(with_files=True)
    assert refused(*lines, of=nobody, at=file) == ("nobody", line, "")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("#close", []),
        ("#wait", []),
        ("#escalate", [("handover", "sysadmins", "tools")]),
        ("#note x", [("note", "support", "note")]),
    ],
)
def test_a_ticket_of_nobody_can_be_worked_on(line: str, expected: list[tuple[str, str, str]]) -> None:
    """Never nothing: mail without an author makes a ticket, and it must come to an end as well."""
    turn = wrote(line, of=samples.ticket(customer=Address("", "")))
    assert kinds(turn)[: len(expected)] == expected
    assert to_customer(turn) == []


# --- #note, #help --------------------------------------------------------------------------------


def test_a_note() -> None:
    """Contract, #note: keeps the rest on the ticket and shows it to the team."""
    turn = wrote("#note call", text="him back")
    assert turn.effects == (Effect(Kind.NOTE, "support", "note", "call\nhim back", passes_on=True),)
    assert [(one.what, one.by, one.why) for one in turn.entries] == [("noted", MAX, "call\nhim back")]
    assert (turn.ticket, turn.clocks) == (samples.ticket(), ())


def test_a_note_beside_what_is_not_said() -> None:
    """The other commands are done; the rest stays inside."""
    turn = wrote("#priority high", "#bucket general", "#eta 2h", "#note x", text="inside")
    assert to_customer(turn) == []
    assert (turn.ticket.priority, turn.ticket.bucket) == (Priority.HIGH, "general")
    assert turn.ticket.eta_at == NOW + timedelta(hours=2)


def test_help() -> None:
    """Contract, #help: answers with this table; the rest is kept as a note."""
    turn = wrote("#help", text="words")
    assert turn.effects == (Effect(Kind.RECEIPT, topic="help"),)
    assert turn.entries[0].why == "words"


# --- #escalate -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "team", "why"),
    [
        ("#escalate", "sysadmins", ""),
        ("#escalate next", "sysadmins", ""),
        ("#escalate weiter", "sysadmins", ""),
        ("#escalate next: no root access", "sysadmins", "no root access"),
        ("#escalate no root access", "sysadmins", "no root access"),
        ("#escalate SysAdmins, no root access", "sysadmins", "no root access"),
        ("#escalate billing", "billing", ""),
        ("#escalate billing:\tdouble charge", "billing", "double charge"),
    ],
)
def test_to_whom_an_escalation_goes(line: str, team: str, why: str) -> None:
    """Contract, #escalate [TEAM or next] [why]: to that team, or to `escalates_to`."""
    turn = wrote(line)
    assert turn.ticket.team == team
    assert turn.ticket.level == samples.desk().team(team).level
    entry = next(one for one in turn.entries if one.what == f"escalated to {team}")
    assert entry.why.startswith(why)
    assert entry.why


def test_an_escalation_to_an_open_team() -> None:
    """Contract: the customer gets the reason of its kind; why goes to the specialists only."""
    turn = wrote("#escalate sysadmins CANARY", text="Hello Anna.")
    assert kinds(turn) == [
        ("escalation", "", "tools"),
        ("handover", "sysadmins", "tools"),
        ("copy", "support", "escalation"),
    ]
    customer, handover, _ = turn.effects
    assert (customer.text, customer.why, customer.person) == ("Hello Anna.", "", True)
    assert handover.why == "CANARY"
    assert turn.clocks == (NO_HANDOVER,)


def test_an_escalation_to_a_closed_team() -> None:
    """Contract: it gets the handover when it opens; who looks after it until then is told."""
    night = samples.setting(at=SATURDAY)
    turn = wrote("#escalate sysadmins x", at=night)
    assert kinds(turn) == [("escalation", "", "tools"), ("copy", "support", "escalation")]
    assert turn.clocks == (ClockWish(Promise.HANDOVER, True, MONDAY),)
    by_boss = wrote("#escalate sysadmins x", at=replace(night, way=_way("billing")), side=BOSS)
    assert ("handover", "support", "meanwhile") not in kinds(by_boss), "it reads the copy"


def _way(team: str) -> Any:
    return samples.setting(samples.ticket(team=team), SATURDAY).way


def test_an_escalation_from_one_closed_team_to_another() -> None:
    """The substitute that has not seen the ticket yet gets it with its history."""
    ticket = samples.ticket(bucket="billing", team="billing", level=2)
    at = replace(samples.setting(ticket, SATURDAY), way=samples.setting(ticket, NOW).way)
    at = replace(at, way=replace(at.way, looks_after="billing"))
    turn = wrote("#escalate sysadmins x", side="team:billing", of=ticket, at=at)
    assert ("handover", "support", "meanwhile") in kinds(turn)


@pytest.mark.parametrize(
    ("bucket", "team", "target", "reason"),
    [
        ("vps", "support", "sysadmins", "tools"),
        ("vps", "support", "billing", "expertise"),
        ("vps", "support", "management", "approval"),
        ("custom-config", "billing", "support", "complex"),
        ("general", "support", "sysadmins", "expertise"),
    ],
)
def test_why_the_customer_is_told_it_goes_on(bucket: str, team: str, target: str, reason: str) -> None:
    """The promise: tools and access for servers, knowledge for the unusual, approval of management."""
    turn = wrote(f"#escalate {target}", of=samples.ticket(bucket=bucket, team=team))
    assert kinds(turn)[0] == ("escalation", "", reason)


@pytest.mark.parametrize("status", list(Status))
def test_an_escalated_ticket_is_worked_on(status: Status) -> None:
    """Its clocks run and its updates come, whatever it was before: the customer is told so."""
    assert wrote("#escalate", of=samples.ticket(status=status)).ticket.status is O


def test_the_next_team() -> None:
    """`escalates_to`; from there, and where none is named, the next level above."""
    general = samples.ticket(bucket="general")
    assert wrote("#escalate", of=general).ticket.team == "billing"
    assert wrote("#escalate", of=replace(general, team="billing", level=2)).ticket.team == "sysadmins"


def test_escalations_that_cannot_be() -> None:
    """Contract: impossible commands do nothing; the receipt says which line, why, what is possible."""
    others = "support, billing, management"
    top = samples.ticket(team="sysadmins", level=3)
    assert refused("#escalate sysadmins x", of=top) == ("same_team", "#escalate sysadmins x", others)
    assert refused("#escalate", of=top) == ("no_next", "#escalate", others)
    assert refused("#escalate nobody knows", of=top) == ("no_next", "#escalate nobody knows", others)


# --- #bucket -------------------------------------------------------------------------------------


def test_a_bucket_is_corrected() -> None:
    """Contract, #bucket: corrects the bucket and forwards to its team; remembered for learning."""
    ticket = samples.ticket(team="sysadmins", level=3)
    turn = wrote("#bucket General", of=ticket, side="team:sysadmins")
    assert kinds(turn) == [("handover", "support", "bucket")]
    assert (turn.ticket.bucket, turn.ticket.team, turn.ticket.level) == ("general", "support", 1)
    assert turn.ticket.choice == Choice("vps", 0.75, ("slow", "VPS")), "what was classified stays"
    assert turn.ticket.label == ticket.label, "one subject for the whole life"
    assert [(one.what, one.why) for one in turn.entries] == [("bucket corrected to general", "was vps")]


def test_a_bucket_of_the_same_readers_is_not_sent_again() -> None:
    """Who looks after it has it already; a closed team gets it when it opens."""
    assert wrote("#bucket general").effects == ()
    assert wrote("#bucket billing").effects == (), "support looks after billing's"


def test_the_clock_of_a_closed_team_ends_when_the_ticket_leaves_it() -> None:
    """Else the new team would be told one morning that it has opened."""
    ticket = samples.ticket(team="sysadmins", level=3)
    at = samples.setting(ticket, SATURDAY)
    assert wrote("#bucket general", of=ticket, at=at).clocks == (NO_HANDOVER,)


def test_no_such_bucket() -> None:
    """The receipt says which there are."""
    possible = "billing, vps, custom-config, general"
    assert refused("#bucket nonsense") == ("no_bucket", "#bucket nonsense", possible)


def test_correcting_and_escalating_at_once() -> None:
    """Commands are taken one after the other: the bucket first, then its `escalates_to`."""
    turn = wrote("#bucket vps", "#escalate", of=samples.ticket(bucket="general"))
    assert (turn.ticket.bucket, turn.ticket.team) == ("vps", "sysadmins")
    assert kinds(turn)[0] == ("escalation", "", "tools")


# --- #eta, #wait, #resolve, #close ---------------------------------------------------------------


def test_an_estimate() -> None:
    """Contract, #eta: the realistic time that updates name; its passing is noticed."""
    turn = wrote("#eta tomorrow 10:00")
    due = NOW + timedelta(hours=21)
    assert turn.ticket.eta_at == due
    assert turn.clocks == (ClockWish(Promise.ESTIMATE, True, due),)
    assert [(one.what, one.why) for one in turn.entries] == [
        ("estimate given", "2026-11-25T10:00+01:00")
    ]


@pytest.mark.parametrize(
    "argument", ["soon", "0m", "2026-11-24", "2026-11-20 16:00", "26.11.2028", "9999d"]
)
def test_no_estimate(argument: str) -> None:
    """A time in the past, or beyond a year, is a mistake; the receipt shows how times are written."""
    at = samples.setting(at=NOW + timedelta(hours=6))  # 19:00 in Berlin
    reason, line, possible = refused(f"#eta {argument}", at=at)
    assert (reason, line) == ("no_time", f"#eta {argument}")
    assert "tomorrow 10:00" in possible


@pytest.mark.parametrize("status", list(Status))
def test_waiting(status: Status) -> None:
    """Contract, #wait: waiting for the customer; clocks stand still (by the status)."""
    turn = wrote("#wait", of=samples.ticket(status=status))
    assert turn.ticket.status is W


@pytest.mark.parametrize(("line", "after"), [("#resolve Done.", R), ("#close", C)])
def test_an_end_ends_what_was_named_and_awaited(line: str, after: Status) -> None:
    """After a reopening nothing counts that was named before it."""
    turn = wrote(line, of=samples.ticket(eta_at=NOW))
    assert (turn.ticket.status, turn.ticket.eta_at) == (after, None)
    ended = {(one.promise, one.begin) for one in turn.clocks}
    assert ended == {(Promise.ESTIMATE, False), (Promise.NEXT_ANSWER, False)}


# --- #approval, #approve, #reject ----------------------------------------------------------------


def test_an_approval_is_asked_for() -> None:
    """Contract, #approval WHY: asks management; the rest is kept as a note."""
    turn = wrote("#approval 50 EUR credit", text="He lost a day.")
    why = "50 EUR credit\nHe lost a day."
    assert kinds(turn) == [
        ("approval-request", "management", ""),
        ("note", "support", "approval_asked"),
    ]
    assert {one.text for one in turn.effects} == {why}
    assert turn.ticket.approval == "asked"
    assert turn.clocks == (ClockWish(Promise.APPROVAL, True),)
    assert [(one.what, one.why) for one in turn.entries] == [("approval asked", why)]


@pytest.mark.parametrize("approval", ["", "approved", "rejected", "expired"])
def test_an_approval_can_be_asked_for_again(approval: str) -> None:
    """Once it is decided or expired, not while it waits."""
    assert wrote("#approval x", of=samples.ticket(approval=approval)).ticket.approval == "asked"
    waiting = samples.ticket(approval="asked")
    assert refused("#approval x", of=waiting) == ("asked_already", "#approval x", "")


@pytest.mark.parametrize(("command", "verdict"), [("approve", "approved"), ("reject", "rejected")])
@pytest.mark.parametrize("before", ["asked", "expired"])
def test_management_decides(command: str, verdict: str, before: str) -> None:
    """Contract: the customer learns it without the inner reasons, the team with them."""
    ticket = samples.ticket(approval=before)
    turn = wrote(f"#{command} once", text="Only this time.", of=ticket, side=BOSS)
    assert kinds(turn) == [("notice", "", verdict), ("note", "support", verdict)]
    notice, note = turn.effects
    assert (notice.text, notice.why) == ("", "")
    assert note.text == "once\nOnly this time."
    assert turn.ticket.approval == verdict
    assert turn.clocks == (ClockWish(Promise.APPROVAL, False),)


@pytest.mark.parametrize("line", ["#approve", "#reject no"])
def test_decisions_that_cannot_be(line: str) -> None:
    """Only management decides, and only what was asked."""
    asked = samples.ticket(approval="asked")
    assert refused(line, of=asked) == ("not_management", line, "")
    for approval in ("", "approved", "rejected"):
        ticket = samples.ticket(approval=approval)
        assert refused(line, of=ticket, side=BOSS) == ("not_asked", line, "")


# --- #incident, #priority ------------------------------------------------------------------------


def test_an_incident() -> None:
    """Contract, #incident NAME: ties it to an incident."""
    turn = wrote("#incident fra1 uplink")
    assert turn.ticket.incident == "fra1 uplink"
    assert whats(turn) == ["tied to incident fra1 uplink"]


def test_incidents_that_cannot_be_written_to() -> None:
    """Only `#status` and `#resolve` go to every customer, and only of an incident that is known."""
    line = "#incident fra1 #x"
    tie = Command("incident", "fra1", line)

    def fault(name: str, *, known: bool) -> str:
        wrote_both = replace(event(text="x"), commands=(tie, Command(name, "text", line)))
        at = samples.setting(reach=Reach("fra1", known, ("fra1",) if known else ()))
        with pytest.raises(CannotDo) as caught:
            change(samples.ticket(), wrote_both, at)
        assert caught.value.line == line
        return caught.value.reason

    assert fault("status", known=False) == "no_incident"
    assert fault("close", known=True) == "incident_only"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("low", Priority.LOW),
        ("niedrig", Priority.LOW),
        ("Normal", Priority.NORMAL),
        ("HIGH", Priority.HIGH),
        ("hoch", Priority.HIGH),
    ],
)
def test_a_priority(word: str, expected: Priority) -> None:
    """Contract, #priority low, normal or high; in German as well."""
    turn = wrote(f"#priority {word}")
    assert turn.ticket.priority is expected
    assert whats(turn) == [f"priority {expected.value}"]


def test_no_such_priority() -> None:
    """The receipt says which there are."""
    assert refused("#priority urgent") == ("no_priority", "#priority urgent", "low, normal, high")


# --- All or nothing ------------------------------------------------------------------------------


def test_the_first_command_that_does_not_fit_stops_all() -> None:
    """Contract: a mail with an impossible command does nothing at all."""
    lines = ("#priority high", "#bucket nonsense", "#eta never")
    assert refused(*lines, text="words")[:2] == ("no_bucket", "#bucket nonsense")


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("name", NAMES)
def test_every_command_in_every_status(name: str, status: Status) -> None:
    """No status makes a command an error; whatever was done is in the history, by whom."""
    argument = {"bucket": "vps", "eta": "2h", "priority": "low", "incident": "x"}.get(name, "")
    approval = "asked" if name in ("approve", "reject") else ""
    ticket = samples.ticket(status=status, approval=approval)
    turn = wrote(f"#{name} {argument}".strip(), text="words", of=ticket, side=BOSS)
    assert turn.entries
    assert {one.by for one in turn.entries} == {MAX}
    assert (turn.ticket.closed_at is not None) == (turn.ticket.status is C)
