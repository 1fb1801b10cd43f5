"""Which bucket a mail belongs to: subject and new text go in, a Choice with reasons comes out.

Every phrase that is found speaks for a concept, concepts give points to buckets, the most points win.
A subject counts more than the text, and a sentence that asks for something more than one that tells;
each concept counts once, its further phrases a little. Likeness to example mails decides what phrases
leave open. Linear in the text, of which it reads 20,000 characters; who wrote it does not matter here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import dedent
from typing import NamedTuple, Protocol

from mailflow.model import Bucket, Choice
from mailflow.rules.concepts import GENERAL, TOGETHER, WEIGHTS, Together, Weights
from mailflow.rules.examples import EXAMPLES
from mailflow.rules.likeness import Likeness
from mailflow.rules.phrases import Found, PhraseBook, Word, words
from mailflow.rules.words_de import GERMAN
from mailflow.rules.words_en import ENGLISH
from mailflow.rules.words_other import OTHERS

LONGEST_TEXT = 8_000
LONGEST_SUBJECT = 500
IN_SUBJECT = 1.6
IN_OLD_SUBJECT = 1.0  # of an answer: what the thread began with
IN_WISH = 1.3  # in a sentence that asks for something
FURTHER = (1.0, 0.4, 0.2)  # what the first, second and third phrase of one concept count
HEAD_START = 1.0  # points of the bucket that takes what fits nowhere
REASONS = 6
_WORTH_TELLING = 0.3  # points
_WISH = "wish"
_ANSWER = ("re:", "aw:", "antw:", "sv:", "vs:", "odp:", "rif:", "tr:")


class Classifier(Protocol):
    def classify(self, subject: str, text: str, language: str) -> Choice: ...


class _Hit(NamedTuple):
    """A phrase where it was found: what it counts there, and how that is said to a person."""

    label: str
    shown: str
    place: str  # subject, text
    sentence: int
    factor: float


class _Reason(NamedTuple):
    weights: Weights
    factor: float
    said: str


class Rules:
    """The built-in rules for the buckets of their names, with the operator's keywords for any bucket.

    Keywords are phrases as phrases.py reads them: `cannot reach`, `slow*`. Raises ValueError for one
    without a word.
    """

    def __init__(self, buckets: tuple[Bucket, ...]) -> None:
        self._names = tuple(bucket.name for bucket in buckets)
        self._fallback = GENERAL if GENERAL in self._names else self._names[-1]
        keywords = _keywords(buckets)
        self._weights = {**WEIGHTS, **keywords}
        self._books = (PhraseBook(_built_in()), PhraseBook((label, label) for label in keywords))
        self._likeness = Likeness({name: _examples(name) for name in self._names if name in EXAMPLES})

    def classify(self, subject: str, text: str, language: str) -> Choice:
        """Looks for all languages at once, since mails mix them: `language` changes nothing here."""
        head, body = words(subject[:LONGEST_SUBJECT]), words(text[:LONGEST_TEXT])
        old = subject.lstrip().lower().startswith(_ANSWER)
        hits = _hits(self._find(head), IN_OLD_SUBJECT if old else IN_SUBJECT, self._find(body))
        alike = _Reason(self._likeness.points(head + body), 1.0, "words as in the examples for it")
        reasons = [*_single(hits, self._weights), *_together(hits), alike]
        points = dict.fromkeys(self._names, 0.0) | {self._fallback: HEAD_START}
        for reason in reasons:
            for name in reason.weights.keys() & points.keys():
                points[name] += reason.weights[name] * reason.factor
        bucket = max(points, key=lambda name: points[name])
        return Choice(bucket, _confidence(points, bucket), _because(reasons, bucket))

    def _find(self, text: Sequence[Word]) -> list[Found]:
        return [found for book in self._books for found in book.find(text)]


def _built_in() -> Iterator[tuple[str, str]]:
    for phrases in (ENGLISH, GERMAN, *OTHERS):
        for concept, listed in phrases.items():
            for phrase in listed.split(";"):
                if phrase.strip():
                    yield concept, phrase


def _examples(bucket: str) -> list[str]:
    return dedent(EXAMPLES[bucket]).split("\n- ")[1:]


def _keywords(buckets: Iterable[Bucket]) -> dict[str, Weights]:
    """The operator's phrases, each a concept of its own; one phrase may speak for several buckets."""
    weights: dict[str, Weights] = {}
    for bucket in buckets:
        for phrase, points in bucket.keywords:
            weights.setdefault(f" {phrase}", {})[bucket.name] = points
    return weights


