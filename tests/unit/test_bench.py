"""What the measurements stand on: mails of the wanted size and mix, a sink that recognises them."""

from __future__ import annotations

import email
from dataclasses import replace

import pytest

from bench.mails import Mail, mails
from bench.measure import Figures, middle, percentile
from bench.sink import recognised

FIGURES = Figures("sqlite", 20000, 100, 100.0, 10.0, 0.0, 20.0, 0.1, 0.2)


@pytest.mark.parametrize("size", [5000, 20000])
def test_mails_are_of_the_wanted_size(size: int) -> None:
    """On average within a tenth of what was asked for, and never a line that SMTP forbids."""
    made = mails(200, size)
    assert sum(len(mail.content) for mail in made) / 200 == pytest.approx(size, rel=0.1)
    assert all(max(map(len, mail.content.splitlines())) <= 998 for mail in made)


def test_three_in_ten_are_replies() -> None:
    """A reply names an earlier mail of the same sender; all other senders are distinct."""
    made = mails(1000, 2000)
    parsed = {str(mail["Message-ID"]): mail for mail in map(as_message, made)}
    replies = [mail for mail in parsed.values() if mail["In-Reply-To"]]
    assert len(replies) == pytest.approx(300, abs=45)
    assert all(parsed[str(mail["In-Reply-To"])]["From"] is not None for mail in replies)
    first = [mail.sender for mail in made if "acknowledgement" in mail.expected]
    assert len(set(first)) == len(first) == 1000 - len(replies)
    assert {mail.sender for mail in made} == set(first)


def as_message(mail: Mail) -> email.message.Message:
    return email.message_from_bytes(mail.content)


def test_the_same_seed_gives_the_same_mails() -> None:
    """What is compared was measured with the same octets."""
    assert mails(30, 3000) == mails(30, 3000)
    assert mails(1, 3000, seed=1) != mails(1, 3000, seed=2)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"To: a\r\nIn-Reply-To: <bench-0000012-x@c>\r\nMailflow-Kind: acknowledgement\r\n\r\nbench-9",
            12,
        ),
        (b"In-Reply-To: <bench-0000001-x@c>\r\nMailflow-Kind: forward\r\n\r\nis bench-0000012-x.", 12),
        (b"To: a\r\n\r\nbench-0000012-x", -1),
    ],
)
def test_the_sink_knows_what_a_mail_was_made_of(content: bytes, expected: int) -> None:
    """An answer names the customer's mail in its header, a forward has the customer's words."""
    assert recognised(content)[1] == expected


def test_percentiles_are_values_that_were_measured() -> None:
    """Of a hundred values the 99th; of few the largest."""
    assert percentile([float(n) for n in range(100, 0, -1)], 0.99) == 99.0
    assert percentile([1.0, 3.0, 2.0], 0.99) == 3.0


def test_several_runs_give_medians() -> None:
    """Figure by figure: no single run need have had them all."""
    slow = replace(FIGURES, per_second=50.0, cpu=9.0)
    busy = replace(FIGURES, per_second=90.0, cpu=11.0)
    assert middle([FIGURES, slow, busy]) == replace(FIGURES, per_second=90.0, cpu=10.0)
