"""What a door sees of a mail at a glance."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from mailflow.ingest.hints import ADDRESS_LIMIT, ANCESTOR_LIMIT, BLOCK, HEADER_LIMIT, hops, scan
from mailflow.model import Arrival, Envelope, Hints

MAIL = (
    b"Received: from mx.example.com\r\n"
    b"From: Ann <ann@example.com>\r\n"
    b"To: support@acme.example\r\n"
    b"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\n"
    b"Message-ID: <one@example.com>\r\n"
    b"Subject: slow\r\n"
    b"\r\n"
    b"It is slow.\r\n"
)


def hints(content: bytes, *recipients: str, sender: str = "env@example.com") -> Hints:
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    return scan(Arrival("smtp", Envelope(sender, recipients), content, at))


def fingerprint(content: bytes) -> str:
    return hints(content).fingerprint


def test_the_hints_of_a_plain_mail() -> None:
    """Sender, Message-ID and addresses, the envelope's first."""
    seen = hints(MAIL, "Support+Abc@Acme.example")
    assert seen.sender == "ann@example.com"
    assert seen.message_id == "<one@example.com>"
    assert seen.ancestors == ()
    assert seen.addresses == ("support+abc@acme.example", "support@acme.example")


def test_ancestors_are_in_order_and_once() -> None:
    """References, oldest first, then In-Reply-To, folded as they may be."""
    head = b"references: <a@x.test>\r\n\t<b@x.test> junk <c@\r\n x.test>\r\n"
    head += b"In-Reply-To: (re) <d@x.test> <a@x.test>\r\n\r\n"
    assert hints(head).ancestors == ("<a@x.test>", "<b@x.test>", "<c@x.test>", "<d@x.test>")


@pytest.mark.parametrize("count", [ANCESTOR_LIMIT - 1, ANCESTOR_LIMIT, ANCESTOR_LIMIT + 1, 2000])
def test_of_very_many_ancestors_the_root_and_the_newest_are_kept(count: int) -> None:
    """The root finds the conversation, the newest the mail that is answered."""
    names = [b"<%d@x.test>" % number for number in range(count)]
    seen = hints(b"References: " + b"\r\n ".join(names) + b"\r\n\r\n").ancestors
    assert len(seen) == min(count, ANCESTOR_LIMIT)
    assert seen[0] == "<0@x.test>"
    assert seen[-1] == f"<{count - 1}@x.test>"


def test_a_token_may_stand_in_any_recipient_field() -> None:
    """To, Cc, Delivered-To and X-Original-To, groups and comments included; never Bcc or From."""
    head = (
        b'To: "Desk, the" <a@acme.example>, team: b@acme.example;\r\n'
        b"CC: c@acme.example (Carl)\r\nDelivered-To: D@acme.example\r\n"
        b"X-Original-To: e@acme.example\r\nBcc: f@acme.example\r\nFrom: g@acme.example\r\n\r\n"
    )
    assert hints(head).addresses == tuple(f"{letter}@acme.example" for letter in "abcde")


@pytest.mark.parametrize("count", [ADDRESS_LIMIT - 1, ADDRESS_LIMIT, ADDRESS_LIMIT + 1])
def test_addresses_have_a_limit(count: int) -> None:
    """The envelope's are kept before the header's."""
    head = b"To: " + b", ".join(b"%d@x.test" % number for number in range(count - 1)) + b"\r\n\r\n"
    seen = hints(head, "token@acme.example").addresses
    assert seen[0] == "token@acme.example"
    assert len(seen) == min(count, ADDRESS_LIMIT)


@pytest.mark.parametrize(
    ("field", "sender"),
    [
        (b'From: "support@acme.example" <ann@example.com>', "ann@example.com"),
        (b"From: ann@example.com", "ann@example.com"),
        (b"From: nobody", "env@example.com"),
        (b"Subject: none", "env@example.com"),
        (b"From: a\0b@example.com", "b@example.com"),
    ],
)
def test_the_sender_is_roughly_the_from_address(field: bytes, sender: str) -> None:
    """A name that imitates an address comes first, so the last one counts; else the envelope's."""
    assert hints(field + b"\r\n\r\n").sender == sender


