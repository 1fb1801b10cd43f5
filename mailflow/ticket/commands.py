"""What teams write: lines at the top of an answer that begin with `#`, then the rest.

In comes the answer's text, out go commands and the rest, or the first line that cannot be understood.
One wrong line stops everything: what a team writes wrongly never leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from mailflow.model import Command


class Rest(Enum):
    """Where the text below a command goes."""

    CUSTOMER = "customer"
    NOTE = "note"  # never leaves
    NONE = "none"  # there is none


class Needs(Enum):
    """What must stand behind a command, or below it."""

    NOTHING = "nothing"
    ARGUMENT = "argument"
    WORDS = "words"  # behind it or below


@dataclass(frozen=True, slots=True)
class Verb:
    """A command of the contract: its name, the words that mean it, and what becomes of the rest."""

    name: str
    words: tuple[str, ...]
    rest: Rest = Rest.CUSTOMER
    needs: Needs = Needs.NOTHING


VERBS = (
    Verb("note", ("note", "notiz"), Rest.NOTE, Needs.WORDS),
    Verb("escalate", ("escalate", "eskalieren", "weitergeben")),
    Verb("bucket", ("bucket", "bereich"), needs=Needs.ARGUMENT),
    Verb("status", ("status", "stand"), needs=Needs.WORDS),
    Verb("eta", ("eta", "termin"), needs=Needs.ARGUMENT),
    Verb("wait", ("wait", "warten")),
    Verb("resolve", ("resolve", "erledigt", "gelöst", "geloest"), needs=Needs.WORDS),
    Verb("close", ("close", "schliessen", "schließen")),
    Verb("approval", ("approval", "freigabe"), Rest.NOTE, Needs.WORDS),
    Verb("approve", ("approve", "approved", "genehmigt", "freigegeben"), Rest.NOTE),
    Verb("reject", ("reject", "rejected", "abgelehnt"), Rest.NOTE),
    Verb("incident", ("incident", "störung", "stoerung"), needs=Needs.ARGUMENT),
    Verb("take", ("take", "nehmen", "übernehme", "uebernehme")),
    Verb("give", ("give", "geben"), needs=Needs.ARGUMENT),
    Verb("merge", ("merge", "verbinden"), needs=Needs.ARGUMENT),
    Verb("split", ("split", "trennen")),
    Verb("cc", ("cc", "beteiligen"), needs=Needs.ARGUMENT),
    Verb("uncc", ("uncc", "ausschliessen", "ausschließen"), needs=Needs.ARGUMENT),
    Verb("priority", ("priority", "priorität", "prioritaet"), needs=Needs.ARGUMENT),
    Verb("send", ("send", "senden"), Rest.NONE),
    Verb("drop", ("drop", "verwerfen"), Rest.NONE),
    Verb("undo", ("undo", "zurück", "zurueck"), Rest.NONE),
    Verb("show", ("show", "zeigen"), Rest.NOTE),
    Verb("list", ("list", "liste"), Rest.NOTE),
    Verb("help", ("help", "hilfe"), Rest.NOTE),
)
BY_NAME: Mapping[str, Verb] = MappingProxyType({verb.name: verb for verb in VERBS})
_BY_WORD: Mapping[str, Verb] = MappingProxyType({word: verb for verb in VERBS for word in verb.words})
# Of each set only one may stand in a mail: they decide what the customer gets and where the rest goes,
# or where the ticket stands afterwards.
_RIVALS = (
    frozenset(
        {"note", "escalate", "status", "resolve", "close", "approval", "approve", "reject", "help"}
        | {"merge", "send", "drop", "undo", "show", "list"}
    ),
    frozenset(
        {"note", "wait", "resolve", "close", "approval", "approve", "reject", "help"}
        | {"merge", "send", "drop", "undo", "show", "list"}
    ),
)
# What management may write as a plain first word instead.
_PLAIN = frozenset({"approve", "reject"})
_BLANKS = " \t\u00a0\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class Answer:
    """A team's mail, read. `fault` says why it cannot be done: unknown, several, empty, argument."""

    commands: tuple[Command, ...]
    rest: str
    fault: str = ""
    line: str = ""


def read(text: str, *, with_files: bool, decides: bool = False) -> Answer:
    """The answer in `text` (quotes and signature are cut already).

    `with_files`: the mail has attachments, so it says something even without a word. `decides`: an
    approval waits for the writer's team, whose plain first word may be the answer.
    """
    lines, rest = _split(text)
    found: list[Command] = []
    for line in lines:
        for part in _parts(line):
            name, *argument = part[1:].split(maxsplit=1) or [""]
            verb = _BY_WORD.get(name.casefold().rstrip(":"))
            if verb is None:
                return Answer((), text, "unknown", line)
            _add(found, verb, Command(verb.name, argument[0].strip() if argument else "", line))
    if decides and not found:
        found, rest = _plain_word(rest)
    fault, line = _fault(found, rest, with_files=with_files)
    return Answer((), text, fault, line) if fault else Answer(tuple(found), rest)


def _add(found: list[Command], verb: Verb, new: Command) -> None:
    """One more command; further lines of a note continue it."""
    if found and found[-1].name == new.name and verb.rest is Rest.NOTE and verb.needs is Needs.WORDS:
        before = found.pop()
        words = "\n".join(part for part in (before.argument, new.argument) if part)
        new = Command(new.name, words, f"{before.line}\n{new.line}")
    found.append(new)


def _parts(line: str) -> tuple[str, ...]:
    """A line's commands: "#incident NAME #status TEXT" is two; any other line is one."""
    head, mark, tail = line.partition(" #")
    name = head[1:].split(maxsplit=1)[:1]
    verb = _BY_WORD.get(name[0].casefold().rstrip(":")) if name else None
    return (head, f"#{tail}") if mark and verb and verb.name == "incident" else (line,)


def _plain_word(rest: str) -> tuple[list[Command], str]:
    first, *more = rest.split(maxsplit=1) or [""]
    verb = _BY_WORD.get(first.casefold().strip(".,:;!-"))
    if verb is None or verb.name not in _PLAIN:
        return [], rest
    return [Command(verb.name, "", first)], more[0].strip() if more else ""


def _fault(found: list[Command], rest: str, *, with_files: bool) -> tuple[str, str]:
    """What is wrong with the commands together with the rest, and in which line."""
    said = bool(rest) or with_files
    if not found:
        return ("", "") if said else ("empty", "")
    for index, one in enumerate(found):
        if any(_contradict(one.name, before.name) for before in found[:index]):
            return "several", one.line
    for one in found:
        needs = BY_NAME[one.name].needs
        if needs is Needs.ARGUMENT and not one.argument:
            return "argument", one.line
        if needs is Needs.WORDS and not (one.argument or said):
            return "empty", one.line
    return "", ""


def _contradict(one: str, other: str) -> bool:
    return one == other or any({one, other} <= rivals for rivals in _RIVALS)


def _split(text: str) -> tuple[list[str], str]:
    """The command lines at the top, and everything after them."""
    lines = text.splitlines()
    commands: list[str] = []
    for index, line in enumerate(lines):
        bare = line.strip(_BLANKS)
        if bare and not bare.startswith("#"):
            return commands, "\n".join(lines[index:]).strip()
        if bare:
            commands.append(bare)
    return commands, ""
