"""Where the doors listen: addresses, Unix sockets, and what systemd passes."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mailflow.ingest.listen import listen


def test_an_address_and_any_port() -> None:
    """Bound and listening: a client gets in before anybody accepts."""
    (bound,) = listen("127.0.0.1:0")
    with bound, socket.create_connection(bound.getsockname(), timeout=5):
        assert bound.family == socket.AF_INET


def test_an_address_of_version_6() -> None:
    """In brackets, and for version 6 only."""
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        (bound,) = listen("[::1]:0")
    except OSError:
        pytest.skip("no IPv6 address on loopback here")
    with bound:
        assert bound.getsockname()[0] == "::1"
        assert bound.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 1


@pytest.mark.parametrize("where", ["", "2525", ":25", "127.0.0.1", "127.0.0.1:smtp", "127.0.0.1:65536"])
def test_what_is_no_place(where: str) -> None:
    """A ValueError that names it, for the configuration's faults."""
    with pytest.raises(ValueError, match="not HOST:PORT"):
        listen(where)


def test_a_place_that_is_taken() -> None:
    """Never two servers at one port."""
    (bound,) = listen("127.0.0.1:0")
    with bound, pytest.raises(OSError):
        listen("{}:{}".format(*bound.getsockname()))


def test_a_unix_socket(tmp_path: Path) -> None:
    """Readable and writable by its owner and group; one that a dead process left is replaced."""
    where = tmp_path / "s.sock"
    for _ in range(2):
        (bound,) = listen(f"unix:{where}")
        assert stat.S_IMODE(where.stat().st_mode) == 0o660
        bound.close()


def test_a_unix_socket_in_use_is_left_alone(tmp_path: Path) -> None:
    """Neither a living server's socket nor a file is removed."""
    where = tmp_path / "s.sock"
    (bound,) = listen(f"unix:{where}")
    with bound, pytest.raises(OSError):
        listen(f"unix:{where}")
    file = tmp_path / "file"
    file.write_text("precious")
    with pytest.raises(OSError):
        listen(f"unix:{file}")
    assert file.read_text() == "precious"


# A child's descriptors are its own: 3 and 4 are what systemd would pass.
CHILD = """
import os, socket, sys
from mailflow.ingest.listen import listen
names, wanted = sys.argv[1:]
given = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "2", "LISTEN_FDNAMES": names}
for bound in listen("systemd", name=wanted, environment=given):
    print(bound.fileno(), bound.getsockname()[1], os.get_inheritable(bound.fileno()))
    bound.close()
"""


@pytest.mark.parametrize(
    ("names", "descriptors"), [("smtp:lmtp", [4]), ("lmtp:lmtp", [3, 4]), ("unknown:unknown", [3, 4])]
)
def test_sockets_of_systemd(names: str, descriptors: list[int]) -> None:
    """Those of the door's name; all where none has a door's name (sd_listen_fds(3))."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        ports = {3: one.getsockname()[1], 4: two.getsockname()[1]}
        shuffle = f'exec 3<&{one.fileno()} 4<&{two.fileno()}; exec "$@"'
        command = ["bash", "-c", shuffle, "bash", sys.executable, "-c", CHILD, names, "lmtp"]
        passed = (one.fileno(), two.fileno())
        done = subprocess.run(command, pass_fds=passed, capture_output=True, text=True, timeout=30)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [f"{number} {ports[number]} False" for number in descriptors]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"LISTEN_PID": "1", "LISTEN_FDS": "1"},
        {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "0"},
        {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": "lmtp"},
    ],
)
def test_systemd_that_passed_nothing(environment: dict[str, str]) -> None:
    """Said at the start, instead of a door that nobody can enter."""
    with pytest.raises(OSError, match="systemd passed no sockets"):
        listen("systemd", name="smtp", environment=environment)
