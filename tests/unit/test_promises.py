"""The clocks of the promise: which start with a mail, and what meets them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailflow.model import Clock, Kind, Promise, Sla
from mailflow.rules.promises import met, met_by, started
from tests.unit.samples import NOW

ACKNOWLEDGEMENT, FIRST = Promise.ACKNOWLEDGEMENT, Promise.FIRST_RESPONSE


@pytest.mark.parametrize(
    ("acknowledged", "awaited", "expected"),
    [
        (True, True, [(ACKNOWLEDGEMENT, 120), (FIRST, 600)]),
        (False, True, [(FIRST, 600)]),
        (True, False, [(ACKNOWLEDGEMENT, 120)]),
        (False, False, []),
    ],
)
def test_clocks_of_a_new_ticket(
    acknowledged: bool, awaited: bool, expected: list[tuple[Promise, int]]
) -> None:
    """Contract, clocks: from the moment the mail reached us; none where none may be sent."""
    clocks = started(Sla(), NOW, acknowledged=acknowledged, awaited=awaited)
    assert [(one.promise, (one.due_at - NOW).total_seconds()) for one in clocks] == expected
    assert all(one.started_at == NOW and one.met_at is None and not one.broken for one in clocks)


def test_durations_in_force_are_stored_with_the_clock() -> None:
    """Contract: the durations in force are stored with the clock."""
    (clock,) = started(Sla(first_response=timedelta(hours=3)), NOW, acknowledged=False, awaited=True)
    assert clock.within == timedelta(hours=3)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_meets_a_promise(kind: Kind) -> None:
    """Contract, clocks: the acknowledgement its own; the first thing a person sends the customer."""
    persons = {Kind.REPLY, Kind.RESOLUTION, Kind.CLOSING, Kind.STATUS, Kind.ESCALATION}
    expected = FIRST if kind in persons else None
    if kind is Kind.ACKNOWLEDGEMENT:
        expected = ACKNOWLEDGEMENT
    assert met_by(kind, by_person=True) is expected


@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.ESCALATION, Kind.NOTICE, Kind.RESOLUTION])
def test_an_automatic_mail_is_no_first_response(kind: Kind) -> None:
    """Contract: met by what a person sends; the desk's own words do not count."""
    assert met_by(kind, by_person=False) is None


def test_met_in_time_at_the_due_moment_and_late() -> None:
    """The promise is kept up to and including its due time; later it is met and broken."""
    clocks = started(Sla(), NOW, acknowledged=True, awaited=True)
    for seconds, broken in ((1, False), (600, False), (601, True)):
        at = NOW + timedelta(seconds=seconds)
        untouched, first = met(clocks, FIRST, at)
        assert untouched == clocks[0]
        assert (first.met_at, first.broken) == (at, broken)


def test_a_promise_is_met_once() -> None:
    """A second answer changes nothing, nor does a breach that was noted heal."""
    clock = Clock(FIRST, NOW, timedelta(minutes=10), NOW + timedelta(minutes=10), broken=True)
    once = met((clock,), FIRST, NOW + timedelta(minutes=5))
    assert once[0].broken
    assert met(once, FIRST, NOW + timedelta(hours=5)) == once


def test_due_times_do_not_stumble_over_a_clock_change() -> None:
    """Hazards, time: 4 h for 5 real ones on 2026-10-25; in UTC, four hours are four hours."""
    at = datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("UTC"))
    (clock,) = started(Sla(first_response=timedelta(hours=4)), at, acknowledged=False, awaited=True)
    assert clock.due_at.astimezone(ZoneInfo("Europe/Berlin")).hour == 5
