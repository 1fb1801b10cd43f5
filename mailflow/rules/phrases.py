"""Phrases in a text: words of mail go in, the places where phrases stand come out.

A phrase is written as a person would: `paid twice`. A word may end in `*` (any ending: `rechnung*`),
begin with it (any beginning: `*server`) or both (anywhere in a compound: `*platte*`), `..` between two
words lets up to three others stand there, `^` is the beginning of the text. Case and accents do not
matter: `ü`, `ue` and `Ü` are the same.
Linear in the text: each word is looked up a bounded number of times, nothing backtracks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

LONGEST_WORD = 40
GAP = 3
_BEGINNING = "^"
_REMEMBERED = 1 << 14  # words, since the same ones come in every mail
_COMPOUND = 7  # shorter words are not looked at from the inside
_TOKEN = re.compile(r"\w+|[.!?](?!\w)|\n[ \t\r]*\n")
_WRITTEN = re.compile(r"\.\.|\^|[\w*]+")
_MARKS = re.compile("[\u0300-\u036f]+")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "ø": "o", "ı": "i"})


@lru_cache(_REMEMBERED)
def fold(word: str) -> str:
    """The form in which words are compared: lower case, umlauts spelt out, no accents."""
    word = word.lower()
    if word.isascii():
        return word
    return _MARKS.sub("", unicodedata.normalize("NFKD", word.translate(_GERMAN)))


class Word(NamedTuple):
    shown: str
    folded: str
    sentence: int


class Found(NamedTuple):
    """A phrase at the words `at` (indices, ascending); `label` is what it was filed under."""

    label: str
    at: tuple[int, ...]
    shown: str
    sentence: int


class _Phrase(NamedTuple):
    label: str
    stems: tuple[str, ...]
    rest: tuple[tuple[str, int], ...]  # all but the first, with how many words may stand before each


def words(text: str) -> tuple[Word, ...]:
    """The words of a text; a full stop, a question mark and an empty line end a sentence."""
    found = [Word("", _BEGINNING, 0)]
    sentence = 0
    for token in _TOKEN.findall(unicodedata.normalize("NFC", text)):
        if token[0] in ".!?\n":
            sentence += 1
        else:
            found.append(Word(token, fold(token[:LONGEST_WORD]), sentence))
    return tuple(found)


class PhraseBook:
    """Phrases, each filed under a label, ready to be found in any number of texts.

    Raises ValueError for a phrase without a word.
    """

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self._starting: dict[str, list[_Phrase]] = {}
        self._whole: set[str] = set()
        self._beginnings: dict[int, dict[str, str]] = {}
        self._endings: dict[int, dict[str, str]] = {}
        self._insides: dict[int, dict[str, str]] = {}
        for label, written in entries:
            phrase = _compile(label, written)
            self._starting.setdefault(phrase.stems[0], []).append(phrase)
            for stem in phrase.stems:
                self._file(stem)
        self._stems_of = lru_cache(_REMEMBERED)(self._fitting)

    def _file(self, stem: str) -> None:
        bare, open_start, open_end = stem.strip("*"), stem[0] == "*", stem[-1] == "*"
        if open_start and open_end:
            index = self._insides
        elif open_start:
            index = self._endings
        elif open_end:
            index = self._beginnings
        else:
            self._whole.add(stem)
            return
        index.setdefault(len(bare), {})[bare] = stem

    def find(self, text: Sequence[Word]) -> list[Found]:
        """All phrases in the text, in its order, without those that lie inside a longer one."""
        stems = [self._stems_of(word.folded) for word in text]
        present = frozenset[str]().union(*stems)
        possible = {
            stem: [phrase for phrase in self._starting[stem] if present.issuperset(phrase.stems)]
            for stem in present & self._starting.keys()
        }
        found = [
            Found(phrase.label, at, " ".join([text[i].shown for i in at]).strip(), text[start].sentence)
            for start, here in enumerate(stems)
            for stem in here
            for phrase in possible.get(stem, ())
            if (at := _match(phrase, stems, start))
        ]
        return sorted(_longest(found), key=lambda phrase: (phrase.at, phrase.label))

    def _fitting(self, word: str) -> frozenset[str]:
        """Which of the known stems fit this word."""
        fitting = {word} & self._whole
        for length, bare in self._beginnings.items():
            if word[:length] in bare:
                fitting.add(bare[word[:length]])
        for length, bare in self._endings.items():
            if word[-length:] in bare:
                fitting.add(bare[word[-length:]])
        for length, bare in self._insides.items() if len(word) >= _COMPOUND else ():
            for start in range(len(word) - length + 1):
                if word[start : start + length] in bare:
                    fitting.add(bare[word[start : start + length]])
        return frozenset(fitting)


def _compile(label: str, written: str) -> _Phrase:
    """Reads a phrase as texts are read: `can't` and `e-mail` are two words each. Raises ValueError."""
    stems: list[str] = []
    gaps: list[int] = []
    gap = 0
    for part in _WRITTEN.findall(unicodedata.normalize("NFC", written)):
        if part == "..":
            gap = GAP
        elif part.strip("*"):
            stems.append(fold(part))
            gaps.append(gap)
            gap = 0
    if not stems:
        raise ValueError(f"'{written}' has no word in it")
    return _Phrase(label, tuple(stems), tuple(zip(stems, gaps, strict=True))[1:])


def _match(phrase: _Phrase, stems: Sequence[frozenset[str]], start: int) -> tuple[int, ...]:
    """The places of the phrase's words, the first one at `start`; empty if it is not there."""
    at: tuple[int, ...] = (start,)
    for stem, gap in phrase.rest:
        start += 1
        last = min(start + gap, len(stems) - 1)
        while start < last and stem not in stems[start]:
            start += 1
        if start > last or stem not in stems[start]:
            return ()
        at += (start,)
    return at


def _longest(found: Sequence[Found]) -> list[Found]:
    """Without the phrases whose words all belong to one longer phrase, of whatever label."""
    long = [phrase for phrase in found if len(phrase.at) > 1]
    over: dict[int, list[tuple[int, ...]]] = {}
    for phrase in long:
        for place in phrase.at:
            over.setdefault(place, []).append(phrase.at)
    return [
        phrase
        for phrase in found
        if not any(
            len(at) > len(phrase.at) and set(phrase.at) <= set(at) for at in over.get(phrase.at[0], ())
        )
    ]
