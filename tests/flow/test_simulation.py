"""Simulated desks: whatever comes in whatever order with whatever faults, the invariants hold.

`SIMULATE` is the number of tickets in all, 200 if it is not set; each desk has 50 and a seed of its own.
"""

from __future__ import annotations

import os

import pytest

from tests.flow.desk import OpenDesk
from tests.flow.simulation import Simulation

TICKETS = 50
SEEDS = range(max(1, int(os.environ.get("SIMULATE", "200")) // TICKETS))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_simulated_desk_keeps_its_invariants(open_desk: OpenDesk, seed: int) -> None:
    """Each mail is one filed message, seen by a team, read by nobody else; nothing goes out twice;
    clocks are what the history says; nothing is stuck."""
    simulation = Simulation(open_desk(), seed, TICKETS)
    try:
        simulation.play()
    except Exception as error:
        raise AssertionError(f"seed {seed}: {error!r}\n{simulation.told(str(error))}") from error


def test_simulated_desks_see_everything(open_desk: OpenDesk) -> None:
    """The simulation is worth something: every kind of mail goes out in it, and mail is sent again
    after crashes."""
    to_customers = {"acknowledgement", "reply", "resolution", "closing", "notice"}
    inside = {"forward", "copy", "note", "receipt", "bounce", "alarm"}
    missing, repeats = to_customers | inside, 0
    for seed in range(1_000, 1_005):
        if missing or not repeats:
            simulation = Simulation(open_desk(), seed, TICKETS)
            simulation.play()
            missing -= set(simulation.ledger.kinds)
            repeats += simulation.ledger.repeats
    assert not missing
    assert repeats > 0
