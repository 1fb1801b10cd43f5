"""A ticket's clocks, told in its history and made again from it.

What begins or ends a clock is told by a line of its own (`begun_entries`, `ended_entries`); what was
delivered, where the ticket stands and what broke have their lines anyway. `replayed` works out from them
which clocks must be on file, by the same rules that moved them then; the steps of reminders it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailflow.model import Clock, Entry, Kind, Promise, Sla, Status, Step
from mailflow.rules import promises

PERSON = "a person"
_CLOCK, _BEGUN, _ENDED = "clock ", " begun", " ended"
_BROKEN, _DELIVERED = "promise broken: ", " delivered"
_STATUSES = frozenset(status.value for status in Status)
_DELIVERIES = {f"{kind.value}{_DELIVERED}": kind for kind in Kind}
_COMPARED = ("within", "due_at", "met_at", "broken", "paused_at")


# --- Telling -------------------------------------------------------------------------------------


def begun_entries(before: Sequence[Clock], after: Sequence[Clock], at: datetime) -> tuple[Entry, ...]:
    """A line for each clock that was added `at` behind those of `before`."""
    return tuple(
        Entry(
            at,
            f"{_CLOCK}{one.promise.value}{_BEGUN}",
            "mailflow",
            f"since {one.started_at.isoformat()}, due {(one.started_at + one.within).isoformat()}",
        )
        for one in after[len(before) :]
    )


def ended_entries(before: Sequence[Clock], after: Sequence[Clock], at: datetime) -> tuple[Entry, ...]:
    """A line for each clock that a turn or its own last step ended; one begun in its place says it too."""
    anew = {one.promise for one in after[len(before) :]}
    return tuple(
        Entry(at, f"{_CLOCK}{now.promise.value}{_ENDED}", "mailflow", _met_at(now, at))
        for was, now in zip(before, after, strict=False)
        if was.met_at is None and now.met_at is not None and now.promise not in anew
    )


def _met_at(clock: Clock, at: datetime) -> str:
    """A customer's word counts from when it reached us, which is before its turn."""
    return f"at {clock.met_at.isoformat()}" if clock.met_at and clock.met_at != at else ""


def delivery_entry(kind: Kind, recipient: str, at: datetime, *, by_person: bool) -> Entry:
    """The line of a mail that reached the customer; whose words it carried decides what it meets."""
    return Entry(at, f"{kind.value}{_DELIVERED}", PERSON if by_person else "mailflow", recipient)


# --- Replaying -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Replay:
    clocks: tuple[Clock, ...] = ()
    status: Status = Status.OPEN
    # A turn's clocks stand or run as its status says only after all of its lines.
    turned_at: datetime | None = None


def replayed(history: Iterable[Entry]) -> tuple[Clock, ...]:
    """The clocks that follow from a ticket's whole history, oldest line first."""
    replay = _Replay()
    for entry in history:
        replay = _read(replay, entry)
    return _turned(replay).clocks


def _read(replay: _Replay, entry: Entry) -> _Replay:
    tells_clock = entry.what.startswith(_CLOCK)
    if not (tells_clock and entry.at == replay.turned_at):
        replay = _turned(replay)
    if tells_clock:
        return replace(replay, clocks=_told(replay.clocks, entry), turned_at=entry.at)
    if entry.what in _STATUSES:
        return replace(replay, status=Status(entry.what), turned_at=entry.at)
    if entry.what.startswith(_BROKEN):
        return replace(replay, clocks=_broken(replay.clocks, entry))
    if entry.what in _DELIVERIES:
        return replace(replay, clocks=_delivered(replay, entry))
    return replay


def _turned(replay: _Replay) -> _Replay:
    if replay.turned_at is None:
        return replay
    clocks = promises.standing(replay.clocks, replay.status, replay.turned_at)
    return replace(replay, clocks=clocks, turned_at=None)


def _told(clocks: tuple[Clock, ...], entry: Entry) -> tuple[Clock, ...]:
    told = entry.what.removeprefix(_CLOCK)
    if told.endswith(_ENDED):
        met_at = datetime.fromisoformat(entry.why.removeprefix("at ")) if entry.why else entry.at
        return promises.met(clocks, Promise(told.removesuffix(_ENDED)), met_at, kept=True)
    since, _, due = entry.why.removeprefix("since ").partition(", due ")
    start, due_at = datetime.fromisoformat(since), datetime.fromisoformat(due)
    new = Clock(Promise(told.removesuffix(_BEGUN)), start, due_at - start, due_at)
    others = tuple(one for one in clocks if _key(one) != _key(new))
    return (*promises.met(others, new.promise, start, kept=True), new)


def _broken(clocks: tuple[Clock, ...], entry: Entry) -> tuple[Clock, ...]:
    running = promises.running(clocks, Promise(entry.what.removeprefix(_BROKEN)))
    return tuple(promises.taken(one, Step.DUE, entry.at) if one is running else one for one in clocks)


def _delivered(replay: _Replay, entry: Entry) -> tuple[Clock, ...]:
    """What the mail met. The durations of what it began were those of its day: the next lines tell."""
    return promises.delivered(
        replay.clocks,
        _DELIVERIES[entry.what],
        by_person=entry.by == PERSON,
        status=replay.status,
        sla=Sla(),
        at=entry.at,
    )


def _key(clock: Clock) -> tuple[datetime, Promise]:
    return clock.started_at, clock.promise


# --- Comparing -----------------------------------------------------------------------------------


def differences(stored: Iterable[Clock], history: Iterable[Entry]) -> tuple[str, ...]:
    """How the clocks on file differ from those that the history tells of, a line each; empty: not."""
    on_file = {_key(one): one for one in stored}
    told = {_key(one): one for one in replayed(history)}
    return tuple(
        f"{key[1].value} since {key[0].isoformat()}: {difference}"
        for key in sorted(on_file.keys() | told.keys())
        for difference in _differences(on_file.get(key), told.get(key))
    )


def _differences(on_file: Clock | None, told: Clock | None) -> tuple[str, ...]:
    if on_file is None:
        return ("told in the history, not on file",)
    if told is None:
        return ("on file, not told in the history",)
    pairs = ((name, getattr(on_file, name), getattr(told, name)) for name in _COMPARED)
    return tuple(
        f"{name} is {_shown(filed)} on file, {_shown(right)} by the history"
        for name, filed, right in pairs
        if filed != right
    )


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "none" if value is None else str(value)
