"""What teams write at the top of an answer."""

from __future__ import annotations

from itertools import permutations

import pytest

from mailflow.model import Command
from mailflow.ticket.commands import BY_NAME, VERBS, Answer, Needs, Rest, read

# What the contract's table calls each command, in English and in German.
WORDS = {
    "note": ("note", "notiz"),
    "escalate": ("escalate", "eskalieren"),
    "bucket": ("bucket", "bereich"),
    "status": ("status", "stand"),
    "eta": ("eta", "termin"),
    "wait": ("wait", "warten"),
    "resolve": ("resolve", "erledigt"),
    "close": ("close", "schliessen"),
    "approval": ("approval", "freigabe"),
    "approve": ("approve", "genehmigt"),
    "reject": ("reject", "abgelehnt"),
    "incident": ("incident", "störung"),
    "priority": ("priority", "priorität"),
    "help": ("help", "hilfe"),
}
NEVER_LEAVES = {"note", "approval", "approve", "reject", "help"}
# Two of these in one mail contradict each other.
SAYING = ("note", "escalate", "status", "resolve", "close", "approval", "approve", "reject", "help")
MOVING = ("note", "wait", "resolve", "close", "approval", "approve", "reject", "help")
FREE = ("bucket", "eta", "incident", "priority")


def said(text: str, *, with_files: bool = False, decides: bool = False) -> list[tuple[str, str]]:
    """The commands of an answer that can be done: name and argument, then the rest as "rest"."""
    answer = read(text, with_files=with_files, decides=decides)
    assert (answer.fault, answer.line) == ("", "")
    return [*((one.name, one.argument) for one in answer.commands), ("rest", answer.rest)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please reboot it.", [("rest", "Please reboot it.")]),
        ("\n\n  Please.\n\nMax\n", [("rest", "Please.\n\nMax")]),
        ("#note call him back", [("note", "call him back"), ("rest", "")]),
        ("#note\ncall him back", [("note", ""), ("rest", "call him back")]),
        ("#note call\n\nhim\nback", [("note", "call"), ("rest", "him\nback")]),
        ("#notiz ruf an", [("note", "ruf an"), ("rest", "")]),
        ("#Note\ntext", [("note", ""), ("rest", "text")]),
        ("#NOTE text", [("note", "text"), ("rest", "")]),
        ("# note text", [("note", "text"), ("rest", "")]),
        ("#note: text", [("note", "text"), ("rest", "")]),
        ("#\u00a0note text", [("note", "text"), ("rest", "")]),
        ("#note\u00a0text", [("note", "text"), ("rest", "")]),
        ("#note\ttext", [("note", "text"), ("rest", "")]),
        ("\u00a0\ufeff #note\ntext", [("note", ""), ("rest", "text")]),
        ("\u200b#note\ntext", [("note", ""), ("rest", "text")]),
        ("\n\n#note\n\n\ntext\n", [("note", ""), ("rest", "text")]),
        ("#note one\n#note two\nthree", [("note", "one\ntwo"), ("rest", "three")]),
        ("#approval one\n#approval\ntwo", [("approval", "one"), ("rest", "two")]),
        ("#wait", [("wait", ""), ("rest", "")]),
        ("#warten\nBitte das Log.", [("wait", ""), ("rest", "Bitte das Log.")]),
        ("#resolve Rebooted.", [("resolve", "Rebooted."), ("rest", "")]),
        ("#erledigt\nNeu gestartet.", [("resolve", ""), ("rest", "Neu gestartet.")]),
        ("#close", [("close", ""), ("rest", "")]),
        ("#Schließen\nDanke", [("close", ""), ("rest", "Danke")]),
        ("#SCHLIESSEN", [("close", ""), ("rest", "")]),
        ("#escalate", [("escalate", ""), ("rest", "")]),
        ("#escalate sysadmins no root\nHi", [("escalate", "sysadmins no root"), ("rest", "Hi")]),
        ("#help", [("help", ""), ("rest", "")]),
        ("#Hilfe\nwords", [("help", ""), ("rest", "words")]),
        ("First words\n#close", [("rest", "First words\n#close")]),
        (
            "#resolve\nRun this:\n# apt upgrade\n#note",
            [("resolve", ""), ("rest", "Run this:\n# apt upgrade\n#note")],
        ),
        ("#note\r\none\r\ntwo", [("note", ""), ("rest", "one\ntwo")]),
        (
            "#bucket vps\n#priority high\n#eta 2h\n#status We look.",
            [
                ("bucket", "vps"),
                ("priority", "high"),
                ("eta", "2h"),
                ("status", "We look."),
                ("rest", ""),
            ],
        ),
        (
            "#escalate\n#wait\nSend the log.",
            [("escalate", ""), ("wait", ""), ("rest", "Send the log.")],
        ),
        ("#incident fra 1", [("incident", "fra 1"), ("rest", "")]),
        (
            "#incident fra1 #status We are on it.\nMore.",
            [("incident", "fra1"), ("status", "We are on it."), ("rest", "More.")],
        ),
        (
            "#Störung: fra1 #erledigt Läuft.",
            [("incident", "fra1"), ("resolve", "Läuft."), ("rest", "")],
        ),
        ("#note see #status", [("note", "see #status"), ("rest", "")]),
    ],
)
def test_what_a_team_says(text: str, expected: list[tuple[str, str]]) -> None:
    """Contract: lines at the top that begin with # are commands; the first other line ends them."""
    assert said(text) == expected


