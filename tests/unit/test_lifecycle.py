"""The life of a ticket: statuses, effects, history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from mailflow.model import (
    Address,
    Choice,
    Effect,
    Event,
    Happened,
    Kind,
    Participant,
    Role,
    Route,
    Status,
)
from mailflow.ticket.lifecycle import NEXT, Setting, change, opened
from tests.unit import samples

O, W, R, C = Status.OPEN, Status.WAITING, Status.RESOLVED, Status.CLOSED  # noqa: E741
SETTING = Setting(samples.desk(), samples.SUPPORT_ROUTE, samples.NOW)
SILENT = replace(SETTING, silence="Auto-Submitted: auto-replied")
AWAY = replace(SETTING, route=Route("billing", "support", "closed", samples.NOW))
BY_TEAM = "team:support"


def event(what: Happened, side: str = "customer", text: str = "words") -> Event:
    return Event(what, "who@example.com", side, text, "why", "#line")


def kinds(effects: tuple[Effect, ...]) -> list[tuple[str, str, str]]:
    return [(one.kind.value, one.team, one.topic) for one in effects]


@pytest.mark.parametrize(("status", "what"), list(product(Status, Happened)))
def test_every_event_in_every_status(status: Status, what: Happened) -> None:
    """The table is total, and change follows it: no event in any status is an error."""
    ticket = samples.ticket(status=status, closed_at=samples.NOW if status is C else None)
    turn = change(ticket, event(what, "customer" if what is Happened.BOUNCED else BY_TEAM), SETTING)
    assert turn.ticket is not None
    assert turn.ticket.status is NEXT[status, what]
    assert turn.entries
    assert (turn.ticket.closed_at is not None) == (turn.ticket.status is C)
    assert (turn.entries[-1].what == turn.ticket.status.value) == (turn.ticket.status is not status)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (Happened.CUSTOMER_WROTE, [O, O, O, O]),
        (Happened.ORIGINAL_CAME, [O, W, R, C]),
        (Happened.STRANGER_WROTE, [O, W, R, C]),
        (Happened.MEMBER_UNPROVEN, [O, W, R, C]),
        (Happened.AUTOMATIC_REPLIED, [O, W, R, C]),
        (Happened.TEAM_ANSWERED, [O, W, R, C]),
        (Happened.TEAM_NOTED, [O, W, R, C]),
        (Happened.TEAM_ERRED, [O, W, R, C]),
        (Happened.TEAM_WAITS, [W, W, W, W]),
        (Happened.TEAM_RESOLVED, [R, R, R, R]),
        (Happened.TEAM_CLOSED, [C, C, C, C]),
    ],
)
def test_next_status(what: Happened, expected: list[Status]) -> None:
    """Who writes reopens only if it is the customer; notes and errors of a team move nothing."""
    assert [NEXT[status, what] for status in (O, W, R, C)] == expected


def test_closing_time_is_the_first_and_goes_with_reopening() -> None:
    """`closed` of `show` is when the ticket was closed, once; an open ticket has none."""
    once = change(samples.ticket(), event(Happened.TEAM_CLOSED, BY_TEAM), SETTING).ticket
    assert once is not None
    assert once.closed_at == samples.NOW
    later = replace(SETTING, at=samples.NOW + timedelta(days=1))
    again = change(once, event(Happened.TEAM_CLOSED, BY_TEAM), later).ticket
    assert again is not None
    assert again.closed_at == samples.NOW
    back = change(again, event(Happened.CUSTOMER_WROTE), later).ticket
    assert back is not None
    assert back.closed_at is None


def test_opened_ticket() -> None:
    """Contract: the team's subject is `[#N bucket] subject`, without reply prefixes, level of its team."""
    message = samples.understood(
        samples.eml(),
        subject="Re: AW: My VPS is slow",
        choice=Choice("billing", 0.5),
        language="de",
    )
    ticket = opened(7, message, replace(SETTING, route=Route("billing", "support", "closed")))
    assert (ticket.number, ticket.subject, ticket.label) == (
        7,
        "My VPS is slow",
        "[#7 billing] My VPS is slow",
    )
    assert (ticket.team, ticket.level, ticket.bucket) == ("billing", 2, "billing")
    assert (ticket.status, ticket.customer, ticket.language) == (O, samples.ANNA, "de")
    assert ticket.opened_at == samples.NOW


