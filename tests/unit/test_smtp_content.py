"""The octets after DATA, and the arguments of MAIL and RCPT, without a socket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.ingest.budget import Budget
from mailflow.ingest.smtp import command
from mailflow.ingest.smtp.content import Content, Dots

OFFER = command.Offer(1000, eight_bit=True, utf8=False)

lines = st.lists(st.sampled_from([b".", b"\r", b"\n", b"\r\n", b"a", b"\0"]), max_size=30)


@given(lines, st.lists(st.integers(1, 4), max_size=100), st.binary(max_size=3))
def test_dots_are_undone_whatever_the_blocks(
    pieces: list[bytes], sizes: list[int], rest: bytes
) -> None:
    """RFC 5321 section 4.5.2: the inverse of stuffing, for any content and any split."""
    content = b"".join(pieces) + b"\r\n"
    sent = (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"
    dots, seen = Dots(), b""
    for size in sizes:
        octets, after = dots.feed(sent[:size])
        seen, sent = seen + octets, sent[size:]
        if after is not None:
            break
    else:
        octets, after = dots.feed(sent + rest)
        seen += octets
        assert after == rest
    assert seen == content


def test_content_gives_back_what_it_took() -> None:
    """Once, however often it is released."""
    budget = Budget(100)
    content = Content(100, budget)
    assert not content.add(b"hello\r\n")
    assert content.add(b".\r\n")
    assert budget.held == 7
    assert content.joined() == b"hello\r\n"
    content.release()
    content.release()
    assert budget.held == 0


@pytest.mark.parametrize(
    ("argument", "sender"),
    [
        ("FROM:<ann@example.com>", "ann@example.com"),
        ("from: <ann@example.com> SIZE=10", "ann@example.com"),
        ("FROM:<>", ""),
        ("FROM:<@relay.test,@b.test:ann@example.com>", "ann@example.com"),
        ('FROM:<"a > b"@example.com> BODY=8BITMIME', '"a > b"@example.com'),
        ('FROM:<"a\\"b"@example.com>', '"a\\"b"@example.com'),
        ("FROM:<ann@[192.0.2.1]>", "ann@[192.0.2.1]"),
        ("FROM:<ann@[IPv6:2001:db8::1]>", "ann@[IPv6:2001:db8::1]"),
        (f"FROM:<{'x' * 308}@example.com>", f"{'x' * 308}@example.com"),
    ],
)
def test_good_senders(argument: str, sender: str) -> None:
    """RFC 5321 section 4.1.2; a source route is stripped."""
    assert command.sender(argument, OFFER) == (sender, False)


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        (None, "501 5.5.4"),
        ("TO:<a@example.com>", "501 5.5.4"),
        ("FROM:ann@example.com", "501 5.5.4"),
        ("FROM:<ann@example.com", "501 5.5.4"),
        ("FROM:<ann@example.com>SIZE=1", "501 5.5.4"),
        ("FROM:<ann@example.com> SIZE=x", "501 5.5.4"),
        ("FROM:<ann@example.com> SIZE=", "501 5.5.4"),
        ("FROM:<ann@example.com> SIZE=1 size=1", "501 5.5.4"),
        ("FROM:<ann@example.com> BODY=BINARYMIME", "501 5.5.4"),
        ("FROM:<ann@example.com> SIZE=1001", "552 5.3.4"),
        ("FROM:<ann@example.com> SMTPUTF8", "555 5.5.4"),
        ("FROM:<ann>", "501 5.1.7"),
        ("FROM:<postmaster>", "501 5.1.7"),
        ("FROM:<@example.com>", "501 5.1.7"),
        ("FROM:<@relay.test:>", "501 5.1.7"),
        ("FROM:<a b@example.com>", "501 5.1.7"),
        ("FROM:<a@b@example.com>", "501 5.1.7"),
        ("FROM:<<ann@example.com>", "501 5.1.7"),
        ('FROM:<"a"b"@example.com>', "501 5.5.4"),
        ("FROM:<a\0@example.com>", "501 5.1.7"),
        ("FROM:<a@exam\rple.com>", "501 5.1.7"),
        ("FROM:<ärger@example.com>", "553 5.6.7"),
        (f"FROM:<{'x' * 309}@example.com>", "501 5.1.7"),
    ],
)
def test_bad_senders(argument: str | None, code: str) -> None:
    """Each refusal is permanent and of constant text."""
    with pytest.raises(command.Refused) as refused:
        command.sender(argument, OFFER)
    assert refused.value.reply.startswith(code)


def test_postmaster_may_stand_alone() -> None:
    """RFC 5321 section 4.5.1, in any case; nobody else may."""
    assert command.recipient("TO:<PostMaster>", utf8=False) == "PostMaster"
    with pytest.raises(command.Refused, match=r"501 5\.1\.3"):
        command.recipient("TO:<root>", utf8=False)


def test_lone_surrogates_are_no_address() -> None:
    """Octets that are no UTF-8 arrive as such."""
    with pytest.raises(command.Refused, match=r"501 5\.1\.3"):
        command.recipient("TO:<\udcff@example.com>", utf8=True)
