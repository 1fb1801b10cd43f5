"""What teams write at the top of an answer."""

from __future__ import annotations

import pytest

from mailflow.model import Happened
from mailflow.ticket.commands import WORDS, Answer, read

ANSWERED, NOTED, WAITS = Happened.TEAM_ANSWERED, Happened.TEAM_NOTED, Happened.TEAM_WAITS
RESOLVED, CLOSED, ASKED = Happened.TEAM_RESOLVED, Happened.TEAM_CLOSED, Happened.TEAM_ASKED


@pytest.mark.parametrize(
    ("text", "what", "said"),
    [
        ("Please reboot it.", ANSWERED, "Please reboot it."),
        ("\n\n  Please.\n\nMax\n", ANSWERED, "Please.\n\nMax"),
        ("#note call him back", NOTED, "call him back"),
        ("#note\ncall him back", NOTED, "call him back"),
        ("#note call\n\nhim\nback", NOTED, "call\nhim\nback"),
        ("#notiz ruf an", NOTED, "ruf an"),
        ("#Note\ntext", NOTED, "text"),
        ("#NOTE text", NOTED, "text"),
        ("# note text", NOTED, "text"),
        ("#\u00a0note text", NOTED, "text"),
        ("#note\u00a0text", NOTED, "text"),
        ("#note\ttext", NOTED, "text"),
        ("\u00a0\ufeff #note\ntext", NOTED, "text"),
        ("\u200b#note\ntext", NOTED, "text"),
        ("\n\n#note\n\n\ntext\n", NOTED, "text"),
        ("#note one\n#note two\nthree", NOTED, "one\ntwo\nthree"),
        ("#wait", WAITS, ""),
        ("#warten\nBitte schicken Sie das Log.", WAITS, "Bitte schicken Sie das Log."),
        ("#resolve Rebooted.", RESOLVED, "Rebooted."),
        ("#erledigt\nNeu gestartet.", RESOLVED, "Neu gestartet."),
        ("#close", CLOSED, ""),
        ("#schliessen", CLOSED, ""),
        ("#Schließen\nDanke", CLOSED, "Danke"),
        ("#SCHLIESSEN", CLOSED, ""),
        ("#help", ASKED, ""),
        ("#Hilfe\nwords", ASKED, "words"),
        ("First words\n#close", ANSWERED, "First words\n#close"),
        ("#resolve\nRun this:\n# apt upgrade\n#note", RESOLVED, "Run this:\n# apt upgrade\n#note"),
        ("#note\r\none\r\ntwo", NOTED, "one\ntwo"),
    ],
)
def test_what_a_team_says(text: str, what: Happened, said: str) -> None:
    """Contract: lines at the top that begin with # are commands; the first other line ends them."""
    answer = read(text, with_files=False)
    assert (answer.what, answer.text, answer.fault) == (what, said, "")


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("#notee secret\nmore", "#notee secret", "unknown"),
        ("#", "#", "unknown"),
        ("#   ", "#", "unknown"),
        ("## heading\ntext", "## heading", "unknown"),
        ("#1 do this", "#1 do this", "unknown"),
        ("#note x\n#foo y\nz", "#foo y", "unknown"),
        ("#note x\n#wait\nz", "#wait", "several"),
        ("#note x\n#wait\n#note y\nz", "#wait", "several"),
        ("#resolve\n#close\nz", "#close", "several"),
        ("#note", "#note", "empty"),
        ("#resolve\n\n \u00a0\n", "#resolve", "empty"),
        ("", "", "empty"),
        (" \n\u00a0\n", "", "empty"),
    ],
)
def test_wrong_command_stops_everything(text: str, line: str, fault: str) -> None:
    """Contract: a mail with a wrong command does nothing; the receipt holds the whole text."""
    expected = text if line else ""
    assert read(text, with_files=False) == Answer(Happened.TEAM_ERRED, expected, line, fault)


@pytest.mark.parametrize(
    ("text", "what"),
    [("", ANSWERED), ("#note", NOTED), ("#resolve", RESOLVED), ("#close", CLOSED)],
)
def test_files_alone_say_something(text: str, what: Happened) -> None:
    """A mail with a file says something even without a word."""
    assert read(text, with_files=True) == Answer(what, "", text)


def test_files_with_a_bare_wait_are_not_lost() -> None:
    """`#wait` alone writes nothing to the customer that could carry files: the writer is told."""
    assert read("#wait", with_files=True) == Answer(Happened.TEAM_ERRED, "#wait", "#wait", "empty")
    assert read("#wait\nsee the file", with_files=True).what is WAITS


def test_each_command_has_a_german_word() -> None:
    """Contract: each has a German word too."""
    for what in set(WORDS.values()):
        assert len([word for word in WORDS if WORDS[word] is what]) >= 2
