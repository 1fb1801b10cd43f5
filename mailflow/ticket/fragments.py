"""Pieces of internal notes in an answer: runs of words, and whole lines, however quoted or wrapped.

In come the answer, the notes and what the customer's side of the thread says already; out go the pieces
as they stand in the answer. Words are compared, not characters: case, quote marks, wrapping and
emphasis hide nothing. Linear in all texts together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

RUN = 8  # so many words in a row are nobody's chance
_OWN = 4  # of them stand in no phrase of so many words that the customer's side has read already
_PHRASE = 4
_PROSE = 5  # of them are words, not addresses, numbers or options of a command that both texts need
_LINE = 40  # characters of a whole line that is shorter than a run, and its words
_LINE_WORDS = 5
_QUOTED_WORDS = 3  # a line that is marked as a quote and is no one else's was not written by chance
_LONGEST_CLOSING = 10  # lines: a closing formula further up does not end a note

# Inner marks join a word: one address or option is one word. Disjoint classes, so linear.
_WORD = re.compile(r"[^\W_]+(?:[-.'/:@+_]+[^\W_]+)*")
_CLOSING = re.compile(
    r"\W*(?:(?:best |kind |warm )?regards|cheers|thanks|many thanks|thank you|sincerely|yours|"
    r"mfg|lg|vg|gruß|gruss|(?:mit )?(?:freundlich\w*|beste[nr]?|viele[n]?|liebe[n]?|schöne[n]?|herzliche[n]?) "
    r"gr(?:ü|ue)(?:ß|ss)en?)\b[^.?]{0,30}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


def fragments(text: str, notes: Iterable[str], told: Iterable[str]) -> tuple[str, ...]:
    """The pieces of `text` that stand in a note and in none of the `told`, in order."""
    kept = [_without_closing(note) for note in notes]
    kept = [note for note in kept if note.strip()]
    if not kept:
        return ()
    words = _words(text)
    spans = sorted([*_runs_shared(words, kept, told), *_lines_shared(text, kept, told)])
    return tuple(text[start:end] for start, end in _merged(spans))


def _words(text: str) -> list[_Word]:
    plain = text.replace("’", "'")
    return [_Word(one[0].casefold(), one.start(), one.end()) for one in _WORD.finditer(plain)]


def _runs(words: Sequence[_Word], length: int = RUN) -> Iterator[tuple[str, ...]]:
    texts = [word.text for word in words]
    return zip(*(texts[at:] for at in range(length)), strict=False)


def _runs_shared(
    words: Sequence[_Word], notes: Sequence[str], told: Iterable[str]
) -> Iterator[tuple[int, int]]:
    noted = {run for note in notes for run in _runs(_words(note)) if _is_prose(run)}
    found = [at for at, run in enumerate(_runs(words)) if run in noted]
    read = _read_before(words, found, told)
    for at in found:
        if sum(place not in read for place in range(at, at + RUN)) >= _OWN:
            yield words[at].start, words[at + RUN - 1].end


def _is_prose(run: Sequence[str]) -> bool:
    return sum(word.isalpha() for word in run) >= _PROSE


def _read_before(words: Sequence[_Word], found: Sequence[int], told: Iterable[str]) -> set[int]:
    """Which words of the found runs stand in a phrase of the thread; it is read only if there are any."""
    places = {place for at in found for place in range(at, at + RUN)}
    phrases = {at: run for at, run in enumerate(_runs(words, _PHRASE)) if at in places}
    wanted, said = set(phrases.values()), set[tuple[str, ...]]()
    for text in told if wanted else ():
        said |= wanted.intersection(_runs(_words(text), _PHRASE))
    return {at + step for at, run in phrases.items() if run in said for step in range(_PHRASE)}


def _lines_shared(text: str, notes: Sequence[str], told: Iterable[str]) -> Iterator[tuple[int, int]]:
    noted = {_line(line) for note in notes for line in note.splitlines()}
    found: list[tuple[tuple[str, ...], int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        words = _line(line)
        if words in noted and _is_telling(words, line):
            found.append((words, start, start + len(line.rstrip())))
        start += len(line)
    said = {_line(line) for text in told for line in text.splitlines()} if found else set()
    return ((start, end) for words, start, end in found if words not in said)


def _line(line: str) -> tuple[str, ...]:
    return tuple(word.text for word in _words(line))


def _is_telling(words: Sequence[str], line: str) -> bool:
    proper = sum(word.isalpha() for word in words)
    if line.lstrip().startswith((">", "|")):
        return proper >= _QUOTED_WORDS
    return proper >= _LINE_WORDS and len(" ".join(words)) >= _LINE


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _without_closing(note: str) -> str:
    """The note above its closing formula: name and firm stand below every answer as well."""
    lines = note.rstrip().splitlines()
    for at in range(max(0, len(lines) - _LONGEST_CLOSING), len(lines)):
        if _CLOSING.match(lines[at]):
            return "\n".join(lines[:at])
    return note
