"""Commands as mail programs write them: what was meant is done, and nothing of the inside gets out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from mailflow.model import BLOCK_OPENS, Status, Ticket
from tests.flow import letters
from tests.flow.desk import PlayedDesk
from tests.flow.post import Sent
from tests.flow.programs import PROGRAMS

MAX = "max@example.com"
WORDS = "Please send us the log."
SECRET = "the-customer-is-difficult"  # where it stands, it must never reach the customer
TO_CUSTOMER = {"reply", "status", "resolution", "closing", "escalation", "notice"}


@dataclass(frozen=True)
class Done:
    """What follows: the kinds of mail, and what the ticket is like. `said`: WORDS reach the customer."""

    kinds: tuple[str, ...]
    status: Status = Status.OPEN
    said: bool = True
    priority: str = "normal"
    taken_by: str = ""
    readers: tuple[str, ...] = ()
    team: str = "support"
    bucket: str = "vps"
    approval: str = ""
    incident: str = ""


ANSWER = ("copy", "reply")
WAITING = Done(ANSWER, Status.WAITING)
NOTED = Done(("note",), said=False)
# A command, what stands below it, and what follows.
COMMANDS: dict[str, tuple[Sequence[str], Done]] = {
    "none": ([WORDS], Done(ANSWER)),
    "#note": ([f"#note {SECRET}", SECRET], NOTED),
    "#escalate": (
        [f"#escalate next {SECRET}", "", WORDS],
        Done(("copy", "escalation", "handover"), team="sysadmins"),
    ),
    "#bucket": (["#bucket general", WORDS], Done(ANSWER, bucket="general")),
    "#status": ([f"#status {WORDS}"], Done(("copy", "status"))),
    "#eta": (["#eta 2h", WORDS], Done(ANSWER)),
    "#wait": (["#wait", "", WORDS], WAITING),
    "#resolve": (["#resolve", WORDS], Done(("copy", "resolution"), Status.RESOLVED)),
    "#close": (["#close", WORDS], Done(("closing", "copy"), Status.CLOSED)),
    "#approval": (
        [f"#approval {SECRET}"],
        Done(("approval-request", "note"), said=False, approval="asked"),
    ),
    "#incident": (["#incident fra1", WORDS], Done(ANSWER, incident="fra1")),
    "#take": (["#take", WORDS], Done(("copy", "note", "reply"), taken_by=MAX)),
    "#give": (
        ['#give ‹<a href="mailto:eva@example.com">eva@example.com</a>›', WORDS],
        Done(("copy", "note", "reply"), taken_by="eva@example.com"),
    ),
    "#cc": (
        ['#cc ‹<a href="mailto:bob@customer.test">bob@customer.test</a>›', WORDS],
        Done(("copy", "reply", "reply"), readers=("bob@customer.test",)),
    ),
    "#priority": (["#priority high", WORDS], Done(ANSWER, priority="high")),
    "#show": (["#show", SECRET], Done(("receipt",), said=False)),
    "#list": (["#list mine", SECRET], Done(("receipt",), said=False)),
    "#help": (["#help", SECRET], Done(("receipt",), said=False)),
    "two": (["#priority low", "#wait", WORDS], Done(ANSWER, Status.WAITING, priority="low")),
    "unknown": ([f"#notee {SECRET}", SECRET], Done(("receipt",), said=False)),
}

# How `#wait` or a note may look after a phone's or an editor's help, and what follows.
DRESSED: dict[str, tuple[Sequence[str], Done]] = {
    "a capital letter": (["#Wait", WORDS], WAITING),
    "capitals": (["#WAIT", WORDS], WAITING),
    "a blank": (["# wait", WORDS], WAITING),
    "a non-breaking space": (["#\xa0wait\xa0", WORDS], WAITING),
    "a full stop": (["#Wait.", WORDS], WAITING),
    "a comma": (["#Wait,", WORDS], WAITING),
    "a colon": (["#Wait:", WORDS], WAITING),
    "blank lines first": (["", "", "#wait", WORDS], WAITING),
    "zero width": (["\u200b#\u200bwa\u200dit\ufeff", WORDS], WAITING),
    "a direction mark": (["\u200e#wait", WORDS], WAITING),
    "a key cap": (["#\ufe0f\u20e3 wait", WORDS], WAITING),
    "a wide mark": (["\uff03wait", WORDS], WAITING),
    "smart quotes": (["\u201c#Wait\u201d", WORDS], WAITING),
    "an escape": (["\\#wait", WORDS], WAITING),
    "bold": (["‹<b>#wait</b>›", WORDS], WAITING),
    "half bold": (["#‹<b>wait</b>›", WORDS], WAITING),
    "bold by stars": (["**#wait**", WORDS], WAITING),
    "a bullet": (["\u2022 #wait", WORDS], WAITING),
    "a dash": (["\u2013 #wait", WORDS], WAITING),
    "a list": (["‹<ul><li>#wait</li></ul>›", WORDS], WAITING),
    "a numbered list": (["‹<ol><li>#wait</li></ol>›", WORDS], WAITING),
    "a heading with its mark": (["‹<h1>#wait</h1>›", WORDS], WAITING),
    "German": (["#Warten", WORDS], WAITING),
    "composed letters": (["#Gelo\u0308st", WORDS], Done(("copy", "resolution"), Status.RESOLVED)),
    "a name with a full stop": (["#Priority High.", WORDS], Done(ANSWER, priority="high")),
    "a name in smart quotes": (["#incident \u201cfra1\u201d", WORDS], Done(ANSWER, incident="fra1")),
    "two on one line": (
        ["#wait #priority high", WORDS],
        Done(ANSWER, Status.WAITING, priority="high"),
    ),
    "a bold note": ([f"‹<b>#note {SECRET}</b>›", SECRET], NOTED),
    "a note in a list": ([f"‹<ul><li>#note {SECRET}</li></ul>›"], NOTED),
    "a German note": ([f"#Notiz: {SECRET}"], NOTED),
    "a note on the line of another": ([f"#wait #note {SECRET}"], Done(("receipt",), said=False)),
    "a note below a signature": (["Max", f"#note {SECRET}"], Done(("receipt",), said=False)),
    "a note below a greeting": (["Hi,", "", f"#Note: {SECRET}"], Done(("receipt",), said=False)),
    "a wrong word in a list": ([f"- #nota {SECRET}", WORDS], Done(("receipt",), said=False)),
    "a reason that was wrapped": (
        ["#escalate sysadmins the disk is full again, and as always with this one", SECRET, "", WORDS],
        Done(("copy", "escalation", "handover"), team="sysadmins"),
    ),
    "a number in brackets": (["[#1001] is your number.", WORDS], Done(ANSWER)),
    "a list of numbers": (["1. #1: yes", "2. #2: no", WORDS], Done(ANSWER)),
    "code": (["Run this:", "# apt upgrade", "#!/bin/sh", WORDS], Done(ANSWER)),
}


def written(desk: PlayedDesk, program: str, lines: Sequence[str]) -> list[Sent]:
    """What went out after a colleague has answered the forward with these lines on top."""
    anna = desk.person("Anna Kunde", "anna@customer.test")
    anna.writes("My VPS is slow since this morning.\n\nAnna", "My VPS is slow")
    colleague, forward, before = desk.person("Max", MAX), desk.last("forward"), len(desk.post.sent)
    text, html = PROGRAMS[program](lines, forward)
    subject, thread = letters.answered(forward.subject), letters.thread_of(forward)
    letter = colleague.composes(text, subject, to=forward.reply_to, thread=thread, html=html)
    colleague.posts(letter, to=forward.reply_to)
    return desk.post.sent[before:]


def done(ticket: Ticket, sent: Sequence[Sent]) -> Done:
    """What has followed."""
    heard = "\n".join(one.text for one in sent if one.kind in TO_CUSTOMER)
    return Done(
        tuple(sorted(one.kind for one in sent)),
        ticket.status,
        WORDS in heard,
        ticket.priority.value,
        ticket.taken_by,
        tuple(one.address.address for one in ticket.participants),
        ticket.team,
        ticket.bucket,
        ticket.approval,
        ticket.incident,
    )


def nothing_inside_got_out(desk: PlayedDesk, sent: Sequence[Sent]) -> None:
    """No secret, block, label, address or token of the inside, and no mark of a command."""
    tokens = [token.value for token in desk.case(1001).tokens if token.side != "customer"]
    for one in sent:
        if one.kind not in TO_CUSTOMER:
            continue
        octets = one.content.decode()
        for inner in (SECRET, MAX, "l1@example.com", BLOCK_OPENS, "[#1001 vps]", *tokens):
            assert inner not in f"{one.text}\n{octets}", f"{inner} in a {one.kind}"
        assert "slow since this morning" not in one.text or one.kind == "closing"
        assert not [
            line for line in one.text.splitlines() if line.lower().startswith(("#w", "#n", "#e"))
        ]


# Every command in a program of each family, and the most telling ones in every program.
FAMILIES = ("Outlook", "Gmail", "Apple Mail", "Thunderbird", "Samsung")
TELLING = ("none", "#note", "#escalate", "#wait", "#cc")


@pytest.mark.parametrize(
    ("command", "program"),
    [
        (command, program)
        for command in COMMANDS
        for program in PROGRAMS
        if command in TELLING or program in FAMILIES
    ],
)
def test_every_command_in_every_program(desk: PlayedDesk, command: str, program: str) -> None:
    """Contract: lines at the top that begin with # are commands; signature, quoted text and the internal
    block are left out of what the customer gets."""
    lines, expected = COMMANDS[command]
    sent = written(desk, program, lines)
    assert done(desk.only_ticket(), sent) == expected
    nothing_inside_got_out(desk, sent)


@pytest.mark.parametrize("program", ["Outlook", "Gmail", "K-9, HTML"])
@pytest.mark.parametrize("dress", DRESSED)
def test_whatever_a_program_makes_of_it(desk: PlayedDesk, dress: str, program: str) -> None:
    """A command is known however it is dressed; what looks like one in the wrong place never leaves
    unasked."""
    lines, expected = DRESSED[dress]
    sent = written(desk, program, lines)
    assert done(desk.only_ticket(), sent) == expected
    nothing_inside_got_out(desk, sent)


@pytest.mark.parametrize("program", ["new Outlook", "Gmail, HTML only", "Apple Mail", "Thunderbird"])
def test_a_mark_that_became_a_heading(desk: PlayedDesk, program: str) -> None:
    """Editors that know Markdown make a heading of "# wait"; in HTML it can still be seen. A heading of
    other words is the writer's."""
    sent = written(desk, program, ["‹<h1>Wait</h1>›", "‹<h1>priority high</h1>›", WORDS])
    assert done(desk.only_ticket(), sent) == Done(ANSWER, Status.WAITING, priority="high")


def test_a_heading_of_other_words_is_said(desk: PlayedDesk) -> None:
    sent = written(desk, "Thunderbird", ["‹<h1>Your server</h1>›", WORDS])
    assert done(desk.only_ticket(), sent) == Done(ANSWER)
    assert "Your server" in sent[0].text + sent[1].text