@pytest.mark.parametrize(
    ("name", "word"), [(name, word) for name, words in WORDS.items() for word in words]
)
def test_every_command_in_both_languages(name: str, word: str) -> None:
    """Contract: each has a German word too; case, a colon and blanks do not matter."""
    for line in (f"#{word} x", f"# {word.upper()}  x ", f"#{word}: x"):
        assert read(f"{line}\nThe rest.", with_files=False) == Answer(
            (Command(name, "x", line.strip()),), "The rest."
        )


def test_the_table_is_the_contracts() -> None:
    """Contract: where the rest goes; notes, reasons and questions never leave."""
    assert set(WORDS) <= {verb.name for verb in VERBS} == set(BY_NAME)
    assert {name for name in WORDS if BY_NAME[name].rest is not Rest.CUSTOMER} == NEVER_LEAVES
    words = [word for verb in VERBS for word in verb.words]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("name", WORDS)
def test_what_each_command_needs(name: str) -> None:
    """A name or a time must stand on the line; words may stand below it, or in a file."""
    line, needs = f"#{name}", BY_NAME[name].needs
    bare = read(line, with_files=False)
    fault = {Needs.NOTHING: "", Needs.ARGUMENT: "argument", Needs.WORDS: "empty"}[needs]
    assert (bare.fault, bare.line) == (fault, line if fault else "")
    for more in (read(f"{line}\nwords", with_files=False), read(line, with_files=True)):
        assert more.fault == ("argument" if needs is Needs.ARGUMENT else "")


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("#notee secret\nmore", "#notee secret", "unknown"),
        ("#", "#", "unknown"),
        ("#   ", "#", "unknown"),
        ("## heading\ntext", "## heading", "unknown"),
        ("#1 do this", "#1 do this", "unknown"),
        ("#note x\n#foo y\nz", "#foo y", "unknown"),
        ("#incident fra1 #stats x", "#incident fra1 #stats x", "unknown"),
        ("#note x\n#wait\nz", "#wait", "several"),
        ("#note x\n#wait\n#note y\nz", "#wait", "several"),
        ("#resolve\n#close\nz", "#close", "several"),
        ("#wait\n#wait", "#wait", "several"),
        ("#status a\n#eta 2h\n#status b", "#status b", "several"),
        ("#priority low\n#priority high\nz", "#priority high", "several"),
        ("#note", "#note", "empty"),
        ("#resolve\n\n \u00a0\n", "#resolve", "empty"),
        ("#status", "#status", "empty"),
        ("#eta\n2h", "#eta", "argument"),
        ("#bucket\nvps", "#bucket", "argument"),
        ("", "", "empty"),
        (" \n\u00a0\n", "", "empty"),
    ],
)
def test_wrong_command_stops_everything(text: str, line: str, fault: str) -> None:
    """Contract: a mail with a wrong command does nothing; the receipt holds the whole text."""
    assert read(text, with_files=False) == Answer((), text, fault, line)


