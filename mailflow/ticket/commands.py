"""What teams write: lines at the top of an answer that begin with `#`, then the rest.

In comes the answer's text, out go commands and the rest, or the first line that cannot be understood.
One wrong line stops everything: what a team writes wrongly never leaves. A command is known however a
mail program has dressed it (typed.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from mailflow.model import Command
from mailflow.ticket.typed import bare_word, is_wrapped, marked


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
_NAME = 4  # words: a closing formula or a name below a command that takes no rest
_MANY = frozenset({"cc", "uncc"})  # several of these may stand in a mail
# What stands behind these stays inside and what stands below them leaves: a program must not wrap the one
# into the other.
_LONG = frozenset({"escalate"})
_DRESS = " .,;!\"'`*_\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb"  # around a name: smart quotes, a full stop


@dataclass(frozen=True, slots=True)
class Answer:
    """A team's mail, read. `fault` says why not: unknown, several, empty, argument, below."""

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
    for line, command in lines:
        for part in _parts(command):
            verb, argument = _verb(part)
            if verb is None:
                return Answer((), text, "unknown", line)
            _add(found, verb, Command(verb.name, argument, line))
    if decides and not found:
        found, rest = _plain_word(rest)
    fault, line = _fault(found, rest, with_files=with_files)
    return Answer((), text, fault, line) if fault else Answer(tuple(found), rest)


def is_command(word: str) -> bool:
    """True for a word that means a command, without its mark."""
    return bare_word(word) in _BY_WORD


def _verb(part: str) -> tuple[Verb | None, str]:
    """The verb of a "#WORD ARGUMENT", and the argument; names and times without their dress."""
    name, *more = part[1:].split(maxsplit=1) or [""]
    verb, argument = _BY_WORD.get(bare_word(name)), more[0].strip() if more else ""
    named = verb is not None and (verb.needs is Needs.ARGUMENT or verb.name == "list")
    return verb, argument.strip(_DRESS) if named else argument


def _add(found: list[Command], verb: Verb, new: Command) -> None:
    """One more command; further lines of a note continue it."""
    if found and found[-1].name == new.name and verb.rest is Rest.NOTE and verb.needs is Needs.WORDS:
        before = found.pop()
        words = "\n".join(part for part in (before.argument, new.argument) if part)
        new = Command(new.name, words, f"{before.line}\n{new.line}")
    found.append(new)


def _parts(line: str) -> list[str]:
    """A line's commands: "#incident NAME #status TEXT" is two. So are others that a program has put on
    one line; a note may name a command."""
    verb, _ = _verb(line)
    if verb is None or verb.rest is not Rest.CUSTOMER:
        return [line]
    head, *tails = line.split(" #")
    parts = [head]
    for tail in tails:
        if is_command(tail.split(maxsplit=1)[0] if tail.strip() else "") or verb.name == "incident":
            parts.append(f"#{tail}")
        else:
            parts[-1] += f" #{tail}"
    return parts


def _plain_word(rest: str) -> tuple[list[Command], str]:
    first, *more = rest.split(maxsplit=1) or [""]
    verb = _BY_WORD.get(bare_word(first))
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
        if BY_NAME[one.name].rest is Rest.NONE and len(rest.split()) > _NAME:
            return "below", one.line
    return "", ""


def _contradict(one: str, other: str) -> bool:
    return (one == other and one not in _MANY) or any({one, other} <= rivals for rivals in _RIVALS)


def _split(text: str) -> tuple[list[tuple[str, str]], str]:
    """The command lines at the top, each as it was written and from its mark on; and all after them."""
    lines = text.splitlines()
    commands: list[tuple[str, str]] = []
    at = 0
    while at < len(lines):
        line, command = marked(lines[at], is_command)
        if line and not command:
            return commands, "\n".join(lines[at:]).strip()
        at += 1
        if not command:
            continue
        verb, _ = _verb(command)
        while verb and verb.name in _LONG and is_wrapped(lines, at):
            line, command = f"{line}\n{lines[at]}", f"{command} {lines[at].strip()}"
            at += 1
        commands.append((line, command))
    return commands, ""
