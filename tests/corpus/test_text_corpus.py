"""New text of real replies and forwards: never less than expected; how often exactly it, is reported.

Needs the folder of corpora in CORPORA (`CORPORA=DIR make corpus`).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from mailflow.message.html import to_text
from mailflow.message.text import read

CORPORA = Path(os.environ.get("CORPORA", "/nonexistent"))
CRISP = "crisp-email-reply-parser"

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="CORPORA does not name the folder of corpora"
)

# Expected text that is rightly cut: file -> lines, and why.
CUT_ON_PURPOSE = {
    "standard_replies/iphone.eml": (
        ("Sent from my iPhone",),
        "the telephone's line is a delimited signature",
    ),
    "standard_replies/sparrow.eml": (
        ("--", "xxx", "Sent with Sparrow (http://www.sparrowmailapp.com/?sig)"),
        "below the delimiter of RFC 3676",
    ),
    "email_emoji.txt": (("—", "John Doe", "CEO at Pandaland", "@pandaland"), "a delimited signature"),
    "emails/email_2_1.txt": (("------------------------------",), "the rule above a quoted mail"),
    "emails/email_nl_1_2.txt": (("------------------------------",), "the rule above a quoted mail"),
}

# Forwards that are written like answers, below words of the writer's and without a subject that says so.
UNDECIDABLE = {
    "ionos_one_and_one_en_body_variant_2.txt",
    "outlook_2019_en_body_variant_2.txt",
    "outlook_live_en_body_variant_9.txt",
    "new_outlook_2019_en_body_variant_14_1.txt",
    "new_outlook_2019_en_body_variant_15.txt",
}


def records(corpus: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPORA / corpus / "expected.jsonl").read_text().splitlines()]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def source(path: Path) -> str:
    """The decoded text of a case, as `message.parse` will give it."""
    content = path.read_bytes()
    if path.suffix == ".eml":
        return _decoded(message_from_bytes(content))
    text = content.decode("utf-8", "replace")
    return to_text(text) if path.suffix == ".html" else text


def _decoded(mail: Message) -> str:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode(part.get_content_charset() or "utf-8", "replace")


def exact_cases() -> Iterator[tuple[str, str, str]]:
    """Corpus, file, and the whole expected text."""
    for record in records("talon"):
        yield "talon", record["file"], record["expected_reply"]
    crisp = records(CRISP)
    common = next(
        record["first_fragment_equals"] for record in crisp if record["first_fragment_equals"]
    )
    for record in crisp:
        expected = record["first_fragment_equals"] or _asserted(record["asserts"], common)
        if expected:
            yield CRISP, record["files"][0], expected
    for corpus in ("alfonsrv-mail-parser-reply", "zapier-email-reply-parser"):
        for record in records(corpus):
            for latest in record["exact_latest_reply"] or ():
                yield corpus, record["files"][0], latest["text"]


def _asserted(asserts: list[str], common: str) -> str:
    """The text of `test.equal("...", visible text or first fragment)`."""
    for line in asserts:
        if "COMMON_FIRST_FRAGMENT" in line:
            return common
        found = re.match(
            r'test\.equal\("(.*)", (?:email\.getVisibleText|reply\b|fragments\[0\]|reply\.frag)', line
        )
        if found:
            return str(json.loads(f'"{found[1]}"'))
    return ""


def missing(corpus: str, name: str, expected: str) -> list[str]:
    new = squeezed(read(source(CORPORA / corpus / name)).new_text)
    allowed, _ = CUT_ON_PURPOSE.get(name, ((), ""))
    lines = [line.strip() for line in expected.splitlines() if line.strip()]
    return [line for line in lines if squeezed(line) not in new and line not in allowed]


def test_nothing_that_was_newly_written_is_lost() -> None:
    """Every expected line is there, in every corpus that tells the whole text."""
    lost = {
        (corpus, name): less
        for corpus, name, text in exact_cases()
        if (less := missing(corpus, name, text))
    }
    assert lost == {}


def test_mostly_it_is_exactly_the_expected_text() -> None:
    """Exactly the expected text, white space ignored; the best library reaches 16 of 39 of crisp's."""
    hits: dict[str, list[bool]] = {}
    for corpus, name, expected in exact_cases():
        new = read(source(CORPORA / corpus / name)).new_text
        hits.setdefault(corpus, []).append(squeezed(new) == squeezed(expected))
    for corpus, results in hits.items():
        print(f"{corpus}: exactly the expected text in {sum(results)} of {len(results)}")
    assert sum(hits[CRISP]) >= 41
    assert sum(hits["talon"]) >= 19
    assert sum(hits["alfonsrv-mail-parser-reply"]) >= 6


