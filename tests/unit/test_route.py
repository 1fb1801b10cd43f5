"""Which team a bucket's mail goes to at a given moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

from mailflow.model import Calendar, Span
from mailflow.rules.route import route
from tests.unit import samples

OFFICE = Calendar("Europe/Berlin", False, tuple(Span(day, time(9), time(18)) for day in range(5)))
DESK = samples.desk(
    teams=tuple(replace(t, calendar=OFFICE) if t.name == "billing" else t for t in samples.TEAMS)
)


def test_open_team_gets_its_mail() -> None:
    """Contract: the bucket's team gets it first; 09:00 in Berlin is open."""
    found = route(DESK, "billing", "billing", datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    assert (found.team, found.looks_after, found.opens_at) == ("billing", "billing", None)
    assert "open" in found.because


def test_closed_team_is_looked_after_until_it_opens() -> None:
    """Contract: while the owning team is closed, mails go to `when_closed`, which answers until then."""
    found = route(DESK, "billing", "billing", datetime(2026, 11, 27, 17, 0, tzinfo=UTC))
    assert (found.team, found.looks_after) == ("billing", "support")
    assert found.opens_at == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert "support" in found.because


def test_the_owner_counts_not_the_buckets_team() -> None:
    """An escalated ticket stays with the team that has it now."""
    found = route(DESK, "billing", "support", datetime(2026, 11, 28, 3, 0, tzinfo=UTC))
    assert (found.team, found.looks_after) == ("support", "support")
