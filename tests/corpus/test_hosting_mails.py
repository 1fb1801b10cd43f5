"""Buckets and languages of customers' mails to a hosting desk, as the real way of a mail finds them.

A third of the mails, chosen by the hash of their names, was not read while the rules were written; only
its totals were looked at, seven times.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import pytest

from mailflow.model import Bucket, Desk, Envelope, Team
from mailflow.understand import Understanding
from tests.corpus.authors import CORPORA, needs_corpora

MAILS = CORPORA / "hosting-mails"
BUCKETS = ("billing", "vps", "custom-config", "general")
DESK = Desk(
    "Desk",
    "support@desk.example",
    (Team("support", "l1@desk.example"),),
    tuple(Bucket(name, "support", "support") for name in BUCKETS),
)

pytestmark = needs_corpora


@dataclass(frozen=True, slots=True)
class Judged:
    language: str
    bucket: str
    aside: bool
    found_language: str
    found_bucket: str


@cache
def judged() -> tuple[Judged, ...]:
    understanding = Understanding(DESK)
    envelope = Envelope("customer@customer.example", (DESK.address,))
    found = []
    for line in (MAILS / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        mail = understanding.understand((MAILS / label["file"]).read_bytes(), envelope)
        aside = hashlib.sha256(label["file"].encode()).digest()[0] % 3 == 0
        found.append(
            Judged(label["language"], label["bucket"], aside, mail.language, mail.choice.bucket)
        )
    return tuple(found)


def macro_f1(mails: Iterable[Judged]) -> float:
    """The mean over the buckets of the harmonic mean of precision and recall."""
    pairs = [(mail.bucket, mail.found_bucket) for mail in mails]
    return sum(_f1(pairs, bucket) for bucket in BUCKETS) / len(BUCKETS)


def _f1(pairs: Sequence[tuple[str, str]], bucket: str) -> float:
    right = sum(pair == (bucket, bucket) for pair in pairs)
    named = sum(true == bucket for true, _ in pairs) + sum(found == bucket for _, found in pairs)
    return 2 * right / named


@pytest.mark.parametrize(("language", "floor"), [("en", 0.92), ("de", 0.91)])
def test_buckets_of_all_mails(language: str, floor: float) -> None:
    """Macro F1 of the desk's languages; 0.85 is what is asked of the first release."""
    assert macro_f1(mail for mail in judged() if mail.language == language) >= floor


@pytest.mark.parametrize(("language", "floor"), [("en", 0.87), ("de", 0.9)])
def test_buckets_of_the_mails_kept_aside(language: str, floor: float) -> None:
    """The third that was not read while the rules were written: nearest to mail still to come."""
    assert macro_f1(mail for mail in judged() if mail.aside and mail.language == language) >= floor


def test_buckets_in_other_languages() -> None:
    """Six further languages are known a little: most of their mails reach the right bucket."""
    others = [mail for mail in judged() if mail.language not in DESK.languages]
    right = sum(mail.bucket == mail.found_bucket for mail in others)
    assert right >= 0.85 * len(others)


def test_languages() -> None:
    """A mail in a language of the desk is told, any other is answered in the desk's first."""
    wrong = [
        mail
        for mail in judged()
        if mail.found_language != (mail.language if mail.language in DESK.languages else "en")
    ]
    assert len(wrong) <= 2
