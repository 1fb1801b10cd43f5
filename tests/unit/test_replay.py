"""A history tells which clocks must be on file, and every difference is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailflow.model import Clock, ClockWish, Entry, Kind, Promise, Sla, Status, Step
from mailflow.rules import promises
from mailflow.rules.replay import begun_entries, delivery_entry, differences, ended_entries, replayed

AT = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SLA = Sla(first_response=15 * MINUTE, status_update=2 * HOUR)  # not the defaults
ACK, FIRST, UPDATE = Promise.ACKNOWLEDGEMENT, Promise.FIRST_RESPONSE, Promise.STATUS_UPDATE


class Told:
    """A ticket's clocks as the pipeline moves them, and the history that it writes beside them."""

    def __init__(self) -> None:
        self.clocks: tuple[Clock, ...] = ()
        self.history: list[Entry] = []
        self.status = Status.OPEN

    def turns(
        self,
        at: datetime,
        *wishes: ClockWish,
        status: Status | None = None,
        start: datetime | None = None,
    ) -> None:
        """Somebody wrote: the clocks after it, the line of the status, the lines of the clocks."""
        before, moved = self.clocks, status or self.status
        clocks = promises.wished(before, wishes, SLA, start or at)
        self.clocks = promises.standing(clocks, moved, at)
        self.history.append(Entry(at, "somebody wrote", "anna@customer.example"))
        if moved is not self.status:
            self.history.append(Entry(at, moved.value, "anna@customer.example", "it says so"))
        self.status = moved
        self.history += ended_entries(before, self.clocks, at)
        self.history += begun_entries(before, self.clocks, at)

    def delivers(self, at: datetime, kind: Kind, *, by_person: bool = False) -> None:
        before = self.clocks
        self.clocks = promises.delivered(
            before, kind, by_person=by_person, status=self.status, sla=SLA, at=at
        )
        self.history.append(delivery_entry(kind, "anna@customer.example", at, by_person=by_person))
        self.history += begun_entries(before, self.clocks, at)

    def strikes(self, at: datetime, promise: Promise, step: Step, line: str) -> None:
        before = self.clocks
        running = promises.running(before, promise)
        self.clocks = tuple(promises.taken(one, step, at) if one is running else one for one in before)
        self.history.append(Entry(at, line, "mailflow"))
        self.history += ended_entries(before, self.clocks, at)

    @property
    def differences(self) -> tuple[str, ...]:
        return differences(self.clocks, self.history)


@pytest.fixture
def told() -> Told:
    """A ticket whose mail was received a second before it was decided on."""
    one = Told()
    start = AT - timedelta(seconds=1)
    one.turns(AT, ClockWish(ACK, True), ClockWish(FIRST, True), start=start)
    one.delivers(AT + MINUTE, Kind.ACKNOWLEDGEMENT)
    return one


def test_an_opening_is_replayed(told: Told) -> None:
    """What began when the mail was received, with the durations of that day, and what met it."""
    ack, first = replayed(told.history)
    assert (ack.promise, ack.started_at, ack.met_at) == (ACK, AT - timedelta(seconds=1), AT + MINUTE)
    assert (first.within, first.due_at - first.started_at) == (15 * MINUTE, 15 * MINUTE)
    assert told.differences == ()


def test_the_lines_are_for_people(told: Told) -> None:
    """The timeline says what began, since when and until when, without code."""
    assert told.history[1] == Entry(
        AT,
        "clock acknowledgement begun",
        "mailflow",
        "since 2026-11-24T11:59:59.123456+00:00, due 2026-11-24T12:01:59.123456+00:00",
    )
    assert told.history[3] == Entry(
        AT + MINUTE, "acknowledgement delivered", "mailflow", "anna@customer.example"
    )


@pytest.mark.parametrize(("minutes", "broken"), [(14, False), (16, True)])
def test_an_answer_in_time_or_late_is_worked_out(told: Told, minutes: int, broken: bool) -> None:
    """The history does not say that it is late: the times do."""
    told.delivers(AT + minutes * MINUTE, Kind.REPLY, by_person=True)
    first = next(one for one in replayed(told.history) if one.promise is FIRST)
    assert (first.met_at, first.broken) == (AT + minutes * MINUTE, broken)
    assert told.differences == ()


def test_who_wrote_a_delivered_mail_decides(told: Told) -> None:
    """The same kind of mail meets a first answer only if a person's words were in it."""
    for by_person in (False, True):
        told.delivers(AT + 5 * MINUTE, Kind.STATUS, by_person=by_person)
        first = next(one for one in replayed(told.history) if one.promise is FIRST)
        assert (first.met_at is not None) == by_person


def test_a_break_is_replayed_without_its_answer(told: Told) -> None:
    """Broken, and still to be met."""
    told.strikes(AT + 15 * MINUTE, FIRST, Step.DUE, "promise broken: first_response")
    first = next(one for one in replayed(told.history) if one.promise is FIRST)
    assert (first.broken, first.met_at) == (True, None)
    assert told.differences == ()


