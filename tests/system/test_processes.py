"""PostgreSQL as the store: one process or three, on a day with real servers, come to the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.system import clients
from tests.system.desks import Daemon, Place, configuration, told
from tests.system.postgres import Cluster
from tests.system.servers import free_port
from tests.system.world import World, world

# The parts of each process; an empty tuple is a process that has them all.
ONE: tuple[str, ...] = ("",)
THREE = ("receive", "process", "deliver")
PLACES = {ONE: Place("one-process"), THREE: Place("three-processes")}


@pytest.fixture(scope="module")
def ports() -> dict[str, int]:
    return {place.desk: free_port() for place in PLACES.values()}


@pytest.fixture(scope="module")
def day(ports: dict[str, int]) -> Iterator[World]:
    routes = {desk: f"lmtp:inet:127.0.0.1:{port}" for desk, port in ports.items()}
    with world([*PLACES.values()], routes) as one:
        yield one


@pytest.mark.parametrize("processes", [ONE, THREE], ids=["one", "three"])
def test_a_conversation_on_postgresql(
    processes: tuple[str, ...], day: World, ports: dict[str, int], postgres: Cluster, tmp_path: Path
) -> None:
    """Request, acknowledgement, answer, follow-up, solution; nothing is done twice or by nobody."""
    place = PLACES[processes]
    url = postgres.database()
    ways = f'[lmtp]\nlisten = "127.0.0.1:{ports[place.desk]}"\n[outbound]\nport = {day.postfix.port}\n'
    config = configuration(place, tmp_path, ways, store=url)
    with ExitStack() as stack:
        daemons = [stack.enter_context(Daemon(config, *filter(None, [part]))) for part in processes]
        _converse(place, day)
        assert [daemon.complaints() for daemon in daemons] == [[]] * len(processes)
        ticket = told(config, "show", 1001)
    assert [(one["kind"], one["direction"], one["state"]) for one in ticket["messages"]] == WHOLE
    assert ticket["status"] == "resolved"
    assert told(config, "queue") == []
    postgres.drop(url)


WHOLE = [
    ("customer", "in", "received"),
    ("acknowledgement", "out", "delivered"),
    ("forward", "out", "delivered"),
    ("agent", "in", "received"),
    ("reply", "out", "delivered"),
    ("copy", "out", "delivered"),
    ("customer", "in", "received"),
    ("forward", "out", "delivered"),
    ("agent", "in", "received"),
    ("resolution", "out", "delivered"),
    ("copy", "out", "delivered"),
]


def _converse(place: Place, day: World) -> None:
    customer, team = day.mailbox(place.customer.address), day.mailbox(place.team("l1"))
    request = clients.new(place.customer, place.desk, "My VPS is slow", "It takes minutes to log in.")
    day.send(request, place.customer.address)
    customer.receive("acknowledgement")
    forward = team.receive("forward")["forward"]
    day.send(clients.answer(place.colleague, forward.mail, "Which one is it?"), place.team("l1"))
    reply = customer.receive("reply")["reply"]
    team.receive("copy")
    day.send(
        clients.outlook_answer(place.customer, reply.mail, "It is vps-17."), place.customer.address
    )
    again = team.receive("forward")["forward"]
    day.send(
        clients.answer(place.colleague, again.mail, "#resolve\nA disk was full."), place.team("l1")
    )
    customer.receive("resolution")
    team.receive("copy")
