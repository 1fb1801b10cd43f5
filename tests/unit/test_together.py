"""Who answered while another colleague still wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailflow.model import Address, Filed, Kind, Message
from mailflow.ticket.together import faster
from tests.unit import samples
from tests.unit.samples import FIRST, came, went

EVA = "eva@desk.test"
FORWARD = went("<forward@desk>", Kind.FORWARD, "team:support")
ANSWER = came("<max@desk>", "<forward@desk>", side="team:support", from_=samples.MAX)
REPLY = went("<reply@desk>", Kind.REPLY)
COPY = went("<copy@desk>", Kind.COPY, "team:support")
THREAD = (FIRST, FORWARD, ANSWER, REPLY, COPY)


def answering(*references: str) -> Message:
    return replace(samples.understood(samples.eml()), references=references, in_reply_to=())


def test_who_was_faster_is_named() -> None:
    """A person's mail reached the customer after the one that is answered."""
    assert faster(THREAD, answering("<forward@desk>"), EVA) == samples.MAX.address


@pytest.mark.parametrize(
    ("thread", "answered", "by"),
    [
        (THREAD, "<copy@desk>", EVA),  # she has seen the answer
        (THREAD, "<forward@desk>", samples.MAX.address.upper()),  # his own
        (THREAD, "<unknown@desk>", EVA),  # the mail does not say what it answers
        (THREAD[:2], "<forward@desk>", EVA),  # nobody has answered
        ((FIRST, FORWARD, ANSWER, COPY), "<forward@desk>", EVA),  # a note went to the team alone
    ],
)
def test_nobody_was_faster(thread: tuple[Filed, ...], answered: str, by: str) -> None:
    assert faster(thread, answering(answered), by) == ""


@pytest.mark.parametrize("changes", [{"state": "dropped"}, {"state": "failed"}, {"by_person": False}])
def test_what_did_not_reach_the_customer_was_not_faster(changes: dict[str, Any]) -> None:
    """An answer that was taken back or refused, and what the desk says by itself."""
    thread = (FIRST, FORWARD, ANSWER, replace(REPLY, **changes))
    assert faster(thread, answering("<forward@desk>"), EVA) == ""


def test_the_customer_is_no_colleague() -> None:
    """An automatic answer to the customer's own mail, and mail of nobody's side, crosses with nothing."""
    stranger = came("<x@y>", side="", from_=Address("", "x@y.example"))
    for one in (came("<anna2@customer>"), stranger):
        assert faster((FIRST, FORWARD, one, REPLY), answering("<forward@desk>"), EVA) == ""
