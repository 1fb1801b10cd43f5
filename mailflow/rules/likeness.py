"""How much a mail's words are like those of example mails: naive Bayes over words and pairs of words.

Examples by bucket go in once; then the words of a mail give points for and against each bucket, small
ones, since rules that can be read come first. Linear in the words; learns nothing while it runs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from mailflow.rules.phrases import Word, words

WEIGHT = 0.4  # points for one unit of log likelihood
MOST = 5.0  # points for or against a bucket
_STEM = 6  # letters of a word that are compared, so that its endings do not matter
_SHORTEST = 3
_SMOOTHING = 0.5


class Likeness:
    """`examples` are mails by bucket; a bucket without any gets no points."""

    def __init__(self, examples: Mapping[str, Sequence[str]]) -> None:
        self._buckets = tuple(examples)
        counted = [
            Counter(feature for text in texts for feature in _features(words(text)))
            for texts in examples.values()
        ]
        sizes = [len(texts) + 2 * _SMOOTHING for texts in examples.values()]
        self._speaks = {
            feature: _centred(
                [
                    math.log((count[feature] + _SMOOTHING) / size)
                    for count, size in zip(counted, sizes, strict=True)
                ]
            )
            for feature in set[str]().union(*counted)
        }

    def points(self, text: Iterable[Word]) -> dict[str, float]:
        """Points between -5 and 5 for each bucket that has examples; all near 0 if nothing is alike."""
        known = [self._speaks[feature] for feature in _features(text) if feature in self._speaks]
        sums = [math.fsum(column) for column in zip(*known, strict=True)] or [0.0] * len(self._buckets)
        farthest = max((abs(total) for total in sums), default=0.0)
        factor = min(WEIGHT, MOST / farthest) if farthest else WEIGHT
        return {bucket: total * factor for bucket, total in zip(self._buckets, sums, strict=True)}


def _features(text: Iterable[Word]) -> set[str]:
    stems = [word.folded[:_STEM] for word in text if word.shown]
    single = {stem for stem in stems if len(stem) >= _SHORTEST}
    return single | {f"{one} {other}" for one, other in pairwise(stems)}


def _centred(values: Sequence[float]) -> tuple[float, ...]:
    mean = math.fsum(values) / len(values)
    return tuple(value - mean for value in values)
