"""Clocks on file are those that the history tells of, whatever customers, teams and time do."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from mailflow.model import Desk, Kind
from mailflow.pipeline import tick
from mailflow.rules.replay import differences
from mailflow.store import tickets
from tests.flow.desk import PlayedDesk
from tests.flow.people import Person


class TickingDesk(PlayedDesk):
    """Takes the steps of clocks at their moments."""

    def works(self) -> None:
        super().works()
        while self._ticked():
            super().works()

    def _ticked(self) -> int:
        with self._engine.begin() as connection:
            return tick(connection, self._office, self.now, self._new_chance, 10)

    def _next_moment(self) -> datetime | None:
        moments = (super()._next_moment(), self.reads(tickets.next_clock))
        return min((at for at in moments if at is not None), default=None)


@pytest.fixture
def ticking(policy: Desk, empty_database: Path, fast_folder: Path) -> Iterator[TickingDesk]:
    file = fast_folder / "ticking.db"
    shutil.copy(empty_database, file)
    desk = TickingDesk(file, policy)
    yield desk
    desk.close()


def _is_as_told(desk: TickingDesk) -> None:
    for one in desk.tickets():
        case = desk.case(one.number)
        assert case.clocks
        assert differences(case.clocks, desk.history(one.number)) == ()


COMMANDS = (
    "",
    "#wait\n",
    "#resolve\n",
    "#status We are at it.\n",
    "#eta 2h\n",
    "#escalate next it is hard\n",
    "#approval a credit of 10 EUR\n",
    "#close\n",
    "#note only for us\n",
    "#bucket billing\n",
    "#nonsense\n",
)
PAUSES = (0.0, 0.5, 3, 11, 70, 300, 1600)  # minutes


def _happens(desk: TickingDesk, chance: random.Random, customer: Person, colleague: Person) -> None:
    """One thing that people do, at random."""
    words = chance.choice(("It is still slow.", "Thank you, it works now!", "Here is more."))
    ours = [one for one in desk.sent(to=customer.address) if one.kind != Kind.ACKNOWLEDGEMENT]
    for_team = desk.sent("forward") + desk.sent("handover")
    if chance.random() < 0.35:
        customer.answers(chance.choice(ours or desk.sent(to=customer.address)), words)
    else:
        colleague.answers(for_team[-1], f"{chance.choice(COMMANDS)}We look at it.")


@pytest.mark.parametrize("seed", range(3))
def test_the_history_tells_every_clock(ticking: TickingDesk, seed: int) -> None:
    """After anything that people do and any time that passes, replaying finds no difference."""
    chance = random.Random(seed)
    customer = ticking.person("Anna", "anna@customer.test")
    colleague = ticking.person("Max", "max@example.com")
    customer.writes("My VPS is slow since this morning, please help.", "My VPS is slow")
    for _ in range(12):
        _is_as_told(ticking)
        ticking.passes(minutes=chance.choice(PAUSES))
        _happens(ticking, chance, customer, colleague)
    ticking.passes(days=4)
    _is_as_told(ticking)
