"""What systemd is told, against a datagram socket of our own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.notify import notify, reloading, status, watchdog_interval


@pytest.fixture(params=["path", "abstract"])
def supervisor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """A NOTIFY_SOCKET and the socket behind it, of both kinds that systemd uses."""
    name = f"mailflow-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.settimeout(5)
        if request.param == "abstract":
            listening.bind(f"\0{name}")
            yield f"@{name}", listening
        else:
            path = str(tmp_path / "notify")
            listening.bind(path)
            yield path, listening


def test_what_is_told_is_one_datagram(supervisor: tuple[str, socket.socket]) -> None:
    """The lines of sd_notify(3), to either kind of socket."""
    address, listening = supervisor
    environ = {"NOTIFY_SOCKET": address}
    assert notify(environ, "READY=1", status("3 doors are open"))
    assert listening.recv(1000) == b"READY=1\nSTATUS=3 doors are open"
    assert notify(environ, "WATCHDOG=1")
    assert listening.recv(1000) == b"WATCHDOG=1"


def test_a_reload_says_when_it_began() -> None:
    """In microseconds of the monotonic clock, so that systemd tells old answers from new ones."""
    assert reloading(12.5) == "RELOADING=1\nMONOTONIC_USEC=12500000"


def test_a_status_is_one_line() -> None:
    """A line end in a status would be another assignment: READY=1 is not said by accident."""
    assert status("grüße\nREADY=1\r\n") == "STATUS=grüße READY=1"


@pytest.mark.parametrize(
    "environ",
    [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "relative"}, {"NOTIFY_SOCKET": "vsock:2:1"}],
)
def test_without_systemd_nothing_is_told(environ: dict[str, str]) -> None:
    """No socket, or a kind that is not ours, is no error."""
    assert not notify(environ, "READY=1")


def test_a_supervisor_that_is_gone_is_no_error(tmp_path: Path) -> None:
    """The daemon goes on when its supervisor's socket has vanished."""
    assert not notify({"NOTIFY_SOCKET": str(tmp_path / "gone")}, "READY=1")


@pytest.mark.parametrize(
    ("environ", "interval"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_PID": "7"}, None),
    ],
)
def test_the_watchdog_waits_for_one_process(environ: dict[str, str], interval: float | None) -> None:
    """Its interval comes in microseconds, and only for the process that it names."""
    assert watchdog_interval(environ, pid=7) == interval


def test_the_watchdog_waits_for_us() -> None:
    """Unless told, the process is this one."""
    environ = {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": str(os.getpid())}
    assert watchdog_interval(environ) == 1.0