def test_opened_without_subject_or_author() -> None:
    """Hazards, parsing: never nothing; a mail without an author or subject is a ticket as well."""
    message = samples.understood(samples.eml(), samples.author(None), subject="")
    ticket = opened(7, message, SETTING)
    assert (ticket.label, ticket.customer.address) == ("[#7 vps]", "")


def test_new_request_is_acknowledged_and_forwarded() -> None:
    """The promise: the customer is told at once, and a team has it."""
    turn = change(samples.ticket(), event(Happened.OPENED), SETTING)
    assert kinds(turn.effects) == [("acknowledgement", "", ""), ("forward", "support", "new")]
    assert turn.effects[1].passes_on
    assert [one.what for one in turn.entries] == ["opened", "classified as vps", "given to support"]


def test_suppressed_acknowledgement_still_makes_a_ticket_and_says_why() -> None:
    """Hazards, who may: a suppressed acknowledgement still makes a ticket, and says why."""
    turn = change(samples.ticket(), event(Happened.OPENED), SILENT)
    assert kinds(turn.effects) == [("forward", "support", "new")]
    assert [one.why for one in turn.entries if one.what == "not acknowledged"] == [SILENT.silence]


@pytest.mark.parametrize("setting", [SETTING, SILENT])
@pytest.mark.parametrize("status", list(Status))
def test_customer_writes_again(status: Status, setting: Setting) -> None:
    """A reopened ticket tells its customer so, unless nothing automatic may go to them."""
    turn = change(samples.ticket(status=status), event(Happened.CUSTOMER_WROTE), setting)
    told = status in (R, C) and not setting.silence
    notice = [("notice", "", "reopened")] if told else []
    assert kinds(turn.effects) == [*notice, ("forward", "support", "again")]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (Happened.OPENED, "forward"),
        (Happened.CUSTOMER_WROTE, "forward"),
        (Happened.ORIGINAL_CAME, "forward"),
        (Happened.AUTOMATIC_WROTE, "forward"),
        (Happened.STRANGER_WROTE, "note"),
        (Happened.MEMBER_UNPROVEN, "note"),
        (Happened.BOUNCED, "bounce"),
    ],
)
def test_while_the_team_is_closed_its_mail_goes_to_who_looks_after(
    what: Happened, expected: str
) -> None:
    """Contract: while the owning team is closed, mails go to `when_closed`."""
    turn = change(samples.ticket(team="billing"), event(what), AWAY)
    teams = [(one.kind.value, one.team) for one in turn.effects if one.team]
    assert teams == [(expected, "support")]


@pytest.mark.parametrize("what", [Happened.STRANGER_WROTE, Happened.MEMBER_UNPROVEN])
@pytest.mark.parametrize("status", list(Status))
def test_strangers_and_the_unproven_get_and_cause_no_mail_outside(
    what: Happened, status: Status
) -> None:
    """Contract: a stranger gets no mail; an unproven member's mail is never relayed."""
    turn = change(samples.ticket(status=status), event(what, ""), SETTING)
    assert [one.kind for one in turn.effects] == [Kind.NOTE]


def test_a_stranger_is_remembered_once_and_takes_no_part() -> None:
    """Contract: shown to the team as new; nobody is let in by writing."""
    first = change(samples.ticket(), event(Happened.STRANGER_WROTE, ""), SETTING).ticket
    assert first is not None
    assert first.participants == (Participant(Address("", "who@example.com"), Role.STRANGER),)
    loud = replace(event(Happened.STRANGER_WROTE, ""), by="WHO@example.com")
    assert change(first, loud, SETTING).ticket == first