# What the assertions of these corpora say of the newly written text: parts of it, and parts of what is not.
PARTS = {
    "email_1_1.txt": ("running a test?", "riak-users mailing list"),
    "email_1_2.txt": ("You can list the keys", "Hi folks"),
    "email_1_3.txt": ("Having the function would be great.", "You can list the keys"),
    "email_1_4.txt": ("Awesome! I haven't had another problem with it.", "Loader seems"),
    "email_1_5.txt": ("on\nfor a while", ">"),
    "email_1_6.txt": ("I get proper rendering as well.", "Was this caching"),
    "email_1_7.txt": (":+1:", "Reply to this email"),
    "email_1_8.txt": ("and under this.", "okay?"),
    "email_2_1.txt": ("Outlook with a reply", "Dear Google Apps"),
    "email_2_2.txt": ("Outlook with a reply directly above line", "Dear Google Apps"),
    "email_2_3.txt": ("Outlook with a reply", "Dear Google Apps"),
    "email_BlackBerry.txt": ("Here is another email", "BlackBerry"),
    "email_iPhone.txt": ("Here is another email", "iPhone"),
    "email_bullets.txt": ("- and another", "wrote:"),
    "email_gmail.txt": ("This is a test for inbox replying to a github message.", "wrote:"),
    "email_one_is_not_on.txt": ("One outstanding question", "On Oct 1, 2012"),
    "email_partial_quote_header.txt": ("On your remote host you can run:", "wrote:"),
    "greedy_on.txt": ("On your remote host you can run:", "On 9 Jan 2014"),
    "correct_sig.txt": ("this is an email with a correct -- signature.", "rick"),
    "email_sent_from_my_not_signature.txt": ("Sent from my desk", ">"),
    "email_sig_delimiter_in_middle_of_line.txt": ("this is not a signature.", ">"),
    "pathological.txt": ("get back to a computer.", "wrote:"),
    "email_headers_no_delimiter.txt": ("And another reply!", "Sent:"),
    "email_danish_1.txt": ("Anders Andersen", "skrev"),
    "email_swedish_1.txt": ("Kan inte se", "skrev"),
    "email_ja_1_2.txt": ("よろしくお願いいたします", ">"),
    "email_pl_1_2.txt": ("Jak się masz?", ""),
}


@pytest.mark.parametrize(
    "corpus", ["github-email_reply_parser", "zapier-email-reply-parser", "alfonsrv-mail-parser-reply"]
)
def test_what_the_assertions_name_is_kept_and_cut(corpus: str) -> None:
    """Where a source tells only parts: the written part is there, the quoted part is not."""
    names = [name for name in PARTS if (CORPORA / corpus / "emails" / name).exists()]
    assert len(names) >= 18
    for name in names:
        kept, cut = PARTS[name]
        new = read(source(CORPORA / corpus / "emails" / name)).new_text
        assert kept in new, name
        assert not cut or cut not in new, name


def test_forwarded_mail_is_never_cut_away() -> None:
    """All of the text of a mail that was passed on is still there, whoever's program wrote it."""
    folder = CORPORA / "crisp-email-forward-parser"
    cases = json.loads((folder / "expected.json").read_text())["cases"]
    seen: set[tuple[str, str]] = set()
    cut: list[str] = []
    for case in cases:
        name, subject = case["file"], case["subject_file"] or ""
        if not case["expect_forwarded"] or (name, subject) in seen or not (folder / name).exists():
            continue
        seen.add((name, subject))
        text = source(folder / name)
        told = (folder / subject).read_text() if subject and (folder / subject).exists() else ""
        if name not in UNDECIDABLE and words(read(text, told).new_text) != words(text):
            cut.append(name)
    assert len(seen) >= 120
    assert cut == []


def test_an_undecidable_forward_is_decided_by_its_subject() -> None:
    """The five that are written like answers stay whole as soon as the subject says what they are."""
    for name in UNDECIDABLE:
        text = source(CORPORA / "crisp-email-forward-parser" / name)
        assert words(read(text, "Fwd: anything").new_text) == words(text), name


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)
