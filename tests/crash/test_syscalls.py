"""`mailflow run --once` killed at its n-th system call that writes, and disks that are full or broken.

strace(1) counts the calls of each thread for itself: small numbers reach the store's thread, the
Maildir's and the workers'.
"""

from __future__ import annotations

import os
import shutil
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest

from mailflow.store.database import Database
from tests.crash.conftest import Place
from tests.crash.harness import (
    CUSTOMERS,
    DESK,
    PATIENCE,
    TEAM,
    Client,
    Fuse,
    configure,
    request,
    started,
    until,
)
from tests.crash.ledger import (
    Arrival,
    Sent,
    check_readers,
    check_received,
    check_whole,
    open_rows,
    rows,
)
from tests.system.servers import require

CALLS = ("pwrite64", "fdatasync", "fsync", "write", "sendto")
SAMPLE = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)
SECONDS = float(os.environ.get("CRASH_SECONDS", "45"))  # for all kills together


def mailflow(place: Place, *words: str) -> list[str]:
    return [sys.executable, "-m", "mailflow", "--config", str(place.config), *words]


def strace(*inject: str) -> list[str]:
    calls = ",".join(one.partition(":")[0] for one in inject)
    faults = [word for one in inject for word in ("-e", f"inject={one}")]
    return [require("strace", "strace"), "-f", "-q", "-e", f"trace={calls}", *faults]


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's folder, with three mails in the inbox that nobody has looked at."""
    folder = tmp_path_factory.mktemp("waiting")
    place = Place(folder, configure(folder, door=1, outbound=f'maildir = "{folder}/out"'), 1)
    files = []
    for customer in CUSTOMERS:
        files.append(folder / f"{customer}.eml")
        files[-1].write_bytes(request(customer))
    other = Database(place.url)  # as if a daemon ran: `ingest` leaves the work to it
    other.own()
    command = mailflow(place, "ingest", *map(str, files))
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    other.close()
    assert "3 taken in" in done.stdout
    assert open_rows(place.url) == 3
    return folder


def copied(waiting: Path, folder: Path) -> Place:
    shutil.copytree(waiting, folder)
    return Place(folder, configure(folder, door=1, outbound=f'maildir = "{folder}/out"'), 1)


def killed_then_run(place: Place, call: str, when: int) -> bool:
    """A run that is killed at this call, and one that is not; whether the first one died."""
    command = [*strace(f"{call}:signal=SIGKILL:when={when}"), *mailflow(place, "run", "--once")]
    first = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    before = place.out()
    again = subprocess.run(
        mailflow(place, "run", "--once"), capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert again.returncode == 0, again.stderr
    after = place.out()
    assert before.items() <= after.items(), "a mail was repeated with other octets"
    return first.returncode != 0


def check_place(place: Place) -> None:
    """Three mails, three tickets, an acknowledgement and a forward each; nothing else."""
    check_received(place.url, [Arrival(customer, request(customer)) for customer in CUSTOMERS])
    sent = [_sent(octets) for octets in place.out().values()]
    assert sorted(one.kind for one in sent) == ["acknowledgement"] * 3 + ["forward"] * 3
    check_readers(place.url, sent, {TEAM})
    check_whole(place.url)
    assert not rows(place.url, "SELECT id FROM outbox WHERE attempts <> doubts + 1")


def _sent(octets: bytes) -> Sent:
    """A file of the Maildir: two lines tell the envelope."""
    _, delivered_to, content = octets.split(b"\r\n", 2)
    return Sent(f"RCPT TO:<{delivered_to.partition(b': ')[2].decode()}>", content)


def test_killed_at_the_nth_call(waiting: Path, tmp_path: Path) -> None:
    """Every kind of call, from the first ones on and then ever further apart, while there is time."""
    end = time.monotonic() + SECONDS
    killed = 0
    over: set[str] = set()  # of these a run makes fewer
    for when, call in product(SAMPLE, CALLS):
        if call not in over and time.monotonic() < end:
            place = copied(waiting, tmp_path / f"{call}{when}")
            if killed_then_run(place, call, when):
                killed += 1
            else:
                over.add(call)
            check_place(place)
    assert killed >= 4


@contextmanager
def failing(daemon: subprocess.Popen[bytes], *inject: str) -> Iterator[None]:
    """While it lasts the daemon's calls fail."""
    command = [*strace(*inject), "-o", "/dev/null", "-p", str(daemon.pid)]
    command.remove("-q")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr
        assert "attached" in tracer.stderr.readline()
        try:
            yield
        finally:
            tracer.send_signal(signal.SIGINT)
            tracer.stderr.read()


def reply(place: Place, customer: str) -> int:
    """What the door says to the customer's mail."""
    with Client(place.door, Fuse()) as client:
        try:
            client.sendmail(customer, [DESK], request(customer))
        except smtplib.SMTPDataError as refused:
            return refused.smtp_code
    return 250


@pytest.mark.parametrize(
    ("inject", "code"),
    [
        (("pwrite64:error=ENOSPC",), 452),
        (("pwrite64:error=EIO",), 452),
        (("fdatasync:error=EIO", "fsync:error=EIO"), 451),
    ],
    ids=["full", "broken", "unsynced"],
)
def test_a_disk_that_fails(place: Place, inject: tuple[str, ...], code: int) -> None:
    """The door says that it is for a while, and takes mail again when the disk does: no restart."""
    with started(place.config, place.log) as daemon:
        assert reply(place, CUSTOMERS[0]) == 250
        with failing(daemon, *inject):
            assert reply(place, CUSTOMERS[1]) == code
        assert daemon.poll() is None
        assert [reply(place, customer) for customer in CUSTOMERS[1:]] == [250, 250]
        until(lambda: not open_rows(place.url), place.said)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(PATIENCE) == 0, place.said()
    check_place(place)
