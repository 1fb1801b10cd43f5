"""The life of a ticket: statuses, effects, history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from mailflow.model import (
    Address,
    Choice,
    ClockWish,
    Command,
    Effect,
    Event,
    Happened,
    Kind,
    Participant,
    Priority,
    Promise,
    Role,
    Route,
    Status,
    Turn,
)
from mailflow.ticket.lifecycle import NEXT, change, opened
from mailflow.ticket.setting import Setting
from tests.unit import samples

O, W, R, C = Status.OPEN, Status.WAITING, Status.RESOLVED, Status.CLOSED  # noqa: E741
SETTING = samples.setting()
SILENT = replace(SETTING, silence="Auto-Submitted: auto-replied")
AWAY = replace(SETTING, way=Route("billing", "support", "closed", samples.NOW))
BY_TEAM = "team:support"


def event(what: Happened, side: str = "customer", text: str = "words") -> Event:
    return Event(what, "who@example.com", side, text, "why", "#line")


def team(*names: str, text: str = "words") -> Event:
    """A colleague's answer with these bare commands."""
    commands = tuple(Command(name, "", f"#{name}") for name in names if name)
    return Event(Happened.TEAM_WROTE, "who@example.com", BY_TEAM, text, commands=commands)


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


BY_CLOCKS = (
    *(Happened.ANSWER_NEAR, Happened.PROMISE_BROKEN, Happened.ANSWER_LATE, Happened.UPDATE_NEAR),
    *(Happened.UPDATE_DUE, Happened.FOLLOW_UP_WAITS, Happened.ESTIMATE_PASSED),
    *(Happened.APPROVAL_LATE, Happened.APPROVAL_EXPIRED, Happened.TEAM_OPENED),
)


def test_the_table_is_total() -> None:
    """Each pair of a status and an event has its row."""
    assert set(NEXT) == set(product(Status, Happened))


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (Happened.OPENED, [O, O, O, O]),
        (Happened.AUTOMATIC_WROTE, [O, W, R, C]),
        (Happened.CUSTOMER_WROTE, [O, O, O, O]),
        (Happened.ORIGINAL_CAME, [O, W, R, C]),
        (Happened.STRANGER_WROTE, [O, W, R, C]),
        (Happened.MEMBER_UNPROVEN, [O, W, R, C]),
        (Happened.AUTOMATIC_REPLIED, [O, W, R, C]),
        (Happened.BOUNCED, [O, O, O, C]),
        (Happened.TEAM_WROTE, [O, W, R, C]),
        (Happened.TEAM_ERRED, [O, W, R, C]),
        (Happened.CUSTOMER_CONFIRMED, [O, W, C, C]),
        (Happened.CUSTOMER_THANKED, [O, W, R, C]),
        (Happened.SILENCE_PASSED, [O, W, C, C]),
        *((what, [O, W, R, C]) for what in BY_CLOCKS),
    ],
)
def test_next_status(what: Happened, expected: list[Status]) -> None:
    """Who writes reopens only if it is the customer; notes and errors of a team move nothing."""
    assert [NEXT[status, what] for status in (O, W, R, C)] == expected


def test_closing_time_is_the_first_and_goes_with_reopening() -> None:
    """`closed` of `show` is when the ticket was closed, once; an open ticket has none."""
    once = change(samples.ticket(), team("close"), SETTING).ticket
    assert once is not None
    assert once.closed_at == samples.NOW
    later = replace(SETTING, at=samples.NOW + timedelta(days=1))
    again = change(once, team("close"), later).ticket
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
    ticket = opened(7, message, samples.desk(), samples.NOW)
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
    ticket = opened(7, message, samples.desk(), samples.NOW)
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
    assert [one.why for one in turn.entries if one.what == "not sent: acknowledgement"] == [
        SILENT.silence
    ]


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


@pytest.mark.parametrize("wrote", [event(Happened.TEAM_ERRED, BY_TEAM), team("help")])
def test_only_the_writer_hears_of_a_failed_or_help_command(wrote: Event) -> None:
    """Contract: a mail with an unknown command does nothing; its writer gets a receipt."""
    ticket = samples.ticket()
    turn = change(ticket, wrote, SETTING)
    assert [one.kind for one in turn.effects] == [Kind.RECEIPT]
    assert not turn.effects[0].passes_on
    assert turn.ticket == ticket


def test_every_change_of_status_is_in_the_history() -> None:
    """`show`: the timeline says what, by whom, why."""
    turn = change(samples.ticket(), team("resolve"), SETTING)
    last = turn.entries[-1]
    assert (last.what, last.by, last.why) == ("resolved", "who@example.com", "team_wrote")


# --- The customer's word -------------------------------------------------------------------------


