"""Subjects: reply prefixes taken off, ticket numbers found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.ticket.subject import base, numbers


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("slow", "slow"),
        ("Re: slow", "slow"),
        ("RE:slow", "slow"),
        ("Re: AW: Re[2]: slow", "slow"),
        ("AW: Antw: Antwort: slow", "slow"),
        ("Re [3] : slow", "slow"),
        ("SV: VS: Odp: Ref: RES: RIF: R: YNT: slow", "slow"),
        ("回复: 答复: slow", "slow"),
        ("回复：slow", "slow"),
        ("  Re:   slow  ", "slow"),
        ("Re:", ""),
        ("", ""),
        ("Fwd: slow", "Fwd: slow"),
        ("Re: Fwd: Re: slow", "Fwd: Re: slow"),
        ("Report: slow", "Report: slow"),
        ("Re[2: slow", "Re[2: slow"),
        ("error: Re: slow", "error: Re: slow"),
        ("Re slow", "Re slow"),
        ("Zeit：10:00", "Zeit：10:00"),
        ("Re: Zeit：10", "Zeit：10"),
    ],
)
def test_reply_prefixes_are_taken_off(subject: str, expected: str) -> None:
    """Contract: the customer's own subject with one `Re:`; only leading reply prefixes go."""
    assert base(subject) == expected


@given(st.text())
def test_base_of_base_is_the_same(subject: str) -> None:
    """Nothing is left to take off, however often a subject goes to and fro."""
    assert base(base(subject)) == base(subject)


@given(st.text(alphabet=st.characters(exclude_characters=":：")))
def test_subject_without_colon_stays(subject: str) -> None:
    """What has no prefix is the customer's own, word for word."""
    assert base(subject) == subject.strip()


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("[#12 vps] slow", (12,)),
        ("Re: #12 and #7, #12", (12, 7)),
        ("#", ()),
        ("# 12", ()),
        ("12", ()),
        ("##12", (12,)),
        ("#012", (12,)),
        ("#12345678901234567890", ()),
        ("#١٢", ()),
        ("#²", ()),
        ("issue#5x", (5,)),
    ],
)
def test_numbers(subject: str, expected: tuple[int, ...]) -> None:
    """Contract: a ticket number in the subject; ASCII digits only, and none too large for a database."""
    assert numbers(subject) == expected