def test_an_unknown_author_is_no_participant() -> None:
    """An author without an address cannot be let in, so it is not noted as somebody."""
    unknown = Event(Happened.STRANGER_WROTE, "unknown")
    ticket = change(samples.ticket(), unknown, SETTING).ticket
    assert ticket is not None
    assert ticket.participants == ()


def test_an_automatic_reply_is_kept_and_nothing_follows() -> None:
    """RFC 3834: loop protection stops answers, never storage."""
    turn = change(samples.ticket(status=W), event(Happened.AUTOMATIC_REPLIED), SETTING)
    assert turn.effects == ()
    assert len(turn.entries) == 1


def test_a_bounce_of_the_customers_side_reopens_and_tells_the_team() -> None:
    """Contract, kind bounce: to the team, an answer did not reach the customer."""
    turn = change(samples.ticket(status=R), event(Happened.BOUNCED), SETTING)
    assert turn.ticket is not None
    assert turn.ticket.status is O
    assert kinds(turn.effects) == [("bounce", "support", "")]


def test_a_bounce_of_a_teams_mailbox_is_an_alarm_and_moves_nothing() -> None:
    """Contract, kind alarm: a failing mailbox; the customer's resolution stays what it is."""
    turn = change(samples.ticket(status=R), event(Happened.BOUNCED, "team:billing"), SETTING)
    assert turn.ticket is not None
    assert turn.ticket.status is R
    (alarm,) = turn.effects
    assert (alarm.kind, alarm.team, alarm.text, alarm.why) == (Kind.ALARM, "", "billing", "why")


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        (Happened.TEAM_ANSWERED, Kind.REPLY),
        (Happened.TEAM_WAITS, Kind.REPLY),
        (Happened.TEAM_RESOLVED, Kind.RESOLUTION),
        (Happened.TEAM_CLOSED, Kind.CLOSING),
    ],
)
def test_a_persons_words_go_to_the_customer_and_all_who_share_the_mailbox(
    what: Happened, kind: Kind
) -> None:
    """Contract: an answer goes to the customer; `copy` to the team, once each, where it is looked at."""
    turn = change(samples.ticket(), event(what, BY_TEAM), SETTING)
    assert kinds(turn.effects) == [(kind.value, "", ""), ("copy", "support", kind.value)]
    assert all(one.text == "words" and one.passes_on for one in turn.effects)
    other = change(samples.ticket(), event(what, "team:billing"), SETTING)
    assert [one.team for one in other.effects] == ["", "billing", "support"]


def test_waiting_without_words_writes_to_nobody() -> None:
    """Contract, #wait: the rest goes to the customer; without a rest there is nothing to send."""
    turn = change(samples.ticket(), event(Happened.TEAM_WAITS, BY_TEAM, ""), SETTING)
    assert turn.effects == ()
    assert turn.ticket is not None
    assert turn.ticket.status is W


def test_a_note_never_leaves() -> None:
    """Contract, #note: keeps the rest on the ticket and shows it to the team."""
    turn = change(samples.ticket(), event(Happened.TEAM_NOTED, BY_TEAM), SETTING)
    assert kinds(turn.effects) == [("note", "support", "note")]


@pytest.mark.parametrize("what", [Happened.TEAM_ERRED, Happened.TEAM_ASKED])
def test_only_the_writer_hears_of_a_failed_or_help_command(what: Happened) -> None:
    """Contract: a mail with an unknown command does nothing; its writer gets a receipt."""
    ticket = samples.ticket()
    turn = change(ticket, event(what, BY_TEAM), SETTING)
    assert [one.kind for one in turn.effects] == [Kind.RECEIPT]
    assert not turn.effects[0].passes_on
    assert turn.ticket == ticket


def test_every_change_of_status_is_in_the_history() -> None:
    """`show`: the timeline says what, by whom, why."""
    turn = change(samples.ticket(), event(Happened.TEAM_RESOLVED, BY_TEAM), SETTING)
    last = turn.entries[-1]
    assert (last.what, last.by, last.why) == ("resolved", "who@example.com", "team_resolved")
