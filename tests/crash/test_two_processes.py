"""Several processes on one database: each mail is decided once, whoever dies or comes too late."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from mailflow.config import load
from mailflow.daemon import build
from mailflow.identity import Chance
from mailflow.ingest.hints import scan
from mailflow.intake import LEASE, Intake
from mailflow.model import Arrival, Envelope
from mailflow.pipeline import process
from mailflow.store import inbox
from mailflow.store.database import Database
from tests.crash.child import Readers
from tests.crash.harness import CUSTOMERS, DESK, PATIENCE, configure, request, started, until
from tests.crash.ledger import Arrival as Accepted
from tests.crash.ledger import check_received, rows
from tests.system.postgres import Cluster

MANY = tuple(f"customer{number}@example.com" for number in range(60))
NOW = datetime.now(UTC)
_COUNT = "SELECT count(*) FROM inbox WHERE state = '{}'"


@dataclass
class Hand:
    """A watch that stands so many seconds after NOW."""

    seconds: float = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def shared(postgres: Cluster, postgres_url: str) -> Iterator[str]:
    """A PostgreSQL database with this version's schema."""
    url = postgres.database(like=postgres_url)
    yield url
    postgres.drop(url)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    database.open()
    try:
        yield database
    finally:
        database.close()


def accept(store: Database, *customers: str) -> list[Accepted]:
    """The customers' first mails, as a door stores them."""
    arrivals = [Arrival("smtp", Envelope(one, (DESK,)), request(one), NOW) for one in customers]
    works = [partial(inbox.accept, arrival=one, hints=scan(one)) for one in arrivals]
    store.write(lambda conn: [work(conn) for work in works])
    return [Accepted(one.envelope.sender, one.content) for one in arrivals]


def count(url: str, state: str) -> int:
    return int(rows(url, _COUNT.format(state))[0][0])


def check_decided(url: str, accepted: list[Accepted]) -> None:
    """Every mail has one ticket of its own, and one mail to its customer."""
    check_received(url, accepted)
    number = len(accepted)
    assert rows(url, "SELECT count(*), count(DISTINCT number) FROM tickets")[0] == (number, number)
    told = rows(url, "SELECT count(*) FROM messages WHERE kind = 'acknowledgement'")[0][0]
    assert told == len({one.sender for one in accepted})


@contextmanager
def intake(store: Database, worker: str, hand: Hand, folder: Path) -> Iterator[Intake]:
    """The real intake, which understands in a thread and whose clock is the test's."""
    config = load(configure(folder, door=1, outbound=f'maildir = "{folder}/out"'), {})
    office = build.office(config)
    readers = Readers(office.desk)
    yield Intake(store, readers.submit, lambda: office, hand, worker=worker, decided=lambda: None)
    readers.close()


def works_off(one: Intake) -> None:
    while one.step():
        pass


# --- Processes -----------------------------------------------------------------------------------


def only_process(folder: Path, url: str) -> tuple[Path, Path]:
    folder.mkdir()
    return configure(folder, door=1, outbound=f'maildir = "{folder}/out"', url=url), folder / "log"


def test_two_processes_share_the_work(shared: str, tmp_path: Path) -> None:
    """Two `run --only process` on one database: both decide, and no mail is decided twice."""
    with ExitStack() as stack:
        daemons = [
            stack.enter_context(started(*only_process(tmp_path / name, shared), "--only", "process"))
            for name in ("one", "two")
        ]
        store = stack.enter_context(opened(shared))
        accepted = accept(store, *MANY)
        until(lambda: count(shared, "done") == len(MANY))
        for daemon in daemons:
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(PATIENCE) == 0
    check_decided(shared, accepted)
    assert len(rows(shared, "SELECT DISTINCT worker FROM inbox")) == 2
    assert not rows(shared, "SELECT id FROM inbox WHERE attempts > 0")


def test_a_killed_process_is_survived(shared: str, tmp_path: Path) -> None:
    """What it had not claimed others do at once; what it had claimed, when its lease has ended."""
    with opened(shared) as store:
        with started(*only_process(tmp_path / "one", shared), "--only", "process") as first:
            accepted = accept(store, *MANY)
            until(lambda: count(shared, "claimed") > 0, (tmp_path / "one" / "log").read_text)
            first.kill()
            first.wait(PATIENCE)
        left = count(shared, "claimed")
        with started(*only_process(tmp_path / "two", shared), "--only", "process") as second:
            until(lambda: count(shared, "new") == 0 and count(shared, "claimed") == left)
            second.send_signal(signal.SIGTERM)
            assert second.wait(PATIENCE) == 0
        assert left
        late = (datetime.now(UTC) - NOW + LEASE).total_seconds()
        with intake(store, "three", Hand(late), tmp_path) as third:
            works_off(third)
    check_decided(shared, accepted)
    assert len(rows(shared, "SELECT id FROM inbox WHERE attempts = 1")) == left


# --- Leases, with times passed in ----------------------------------------------------------------


def test_claims_are_taken_over_after_the_lease(store: Database, url: str, tmp_path: Path) -> None:
    """Not a second before: the one who holds them may be slow, not dead."""
    accepted = accept(store, *CUSTOMERS)
    claim = partial(inbox.claim, worker="dead", now=NOW, lease=LEASE, limit=10)
    assert len(store.write(claim)) == len(CUSTOMERS)
    hand = Hand(LEASE.total_seconds() - 1)
    with intake(store, "alive", hand, tmp_path) as alive:
        works_off(alive)
        assert count(url, "claimed") == len(CUSTOMERS)
        hand.seconds += 2
        works_off(alive)
    check_decided(url, accepted)


def test_one_who_comes_too_late_changes_nothing(store: Database, url: str, tmp_path: Path) -> None:
    """A process that hung over its lease decides after another one did: nothing is true twice."""
    accepted = accept(store, CUSTOMERS[0])
    claim = partial(inbox.claim, worker="slow", now=NOW, lease=LEASE, limit=10)
    (received,) = store.write(claim)
    with intake(store, "quick", Hand(LEASE.total_seconds() + 1), tmp_path) as quick:
        works_off(quick)
    config = load(configure(tmp_path, door=1, outbound=f'maildir = "{tmp_path}/out"'), {})
    office = build.office(config)
    readers = Readers(office.desk)
    message = readers.submit(received.content, received.envelope).result()
    readers.close()
    late = partial(
        process, received=received, message=message, office=office, at=NOW, chance=Chance(bytes(32))
    )
    assert store.write(late) is None
    check_decided(url, accepted)