def wishes(turn: Turn) -> list[tuple[str, bool]]:
    """The clocks that begin or end, but for that of a closed team."""
    return [
        (one.promise.value, one.begin) for one in turn.clocks if one.promise is not Promise.HANDOVER
    ]


def test_a_new_request_starts_its_promises() -> None:
    """Contract, clocks: acknowledgement and first response start with the mail."""
    turn = change(samples.ticket(), event(Happened.OPENED), SETTING)
    assert wishes(turn) == [("acknowledgement", True), ("first_response", True)]


@pytest.mark.parametrize("setting", [SILENT, SETTING])
@pytest.mark.parametrize("silence", ["", "marked as spam"])
@pytest.mark.parametrize("awaited", [True, False])
def test_no_promise_is_made_to_who_gets_no_answer(
    setting: Setting, silence: str, awaited: bool
) -> None:
    """Contract, clocks: none where no acknowledgement may be sent; none where no person waits."""
    turn = change(
        samples.ticket(silence=silence), event(Happened.OPENED), replace(setting, awaited=awaited)
    )
    answered = not (setting.silence or silence)
    expected = ["acknowledgement"] * answered + ["first_response"] * awaited
    assert [name for name, _ in wishes(turn)] == expected
    assert (Kind.ACKNOWLEDGEMENT in [one.kind for one in turn.effects]) == answered


@pytest.mark.parametrize("status", [O, W])
def test_a_follow_up_awaits_an_answer(status: Status) -> None:
    """The team is reminded of a follow-up as of a new request; a new promise it is not."""
    turn = change(samples.ticket(status=status), event(Happened.CUSTOMER_WROTE), SETTING)
    assert wishes(turn) == [("next_answer", True)]
    assert turn.ticket.priority is Priority.NORMAL


@pytest.mark.parametrize("status", [R, C])
def test_a_reopened_ticket_goes_ahead_of_new_ones(status: Status) -> None:
    """The promise: a follow-up goes ahead of new requests; the first answer is promised again."""
    turn = change(samples.ticket(status=status), event(Happened.CUSTOMER_WROTE), SETTING)
    ends = [("confirmation", False)] if status is R else []
    assert wishes(turn) == [("first_response", True), *ends]
    assert turn.ticket.priority is Priority.HIGH


@pytest.mark.parametrize("status", list(Status))
def test_imported_follow_ups_await_nothing(status: Status) -> None:
    """Contract, ingest --no-ack: nobody waits for an answer to history."""
    quiet = replace(SETTING, awaited=False)
    turn = change(samples.ticket(status=status), event(Happened.CUSTOMER_WROTE), quiet)
    assert all(not begins for _, begins in wishes(turn))


@pytest.mark.parametrize("setting", [SETTING, SILENT])
def test_the_customers_word_closes(setting: Setting) -> None:
    """The promise: confirmed with the customer, closed with every detail."""
    turn = change(samples.ticket(status=R), event(Happened.CUSTOMER_CONFIRMED), setting)
    closing = [] if setting.silence else [("closing", "", "confirmed")]
    assert kinds(turn.effects) == [*closing, ("forward", "support", "confirmed")]
    assert wishes(turn) == [("confirmation", False)]
    assert (turn.ticket.status, turn.ticket.closed_at) == (C, samples.NOW)


def test_thanks_change_nothing() -> None:
    """An ended ticket stays ended: nobody is asked to answer a thank-you."""
    ended = samples.ticket(status=C, closed_at=samples.NOW)
    turn = change(ended, event(Happened.CUSTOMER_THANKED), SETTING)
    assert kinds(turn.effects) == [("forward", "support", "thanks")]
    assert (turn.ticket, turn.clocks) == (ended, ())


@pytest.mark.parametrize(
    ("what", "ends"),
    [
        (Happened.CUSTOMER_WROTE, True),
        (Happened.BOUNCED, True),
        (Happened.SILENCE_PASSED, True),
        (Happened.STRANGER_WROTE, False),
        (Happened.TEAM_ERRED, False),
        (Happened.AUTOMATIC_REPLIED, False),
    ],
)
def test_what_is_solved_no_more_is_not_closed_by_silence(what: Happened, ends: bool) -> None:
    """Whatever moves a solved ticket on ends the wait for its confirmation."""
    turn = change(samples.ticket(status=R), event(what), SETTING)
    assert (("confirmation", False) in wishes(turn)) is ends


@pytest.mark.parametrize(("name", "ends"), [("wait", True), ("escalate", True), ("close", True)])
def test_a_team_that_goes_on_ends_the_wait_for_a_confirmation(name: str, ends: bool) -> None:
    """A team may find that it is not solved after all."""
    turn = change(samples.ticket(status=R), team(name), SETTING)
    assert (("confirmation", False) in wishes(turn)) is ends
    assert turn.ticket.status is {"wait": W, "escalate": O, "close": C}[name]