def test_what_is_found_can_be_stored() -> None:
    """No NUL and no lone surrogate, whatever the octets were."""
    seen = hints(b"Message-ID: <a\0\xff@x.test>\r\nTo: \xff\xfe@x.test\r\n\r\n", "\udcff@acme.example")
    for text in (seen.message_id, seen.sender, *seen.addresses):
        assert "\0" not in text
        text.encode()


def test_one_mail_by_two_ways_is_one_mail() -> None:
    """Trace fields, line ends and the file's last newline differ; the mail is the same."""
    other = MAIL.replace(
        b"Received: from mx.example.com\r\n", b"Delivered-To: billing@acme.example\r\n"
    )
    other = (
        b"Return-Path: <ann@example.com>\r\nX-Spam: 1\r\nAuthentication-Results: mx; spf=pass\r\n"
        + other
    )
    assert fingerprint(other) == fingerprint(MAIL)
    assert fingerprint(MAIL.replace(b"\r\n", b"\n") + b"\n\n") == fingerprint(MAIL)
    assert fingerprint(MAIL.replace(b"\r\n", b"\r")) == fingerprint(MAIL)
    assert fingerprint(MAIL.replace(b"Subject: slow", b"Subject:\r\n slow")) == fingerprint(MAIL)


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        (b"It is slow.", b"It is fast."),
        (b"Subject: slow", b"Subject: fast"),
        (b"ann@", b"eve@"),
        (b"10:00:00", b"10:00:01"),
        (b"<one@", b"<two@"),
        (b"Subject: slow", b"Subject: slow\r\nContent-Type: application/octet-stream"),
        (b"Subject: slow", b"Subject: slow\r\nReply-To: eve@evil.test"),
    ],
)
def test_a_borrowed_message_id_suppresses_nothing(there: bytes, instead: bytes) -> None:
    """An attacker may use a customer's Message-ID first: whatever else differs makes another mail."""
    assert there in MAIL
    assert fingerprint(MAIL.replace(there, instead)) != fingerprint(MAIL)


def test_without_a_message_id_only_the_same_octets_are_a_repeat() -> None:
    """Two mails of a monitor may say the same."""
    bare = MAIL.replace(b"Message-ID: <one@example.com>\r\n", b"")
    assert fingerprint(bare) == fingerprint(bytes(bare))
    assert fingerprint(bare) != fingerprint(b"X-Seen: 1\r\n" + bare)


@pytest.mark.parametrize("shift", range(-3, 2))
def test_a_line_end_across_blocks_is_one_line_end(shift: int) -> None:
    """The body is hashed in blocks; where they are cut changes nothing."""
    head = b"Message-ID: <a@x.test>\r\n\r\n"
    body = b"x" * (BLOCK - 4 + shift) + b"\r\n" + b"y" * BLOCK
    assert fingerprint(head + body) == fingerprint((head + body).replace(b"\r\n", b"\n"))


def test_the_header_ends_at_the_first_empty_line() -> None:
    """What looks like a field in the body is none; a mail without a body is all header."""
    assert hints(b"Subject: x\n\nMessage-ID: <body@x.test>\n").message_id == ""
    assert hints(b"Message-ID: <head@x.test>").message_id == "<head@x.test>"
    assert hints(b"").message_id == ""


@pytest.mark.parametrize(
    "content",
    [
        b"To: " + b"a" * HEADER_LIMIT,
        b"To: " + b"@" * HEADER_LIMIT,
        b"References: " + b"<" * HEADER_LIMIT,
        b"To: " + b'"' * HEADER_LIMIT,
        b"\r" * 2 * HEADER_LIMIT,
        b"a:\n" * HEADER_LIMIT,
        b"Message-ID: <a@x.test>\r\n\r\n" + b"\r\n" * 1_000_000,
    ],
)
def test_hostile_headers_cost_little(content: bytes) -> None:
    """Linear work: far less than a second where quadratic work takes minutes."""
    started = time.process_time()
    hints(content)
    assert time.process_time() - started < 1.0


def test_hops_are_the_received_fields() -> None:
    """In any case, folded or not, and none of the body's."""
    assert hops(b"Received: a\r\n b\r\nRECEIVED: c\r\nX-Received: d\r\n\r\nReceived: e\r\n") == 2
    assert hops(b"") == 0
