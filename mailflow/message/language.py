"""The language of a mail: newly written text and subject go in, one of the desk's languages comes out.

Known words count, and groups of three letters of the others, both from the lists in language_words.py.
Of the text the first 300 words are read; addresses, numbers and words that every language uses here
(server, login) tell nothing. Linear, pure; a text that tells too little has no language.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from mailflow.message.language_words import EVERYWHERE, WORDS

LONGEST_TEXT = 8_000
MOST_WORDS = 300
ENOUGH_WORDS = 4  # below this the subject is asked too
KNOWN_WORD = 4.0  # what a word that only one language knows counts, beside its letters
SURE = 3.0  # so far ahead of the next the best language must be
FOREIGN = 5.0  # and so far ahead of the desk's languages, to be none of them
_SMOOTHING = 0.3
_LETTERS = 0.35  # what groups of letters count, since neighbours say much the same
_TOKEN = re.compile(r"\S+")
_EDGE = "\"'()[]{}<>.,;:!?*_-–—…«»„“”‚‘’¿¡#|/\\"


def detect(text: str, languages: tuple[str, ...], subject: str = "") -> str:
    """One of `languages`, the first of them for a mail in any other or in none that can be told.

    `text` is what was newly written; where that is only a word or two, the subject helps.
    """
    words = _words(text)
    if len(words) < ENOUGH_WORDS:
        words = [*words, *_words(subject)]
    points = _points(words)
    spoken = [language for language in languages if language in points]
    if not spoken:
        return languages[0]
    best = max(spoken, key=lambda language: points[language])
    foreign = max(points.values()) - points[best] > FOREIGN
    return languages[0] if foreign or points[best] <= 0 else best


def recognise(text: str) -> str:
    """The code of the language (ISO 639-1), or an empty string when it cannot be told."""
    first, second, *_ = sorted(_points(_words(text)).items(), key=lambda told: -told[1])
    return first[0] if first[1] - second[1] >= SURE else ""


def _words(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text[:LONGEST_TEXT]).lower().replace("’", "'")
    tokens = (match[0].strip(_EDGE) for match in _TOKEN.finditer(composed))
    return list(islice((token for token in tokens if _tells(token)), MOST_WORDS))


def _tells(token: str) -> bool:
    return token.replace("'", "").replace("-", "").isalpha() and token not in _EVERYWHERE


def _points(words: Sequence[str]) -> dict[str, float]:
    """Points by language, around 0; nothing that is known gives all 0."""
    points = dict.fromkeys(WORDS, 0.0)
    for word, count in Counter(words).items():
        for language, told in zip(WORDS, _word_points(word), strict=True):
            points[language] += told * min(count, 3)
    return points


@lru_cache(1 << 14)
def _word_points(word: str) -> tuple[float, ...]:
    knowing = [language for language, known in _KNOWN.items() if word in known]
    share = KNOWN_WORD / len(knowing) if knowing else 0.0
    points = dict.fromkeys(WORDS, 0.0) | dict.fromkeys(knowing, share)
    for group in _groups(word):
        for language, told in zip(WORDS, _LETTER_POINTS.get(group, ()), strict=False):
            points[language] += told * _LETTERS
    return tuple(points.values())


def _groups(word: str) -> list[str]:
    edged = f" {word[:30]} "
    return [edged[start : start + 3] for start in range(len(edged) - 2)]


def _letter_points(known: Mapping[str, Iterable[str]]) -> dict[str, tuple[float, ...]]:
    """Of each group of letters, how much more usual than on average it is in each language."""
    counts = {
        language: Counter(group for word in words for group in _groups(word))
        for language, words in known.items()
    }
    totals = {language: count.total() for language, count in counts.items()}
    groups = set[str]().union(*counts.values())
    points = {}
    for group in groups:
        logs = [math.log((counts[name][group] + _SMOOTHING) / (totals[name] + 100)) for name in known]
        mean = math.fsum(logs) / len(logs)
        points[group] = tuple(value - mean for value in logs)
    return points


_EVERYWHERE = frozenset(EVERYWHERE.split())
_KNOWN = {language: frozenset(words.split()) for language, words in WORDS.items()}
_LETTER_POINTS = _letter_points(_KNOWN)