# --- Who gets nothing automatic ------------------------------------------------------------------

TO_CUSTOMER = {
    *(Kind.ACKNOWLEDGEMENT, Kind.NOTICE, Kind.STATUS, Kind.ESCALATION),
    *(Kind.RESOLUTION, Kind.CLOSING, Kind.REPLY),
}


@pytest.mark.parametrize(("status", "what"), list(product(Status, Happened)))
@pytest.mark.parametrize("lasting", [True, False])
def test_silent_customers_get_nothing_automatic(status: Status, what: Happened, lasting: bool) -> None:
    """Hazards, who may: no automatic mail at all to whom it may not go; the history says what and why."""
    setting = replace(SETTING, overflow=True, silence="" if lasting else "limit reached")
    ticket = samples.ticket(status=status, silence="a list" if lasting else "")
    loud = change(samples.ticket(status=status), event(what), replace(SETTING, overflow=True))
    turn = change(ticket, event(what), setting)
    persons = [one for one in turn.effects if one.kind in TO_CUSTOMER]
    assert all(one.person for one in persons)
    spared = [one.kind.value for one in loud.effects if one.kind in TO_CUSTOMER and not one.person]
    said = [(one.what, one.why) for one in turn.entries if one.what.startswith("not sent: ")]
    why = "a list" if lasting else "limit reached"
    assert said == ([(f"not sent: {', '.join(spared)}", why)] if spared else [])
    inside = [one for one in loud.effects if one.kind not in TO_CUSTOMER]
    assert [one for one in turn.effects if one.kind not in TO_CUSTOMER] == inside


@pytest.mark.parametrize("name", ["escalate", "status", "resolve", "close", ""])
def test_what_a_person_wants_said_is_said(name: str) -> None:
    """Limits and silence are for automatic mail only: a person decides for themselves."""
    turn = change(samples.ticket(silence="a list"), team(name), SETTING)
    said = [one for one in turn.effects if one.kind in TO_CUSTOMER]
    assert [one.person for one in said] == [True]


# --- Clocks strike -------------------------------------------------------------------------------


def struck(what: Happened, promise: Promise = Promise.FIRST_RESPONSE) -> Event:
    return Event(what, "mailflow", promise=promise)


def test_the_first_answer_is_near() -> None:
    """Contract, first_response: reminder to the owning team and level 1, each once."""
    turn = change(samples.ticket(), struck(Happened.ANSWER_NEAR), SETTING)
    assert kinds(turn.effects) == [("reminder", "support", "first_response")]
    theirs = samples.ticket(team="sysadmins", level=3)
    turn = change(theirs, struck(Happened.ANSWER_NEAR), samples.setting(theirs))
    assert [one.team for one in turn.effects] == ["sysadmins", "support"]
    closed = samples.setting(theirs, samples.SATURDAY)
    assert [one.team for one in change(theirs, struck(Happened.ANSWER_NEAR), closed).effects] == [
        "support"
    ]


@pytest.mark.parametrize("promise", [Promise.ACKNOWLEDGEMENT, Promise.FIRST_RESPONSE])
def test_a_broken_promise(promise: Promise) -> None:
    """The promise: management knows about it."""
    turn = change(samples.ticket(), struck(Happened.PROMISE_BROKEN, promise), SETTING)
    (breach,) = turn.effects
    assert (breach.kind, breach.team, breach.promise) == (Kind.BREACH, "management", promise)
    assert turn.entries[0].what == f"promise broken: {promise.value}"


def test_long_after_the_breach_the_next_level_gets_it() -> None:
    """Contract, escalate_after: a broken first_response hands the ticket to the next level."""
    turn = change(samples.ticket(), struck(Happened.ANSWER_LATE), SETTING)
    assert kinds(turn.effects) == [
        ("escalation", "", "waited"),
        ("handover", "sysadmins", "waited"),
        ("note", "support", "escalated"),
    ]
    assert (turn.ticket.team, turn.ticket.level) == ("sysadmins", 3)
    assert not turn.effects[0].person, "it is no answer of a person"
    closed = samples.setting(at=samples.SATURDAY)
    turn = change(samples.ticket(), struck(Happened.ANSWER_LATE), closed)
    assert kinds(turn.effects) == [("escalation", "", "waited"), ("note", "support", "escalated")]
    assert turn.clocks == (ClockWish(Promise.HANDOVER, True, samples.MONDAY),)