@pytest.mark.parametrize(("one", "other"), list(permutations(WORDS, 2)))
def test_which_commands_may_stand_together(one: str, other: str) -> None:
    """Two that decide what the customer gets, where the rest goes or how it stands contradict."""
    rivals = {one, other} <= set(SAYING) or {one, other} <= set(MOVING)
    assert not (rivals and {one, other} & set(FREE))
    answer = read(f"#{one} x\n#{other} y\nz", with_files=False)
    assert (answer.fault, answer.line) == (("several", f"#{other} y") if rivals else ("", ""))


def test_a_thousand_commands_are_one_contradiction() -> None:
    """Hostile length costs nothing: the first line too many ends it."""
    assert read("#wait\n" * 100_000, with_files=False).fault == "several"
    assert said("#note x\n" * 1000)[0] == ("note", "\n".join("x" * 1000))


@pytest.mark.parametrize("text", ["", "#note", "#resolve", "#close", "#wait", "#status", "#approval"])
def test_files_alone_say_something(text: str) -> None:
    """A mail with a file says something even without a word."""
    assert said(text, with_files=True) == [*([(text[1:], "")] if text else []), ("rest", "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Approved", [("approve", ""), ("rest", "")]),
        ("approve\nUp to 50 EUR.", [("approve", ""), ("rest", "Up to 50 EUR.")]),
        ("Approve: this once", [("approve", ""), ("rest", "this once")]),
        (
            "Genehmigt, weil der Ausfall lang war.",
            [("approve", ""), ("rest", "weil der Ausfall lang war.")],
        ),
        ("Freigegeben!", [("approve", ""), ("rest", "")]),
        ("Rejected. Too much.", [("reject", ""), ("rest", "Too much.")]),
        ("abgelehnt - zu teuer", [("reject", ""), ("rest", "- zu teuer")]),
        ("#reject too much", [("reject", "too much"), ("rest", "")]),
        ("#note\nApproved", [("note", ""), ("rest", "Approved")]),
        ("I approve", [("rest", "I approve")]),
        ("Approval needs a number first.", [("rest", "Approval needs a number first.")]),
        ("note this", [("rest", "note this")]),
        ("close it", [("rest", "close it")]),
    ],
)
def test_a_decision_as_a_plain_first_word(text: str, expected: list[tuple[str, str]]) -> None:
    """Contract, #approve and #reject: also as a plain first word; no other command is."""
    assert said(text, decides=True) == expected


@pytest.mark.parametrize("text", ["Approved", "genehmigt", "Rejected. Too much."])
def test_a_plain_word_of_anybody_else_is_an_answer(text: str) -> None:
    """Only where an approval waits for the writer's team does the word decide."""
    assert said(text) == [("rest", text)]


@pytest.mark.parametrize("name", ["send", "drop", "undo"])
def test_words_below_a_command_that_takes_none_are_not_lost(name: str) -> None:
    """Contract: `#send`, `#drop`, `#undo` take no rest. A new answer below one would silently go nowhere, so
    nothing is done and its writer is told; a name below it is no answer."""
    wrong = read(f"#{name}\nHere is what I wanted to say instead.", with_files=False)
    assert (wrong.fault, wrong.line) == ("below", f"#{name}")
    assert "instead" in wrong.rest
    assert read(f"#{name}\n\nKind regards\nMax", with_files=False).fault == ""
