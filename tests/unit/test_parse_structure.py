"""The linear scan: odd trees, the limits below and above, and time on what is made to take long."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from mailflow.errors import BeyondLimits
from mailflow.message.parse import parse
from mailflow.message.structure import scan

SECONDS = 1.0


def nested(depth: int) -> bytes:
    levels = (
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth)
    )
    return b"".join(levels) + b"\r\ninnermost"


def messages(depth: int) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: innermost\r\n\r\nx"


def flat(count: int) -> bytes:
    """A mail with so many parts, itself included."""
    return (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * (count - 1)
        + b"--b--"
    )


LIMITS = [
    ("multiparts", nested(50), nested(51)),
    ("messages", messages(10), messages(11)),
    ("parts", flat(1000), flat(1001)),
    ("headers", b"X: y\r\n" * 1000 + b"\r\n", b"X: y\r\n" * 1001 + b"\r\n"),
    ("header", b"X:" + b"y" * 65532 + b"\r\n\r\n", b"X:" + b"y" * 65533 + b"\r\n\r\n"),
    (
        "header",
        b"X: y\r\n" + b" z\r\n" * 16000 + b"\r\n",
        b"X: y\r\n" + b" z\r\n" * 17000 + b"\r\n",
    ),
    (
        "block",
        (b"X:" + b"y" * 1020 + b"\r\n") * 256 + b"\r\n",
        (b"X:" + b"y" * 1021 + b"\r\n") * 256 + b"\r\n",
    ),
    (
        "parameters",
        b"Content-Type: text/plain" + b"; a=b" * 100 + b"\r\n\r\n",
        b"Content-Type: text/plain" + b"; a=b" * 101 + b"\r\n\r\n",
    ),
    (
        "parameters",
        b"Content-Disposition: inline" + b";" * 99 + b"\r\n\r\n",
        b"Content-Disposition: inline" + b";" * 101 + b"\r\n\r\n",
    ),
    (
        "blocks of a report",
        b"Content-Type: message/delivery-status\r\n\r\n" + b"a: b\r\n\r\n" * 999,
        b"Content-Type: message/delivery-status\r\n\r\n" + b"a: b\r\n\r\n" * 1001,
    ),
]


@pytest.mark.parametrize(("what", "inside", "beyond"), LIMITS)
def test_limits(what: str, inside: bytes, beyond: bytes) -> None:
    """A mail at a limit is parsed; one step further it is refused, with a reason."""
    parse(inside)
    with pytest.raises(BeyondLimits, match=r"more than|larger than"):
        parse(beyond)


def test_size_limit() -> None:
    """More than 64 MB is refused unseen."""
    with pytest.raises(BeyondLimits, match="larger"):
        parse(bytes(64 * 1024 * 1024 + 1))


def test_limits_in_attached_messages() -> None:
    """The limits hold in attached messages too: other parsers go there."""
    with pytest.raises(BeyondLimits):
        parse(b"Content-Type: message/rfc822\r\n\r\n" + b"X: y\r\n" * 1001)


HOSTILE = {
    "quotes": b"Cc: " + b'"' * 49_000,
    "groups": b"Cc: " + b";" * 65_000,
    "all boxes": b"\r\n".join(
        name + b": " + b";" * 64_000 for name in (b"From", b"To", b"Cc", b"Sender")
    ),
    "angles": b"From: " + b"<" * 65_000,
    "comments": b"To: " + b"(" * 65_000,
    "commented date": b"Date: " + b"(" * 65_000,
    "escapes": b'To: "' + b"\\" * 65_000,
    "recipients": b"To: " + b"a@example.com, " * 4_300,
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 4_600,
    "half words": b"Subject: " + b"=?a?q?" * 10_000,
    "punycode": b"Subject: =?punycode?q?" + b"ab" * 30_000 + b"?=",
    "identifiers": b"References: " + b"<" * 65_000,
    "spaces": b"From: a" + b" " * 65_000 + b"b",
    "continuations": b"Content-Type: text/plain"
    + b"".join(b";\r\n name*%d=a" % n for n in range(3_000)),
    "open quote": b'Content-Type: text/plain; name="' + b"\\a" * 30_000,
    "multiparts": nested(2_000),
    "messages": messages(2_000),
    "parts": flat(50_000),
    "dashes": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--bX\r\n" * 200_000,
    "one line of dashes": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"-" * 2_000_000,
    "empty lines": b"\r\n" * 1_000_000,
    "flowed": b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> a \r\n" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time(name: str) -> None:
    """What hangs other parsers is parsed or refused in less than a second."""
    started = time.perf_counter()
    with suppress(BeyondLimits):
        parse(b"X: y\r\n" + HOSTILE[name] + b"\r\n\r\nx")
    assert time.perf_counter() - started < SECONDS


# --- Odd trees -------------------------------------------------------------------------------------


def tree(content: bytes) -> list[tuple[str, int, bytes]]:
    """Type, parent and body of every part that is not a multipart."""
    nodes = scan(content)
    return [
        (node.media_type, node.parent, node.octets(content)) for node in nodes if not node.composite
    ]


def test_mixed_line_ends() -> None:
    """Each line may end as it likes."""
    content = b"Content-Type: multipart/mixed; boundary=b\r\n\n--b\r\rone\n--b\r\n\r\ntwo\r\n--b--\r"
    assert tree(content) == [("text/plain", 0, b"one"), ("text/plain", 0, b"two")]


def test_preamble_and_epilogue() -> None:
    """What stands before the first and after the last delimiter belongs to no part."""
    content = (
        b"Content-Type: multipart/mixed; boundary=b\n\nbefore\n--b\n\none\n--b--\nafter\n--b\n\nlate"
    )
    assert tree(content) == [("text/plain", 0, b"one")]


def test_never_closed() -> None:
    """A mail that was cut off ends its parts where it ends."""
    assert tree(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none") == [
        ("text/plain", 0, b"one")
    ]


def test_outer_delimiter_ends_the_inner() -> None:
    """An inner multipart that was never closed ends with its outer part."""
    content = (
        b"Content-Type: multipart/mixed; boundary=out\n\n--out\n"
        b"Content-Type: multipart/mixed; boundary=in\n\n"
        b"--in\n\none\n--out\n\ntwo\n--in\n\nnot a part\n--out--\n"
    )
    assert tree(content) == [("text/plain", 1, b"one"), ("text/plain", 0, b"two\n--in\n\nnot a part")]


def test_boundary_that_begins_like_another() -> None:
    """A delimiter is the whole line, trailing space apart."""
    content = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: multipart/mixed; boundary=bb\n\n--bb \n\none\n--bbb\n--bb--\t\n--b--"
    )
    assert tree(content) == [("text/plain", 1, b"one\n--bbb")]


def test_boundary_with_a_colon() -> None:
    """A delimiter that looks like a header ends the header block."""
    content = b'Content-Type: multipart/mixed; boundary="b:c"\n\n--b:c\nX: y\n--b:c\n\none\n--b:c--\n'
    assert tree(content) == [("text/plain", 0, b""), ("text/plain", 0, b"one")]


def test_continued_boundary() -> None:
    """RFC 2231 splits boundaries too."""
    content = b"Content-Type: multipart/mixed; boundary*0=ab; boundary*1=cd\n\n--abcd\n\none\n--abcd--"
    assert tree(content) == [("text/plain", 0, b"one")]


@pytest.mark.parametrize(
    "head", [b"multipart/mixed", b"multipart/mixed; boundary=gone", b"multipart/x; boundary="]
)
def test_multipart_without_parts(head: bytes) -> None:
    """Where no part is found the body is shown as text, and that is a defect."""
    parsed = parse(b"Content-Type: " + head + b"\n\nstill words")
    assert parsed.text_plain == "still words"
    assert parsed.defects == ("a multipart has no parts",)


def test_broken_header() -> None:
    """A line that is no header ends the block, as in the standard library; it is text, and a defect."""
    parsed = parse(b"Subject: one\nthis is no header\nTo: x@example.com\n\nbody")
    assert parsed.subject == "one"
    assert parsed.text_plain.startswith("this is no header\nTo:")
    assert parsed.defects == ("a header block holds a line that is no header",)


def test_mailbox_line() -> None:
    """A line that an mbox file left before the header is not part of it."""
    assert parse(b"From ada@example.com Mon Mar 22 1993\nSubject: one\n\nbody").subject == "one"


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\r", b"x", b"--", b"Subject: only", b"\0", b":", b" folded"]
)
def test_next_to_nothing(content: bytes) -> None:
    """The smallest mails are mails."""
    assert parse(content).entity.body.start <= len(content)