def test_pauses_are_worked_out_from_the_statuses(told: Told) -> None:
    """A day of waiting moves the due time by a day; while it waits the clock stands."""
    told.delivers(AT + 2 * MINUTE, Kind.REPLY, by_person=True)
    told.turns(AT + HOUR, status=Status.WAITING)
    assert replayed(told.history)[-1].paused_at == AT + HOUR
    assert told.differences == ()
    told.turns(AT + 25 * HOUR, ClockWish(Promise.NEXT_ANSWER, True), status=Status.OPEN)
    update = next(one for one in replayed(told.history) if one.promise is UPDATE)
    assert update.due_at == AT + 2 * MINUTE + 2 * HOUR + 24 * HOUR
    assert told.differences == ()


def test_what_a_turn_ends_keeps_the_due_time_it_had(told: Told) -> None:
    """A turn that opens a ticket again and replaces a standing clock does the latter first."""
    told.turns(AT + 2 * MINUTE, status=Status.CLOSED)
    told.turns(AT + 9 * HOUR, ClockWish(FIRST, True), status=Status.OPEN)
    old = next(one for one in replayed(told.history) if one.promise is FIRST)
    assert (old.due_at, old.met_at) == (AT - timedelta(seconds=1) + 15 * MINUTE, AT + 9 * HOUR)
    assert told.differences == ()


def test_a_clock_that_ended_by_itself_is_replayed(told: Told) -> None:
    """A silence that passed ends the wait; so does the customer's word."""
    for _ in range(2):
        told.turns(AT + 3 * MINUTE, status=Status.RESOLVED)
        told.delivers(AT + 4 * MINUTE, Kind.RESOLUTION, by_person=True)
        told.strikes(AT + 99 * HOUR, Promise.CONFIRMATION, Step.DUE, "closed by silence")
        assert replayed(told.history)[-1].met_at == AT + 99 * HOUR
        assert told.differences == ()


def test_two_recipients_of_a_reply_at_one_moment_are_replayed(told: Told) -> None:
    """The second delivery begins the same clock anew, with the durations of the day."""
    for _ in range(2):
        told.delivers(AT + 5 * MINUTE, Kind.REPLY, by_person=True)
    on_file = {(one.promise, one.started_at): one for one in told.clocks}  # as the table's key has it
    assert differences(on_file.values(), told.history) == ()


# --- Differences ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"due_at": AT}, "due_at is 2026-11-24T12:00:00.123456+00:00 on file"),
        ({"met_at": AT}, "met_at is 2026-11-24T12:00:00.123456+00:00 on file, none by the history"),
        ({"broken": True}, "broken is True on file, False by the history"),
        ({"paused_at": AT}, "paused_at is 2026-11-24T12:00:00.123456+00:00 on file"),
        ({"within": HOUR}, "within is 1:00:00 on file, 0:15:00 by the history"),
    ],
)
def test_every_wrong_field_is_named(told: Told, change: dict[str, object], says: str) -> None:
    """With the promise, its start, what is on file and what should be."""
    ack, first = told.clocks
    (line,) = differences((ack, replace(first, **change)), told.history)  # type: ignore[arg-type]
    assert line.startswith("first_response since 2026-11-24T11:59:59.123456+00:00: ")
    assert says in line


def test_steps_and_reminders_are_no_difference(told: Told) -> None:
    """What a clock does by itself next is not part of what was promised."""
    ack, first = told.clocks
    assert differences((ack, replace(first, step=Step.REMIND, next_at=AT)), told.history) == ()


def test_a_missing_clock_and_a_strange_one_are_named(told: Told) -> None:
    """On either side."""
    ack, first = told.clocks
    (missing,) = differences((ack,), told.history)
    assert missing.endswith("told in the history, not on file")
    strange = promises.begun(UPDATE, SLA, AT)
    (line,) = differences((ack, first, strange), told.history)
    assert line.endswith("on file, not told in the history")


def test_what_people_write_tells_no_clock() -> None:
    """Their words stand in `why`; only our own lines count."""
    history = [
        Entry(AT, "noted", "anna@customer.example", "clock first_response begun"),
        Entry(AT, "customer wrote", "clock first_response begun", "reply delivered"),
        Entry(AT, "reminded of first_response", "mailflow"),
    ]
    assert replayed(history) == ()


def test_a_customers_word_counts_from_when_it_reached_us() -> None:
    """Contract, clocks: the mail reached us before its turn; the history says when."""
    told = Told()
    told.turns(AT, ClockWish(Promise.CONFIRMATION, True))
    told.turns(AT + HOUR, ClockWish(Promise.CONFIRMATION, False), start=AT + HOUR - MINUTE)
    assert told.clocks[0].met_at == AT + HOUR - MINUTE
    assert differences(told.clocks, tuple(told.history)) == ()
