"""What teams write: lines at the top of an answer that begin with `#`, then the rest.

In comes the answer's text, out go commands and the rest, or the first line that cannot be done. One
wrong line stops everything: what a team writes wrongly never leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mailflow.model import Happened

# The contract's command, the words that mean it (English first, German second), what it does.
WORDS: Mapping[str, Happened] = MappingProxyType(
    {
        "note": Happened.TEAM_NOTED,
        "notiz": Happened.TEAM_NOTED,
        "wait": Happened.TEAM_WAITS,
        "warten": Happened.TEAM_WAITS,
        "resolve": Happened.TEAM_RESOLVED,
        "erledigt": Happened.TEAM_RESOLVED,
        "close": Happened.TEAM_CLOSED,
        "schliessen": Happened.TEAM_CLOSED,
        "schließen": Happened.TEAM_CLOSED,
        "help": Happened.TEAM_ASKED,
        "hilfe": Happened.TEAM_ASKED,
    }
)
# The solution and a note are the rest itself: without words there is nothing to send or to keep.
_NEEDS_WORDS = frozenset({Happened.TEAM_NOTED, Happened.TEAM_RESOLVED})


@dataclass(frozen=True, slots=True)
class Answer:
    """A team's mail, read: what it wants done, with which words; `fault` says why it cannot be."""

    what: Happened
    text: str
    line: str = ""
    fault: str = ""  # unknown, several, empty


def read(text: str, *, with_files: bool) -> Answer:
    """The answer in `text` (quotes and signature are cut already).

    `with_files`: the mail has attachments, so it says something even without a word.
    """
    lines, rest = _split(text)
    if not lines:
        if rest or with_files:
            return Answer(Happened.TEAM_ANSWERED, rest)
        return Answer(Happened.TEAM_ERRED, rest, fault="empty")
    wanted: dict[Happened, str] = {}
    words: list[str] = []
    for line in lines:
        name, *argument = line[1:].split(maxsplit=1) or [""]
        what = WORDS.get(name.casefold())
        if what is None:
            return Answer(Happened.TEAM_ERRED, text, line, "unknown")
        wanted.setdefault(what, line)
        words += argument
    (what, line), *others = wanted.items()
    if others:
        return Answer(Happened.TEAM_ERRED, text, others[0][1], "several")
    said = "\n".join(part for part in (*words, rest) if part)
    # Files alone can be a solution or a note; "#wait" alone writes nothing that could carry them.
    lacking = with_files if what is Happened.TEAM_WAITS else what in _NEEDS_WORDS and not with_files
    if lacking and not said:
        return Answer(Happened.TEAM_ERRED, text, line, "empty")
    return Answer(what, said, line)


def _split(text: str) -> tuple[list[str], str]:
    """The command lines at the top, and everything after them."""
    lines = text.splitlines()
    commands: list[str] = []
    for index, line in enumerate(lines):
        bare = line.strip(" \t\u00a0\u200b\ufeff")
        if bare and not bare.startswith("#"):
            return commands, "\n".join(lines[index:]).strip()
        if bare:
            commands.append(bare)
    return commands, ""
