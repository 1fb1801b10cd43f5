"""Tells systemd how the daemon is (sd_notify(3)): ready, reloading, stopping, alive.

Without systemd nothing is told. A supervisor that cannot be reached never stops the daemon: what could
not be told is lost.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping

PATIENCE = 5.0  # seconds that a full queue of systemd may hold us up


def notify(environ: Mapping[str, str], *lines: str) -> bool:
    """Send systemd one datagram of lines such as "READY=1", `status(...)`; whether it has it.

    NOTIFY_SOCKET is a path, or an abstract name that begins with "@".
    """
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    address = "\0" + address[1:] if address.startswith("@") else address
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.sendto("\n".join(lines).encode(), address)
        return True
    return False


def status(text: str) -> str:
    """The line that `systemctl status` shows: never more than one."""
    return f"STATUS={' '.join(text.split())}"


def reloading(monotonic: float) -> str:
    """The lines that begin a reload, which READY=1 ends; `monotonic` is seconds of that clock."""
    return f"RELOADING=1\nMONOTONIC_USEC={int(monotonic * 1_000_000)}"


def watchdog_interval(environ: Mapping[str, str], pid: int | None = None) -> float | None:
    """Seconds within which "WATCHDOG=1" must be told; None if no watchdog waits for this process.

    `pid` is ours unless told. Whoever tells at half of the interval is safe.
    """
    microseconds = environ.get("WATCHDOG_USEC", "")
    meant_for = environ.get("WATCHDOG_PID", "")
    if not microseconds.isdecimal() or int(microseconds) == 0:
        return None
    if meant_for and meant_for != str(os.getpid() if pid is None else pid):
        return None
    return int(microseconds) / 1_000_000
