"""Listening sockets out of a configured place: an address, a Unix socket, or systemd's activation.

Nothing is accepted here: a port below 1024 may be bound before privileges are dropped.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Mapping
from pathlib import Path

BACKLOG = 1024
FIRST_DESCRIPTOR = 3  # sd_listen_fds(3)
SOCKET_MODE = 0o660
NAMES = ("smtp", "lmtp")  # FileDescriptorName= of systemd's socket units


def listen(
    where: str, *, name: str = "", environment: Mapping[str, str] = os.environ
) -> list[socket.socket]:
    """Sockets for "HOST:PORT", "[V6]:PORT", "unix:PATH", or "systemd": those passed under `name`.

    A host name gives a socket for each of its addresses. Raises OSError where the place is taken or
    not allowed, ValueError where `where` is no place.
    """
    if where == "systemd":
        return _passed(name, environment)
    if where.startswith("unix:"):
        return [_unix(Path(where.removeprefix("unix:")))]
    return _tcp(where)


def _tcp(where: str) -> list[socket.socket]:
    host, colon, port = where.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) < 65536):
        raise ValueError(f"not HOST:PORT: {where!r}")
    found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    opened: list[socket.socket] = []
    try:
        for family, _, _, _, address in found:
            opened.append(_bound(family, address))
    except OSError:
        for bound in opened:
            bound.close()
        raise
    return opened


def _bound(family: int, address: tuple[str | int | bytes, ...] | str) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family != socket.AF_UNIX:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind(address)
        if isinstance(address, str):
            Path(address).chmod(SOCKET_MODE)
        bound.listen(BACKLOG)
    except OSError:
        bound.close()
        raise
    return bound


def _unix(path: Path) -> socket.socket:
    if _is_stale(path):
        path.unlink()
    return _bound(socket.AF_UNIX, str(path))


def _is_stale(path: Path) -> bool:
    """A socket that nobody listens on: left behind by a process that died."""
    try:
        if not stat.S_ISSOCK(path.stat().st_mode):
            return False
    except FileNotFoundError:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            return True
    return False


def _passed(name: str, environment: Mapping[str, str]) -> list[socket.socket]:
    """The descriptors that systemd named `name`; all of them where it named none for any door."""
    if environment.get("LISTEN_PID") != str(os.getpid()):
        raise OSError("systemd passed no sockets to this process (LISTEN_PID)")
    count = int(environment.get("LISTEN_FDS", "0"))
    descriptors = range(FIRST_DESCRIPTOR, FIRST_DESCRIPTOR + count)
    names = environment.get("LISTEN_FDNAMES", "").split(":")
    named = [descriptor for descriptor, given in zip(descriptors, names, strict=False) if given == name]
    if not named and set(names).isdisjoint(NAMES):
        named = list(descriptors)
    if not named:
        raise OSError(f"systemd passed no sockets for {name} (LISTEN_FDS, LISTEN_FDNAMES)")
    return [_adopted(descriptor) for descriptor in named]


def _adopted(descriptor: int) -> socket.socket:
    os.set_inheritable(descriptor, False)
    return socket.socket(fileno=descriptor)