def _hits(in_subject: Sequence[Found], subject_factor: float, in_text: Sequence[Found]) -> list[_Hit]:
    """What was found, the most telling first; the subject is sentence -1 of the mail."""
    wishes = {found.sentence for found in in_text if found.label == _WISH}
    hits = [_Hit(found.label, found.shown, "subject", -1, subject_factor) for found in in_subject]
    for found in in_text:
        factor = IN_WISH if found.sentence in wishes else 1.0
        hits.append(_Hit(found.label, found.shown, "text", found.sentence, factor))
    return sorted(hits, key=lambda hit: -hit.factor)


def _single(hits: Iterable[_Hit], weights: Mapping[str, Weights]) -> Iterator[_Reason]:
    """Each concept by itself; the same words count once."""
    by_concept: dict[str, dict[str, _Hit]] = {}
    for hit in hits:
        by_concept.setdefault(hit.label, {}).setdefault(hit.shown.casefold(), hit)
    for label, distinct in by_concept.items():
        counted = list(distinct.values())[: len(FURTHER)]
        factor = sum(hit.factor * share for hit, share in zip(counted, FURTHER, strict=False))
        yield _Reason(weights[label], factor, _said(counted))


def _said(counted: Iterable[_Hit]) -> str:
    places = groupby(counted, key=lambda hit: hit.place)
    return ", ".join(
        ", ".join(f"'{hit.shown}'" for hit in hits) + f" in the {place}" for place, hits in places
    )


def _together(hits: Sequence[_Hit]) -> Iterator[_Reason]:
    """Concepts that mean more beside each other."""
    first: dict[tuple[str, int | None], _Hit] = {}
    for hit in hits:
        first.setdefault((hit.label, hit.sentence), hit)
        first.setdefault((hit.label, None), hit)
    sentences = sorted({hit.sentence for hit in hits})
    labels = {hit.label for hit in hits}
    for pair in (pair for pair in TOGETHER if labels.issuperset((pair.first, pair.second))):
        where: Sequence[int | None] = sentences if pair.near else (None,)
        met = (_pair(pair, first, sentence) for sentence in where)
        yield from next(((reason,) for reason in met if reason), ())


def _pair(
    pair: Together, first: Mapping[tuple[str, int | None], _Hit], sentence: int | None
) -> _Reason | None:
    one, other = first.get((pair.first, sentence)), first.get((pair.second, sentence))
    if one is None or other is None:
        return None
    return _Reason(pair.weights, 1.0, f"'{one.shown}' together with '{other.shown}'")


def _confidence(points: Mapping[str, float], bucket: str) -> float:
    """How far the bucket is ahead: near 1 with eight points on the next, 1/n when all n are even."""
    ahead = sum(math.exp((other - points[bucket]) / 2) for other in points.values())
    return round(1 / ahead, 2)


def _because(reasons: Iterable[_Reason], bucket: str) -> tuple[str, ...]:
    """What spoke most for the bucket, and what against it."""
    spoken = [(reason.weights.get(bucket, 0.0) * reason.factor, reason.said) for reason in reasons]
    spoken = sorted(
        (told for told in spoken if abs(told[0]) >= _WORTH_TELLING), key=lambda told: -abs(told[0])
    )
    if not spoken:
        return ("nothing in it speaks for another bucket",)
    return tuple(f"{said}, {points:+.2g}" for points, said in spoken[:REASONS])
