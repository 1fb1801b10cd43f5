"""The rules of clocks: when each step falls, what meets a clock, when it stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.model import Clock, ClockWish, Kind, Promise, Sla, Status, Step
from mailflow.rules import promises
from mailflow.rules.promises import HAPPENS, begun, delivered, due_step, met, standing, taken, wished

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SLA = Sla()
BERLIN = ZoneInfo("Europe/Berlin")
MOVED = (Status.WAITING, Status.RESOLVED, Status.CLOSED)


def clock(promise: Promise, sla: Sla = SLA, due_at: datetime | None = None) -> Clock:
    return begun(promise, sla, AT, due_at)


def only(clocks: tuple[Clock, ...]) -> Clock:
    (one,) = clocks
    return one


def steps(one: Clock, until: datetime, every: timedelta = MINUTE) -> list[tuple[Step, timedelta]]:
    """The steps that a clock takes when it is looked at again and again, and when."""
    found, at = [], one.started_at
    while at <= until:
        while (step := due_step(one, at)) is not None:
            found.append((step, at - one.started_at))
            one = taken(one, step, at)
        at += every
    return found


# --- Beginning -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promise", "within"),
    [
        (Promise.ACKNOWLEDGEMENT, 2 * MINUTE),
        (Promise.FIRST_RESPONSE, 10 * MINUTE),
        (Promise.STATUS_UPDATE, 4 * HOUR),
        (Promise.CONFIRMATION, 72 * HOUR),
        (Promise.NEXT_ANSWER, 10 * MINUTE),
        (Promise.APPROVAL, 24 * HOUR),
    ],
)
def test_a_clock_has_the_duration_in_force(promise: Promise, within: timedelta) -> None:
    """Each promise runs as long as `[sla]` says, from its start, unmet and unbroken."""
    one = clock(promise)
    assert (one.started_at, one.within, one.due_at) == (AT, within, AT + within)
    assert (one.met_at, one.broken, one.paused_at, one.step) == (None, False, None, None)


@pytest.mark.parametrize("promise", [Promise.ESTIMATE, Promise.HANDOVER])
def test_a_named_time_is_the_due_time(promise: Promise) -> None:
    """An estimate and an opening have a moment instead of a duration."""
    one = clock(promise, due_at=AT + 5 * HOUR)
    assert (one.within, one.due_at, one.next_at) == (5 * HOUR, AT + 5 * HOUR, AT + 5 * HOUR)


@pytest.mark.parametrize(
    ("within", "before", "reminds"),
    [
        (10 * MINUTE, 3 * MINUTE, 3 * MINUTE),
        (6 * MINUTE + TICK * 2, 3 * MINUTE, 3 * MINUTE),
        (6 * MINUTE, 3 * MINUTE, 3 * MINUTE),  # at the limit
        (6 * MINUTE - TICK * 2, 3 * MINUTE, 3 * MINUTE - TICK),
        (2 * MINUTE, 3 * MINUTE, MINUTE),
        (10 * MINUTE, timedelta(0), timedelta(0)),
    ],
)
def test_a_reminder_comes_at_half_of_the_time_at_the_earliest(
    within: timedelta, before: timedelta, reminds: timedelta
) -> None:
    """`remind_before` is never longer than half of the promise it reminds of."""
    one = clock(Promise.FIRST_RESPONSE, Sla(first_response=within, remind_before=before))
    assert one.remind == reminds
    assert one.next_at == one.due_at - reminds


@pytest.mark.parametrize(
    "promise", sorted(set(Promise) - {Promise.FIRST_RESPONSE, Promise.STATUS_UPDATE})
)
def test_nothing_else_reminds(promise: Promise) -> None:
    """Only a first answer and a status update have a reminder before their time."""
    assert clock(promise, due_at=AT + HOUR).remind == timedelta(0)


def test_a_changed_configuration_moves_no_running_clock() -> None:
    """Steps and breaks go by what is stored with the clock, not by what `[sla]` says now."""
    one = clock(Promise.FIRST_RESPONSE, Sla(first_response=HOUR))
    (same,) = wished((one,), (), Sla(first_response=MINUTE), AT + 2 * MINUTE)
    assert same == one
    assert due_step(same, AT + 30 * MINUTE) is None


# --- Steps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "step"),
    [
        (7 * MINUTE - TICK, None),
        (7 * MINUTE, Step.REMIND),
        (7 * MINUTE + TICK, Step.REMIND),
        (10 * MINUTE - TICK, Step.REMIND),
        (10 * MINUTE, Step.DUE),
        (10 * MINUTE + TICK, Step.DUE),
        (72 * HOUR, Step.DUE),
    ],
)
def test_a_reminder_of_what_is_due_is_skipped(after: timedelta, step: Step | None) -> None:
    """Below, at and above each moment: nothing, the reminder, and from the due time on only the break."""
    assert due_step(clock(Promise.FIRST_RESPONSE), AT + after) is step


@pytest.mark.parametrize(
    ("after", "step"),
    [(10 * MINUTE - TICK, None), (10 * MINUTE, Step.DUE), (10 * MINUTE + TICK, Step.DUE)],
)
def test_after_the_reminder_comes_the_due_time(after: timedelta, step: Step | None) -> None:
    """A reminder that was sent is not sent again; the clock goes on to its due time."""
    reminded = taken(clock(Promise.FIRST_RESPONSE), Step.REMIND, AT + 7 * MINUTE)
    assert due_step(reminded, AT + after) is step
    assert not reminded.broken
    assert reminded.next_at == reminded.due_at


@pytest.mark.parametrize(
    ("after", "step"),
    [(40 * MINUTE - TICK, None), (40 * MINUTE, Step.AFTER), (40 * MINUTE + TICK, Step.AFTER)],
)
def test_the_last_step_comes_its_time_after_the_break(after: timedelta, step: Step | None) -> None:
    """`escalate_after` counts from the due time."""
    one = clock(Promise.FIRST_RESPONSE, Sla(escalate_after=30 * MINUTE))
    broken = taken(one, Step.DUE, AT + 10 * MINUTE)
    assert broken.broken
    assert due_step(broken, AT + after) is step


def test_steps_come_in_order_each_once() -> None:
    """Reminder, break, escalation: each at its moment and only there."""
    one = clock(Promise.FIRST_RESPONSE, Sla(escalate_after=30 * MINUTE))
    assert steps(one, AT + 48 * HOUR) == [
        (Step.REMIND, 7 * MINUTE),
        (Step.DUE, 10 * MINUTE),
        (Step.AFTER, 40 * MINUTE),
    ]


def test_after_a_long_standstill_of_the_daemon_no_step_is_lost_but_the_reminder() -> None:
    """What fell due meanwhile is done at once, in order; only the reminder has lost its sense."""
    one = clock(Promise.FIRST_RESPONSE, Sla(escalate_after=30 * MINUTE))
    assert steps(one, AT + 9 * HOUR, every=5 * HOUR) == [(Step.DUE, 5 * HOUR), (Step.AFTER, 5 * HOUR)]


@pytest.mark.parametrize("promise", list(Promise))
def test_every_step_that_can_be_taken_means_something(promise: Promise) -> None:
    """No clock takes a step that has no entry in the table of events, and it takes all of those."""
    one = clock(promise, Sla(escalate_after=HOUR), AT + HOUR)
    assert [(promise, step) for step, _ in steps(one, AT + 48 * HOUR)] == [
        key for key in HAPPENS if key[0] is promise
    ]


@pytest.mark.parametrize("promise", list(Promise))
def test_only_two_promises_break_by_themselves(promise: Promise) -> None:
    """An acknowledgement or a first answer that is due breaks; of the others something else follows."""
    one = taken(clock(promise), Step.DUE, AT + HOUR)
    assert one.broken == (promise in (Promise.ACKNOWLEDGEMENT, Promise.FIRST_RESPONSE))


@pytest.mark.parametrize(
    ("promise", "ends"),
    [
        (Promise.ACKNOWLEDGEMENT, False),
        (Promise.FIRST_RESPONSE, False),
        (Promise.STATUS_UPDATE, False),
        (Promise.CONFIRMATION, True),
        (Promise.NEXT_ANSWER, True),
        (Promise.ESTIMATE, True),
        (Promise.HANDOVER, True),
        (Promise.APPROVAL, False),  # it has a further step
    ],
)
def test_what_nobody_can_meet_any_more_ends_with_its_last_step(promise: Promise, ends: bool) -> None:
    """A promise to the customer runs on until it is met; a silence that has passed is over."""
    at = AT + 80 * HOUR
    one = taken(clock(promise), Step.DUE, at)
    assert one.met_at == (at if ends else None)
    if promise is Promise.APPROVAL:
        assert taken(one, Step.AFTER, at).met_at == at


def test_a_met_clock_takes_no_step() -> None:
    """Whatever the time is."""
    one = only(met((clock(Promise.FIRST_RESPONSE),), Promise.FIRST_RESPONSE, AT + MINUTE))
    assert one.next_at is None
    assert due_step(one, AT + 99 * HOUR) is None


@given(
    within=st.timedeltas(min_value=2 * TICK, max_value=90 * 24 * HOUR),
    before=st.timedeltas(min_value=timedelta(0), max_value=90 * 24 * HOUR),
    after=st.none() | st.timedeltas(min_value=SECOND, max_value=90 * 24 * HOUR),
    looks=st.lists(st.timedeltas(min_value=timedelta(0), max_value=300 * 24 * HOUR), max_size=8),
)
def test_whenever_it_is_looked_at_a_step_is_taken_once_and_never_early(
    within: timedelta, before: timedelta, after: timedelta | None, looks: list[timedelta]
) -> None:
    """For all durations and moments: ascending steps, none before its time, `next_at` tells the next."""
    one = clock(
        Promise.FIRST_RESPONSE,
        Sla(first_response=within, remind_before=before, escalate_after=after),
    )
    order, seen = list(Step), []
    for look in sorted(looks):
        while (step := due_step(one, AT + look)) is not None:
            times = {Step.REMIND: one.due_at - one.remind, Step.DUE: one.due_at}
            assert one.next_at is not None
            assert one.next_at <= AT + look
            assert times.get(step, one.due_at + (after or timedelta(0))) <= AT + look
            seen.append(order.index(step))
            one = taken(one, step, AT + look)
        assert one.next_at is None or one.next_at > AT + look
        assert one.broken == (AT + look >= one.due_at)
    assert seen == sorted(set(seen))


# --- Meeting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("promise", [Promise.ACKNOWLEDGEMENT, Promise.FIRST_RESPONSE])
@pytest.mark.parametrize(("late", "broken"), [(-TICK, False), (timedelta(0), False), (TICK, True)])
def test_at_its_time_is_in_time(promise: Promise, late: timedelta, broken: bool) -> None:
    """Met before or exactly at the due time a promise is kept, any later it is broken."""
    one = clock(promise)
    after = only(met((one,), promise, one.due_at + late))
    assert (after.met_at, after.broken) == (one.due_at + late, broken)


@pytest.mark.parametrize(
    "promise", sorted(set(Promise) - {Promise.ACKNOWLEDGEMENT, Promise.FIRST_RESPONSE})
)
def test_a_late_update_is_kept(promise: Promise) -> None:
    """The others are met whenever they are: a status that went out at the due time keeps its promise."""
    one = clock(promise)
    assert not only(met((one,), promise, one.due_at + HOUR)).broken


def test_broken_stays_broken() -> None:
    """What broke is met later and counts as broken, even if its end was wished for."""
    one = taken(clock(Promise.FIRST_RESPONSE), Step.DUE, AT + 10 * MINUTE)
    for kept in (False, True):
        after = only(met((one,), Promise.FIRST_RESPONSE, AT + HOUR, kept=kept))
        assert (after.broken, after.met_at) == (True, AT + HOUR)


def test_meeting_moves_nothing_else() -> None:
    """Other promises run on, and what was met before keeps its time."""
    done = only(met((clock(Promise.FIRST_RESPONSE),), Promise.FIRST_RESPONSE, AT + MINUTE))
    other = clock(Promise.STATUS_UPDATE)
    assert met((done, other), Promise.FIRST_RESPONSE, AT + HOUR) == (done, other)


def test_a_wish_begins_a_clock_and_ends_the_one_before() -> None:
    """At most one clock of a promise runs; the one it replaces is not broken by that."""
    old = clock(Promise.FIRST_RESPONSE)
    ended, new = wished((old,), (ClockWish(Promise.FIRST_RESPONSE, True),), SLA, AT + HOUR)
    assert (ended.met_at, ended.broken) == (AT + HOUR, False)
    assert new == begun(Promise.FIRST_RESPONSE, SLA, AT + HOUR)


def test_a_wish_can_only_end_a_clock() -> None:
    """Without `begin` none begins; without a running one nothing happens."""
    wish = ClockWish(Promise.CONFIRMATION, False)
    ended = only(wished((clock(Promise.CONFIRMATION),), (wish,), SLA, AT + HOUR))
    assert ended.met_at == AT + HOUR
    assert wished((), (wish,), SLA, AT) == ()


@given(
    st.lists(st.tuples(st.sampled_from(list(Promise)), st.booleans(), st.integers(0, 600)), max_size=20)
)
def test_never_do_two_clocks_of_a_promise_run(wishes: list[tuple[Promise, bool, int]]) -> None:
    """Whatever is wished for, in whatever order."""
    clocks: tuple[Clock, ...] = ()
    at = AT
    for promise, begin, minutes in wishes:
        at += minutes * MINUTE
        clocks = wished(clocks, (ClockWish(promise, begin),), SLA, at)
        running = [one.promise for one in clocks if one.met_at is None]
        assert len(running) == len(set(running))
        assert (promises.running(clocks, promise) is not None) == begin


# --- Standing still ------------------------------------------------------------------------------

STANDS = (Promise.STATUS_UPDATE, Promise.NEXT_ANSWER, Promise.ESTIMATE, Promise.APPROVAL)


@pytest.mark.parametrize("promise", list(Promise))
@pytest.mark.parametrize("status", list(Status))
def test_which_clock_stands_in_which_status(promise: Promise, status: Status) -> None:
    """Open: all run. Waiting, resolved: updates and what teams owe stand. Closed: only what is under way
    already runs on, the acknowledgement (contract: it never stands still)."""
    one = only(standing((clock(promise),), status, AT + MINUTE))
    stands = status is Status.CLOSED or (status is not Status.OPEN and promise in STANDS)
    stands = stands and promise is not Promise.ACKNOWLEDGEMENT
    assert one.paused_at == (AT + MINUTE if stands else None)
    assert (due_step(one, AT + 999 * HOUR) is None) == stands


@pytest.mark.parametrize("status", MOVED)
def test_standing_twice_is_standing_once(status: Status) -> None:
    """A further turn in the same status does not move the moment since which it stands."""
    once = standing((clock(Promise.STATUS_UPDATE),), status, AT + HOUR)
    assert standing(once, status, AT + 2 * HOUR) == once


def test_a_clock_goes_on_with_the_time_it_had_left() -> None:
    """An hour before its end it stands for a week, and ends an hour after it goes on."""
    one = clock(Promise.STATUS_UPDATE)
    still = standing((one,), Status.WAITING, AT + 3 * HOUR)
    on = only(standing(still, Status.OPEN, AT + 171 * HOUR))
    assert (on.due_at, on.within, on.paused_at) == (AT + 172 * HOUR, 4 * HOUR, None)
    assert on.next_at == on.due_at - on.remind
    assert [due_step(on, on.due_at + late) for late in (-TICK, timedelta(0))] == [Step.REMIND, Step.DUE]


@pytest.mark.parametrize(
    "evening",
    [
        datetime(2026, 3, 28, 20, 0, tzinfo=BERLIN),  # the night has 11 hours until 08:00
        datetime(2026, 10, 24, 20, 0, tzinfo=BERLIN),  # and 13
        datetime(2026, 11, 24, 20, 0, tzinfo=BERLIN),
    ],
)
def test_a_night_of_summer_time_is_counted_as_it_is(evening: datetime) -> None:
    """Standing and running are counted in real hours, not in those of the wall clock."""
    start = evening.astimezone(UTC)
    morning = datetime(evening.year, evening.month, evening.day + 1, 8, 0, tzinfo=BERLIN).astimezone(
        UTC
    )
    one = begun(Promise.STATUS_UPDATE, SLA, start)
    assert one.due_at - start == 4 * HOUR
    still = standing((one,), Status.WAITING, start + HOUR)
    on = only(standing(still, Status.OPEN, morning))
    assert on.due_at - morning == 3 * HOUR
    assert on.due_at - one.due_at == morning - start - HOUR


def test_what_is_met_while_it_stands_did_not_run_meanwhile() -> None:
    """Met after a day of waiting, an update took the hour that it ran: the due time tells."""
    still = standing((clock(Promise.STATUS_UPDATE),), Status.WAITING, AT + HOUR)
    one = only(met(still, Promise.STATUS_UPDATE, AT + 25 * HOUR))
    assert one.paused_at is None
    assert one.met_at is not None
    assert one.met_at - one.due_at + one.within == HOUR


def test_a_met_clock_neither_stands_nor_goes_on() -> None:
    """What is over keeps its due time in every status."""
    done = met((clock(Promise.STATUS_UPDATE),), Promise.STATUS_UPDATE, AT + HOUR)
    assert standing(done, Status.WAITING, AT + 2 * HOUR) == done
    assert standing(done, Status.OPEN, AT + 3 * HOUR) == done


@given(st.lists(st.tuples(st.sampled_from(list(Status)), st.integers(0, 10_000)), max_size=12))
def test_the_due_time_moves_by_the_time_it_stood(moves: list[tuple[Status, int]]) -> None:
    """For every way through the statuses: due is the start, the duration and the time not open."""
    clocks: tuple[Clock, ...] = (clock(Promise.STATUS_UPDATE),)
    at, since, stood = AT, None, timedelta(0)
    for status, minutes in moves:
        at += minutes * MINUTE
        clocks = standing(clocks, status, at)
        if status is Status.OPEN and since is not None:
            stood, since = stood + (at - since), None
        elif status is not Status.OPEN and since is None:
            since = at
    assert only(clocks).due_at == AT + 4 * HOUR + stood
    assert only(clocks).paused_at == since


# --- Deliveries ----------------------------------------------------------------------------------

OPENING = (clock(Promise.ACKNOWLEDGEMENT), clock(Promise.FIRST_RESPONSE))
SENT = AT + 5 * MINUTE


def after(
    kind: Kind,
    clocks: tuple[Clock, ...] = OPENING,
    *,
    by_person: bool = False,
    status: Status = Status.OPEN,
) -> dict[Promise, bool]:
    """Which clocks there are after that delivery: True for those that run."""
    now = delivered(clocks, kind, by_person=by_person, status=status, sla=SLA, at=SENT)
    return {one.promise: one.met_at is None for one in now}


ACK, FIRST, UPDATE = Promise.ACKNOWLEDGEMENT, Promise.FIRST_RESPONSE, Promise.STATUS_UPDATE
CONFIRM = Promise.CONFIRMATION


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.ACKNOWLEDGEMENT, {ACK: False, FIRST: True}),
        (Kind.NOTICE, {ACK: True, FIRST: True}),
        (Kind.STATUS, {ACK: True, FIRST: True}),
        (Kind.ESCALATION, {ACK: True, FIRST: True}),
        (Kind.CLOSING, {ACK: True, FIRST: True}),
    ],
)
def test_nothing_that_the_desk_says_by_itself_is_a_first_answer(
    kind: Kind, expected: dict[Promise, bool]
) -> None:
    """An acknowledgement meets its promise; updates are not promised before a person answered."""
    assert after(kind) == expected


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        (Kind.REPLY, Status.OPEN, {ACK: True, FIRST: False, UPDATE: True}),
        (Kind.STATUS, Status.OPEN, {ACK: True, FIRST: False, UPDATE: True}),
        (Kind.ESCALATION, Status.OPEN, {ACK: True, FIRST: False, UPDATE: True}),
        (Kind.RESOLUTION, Status.RESOLVED, {ACK: True, FIRST: False, CONFIRM: True}),
        (Kind.CLOSING, Status.CLOSED, {ACK: True, FIRST: False}),
        (Kind.REPLY, Status.CLOSED, {ACK: True, FIRST: False}),
    ],
)
def test_whatever_a_person_sends_is_a_first_answer(
    kind: Kind, status: Status, expected: dict[Promise, bool]
) -> None:
    """It begins the updates, unless the ticket is over; a solution begins the wait for its confirmation."""
    assert after(kind, by_person=True, status=status) == expected


def test_an_acknowledgement_is_none_even_if_a_person_wrote_its_text() -> None:
    """The kind decides."""
    assert after(Kind.ACKNOWLEDGEMENT, by_person=True) == {ACK: False, FIRST: True}


@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.STATUS, Kind.ESCALATION])
@pytest.mark.parametrize("by_person", [True, False])
def test_an_update_meets_the_promise_and_makes_the_next(kind: Kind, by_person: bool) -> None:
    """From the first answer on each mail of these, an automatic one too, promises a further one."""
    answered = delivered(
        OPENING, Kind.REPLY, by_person=True, status=Status.OPEN, sla=SLA, at=AT + MINUTE
    )
    now = delivered(answered, kind, by_person=by_person, status=Status.OPEN, sla=SLA, at=SENT)
    updates = [one for one in now if one.promise is UPDATE]
    assert [(one.started_at, one.met_at) for one in updates] == [(AT + MINUTE, SENT), (SENT, None)]


def test_a_notice_is_no_update() -> None:
    """What the desk says besides neither meets nor begins a status update."""
    answered = delivered(
        OPENING, Kind.REPLY, by_person=True, status=Status.OPEN, sla=SLA, at=AT + MINUTE
    )
    assert (
        delivered(answered, Kind.NOTICE, by_person=False, status=Status.OPEN, sla=SLA, at=SENT)
        == answered
    )


def test_an_answer_that_waits_begins_a_standing_clock() -> None:
    """`#wait` was delivered: the next update is promised, and stands until the customer is back."""
    now = delivered(OPENING, Kind.REPLY, by_person=True, status=Status.WAITING, sla=SLA, at=SENT)
    update = promises.running(now, UPDATE)
    assert update is not None
    assert update.paused_at == SENT


def test_a_solution_of_a_ticket_that_went_on_waits_for_nothing() -> None:
    """The customer wrote before the solution was delivered: silence means nothing any more."""
    assert after(Kind.RESOLUTION, by_person=True, status=Status.OPEN) == {ACK: True, FIRST: False}


def test_a_second_recipient_of_a_solution_starts_the_wait_anew() -> None:
    """One confirmation runs, from the latest delivery on."""
    first = delivered(OPENING, Kind.RESOLUTION, by_person=True, status=Status.RESOLVED, sla=SLA, at=AT)
    now = delivered(first, Kind.RESOLUTION, by_person=True, status=Status.RESOLVED, sla=SLA, at=SENT)
    running = promises.running(now, CONFIRM)
    assert running is not None
    assert running.started_at == SENT
    assert sum(one.promise is CONFIRM and one.met_at is None for one in now) == 1


def test_a_person_also_answers_a_follow_up() -> None:
    """A waiting follow-up is met by a person's mail, not by an automatic one."""
    waits = (*OPENING, clock(Promise.NEXT_ANSWER))
    assert after(Kind.STATUS, waits)[Promise.NEXT_ANSWER]
    assert not after(Kind.STATUS, waits, by_person=True)[Promise.NEXT_ANSWER]
