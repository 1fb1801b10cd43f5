"""A day on which mail does not arrive: refused at once, refused later, and no server to take it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system import clients
from tests.system.clients import Person, submit
from tests.system.desks import Daemon, Place, command, configuration, told
from tests.system.servers import free_port, wait_until
from tests.system.world import Arrived, Mailbox, World, world

PLACE = Place("troubled")
UNKNOWN = Person("Una Known", "unknown@troubled.test")  # accepted by Postfix, then refused by Dovecot
REFUSED = Person("Rita Fused", "refused@troubled.test")  # refused by Postfix at RCPT


@pytest.fixture(scope="module")
def door() -> int:
    return free_port()


@pytest.fixture(scope="module")
def day(door: int) -> Iterator[World]:
    refusal = "error:5.1.1 nobody of that name"
    with world([PLACE], {PLACE.desk: f"smtp:[127.0.0.1]:{door}", REFUSED.address: refusal}) as one:
        yield one


@pytest.fixture
def config(day: World, door: int, tmp_path: Path) -> Path:
    """A desk that gets its mail from Postfix by SMTP."""
    ways = f'[smtp]\nlisten = "127.0.0.1:{door}"\n[outbound]\nport = {day.postfix.port}\n'
    return configuration(PLACE, tmp_path, ways)


@pytest.fixture
def daemon(config: Path) -> Iterator[Daemon]:
    with Daemon(config) as one:
        yield one


@pytest.fixture
def team(day: World) -> Mailbox:
    return day.mailbox(PLACE.team("l1"))


def _request(writer: Person) -> bytes:
    return clients.new(writer, PLACE.desk, "My VPS is slow", "It takes minutes to log in.").as_bytes()


def _answer(day: World, forward: Arrived) -> None:
    day.send(clients.answer(PLACE.colleague, forward.mail, "Which one is it?"), PLACE.team("l1"))


def test_a_report_of_nondelivery_comes_back_to_the_team(
    daemon: Daemon, config: Path, day: World, team: Mailbox
) -> None:
    """An answer that was accepted and not delivered: Postfix's report finds the ticket by the token
    in the envelope, and the team learns who did not get it, and why. Nobody else gets mail of it."""
    day.send(_request(UNKNOWN))
    forward = team.receive("forward")["forward"]
    _answer(day, forward)
    bounce = team.receive("copy", "bounce")["bounce"]
    assert UNKNOWN.address in clients.words(bounce.mail)
    assert "5.1.1" in clients.words(bounce.mail)
    assert bounce.mail["Subject"] == forward.mail["Subject"]
    ticket = told(config, "show", 1001)
    assert [one["kind"] for one in ticket["messages"]].count("bounce") == 2  # Postfix's, and ours
    assert ticket["status"] == "open"
    assert told(config, "queue", "--failed") == []


def test_a_refusal_at_once_comes_back_to_the_team(
    daemon: Daemon, config: Path, day: World, team: Mailbox
) -> None:
    """A 550 to RCPT fails that delivery at once, the acknowledgement's too; the team learns of each."""
    day.send(_request(REFUSED))
    came = team.receive("forward", "bounce")
    assert REFUSED.address in clients.words(came["bounce"].mail)
    _answer(day, came["forward"])
    bounce = team.receive("copy", "bounce")["bounce"]
    assert "550 5.1.1" in clients.words(bounce.mail)
    assert "nobody of that name" in clients.words(bounce.mail)
    failed = told(config, "queue", "--failed")
    assert [(one["kind"], one["recipient"]) for one in failed] == [
        ("acknowledgement", REFUSED.address),
        ("reply", REFUSED.address),
    ]
    [response] = [c for c in told(config, "show", 1001)["clocks"] if c["promise"] == "first_response"]
    assert response["met"] is None  # what never reached the customer keeps no promise


def test_mail_waits_for_a_server_that_is_down(
    daemon: Daemon, config: Path, day: World, door: int, team: Mailbox
) -> None:
    """Accepted and decided without a way out; the queue shows it; it leaves when the server comes."""
    customer = day.mailbox(PLACE.customer.address)
    day.postfix.stop()
    try:
        submit(door, _request(PLACE.customer))
        wait_until(lambda: any(one["attempts"] for one in told(config, "queue")), daemon.log)
        waiting = told(config, "queue")
    finally:
        day.postfix.start()
    assert sorted(one["kind"] for one in waiting) == ["acknowledgement", "forward"]
    assert any(str(day.postfix.port) in one["reply"] for one in waiting)  # why it waits
    customer.receive("acknowledgement")
    command(config, "queue", "retry")
    team.receive("forward")
    assert told(config, "queue") == []
    assert "outbound server unreachable" in [line["event"] for line in daemon.complaints()]
