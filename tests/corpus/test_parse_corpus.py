"""Parsing real, odd and broken mail of public test suites, and what another parser makes of it."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from mailflow.errors import BeyondLimits
from mailflow.message.parse import Parsed, decoded, parse
from mailflow.model import Address

CORPORA = os.environ.get("CORPORA", "")
SUITES = (
    "stalwart-mail-parser",
    "mikel-mail",
    "cpython-test_email",
    "mimekit",
    "nodemailer-mailparser",
    "spamscope-mail-parser",
    "cassandane",
    "django-helpdesk",
    "python-emailthreads",
)
SECONDS = 1.0  # for any one mail

needs_corpora = pytest.mark.skipif(
    not CORPORA, reason="set CORPORA to the folder with the mail corpora"
)


def mails(suite: str) -> Iterator[tuple[Path, bytes]]:
    for path in sorted((Path(CORPORA) / suite).rglob("*")):
        if path.is_file() and path.suffix != ".json" and path.name != "COPYING":
            yield path, path.read_bytes()


def strings(parsed: Parsed) -> Iterator[str]:
    yield from (parsed.subject, parsed.text_plain, parsed.html, parsed.message_id)
    yield from (*parsed.in_reply_to, *parsed.references, *parsed.defects)
    boxes = (parsed.from_, parsed.sender, parsed.reply_to, parsed.to, parsed.cc)
    for address in (address for box in boxes for address in box):
        yield from (address.name, address.address)
    for part in parsed.attachments:
        yield from (part.media_type, part.name, part.content_id)
    for name, value in parsed.headers:
        yield from (name, value)


def check(content: bytes) -> str:
    """One outcome, in time, with values that a database and a mail can hold, and real slices."""
    started = time.perf_counter()
    try:
        parsed = parse(content)
    except BeyondLimits:
        return "beyond limits"
    finally:
        assert time.perf_counter() - started < SECONDS
    for text in strings(parsed):
        text.encode()
        assert "\0" not in text
    for part in parsed.attachments:
        for place in (part.head, part.body):
            assert 0 <= place.start <= place.start + place.length <= len(content)
        decoded(content, part)
    assert parsed.entity.body.start + parsed.entity.body.length == len(content)
    return "parsed"


@needs_corpora
@pytest.mark.parametrize("suite", SUITES)
def test_every_mail_has_one_outcome(suite: str) -> None:
    """Odd and broken mail is parsed, or refused for its size, quickly, into valid text."""
    outcomes = Counter(check(content) for _, content in mails(suite))
    assert outcomes["parsed"] > 0
    assert outcomes["beyond limits"] <= 1  # one mail of mimekit has a header of 70 KB


@needs_corpora
@pytest.mark.parametrize("suite", SUITES)
def test_line_ends_do_not_matter(suite: str) -> None:
    """The same mail with CRLF and with LF has the same headers, text and names of attachments."""
    for path, content in mails(suite):
        if b"\r" in content.replace(b"\r\n", b"") or path.stat().st_size > 500_000:
            continue
        bare = content.replace(b"\r\n", b"\n")
        if check(bare) == "beyond limits":
            continue
        one, other = parse(bare), parse(bare.replace(b"\n", b"\r\n"))
        assert one.headers == other.headers, path
        assert one.text_plain == other.text_plain, path
        assert [part.name for part in one.attachments] == [part.name for part in other.attachments], (
            path
        )


def mutate(content: bytes, chance: random.Random) -> bytes:
    """The mail with a few octets or lines changed, doubled, dropped or swapped."""
    mail = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(mail) + 1)
        upto = min(len(mail), at + chance.randint(0, 40))
        choice = chance.randrange(4)
        if choice == 0:
            mail[at:upto] = b""
        elif choice == 1:
            mail[at:at] = mail[at:upto] * chance.randint(1, 4)
        elif choice == 2:
            mail[at:at] = chance.choice(
                (b"\0", b"\r", b"\n", b"\xff", b'"', b"--", b"=?", b";", b"(", b"<", b"\x1b$B", b"*0*=")
            )
        else:
            mail[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(mail)


@needs_corpora
def test_mutated_mails_have_one_outcome() -> None:
    """Thousands of mails, broken by chance from a fixed seed, are parsed or refused."""
    chance = random.Random(20)
    samples = [content for suite in SUITES for _, content in mails(suite) if len(content) < 50_000]
    outcomes = Counter(check(mutate(chance.choice(samples), chance)) for _ in range(6000))
    assert outcomes["parsed"] > 5900


# --- Agreement with another parser's expectations --------------------------------------------------


def expectations() -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    for path, content in mails("stalwart-mail-parser"):
        for ending, suffix in ((b"\n", ".json"), (b"\r\n", ".crlf.json")):
            expected = path.with_suffix(suffix)
            if expected.exists():
                mail = content.replace(b"\r\n", b"\n").replace(b"\n", ending)
                yield f"{path.parent.name}/{expected.name}", mail, json.loads(expected.read_bytes())


def header(expected: dict[str, Any], name: str) -> Any:
    values = (each["value"] for each in expected["parts"][0]["headers"] if each["name"] == name)
    value = next(values, "Empty")
    return next(iter(value.values())) if isinstance(value, dict) else None


def addresses(expected: dict[str, Any], name: str) -> list[tuple[str, str]]:
    value = header(expected, name) or {}
    listed = value.get("List") or [
        each for group in value.get("Group", ()) for each in group["addresses"]
    ]
    return [(plain(each["name"]), each["address"] or "") for each in listed if each["address"]]


def plain(text: str | None) -> str:
    return " ".join((text or "").split())


def moment(expected: dict[str, Any]) -> datetime | None:
    value = header(expected, "date")
    if not value:
        return None
    offset = timedelta(hours=value["tz_hour"], minutes=value["tz_minute"])
    zone = timezone(-offset if value["tz_before_gmt"] else offset)
    day = datetime(value["year"], value["month"], value["day"], tzinfo=zone)
    clock = timedelta(hours=value["hour"], minutes=value["minute"], seconds=value["second"])
    return (day + clock).astimezone(UTC)


def text(expected: dict[str, Any]) -> str:
    bodies = (expected["parts"][index]["body"] for index in expected["text_body"])
    kinds = [next(iter(body.items())) for body in bodies]
    return plain("\n".join(value for kind, value in kinds if kind in ("Text", "Html")))


def files(expected: dict[str, Any]) -> list[tuple[str, str, bytes]]:
    found = []
    for index in expected["attachments"]:
        part = expected["parts"][index]
        kind, value = next(iter(part["body"].items()))
        found.append((*named(part), octets_of(kind, value)))
    return found


def octets_of(kind: str, value: Any) -> bytes:
    if kind == "Message":
        return b""
    return letters(value) if isinstance(value, str) else bytes(value)


def letters(text: str) -> bytes:
    """Enough to recognise an attached text by, whatever its charset."""
    return plain(text).encode("ascii", "ignore").replace(b"?", b"")


def named(part: dict[str, Any]) -> tuple[str, str]:
    media_type, name = "text/plain", ""
    for each in part["headers"]:
        value = each["value"].get("ContentType") if isinstance(each["value"], dict) else None
        if value and each["name"] == "content_type":
            media_type = f"{value['c_type']}/{value['c_subtype']}".lower()
        attributes = (value or {}).get("attributes") or ()
        name = next((a["value"] for a in attributes if a["name"] in ("name", "filename")), name)
    return media_type, plain(name)


def own_files(content: bytes, parsed: Parsed) -> list[tuple[str, str, bytes]]:
    found = []
    for part in parsed.attachments:
        octets = decoded(content, part)
        if part.media_type.startswith("text/"):
            octets = letters(octets.decode("utf-8", "replace"))
        found.append(
            (part.media_type, part.name, b"" if part.media_type.startswith("message/") else octets)
        )
    return found


def own_addresses(box: tuple[Address, ...]) -> list[tuple[str, str]]:
    return [(plain(address.name), address.address) for address in box]


def agrees(wanted: str, ours: str) -> bool:
    """The same, where the other parser could read it: what it gave up is U+FFFD there."""
    if len(wanted) != len(ours):
        return False
    return all(one in (other, "\ufffd") for one, other in zip(wanted, ours, strict=True))


def agreement() -> tuple[Counter[str], list[str]]:
    """How many mails agree in each respect, and what does not."""
    hits: Counter[str] = Counter()
    misses = []
    for name, content, expected in expectations():
        parsed = parse(content)
        pairs = {
            "subject": (plain(header(expected, "subject")), plain(parsed.subject)),
            "from": (addresses(expected, "from"), own_addresses(parsed.from_)),
            "to": (addresses(expected, "to"), own_addresses(parsed.to)),
            "message-id": (plain(header(expected, "message_id")), parsed.message_id.strip("<>")),
            "date": (moment(expected), parsed.date),
            "text": (text(expected), plain(parsed.text_plain or parsed.html)),
            "attachments": (files(expected), own_files(content, parsed)),
        }
        hits["mails"] += 1
        for what, (wanted, ours) in pairs.items():
            alike = agrees(str(wanted), str(ours))
            hits[what] += alike
            if not alike:
                misses.append(f"{name} {what}: {str(wanted)[:300]} | {str(ours)[:300]}")
    return hits, misses


@needs_corpora
def test_agrees_with_another_parser() -> None:
    """Headers, text and attachments are what stalwart-mail-parser expects, in nearly all of its mails.

    It decodes UTF-7, which is refused here, drops the backslashes of Windows paths, keeps broken
    base64 as text, and calls the messages of a digest text/plain.
    """
    hits, misses = agreement()
    print(hits, *misses, sep="\n")
    for what in ("from", "message-id", "date"):
        assert hits[what] == hits["mails"] > 0, what
    for what, floor in (("subject", 124), ("to", 124), ("text", 122), ("attachments", 118)):
        assert hits[what] >= floor, what
