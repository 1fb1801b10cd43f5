"""Simulated desks: whatever comes in whatever order with whatever faults, the invariants hold.

`SIMULATE` is the number of tickets in all, 200 if it is not set; each desk has 50 and a seed of its own.
"""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from tests.flow.desk import OpenDesk
from tests.flow.simulation import Simulation

TICKETS = 50
SEEDS = range(max(1, int(os.environ.get("SIMULATE", "200")) // TICKETS))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_simulated_desk_keeps_its_invariants(open_desk: OpenDesk, seed: int) -> None:
    """Each mail is one filed message, seen by a team, read by nobody else; nothing goes out twice;
    clocks are what the history says; nothing is stuck."""
    desk = open_desk(hold=timedelta(minutes=2 * (seed % 2)))
    simulation = Simulation(desk, seed, TICKETS)
    played(simulation, seed)


def played(simulation: Simulation, seed: int) -> None:
    """What goes wrong is told with its story."""
    try:
        simulation.play()
    except Exception as error:
        raise AssertionError(f"seed {seed}: {error!r}\n{simulation.told(str(error))}") from error


DONE = {
    *("taken", "estimate given", "approval asked", "approved", "rejected", "answer held"),
    *("held answer released", "held answer dropped", "answer taken back", "a command failed"),
    *("escalated to sysadmins", "bucket corrected to billing", "noted", "a stranger wrote"),
    *("split: the latest mail becomes a ticket of its own", "reminded of status_update"),
    *("promise broken: first_response", "kept, not relayed", "asked for the list"),
}


def test_simulated_desks_see_everything(open_desk: OpenDesk) -> None:
    """The simulation is worth something: every kind of mail goes out in it, everything is done on its
    tickets, and mail is sent again after crashes."""
    to_customers = {
        "acknowledgement",
        "reply",
        "resolution",
        "closing",
        "notice",
        "escalation",
        "status",
    }
    inside = {"forward", "copy", "note", "receipt", "bounce", "alarm", "handover", "approval-request"}
    missing, undone, repeats = to_customers | inside, set(DONE) | {"let in", "merged into"}, 0
    for seed in range(1_000, 1_008):
        if missing or undone or not repeats:
            desk = open_desk(hold=timedelta(minutes=2 * (seed % 2)))
            simulation = Simulation(desk, seed, TICKETS)
            played(simulation, seed)
            missing -= set(simulation.ledger.kinds)
            done = [one.what for ticket in desk.tickets() for one in desk.history(ticket.number)]
            undone -= set(done) | {word for word in undone if any(one.startswith(word) for one in done)}
            repeats += simulation.ledger.repeats
    assert not missing
    assert not undone
    assert repeats > 0