@pytest.mark.parametrize("changes", [{"team": "sysadmins", "level": 3}, {"status": W}, {"status": R}])
def test_a_late_answer_that_nobody_can_take_over(changes: dict[str, Any]) -> None:
    """At the top there is nobody above; what waits for the customer is nobody's delay."""
    ticket = samples.ticket(**changes)
    turn = change(ticket, struck(Happened.ANSWER_LATE), samples.setting(ticket))
    assert (turn.ticket, turn.effects) == (ticket, ())
    assert [one.what for one in turn.entries] == ["not escalated"]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (Happened.UPDATE_NEAR, [("reminder", "sysadmins", "status_update")]),
        (Happened.UPDATE_DUE, [("status", "", "automatic")]),
        (Happened.FOLLOW_UP_WAITS, [("reminder", "sysadmins", "next_answer")]),
        (Happened.ESTIMATE_PASSED, [("notice", "", "longer"), ("reminder", "sysadmins", "estimate")]),
        (
            Happened.APPROVAL_LATE,
            [("reminder", "management", "approval"), ("note", "sysadmins", "approval_late")],
        ),
        (Happened.APPROVAL_EXPIRED, [("note", "sysadmins", "approval_expired")]),
    ],
)
def test_what_a_clock_brings(what: Happened, expected: list[tuple[str, str, str]]) -> None:
    """Contract, clocks: who is reminded, what goes out by itself; while closed, who looks after it."""
    ticket = samples.ticket(team="sysadmins", level=3)
    turn = change(ticket, struck(what), samples.setting(ticket))
    assert kinds(turn.effects) == expected
    assert not any(one.person for one in turn.effects)
    away = change(ticket, struck(what), samples.setting(ticket, samples.SATURDAY))
    assert kinds(away.effects) == [
        (kind, "support" if team == "sysadmins" else team, topic) for kind, team, topic in expected
    ]


def test_an_approval_expires() -> None:
    """Contract, [sla] approval: then management is reminded, the team told; once more, it is over."""
    asked = samples.ticket(approval="asked")
    assert change(asked, struck(Happened.APPROVAL_LATE), SETTING).ticket.approval == "asked"
    assert change(asked, struck(Happened.APPROVAL_EXPIRED), SETTING).ticket.approval == "expired"


@pytest.mark.parametrize("setting", [SETTING, SILENT])
def test_silence_closes(setting: Setting) -> None:
    """Contract, confirm: a resolved ticket closes itself after this; the team is told."""
    turn = change(samples.ticket(status=R), struck(Happened.SILENCE_PASSED), setting)
    closing = [] if setting.silence else [("closing", "", "silence")]
    assert kinds(turn.effects) == [*closing, ("note", "support", "closed")]
    assert (turn.ticket.status, turn.ticket.closed_at) == (C, samples.NOW)


@pytest.mark.parametrize("status", list(Status))
def test_the_team_opens(status: Status) -> None:
    """Contract: when the team opens it gets a handover of each of its tickets that is still open."""
    ticket = samples.ticket(team="sysadmins", level=3, status=status)
    setting = samples.setting(ticket, samples.MONDAY)
    turn = change(ticket, struck(Happened.TEAM_OPENED, Promise.HANDOVER), setting)
    handed = [("handover", "sysadmins", "opened")] if status in (O, W) else []
    assert kinds(turn.effects) == handed
    assert turn.clocks == ()


def test_the_team_that_did_not_open_is_waited_for() -> None:
    """A holiday that was added later: the next opening counts."""
    ticket = samples.ticket(team="sysadmins", level=3)
    setting = samples.setting(ticket, samples.SATURDAY)
    turn = change(ticket, struck(Happened.TEAM_OPENED, Promise.HANDOVER), setting)
    assert turn.effects == ()
    assert turn.clocks == (ClockWish(Promise.HANDOVER, True, samples.MONDAY),)


@pytest.mark.parametrize("what", [Happened.OPENED, Happened.CUSTOMER_WROTE])
def test_mail_to_a_closed_team_is_handed_over_when_it_opens(what: Happened) -> None:
    """Contract: `when_closed` answers until then."""
    ticket = samples.ticket(team="sysadmins", level=3)
    turn = change(ticket, event(what), samples.setting(ticket, samples.SATURDAY))
    assert turn.clocks[-1] == ClockWish(Promise.HANDOVER, True, samples.MONDAY)
    assert "support" in [one.team for one in turn.effects]
    at_work = change(ticket, event(what), samples.setting(ticket))
    assert at_work.clocks[-1] == ClockWish(Promise.HANDOVER, False)


def test_overflow_tells_the_customer() -> None:
    """The promise, high volume: specialists take some; the customer is told that this is normal."""
    ticket = samples.ticket(team="sysadmins", level=3)
    setting = samples.setting(ticket, overflow=True)
    turn = change(ticket, event(Happened.OPENED), setting)
    assert kinds(turn.effects) == [
        ("acknowledgement", "", ""),
        ("forward", "sysadmins", "new"),
        ("escalation", "", "volume"),
    ]
