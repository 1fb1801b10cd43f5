"""`mailflow run` as a service: stopped, reloaded, watched over, and started twice."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import AbstractContextManager

from tests.crash.conftest import Place
from tests.crash.harness import (
    CUSTOMERS,
    DESK,
    PATIENCE,
    Client,
    Fuse,
    Supervisor,
    request,
    supervised,
    until,
)
from tests.crash.ledger import Arrival, check_received, open_rows, rows
from tests.system.dialogue import Client as Talk


def service(place: Place) -> AbstractContextManager[tuple[subprocess.Popen[bytes], Supervisor]]:
    return supervised(place.config, place.log)


def hand_over(place: Place, customer: str) -> Arrival:
    content = request(customer)
    with Client(place.door, Fuse()) as client:
        client.sendmail(customer, [DESK], content)
    return Arrival(customer, content)


def talk(place: Place) -> Talk:
    """A client that was greeted."""
    client = Talk(socket.create_connection(("127.0.0.1", place.door), timeout=PATIENCE))
    assert client.reply().startswith("220")
    return client


def stopped(daemon: subprocess.Popen[bytes], place: Place) -> None:
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(PATIENCE) == 0, place.said()


def test_a_mail_that_is_being_received_gets_its_250(place: Place) -> None:
    """SIGTERM: the idle are sent away with 421, nobody new gets in, what is under way is finished."""
    content = request(CUSTOMERS[0])
    with service(place) as (daemon, _):
        busy, idle = talk(place), talk(place)
        busy.envelope(DESK)
        busy.say(content[:100])
        daemon.send_signal(signal.SIGTERM)
        assert idle.reply().startswith("421 4.3.2")
        _nobody_gets_in(place)
        busy.say(content[100:] + b".\r\n")
        assert busy.reply().startswith("250 2.0.0")
        assert daemon.wait(PATIENCE) == 0, place.said()
        busy.drop()
        idle.drop()
    assert [row[0] for row in rows(place.url, "SELECT octets FROM content LIMIT 1")] == [content]


def _nobody_gets_in(place: Place) -> None:
    try:
        late = Talk(socket.create_connection(("127.0.0.1", place.door), timeout=PATIENCE))
    except ConnectionRefusedError:
        return
    assert late.reply()[:3] in ("421", "")
    late.drop()


def test_claims_are_given_back(place: Place) -> None:
    """SIGTERM in the middle of the work: nothing stays claimed or counts as a failure."""
    with service(place) as (daemon, _):
        accepted = [hand_over(place, customer) for customer in CUSTOMERS]
        stopped(daemon, place)
    assert not rows(place.url, "SELECT id FROM inbox WHERE state = 'claimed' OR attempts > 0")
    assert not rows(place.url, "SELECT id FROM outbox WHERE state = 'claimed' OR doubts > 0")
    with service(place) as (daemon, _):
        until(lambda: not open_rows(place.url), place.said)
        stopped(daemon, place)
    check_received(place.url, accepted)
    assert len(place.out()) == 6


def _from_lines(place: Place) -> set[bytes]:
    mails = place.out().values()
    return {line for mail in mails for line in mail.splitlines() if line.startswith(b"From:")}


def test_reload(place: Place) -> None:
    """SIGHUP takes a changed file; a wrong one is refused, and the one before stays."""
    with service(place) as (daemon, _):
        text = place.config.read_text()
        changed = text.replace("Example Hosting", "Sample Servers")
        place.config.write_text(changed)
        daemon.send_signal(signal.SIGHUP)
        until(lambda: "configuration taken" in place.said(), place.said)
        hand_over(place, CUSTOMERS[0])
        until(lambda: len(place.out()) == 2, place.said)
        assert any(b"Sample Servers" in line for line in _from_lines(place))

        place.config.write_text(changed.replace("Sample Servers", "Wrong").replace("[sla]", "[slat]"))
        daemon.send_signal(signal.SIGHUP)
        until(lambda: "is refused, the old one stays" in place.said(), place.said)
        hand_over(place, CUSTOMERS[1])
        until(lambda: len(place.out()) == 4, place.said)
        assert not any(b"Wrong" in line or b"Example" in line for line in _from_lines(place))
        stopped(daemon, place)


def test_reload_in_the_middle_of_the_work(place: Place) -> None:
    """The workers are exchanged under mail that is being read: every mail is decided, and once."""
    with service(place) as (daemon, _):
        accepted = []
        for customer in CUSTOMERS:
            accepted.append(hand_over(place, customer))
            daemon.send_signal(signal.SIGHUP)
        until(lambda: not open_rows(place.url), place.said)
        stopped(daemon, place)
    check_received(place.url, accepted)
    assert len(place.out()) == 6


def test_many_signals_at_once(place: Place) -> None:
    """None of them finds the daemon in a place where it waits for ever."""
    with service(place) as (daemon, _):
        for _ in range(50):
            daemon.send_signal(signal.SIGHUP)
        stopped(daemon, place)


def test_systemd_is_told(place: Place) -> None:
    """Ready when the doors are open, alive again and again, stopping once."""
    with service(place) as (daemon, supervisor):
        talk(place).drop()
        assert [supervisor.hear() for _ in range(3)] == ["WATCHDOG=1"] * 3
        daemon.send_signal(signal.SIGTERM)
        while (told := supervisor.hear()) == "WATCHDOG=1":
            pass
        assert told == "STOPPING=1"
        assert daemon.wait(PATIENCE) == 0


def test_a_second_daemon_refuses(place: Place) -> None:
    """Two on one SQLite file: the second says why and ends, the first goes on."""
    with service(place) as (daemon, _):
        command = [sys.executable, "-m", "mailflow", "--config", str(place.config), "run"]
        second = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert second.returncode == 1
        assert f"another mailflow works on {place.folder}/mailflow.db" in second.stderr
        assert "Traceback" not in second.stderr
        hand_over(place, CUSTOMERS[0])
        until(lambda: len(place.out()) == 2, place.said)
        stopped(daemon, place)
