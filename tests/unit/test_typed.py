"""What a colleague typed, behind what their mail program made of it."""

from __future__ import annotations

from time import perf_counter

import pytest

from mailflow.ticket.commands import is_command, read
from mailflow.ticket.together import misplaced
from mailflow.ticket.typed import as_typed, bare_word, is_wrapped, marked


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("#wait", "#wait"),
        ("  #wait  ", "#wait"),
        ("#\xa0wait", "#\xa0wait"),
        ("\u200b#wa\u200dit", "#wait"),
        ("\uff03wait", "#wait"),
        ("#\ufe0f\u20e3wait", "#wait"),
        ("- #wait", "#wait"),
        ("\u2022 #wait", "#wait"),
        ("12. #wait", "#wait"),
        ("*#wait*", "#wait"),
        ("**#note** secret", "#note** secret"),
        ("\u201c#wait\u201d", "#wait"),
        ("\\#wait", "#wait"),
        ("- # wait", "# wait"),
        ("- #nota x", "#nota x"),
        ("#", "#"),
        ("## text", "## text"),
    ],
)
def test_a_mark_is_known_in_any_dress(line: str, command: str) -> None:
    """What begins with the mark is a command; so is a dressed mark before a letter or a known word."""
    assert marked(line, is_command)[1] == command


@pytest.mark.parametrize(
    "line",
    [
        "",
        "wait",
        "- wait",
        "1. #2",
        "[#1001 vps] x",
        "- # apt upgrade",
        "> #wait",
        "C# wait",
        "a #wait",
    ],
)
def test_what_is_no_command(line: str) -> None:
    """Numbers, comments in code, quotes and marks between words are the writer's text."""
    assert marked(line, is_command)[1] == ""


@pytest.mark.parametrize(
    "word", ["Wait.", "WAIT,", "wait\u2026", "wa\uff49t", "**wait**", "Gelo\u0308st!"]
)
def test_words_are_compared_bare(word: str) -> None:
    assert is_command(word)
    assert bare_word(word) in ("wait", "gel\xf6st")


def test_a_wrapped_reason_stays_with_its_command() -> None:
    """What a program has wrapped of "why" never goes to the customer; a short line is not wrapped, and
    an empty one ends it."""
    long = "#escalate sysadmins the controller fails again, and this customer is difficult"
    for text in (f"{long}\nas always\n\nWe look at it.", f"{long}\nas always\n\n\nWe look at it."):
        answer = read(text, with_files=False)
        assert answer.rest == "We look at it."
        assert answer.commands[0].argument.endswith("is difficult as always")
    assert read("#escalate sysadmins no root\nWe look.", with_files=False).rest == "We look."
    assert not is_wrapped(["x" * 80, "", "y"], 1)
    assert not is_wrapped(["x" * 80, "#wait"], 1)
    assert not is_wrapped(["x" * 80], 1)


@pytest.mark.parametrize(
    ("html", "text", "typed"),
    [
        ("<h1>Wait</h1><p>x</p>", "Wait\n\nx", "#Wait\n\nx"),
        (
            "<div>\n<h1>Wait</h1>&nbsp;<h1>priority <b>high</b></h1></div>",
            "Wait\npriority high",
            "#Wait\n#priority high",
        ),
        ("<h1>Your server</h1>", "Your server", "Your server"),
        ("<p>Hi</p><h1>wait</h1>", "Hi\nwait", "Hi\nwait"),
        ("<h2>wait</h2>", "wait", "wait"),
        ("<h1>wait", "wait", "wait"),
        ("<h1>wait</h1>", "something else", "something else"),
        ("<h1>wait</h1>", "", ""),
        ("", "wait", "wait"),
    ],
)
def test_headings_get_their_mark_back(html: str, text: str, typed: str) -> None:
    """Only headings of the first rank, at the top, whose first word is a command."""
    assert as_typed(text, html, is_command) == typed


def test_commands_on_one_line() -> None:
    """Lost line ends join no note to what is said."""
    found = read("#wait #priority high\nx", with_files=False)
    assert [(one.name, one.argument) for one in found.commands] == [("wait", ""), ("priority", "high")]
    assert read("#wait #note secret", with_files=False).fault == "several"
    assert read("#status see #4711 and #hash", with_files=False).commands[0].argument == (
        "see #4711 and #hash"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hi,\n#note he is difficult", True),
        ("Max\n- #Notiz: x", True),
        ("Run:\n# list all\n#!/bin/sh\n#4711", False),
        ("Hello", False),
        ("", False),
    ],
)
def test_a_command_below_other_words_is_asked_about(text: str, found: bool) -> None:
    """It is none there; what was to be a note would leave as an answer."""
    assert bool(misplaced(text)) is found


def test_hostile_lines_cost_time_in_proportion() -> None:
    """No line, however long, is looked at more than a few times."""
    began = perf_counter()
    for line in (
        "*" * 300_000,
        "1." * 150_000,
        "\u200b" * 300_000 + "#wait",
        "#" * 300_000,
        "#a " * 100_000,
    ):
        marked(line, is_command)
        read(line, with_files=False)
        as_typed(line, "<" * 300_000, is_command)
    assert perf_counter() - began < 2
