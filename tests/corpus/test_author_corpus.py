"""Automatic mail and people in public test suites: who wrote it, and may it be answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailflow.errors import BeyondLimits
from mailflow.message.parse import parse
from mailflow.model import Author, AuthorKind, Envelope
from tests.corpus.authors import CORPORA, author_of, desk, needs_corpora

pytestmark = needs_corpora

BY_PROGRAM = {AuthorKind.AUTOMATIC, AuthorKind.BOUNCE, AuthorKind.LOOP}
PEOPLE = (
    "talon",
    "alfonsrv-mail-parser-reply",
    "crisp-email-reply-parser",
    "crisp-email-forward-parser",
    "github-email_reply_parser",
    "zapier-email-reply-parser",
    "python-emailthreads",
    "django-helpdesk",
    "cassandane",
)

# What we answer otherwise than the source, and why.
NOT_AS_PIGEONHOLE = {
    "No reply for implicitly delivered message": "mail reaches a desk through any alias and Bcc",
    "No reply for original recipient": "mail reaches a desk through any alias and Bcc",
}
NOT_AS_OSTICKET = {
    "Subject: Delivery Status Notification (Failure)": "a customer may write this subject",
    "Subject: Undelivered Mail Returned to Sender": "a customer may write this subject",
}


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPORA / name).read_text().splitlines()]


def mails(folder: str) -> list[Path]:
    files = (CORPORA / folder).rglob("*")
    return sorted(each for each in files if each.is_file() and each.suffix not in {".json", ".jsonl"})


def test_pigeonhole_vacation() -> None:
    """RFC 5230's "reply or not" holds, but for who must be addressed."""
    otherwise = set()
    for case in lines("pigeonhole-vacation/reply_expected.jsonl"):
        own = case["responder_args"].split('"')[1] if ":addresses" in case["responder_args"] else ""
        found = author_of(
            case["message"].encode(),
            desk("stephan@example.com", own),
            Envelope(case["envelope_from"].strip("<>"), (case["envelope_to"],)),
        )
        if found.answerable != case["expect_reply"]:
            otherwise.add(case["name"])
    assert otherwise == set(NOT_AS_PIGEONHOLE)


def test_otobo() -> None:
    """Loop headers and marks of programs stop answers; an ordinary mail is answered."""
    for case in lines("otobo/loop_detection_expected.jsonl"):
        assert author_of(case["raw"].encode()).answerable != case["expect_no_auto_reply"], case["name"]


def test_osticket() -> None:
    """One telling header is enough, added to a person's mail."""
    otherwise = set()
    for case in lines("osticket/header_expected.jsonl"):
        header = case["header"]
        sender = "" if header.startswith("From:") else "From: Ann <ann@customer.example>\n"
        if author_of(f"{header}\n{sender}\nHello".encode()).answerable:
            otherwise.add(header)
    assert otherwise == set(NOT_AS_OSTICKET)


def test_roundup() -> None:
    """What roundup ignores as bulk or a loop is not answered; what it takes, is."""
    tracker = desk("issue_tracker@your.tracker.email.domain.example")
    ignored = taken = 0
    for case in lines("roundup/mailgw_cases.jsonl"):
        for mail in case["messages"]:
            found = author_of(mail["raw"].encode(), tracker)
            if mail["raises"] in {"IgnoreBulk", "IgnoreLoop"}:
                ignored += 1
                assert not found.answerable, case["test"]
            elif mail["raises"] is None and found.address is not None:
                taken += 1
                assert found.kind not in BY_PROGRAM, case["test"]
    assert ignored >= 4
    assert taken >= 50


def test_hosting_mails() -> None:
    """Every automatic mail of the labelled ones is recognised, and no person's is called automatic."""
    ours = desk("support@tidewerk.example", forms=("noreply@tidewerk.example",))
    labels = lines("hosting-mails/labels.jsonl")
    wrong = []
    for label in labels:
        found = author_of((CORPORA / "hosting-mails" / label["file"]).read_bytes(), ours)
        if (found.kind in BY_PROGRAM) != label["automatic"] or found.answerable == label["automatic"]:
            wrong.append((label["file"], found.because))
    print(f"hosting-mails: automatic or not right in {len(labels) - len(wrong)} of {len(labels)}")
    assert len(labels) > 300
    assert not wrong


@pytest.mark.parametrize("folder", PEOPLE)
def test_people(folder: str) -> None:
    """No person is called automatic."""
    found = [(path.name, author_of(path.read_bytes())) for path in mails(folder)]
    assert found
    assert [(name, author.because) for name, author in found if author.kind in BY_PROGRAM] == []


def test_every_mail_has_one_author() -> None:
    """Odd and broken mail has an author of exactly one kind, with a reason where there is no answer."""
    seen = 0
    for path in mails("."):
        found = _understood(path.read_bytes())
        if found is not None:
            seen += 1
            assert bool(found.because) != found.answerable, path
            assert (found.kind is AuthorKind.BOUNCE) == (found.bounce is not None), path
            assert (found.kind is AuthorKind.AUTOMATIC) == (found.automatic is not None), path
    assert seen > 500


def _understood(content: bytes) -> Author | None:
    try:
        parse(content)
    except BeyondLimits:
        return None
    return author_of(content)
