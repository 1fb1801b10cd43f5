"""Answers of real people raise no alarm, and an accident in the midst of one is found.

Needs the folder of corpora in CORPORA (`CORPORA=DIR make corpus`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from mailflow.message.text import read
from mailflow.ticket.leaks import LeakKind, findings
from tests.unit.answers import KNOWN, LEAKING

CORPORA = Path(os.environ.get("CORPORA", "/nonexistent"))
ANSWERS = (
    "talon",
    "crisp-email-reply-parser",
    "zapier-email-reply-parser",
    "alfonsrv-mail-parser-reply",
    "github-email_reply_parser",
    "hosting-mails",
)

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="CORPORA does not name the folder of corpora"
)


def answers(corpus: str) -> Iterator[tuple[str, str]]:
    """File and what was newly written in it."""
    for path in sorted((CORPORA / corpus).rglob("*")):
        if path.suffix == ".txt":
            yield path.name, read(path.read_bytes().decode("utf-8", "replace")).new_text
        elif path.suffix == ".eml":
            yield path.name, read(_text(path)).new_text


def _text(path: Path) -> str:
    for part in message_from_bytes(path.read_bytes()).walk():
        payload = part.get_payload(decode=True)
        if part.get_content_type() == "text/plain" and isinstance(payload, bytes):
            return payload.decode("utf-8", "replace")
    return ""


@pytest.mark.parametrize("corpus", ANSWERS)
def test_real_answers_raise_no_alarm(corpus: str) -> None:
    """Nobody is asked "#send or #drop" about an ordinary answer."""
    texts = list(answers(corpus))
    alarms = {name: found for name, text in texts if (found := findings(text, KNOWN))}
    print(f"{corpus}: {len(alarms)} alarms in {len(texts)} answers")
    assert len(texts) > 10
    assert alarms == {}


def test_no_answer_holds_a_run_of_another_ones_words() -> None:
    """With all other mails as notes: only what is the same text in both is one."""
    texts = dict(answers("hosting-mails"))
    hits = []
    for name, text in list(texts.items())[::4]:
        notes = tuple(other for key, other in texts.items() if key != name)
        if any(one.kind is LeakKind.NOTE for one in findings(text, replace(KNOWN, notes=notes))):
            hits.append(name)
    print(
        f"hosting-mails: {len(hits)} of {len(texts) // 4 + 1} share a run with one of {len(texts)}",
        hits,
    )
    assert len(hits) <= 3


@pytest.mark.parametrize("corpus", ANSWERS)
def test_an_accident_within_a_real_answer_is_found(corpus: str) -> None:
    """Each kind of accident, planted below each answer in turn."""
    missed = []
    for at, (name, text) in enumerate(answers(corpus)):
        kind, leak = LEAKING[at % len(LEAKING)]
        if kind not in {one.kind for one in findings(f"{text}\n\n{leak}\n", KNOWN)}:
            missed.append((name, leak))
    assert missed == []
