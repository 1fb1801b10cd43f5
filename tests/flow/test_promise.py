"""The promise keeps itself: reminders, breaches, escalation by clock and volume, updates, the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailflow.model import Desk, Sla
from tests.flow.desk import PlayedDesk

OpenDesk = Callable[..., PlayedDesk]
MANAGEMENT = "management@example.com"
SUPPORT, SYSADMINS = "l1@example.com", "sysadmins@example.com"


def _with(policy: Desk, **changes: object) -> Sla:
    return replace(policy.sla, **changes)  # type: ignore[arg-type]


def _slow(desk: PlayedDesk, name: str, words: str = "My VPS is slow.") -> None:
    desk.person(name, f"{name}@customer.test").writes(words, f"My VPS is slow, says {name}")


def test_nobody_answers(desk: PlayedDesk) -> None:
    """Contract, clocks: a reminder three minutes before, management at the breach, each once."""
    _slow(desk, "anna")
    desk.passes(minutes=6)
    assert not desk.sent("reminder")
    desk.passes(minutes=1)
    assert [one.recipient for one in desk.sent("reminder")] == [SUPPORT]
    desk.passes(minutes=3)
    [breach] = desk.sent("breach")
    assert breach.recipient == MANAGEMENT
    assert "first answer" in breach.text
    desk.restarts()
    desk.passes(hours=20)
    assert len(desk.sent("reminder")) == 1
    assert len(desk.sent("breach")) == 1


def test_a_broken_first_answer_goes_to_the_next_level(policy: Desk, open_desk: OpenDesk) -> None:
    """Contract, escalate_after: the ticket is handed on, the customer and both teams are told once."""
    desk = open_desk(sla=_with(policy, escalate_after=timedelta(minutes=20)))
    _slow(desk, "anna")
    desk.passes(minutes=29)
    assert not desk.sent("escalation")
    desk.passes(minutes=1)
    [told] = desk.sent("escalation")
    assert told.recipient == "anna@customer.test"
    assert "longer than we promise" in told.text
    assert desk.only_ticket().team == "sysadmins"
    desk.passes(hours=3)
    assert len(desk.sent("escalation")) == 1
    assert len(desk.sent("handover")) == 1


def test_high_volume_goes_to_open_specialists_and_back(policy: Desk, open_desk: OpenDesk) -> None:
    """Contract, overflow: from so many unanswered tickets on new ones go to open specialists; the
    customer is told why, the teams once; it ends by itself, and they are told once."""
    desk = open_desk(sla=_with(policy, overflow=3))
    for name in ("a", "b", "c", "d", "e"):
        _slow(desk, name)
    assert [desk.case(1001 + n).ticket.team for n in range(5)] == ["support"] * 3 + ["sysadmins"] * 2
    assert [one.recipient for one in desk.sent("escalation")] == ["d@customer.test", "e@customer.test"]
    notes = [one for one in desk.sent("note") if "more unanswered requests" in one.text]
    assert sorted(one.recipient for one in notes) == [SUPPORT, SYSADMINS]

    max_ = desk.person("Max", "max@example.com")
    for forward in desk.sent("forward", to=SUPPORT)[:2]:
        max_.answers(forward, f"We look at it, {forward.ticket}.")
    over = [one for one in desk.sent("note") if "back to normal" in one.text]
    assert sorted(one.recipient for one in over) == [SUPPORT, SYSADMINS]
    _slow(desk, "f")
    assert desk.case(1006).ticket.team == "support"


def test_broken_tickets_do_not_count_as_volume(policy: Desk, open_desk: OpenDesk) -> None:
    """Contract, overflow: those that are already broken do not count."""
    desk = open_desk(sla=_with(policy, overflow=2))
    _slow(desk, "a")
    _slow(desk, "b")
    desk.passes(minutes=11)
    _slow(desk, "c")
    assert desk.case(1003).ticket.team == "support"


def test_updates_go_out_by_themselves_and_never_while_waiting(desk: PlayedDesk) -> None:
    """Contract, status_update: the team is asked, at the due time an automatic status goes out; the clock
    stands still while the customer is waited for."""
    _slow(desk, "anna")
    max_ = desk.person("Max", "max@example.com")
    max_.answers(desk.last("forward"), "We look at it.")
    desk.passes(hours=3, minutes=58)
    assert "word from us" in desk.last("reminder").text
    desk.passes(minutes=3)
    [status] = desk.sent("status")
    assert status.header("Auto-Submitted") == "auto-generated"
    max_.answers(desk.last("copy"), "#wait\nWhich server is it?")
    desk.passes(hours=30)
    assert len(desk.sent("status")) == 1


def test_silence_confirms_and_the_end_tells_everything(desk: PlayedDesk) -> None:
    """Contract, confirmation: silence for `confirm` closes; the closing tells what was asked and done."""
    _slow(desk, "anna")
    max_ = desk.person("Max", "max@example.com")
    max_.answers(desk.last("forward"), "#resolve\nYour host was overloaded; we moved you.")
    desk.passes(hours=71)
    assert not desk.sent("closing")
    desk.passes(hours=2)
    [closing] = desk.sent("closing")
    assert "My VPS is slow." in closing.text
    assert "we moved you" in closing.text
    assert desk.only_ticket().status == "closed"


def test_a_no_goes_on_ahead_of_new_requests(desk: PlayedDesk) -> None:
    """Promise, resolution: "no" reopens, raises the priority and restarts the clock of the answer."""
    anna = desk.person("Anna", "anna@customer.test")
    anna.writes("My VPS is slow.", "My VPS is slow")
    desk.person("Max", "max@example.com").answers(desk.last("forward"), "#resolve\nDone.")
    anna.answers(desk.last("resolution"), "No, it is still slow.")
    ticket = desk.only_ticket()
    assert (ticket.status, ticket.priority) == ("open", "high")
    assert "[again]" in desk.last("forward").text
    desk.passes(minutes=11)
    assert len(desk.sent("breach")) == 1


def test_a_late_follow_up_opens_a_linked_ticket(desk: PlayedDesk) -> None:
    """Contract, reopen: after that time a follow-up opens a ticket of its own, with the number it follows."""
    anna = desk.person("Anna", "anna@customer.test")
    anna.writes("My VPS is slow.", "My VPS is slow")
    desk.person("Max", "max@example.com").answers(desk.last("forward"), "#close\nDone.")
    desk.passes(days=15)
    anna.answers(desk.last("closing"), "It is slow again.")
    assert desk.case(1002).ticket.follows == 1001
    assert "1001" in desk.last("forward").text


def test_an_escalation_to_a_closed_team_says_when_it_opens(desk: PlayedDesk) -> None:
    """Issue and contract: "Monday at 08:00, CET", who looks after it until then, and the hand-over at the
    opening, once."""
    desk.watch.set(datetime(2026, 11, 27, 22, 0, tzinfo=UTC))  # Friday, 23:00 in Berlin
    _slow(desk, "anna")
    max_ = desk.person("Max", "max@example.com")
    max_.answers(desk.last("forward"), "#escalate sysadmins steal\nI pass it on.")
    told = desk.last("escalation").text
    assert "Monday at 08:00, CET" in told
    assert "our support" in told
    assert "steal" not in told
    assert not desk.sent("handover", to=SYSADMINS)
    desk.passes(hours=57)
    assert len(desk.sent("handover", to=SYSADMINS)) == 1
    assert "steal" in desk.last("handover").text
    desk.passes(hours=30)
    assert len(desk.sent("handover", to=SYSADMINS)) == 1


def test_an_approval_that_nobody_gives(desk: PlayedDesk) -> None:
    """Contract, approval: management is reminded and the team told, then it expires; nobody else can
    approve."""
    _slow(desk, "anna")
    max_ = desk.person("Max", "max@example.com")
    max_.answers(desk.last("forward"), "#approval a credit of 10 EUR for the outage")
    [request] = desk.sent("approval-request")
    assert request.recipient == MANAGEMENT
    max_.answers(desk.last("note"), "#approve")
    assert "management only" in desk.last("receipt").text
    desk.passes(hours=25)
    assert [one.recipient for one in desk.sent("reminder") if "decision" in one.text] == [MANAGEMENT]
    desk.passes(hours=25)
    assert desk.only_ticket().approval == "expired"
    assert not [one for one in desk.sent(to="anna@customer.test") if "credit" in one.text]


def test_an_estimate_that_passes_is_told(desk: PlayedDesk) -> None:
    """Issue: an estimate is named in updates; when it passes, the customer is told that it takes longer."""
    _slow(desk, "anna")
    max_ = desk.person("Max", "max@example.com")
    max_.answers(desk.last("forward"), "#eta 2h\nWe are on it.")
    desk.passes(hours=2, minutes=1)
    [notice] = desk.sent("notice")
    assert "takes longer" in notice.text
    desk.passes(hours=10)
    assert len(desk.sent("notice")) == 1


def test_a_digest_comes_when_the_team_opens(policy: Desk, open_desk: OpenDesk) -> None:
    """Contract, digest: the open list when the team opens, once a day, and not while it is closed."""
    teams = tuple(replace(team, digest=team.name == "sysadmins") for team in policy.teams)
    desk = open_desk(teams=teams)
    desk.person("Anna", "anna@customer.test").writes(
        "Please configure a custom firewall rule set for my VPS.", "Custom firewall rules"
    )
    for _ in range(48):
        desk.passes(hours=1)
        desk.sends_digests()
    digests = desk.sent("digest")
    assert [one.recipient for one in digests] == [SYSADMINS] * len(digests)
    assert len(digests) in (2, 3)  # two nights, and what is left of the first day
    assert all("#1001 custom-config" in one.text for one in digests)
