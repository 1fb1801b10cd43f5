"""SMTP as pure functions: octets after DATA, commands, and what replies mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.model import Delivery, Kind, Verdict
from mailflow.outbound.wire import (
    LONGEST_REPLY,
    SmtpSettings,
    dot_stuffed,
    mail_command,
    one_line,
    refusal,
    setback,
)


def delivery(
    content: bytes = b"Subject: x\r\n\r\ny\r\n",
    sender: str = "desk@example.com",
    recipient: str = "anna@example.com",
) -> Delivery:
    return Delivery(
        id=1,
        kind=Kind.REPLY,
        sender=sender,
        recipient=recipient,
        message_id="<1@example.com>",
        attempt=1,
        fence=1,
        queued_at=datetime(2026, 11, 24, tzinfo=UTC),
        content=content,
    )


@pytest.mark.parametrize(
    ("content", "octets"),
    [
        (b"a\r\n", b"a\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a\r\n.\r\n.\r\nb\r\n", b"a\r\n..\r\n..\r\nb\r\n.\r\n"),
        (b"a\r\n..b\r\n", b"a\r\n...b\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"", b".\r\n"),
        (b"a\rb\nc\r\n", b"a\r\nb\r\nc\r\n.\r\n"),
        (b"a\n.\nb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
        (b"a\r\n.\rb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
        (b"a\r\r\n", b"a\r\n\r\n.\r\n"),
    ],
)
def test_content_is_dot_stuffed_and_ends_with_the_final_dot(content: bytes, octets: bytes) -> None:
    """RFC 5321 section 4.5.2; a bare CR or LF is no line end on the wire, so it becomes one."""
    assert dot_stuffed(content) == octets


@given(st.lists(st.sampled_from([b".", b"\r", b"\n", b"\r\n", b"a", b"\xff"]), max_size=30))
def test_no_content_can_end_the_mail_early(pieces: list[bytes]) -> None:
    """Whatever the content, exactly one end of data is in it, and no bare CR or LF (smuggling)."""
    octets = dot_stuffed(b"".join(pieces))
    assert (b"\r\n" + octets).find(b"\r\n.\r\n") == len(octets) - 3
    assert octets.count(b"\r") == octets.count(b"\n") == octets.count(b"\r\n")


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (550, Verdict.FAILED),
        (552, Verdict.FAILED),
        (554, Verdict.FAILED),
        (450, Verdict.DEFERRED),
        (421, Verdict.DEFERRED),
        (535, Verdict.DEFERRED),
        (530, Verdict.DEFERRED),
        (250, Verdict.DEFERRED),
        (354, Verdict.DEFERRED),
        (-1, Verdict.DEFERRED),
    ],
)
def test_only_a_5xx_about_the_mail_is_final(code: int, verdict: Verdict) -> None:
    """530 and 535 speak of our login: the operator mends it, the mail must not be lost over it."""
    assert setback(code) is verdict


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com> SIZE=1",
        "a@example.com\r\nDATA",
        "a b@example.com",
        "a@exam ple.com",
        "<a@example.com>",
        "a\x00@example.com",
        "nobody",
        "@example.com",
        "a@",
    ],
)
def test_an_address_never_extends_its_command(address: str) -> None:
    """What cannot stand between angle brackets is refused for good, as recipient and as sender."""
    assert "cannot be written in SMTP" in refusal(delivery(recipient=address), {})
    assert "cannot be written in SMTP" in refusal(delivery(sender=address), {})


def test_a_quoted_local_part_and_the_null_sender_are_addresses() -> None:
    """RFC 5321 section 4.1.2: a quoted string may hold a space; the reverse path may be empty."""
    assert refusal(delivery(sender="", recipient='"anna b"@example.com'), {}) == ""


def test_an_empty_recipient_is_refused() -> None:
    """RCPT TO:<> is no recipient."""
    assert "empty" in refusal(delivery(recipient=""), {})


def test_mail_names_only_what_is_needed_and_offered() -> None:
    """BODY and SMTPUTF8 stand in MAIL when the mail needs them, SIZE when the server wants it."""
    offers = {"size": "", "8bitmime": "", "smtputf8": ""}
    plain, eight = delivery(b"ab\r\n"), delivery(b"\xe4\r\n")
    assert mail_command(plain, {}) == b"MAIL FROM:<desk@example.com>"
    assert mail_command(plain, offers) == b"MAIL FROM:<desk@example.com> SIZE=4"
    assert mail_command(eight, {}) == b"MAIL FROM:<desk@example.com>"
    assert mail_command(eight, offers) == b"MAIL FROM:<desk@example.com> SIZE=3 BODY=8BITMIME"
    assert (
        mail_command(delivery(b"", recipient="jörg@example.com"), offers)
        == b"MAIL FROM:<desk@example.com> SIZE=0 SMTPUTF8"
    )


def test_size_is_judged_below_at_and_above_the_limit() -> None:
    """RFC 1870: a fixed limit counts; 0 or nothing means that there is none."""
    mail = delivery(b"x" * 100)
    assert refusal(mail, {"size": "100"}) == refusal(mail, {"size": "101"}) == ""
    assert "SIZE" in refusal(mail, {"size": "99"})
    assert refusal(mail, {"size": "0"}) == refusal(mail, {"size": ""}) == refusal(mail, {}) == ""


def test_smtputf8_is_never_guessed() -> None:
    """RFC 6531: without the offer such an address has no form on the wire."""
    assert "SMTPUTF8" in refusal(delivery(recipient="jörg@example.com"), {})
    assert refusal(delivery(recipient="jörg@example.com"), {"smtputf8": ""}) == ""


def test_a_reply_is_one_bounded_printable_line() -> None:
    """It is stored and shown to people and logs."""
    assert one_line("550 no\x1b[31m\r\nsuch\udcff  user") == "550 no [31m such user"
    assert len(one_line("x" * 10_000)) == LONGEST_REPLY


def test_a_password_never_crosses_a_network_in_the_clear() -> None:
    """Without TLS a login is for loopback only."""
    for host in ("mail.example.com", "192.0.2.1", "2001:db8::1"):
        with pytest.raises(ValueError, match="TLS"):
            SmtpSettings(host, user="desk", password="secret")
    for host in ("127.0.0.1", "::1", "localhost"):
        assert "secret" not in repr(SmtpSettings(host, user="desk", password="secret"))
    assert SmtpSettings("mail.example.com", tls="starttls", user="desk").tls == "starttls"
