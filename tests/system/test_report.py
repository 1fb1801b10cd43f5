"""`report` and `check --clocks` on a small desk: what they say, and their exit status."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mailflow.model import SHOWN, Promise
from mailflow.store import report, tickets
from mailflow.store.database import Database
from tests.system.desks import Place, command, configuration, told
from tests.system.storing import NOW, open_ticket

CUSTOMERS = ("anna", "ben")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a desk that got two mails and acknowledged them."""
    folder = tmp_path_factory.mktemp("desk")
    place = Place("reported")
    config = configuration(place, folder, f'[outbound]\nmaildir = "{folder}/out"\n')
    for name in CUSTOMERS:
        mail = folder / f"{name}.eml"
        mail.write_text(
            f"From: {name}@customer.example\nTo: {place.desk}\nSubject: My VPS is slow\n"
            f"Message-ID: <{name}@customer.example>\n\nIt is very slow since this morning.\n"
        )
    command(config, "ingest", *(folder / f"{name}.eml" for name in CUSTOMERS))
    command(config, "run", "--once")
    return config


@pytest.fixture
def spoiled(desk: Path) -> Iterator[sqlite3.Connection]:
    """The desk's database, to be changed behind its back; afterwards it is as it was."""
    file = desk.with_name("mailflow.db")
    before = file.read_bytes()
    connection = sqlite3.connect(file, isolation_level=None)
    yield connection
    connection.close()
    file.write_bytes(before)


# --- report --------------------------------------------------------------------------------------


def test_the_report_counts_each_promise_of_each_team(desk: Path) -> None:
    """Two mails: two acknowledgements, kept within the two minutes; two first answers still run."""
    acknowledged, answered = told(desk, "report")
    assert {key: acknowledged[key] for key in ("promise", "count", "met", "broken", "running")} == {
        "promise": "acknowledgement",
        "count": 2,
        "met": 2,
        "broken": 0,
        "running": 0,
    }
    assert 0 <= acknowledged["median_seconds"] <= acknowledged["p95_seconds"] < 120
    assert (answered["promise"], answered["count"], answered["running"]) == ("first_response", 2, 2)
    assert (answered["median_seconds"], answered["p95_seconds"]) == (None, None)


def test_the_report_is_readable(desk: Path) -> None:
    """A table with its columns named, shares in per cent, durations in words."""
    head, first, *_ = command(desk, "report").stdout.decode().splitlines()
    assert head.split() == [
        "promise", "team", "count", "met", "broken", "running", "kept", "median", "95%"
    ]  # fmt: skip
    assert first.split()[0] == "acknowledgement"
    assert first.split()[6] == "100%"


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (("--since", "1h"), 2),
        (("--since", "2026-01-01", "--until", "0s"), 2),
        (("--until", "1h"), 0),
        (("--until", "2020-01-01T10:00"), 0),
        (("--since", "2020-01-01T10:00+02:00"), 2),
    ],
)
def test_the_report_is_about_a_time(desk: Path, words: tuple[str, ...], rows: int) -> None:
    """Only promises that began in it; a time is written as a day, a moment, or how long ago."""
    assert len(told(desk, "report", *words)) == rows


@pytest.mark.parametrize(
    "words",
    [
        ("--since", "yesterday"),
        ("--until", "2026-13-01"),
        ("--since", "0001-01-01"),
        ("--since", "1h", "--until", "2h"),
        ("--since", "1h", "--until", "1h"),
    ],
)
def test_a_time_that_is_none_is_refused(desk: Path, words: tuple[str, ...]) -> None:
    """Exit status 2 and one line that says what is allowed."""
    assert command(desk, "report", *words, expected=2).stderr


def test_the_report_draws(desk: Path, tmp_path: Path) -> None:
    """An SVG of the four promises, with the desk's name; and the figures are printed as well."""
    file = tmp_path / "kept.svg"
    done = command(desk, "report", "--since", "7d", "--plot", file)
    assert b"acknowledgement" in done.stdout
    words = [one.text for one in ElementTree.parse(file).iter("{http://www.w3.org/2000/svg}text")]
    assert {"Acknowledgement", "First response", "Status update", "Confirmation"} <= set(words)
    assert "100 % kept: 2 kept, 0 broken" in words


def test_a_picture_that_cannot_be_written_is_a_failure(desk: Path, tmp_path: Path) -> None:
    """Exit status 1, and which file."""
    file = tmp_path / "no" / "kept.svg"
    assert str(file) in command(desk, "report", "--plot", file, expected=1).stderr.decode()


# --- check --clocks ------------------------------------------------------------------------------


def test_clocks_are_as_their_history_tells(desk: Path) -> None:
    """After real work nothing differs."""
    (finding,) = told(desk, "check", "--clocks")
    assert finding == {
        "part": "clocks",
        "ok": True,
        "says": "of 2 tickets are as their history tells",
    }


def test_each_difference_is_a_line(desk: Path, spoiled: sqlite3.Connection) -> None:
    """A clock that was changed and one that was lost: ticket, promise, field; exit status 1."""
    spoiled.execute("UPDATE clocks SET broken = 1 WHERE ticket = 1001 AND promise = 'acknowledgement'")
    spoiled.execute("DELETE FROM clocks WHERE ticket = 1002 AND promise = 'first_response'")
    lines = command(desk, "check", "--clocks", expected=1).stdout.decode().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("FAILED  #1001: acknowledgement since ")
    assert lines[0].endswith("broken is True on file, False by the history")
    assert lines[1].startswith("FAILED  #1002: first_response since ")


def test_checking_clocks_changes_nothing(desk: Path) -> None:
    """The database is the same octet by octet."""
    file = desk.with_name("mailflow.db")
    before = file.read_bytes()
    command(desk, "check", "--clocks")
    assert file.read_bytes() == before


# --- list, show ----------------------------------------------------------------------------------


def test_only_promises_to_the_customer_are_shown(desk: Path, spoiled: sqlite3.Connection) -> None:
    """What teams owe each other has clocks too: they are nobody's business, and make nothing overdue."""
    assert told(desk, "list", "--overdue") == []
    due = [one["due"] for one in told(desk, "list")]
    spoiled.execute("UPDATE clocks SET promise = 'next_answer', due_at = 0 WHERE met_at IS NULL")
    assert told(desk, "list", "--overdue") == []
    assert None not in due
    assert [one["due"] for one in told(desk, "list")] == [None, None]
    assert [one["promise"] for one in told(desk, "show", 1001)["clocks"]] == ["acknowledgement"]


@pytest.mark.parametrize(("paused_at", "overdue"), [("NULL", [1002, 1001]), ("1", [])])
def test_a_promise_that_stands_still_is_not_overdue(
    desk: Path, spoiled: sqlite3.Connection, paused_at: str, overdue: list[int]
) -> None:
    """Its time is not running out."""
    spoiled.execute(f"UPDATE clocks SET due_at = 2, paused_at = {paused_at} WHERE met_at IS NULL")
    assert [one["number"] for one in told(desk, "list", "--overdue")] == overdue


# --- What they read, on both databases -----------------------------------------------------------


def test_promises_are_read_by_their_start(store: Database) -> None:
    """From `since` on and before `until`, of the named promises, with the ticket's team."""
    number = store.write(open_ticket)
    with store.read() as conn:
        every = report.promised(conn, SHOWN)
        assert {(one, team, clock.promise) for one, team, clock in every} == {
            (number, "support", Promise.ACKNOWLEDGEMENT),
            (number, "support", Promise.FIRST_RESPONSE),
        }
        assert report.promised(conn, SHOWN, since=NOW) == every
        assert report.promised(conn, SHOWN, until=NOW) == ()
        assert report.promised(conn, [Promise.CONFIRMATION]) == ()


@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_pages_lose_nothing_and_repeat_nothing(store: Database, most: int) -> None:
    """Also where a page ends amid clocks that began at the same moment."""
    for n in range(3):
        store.write(partial(open_ticket, message_id=f"<{n}@example.com>"))
    found: list[report.Promised] = []
    with store.read() as conn:
        while page := report.promised(conn, SHOWN, after=found[-1] if found else None, most=most):
            assert len(page) <= most
            found += page
        assert tuple(found) == report.promised(conn, SHOWN)
    assert len({(number, clock.promise) for number, _, clock in found}) == len(found) == 6


def test_records_come_in_batches_and_all(store: Database) -> None:
    """Each ticket once, by its number, with its own clocks and history only."""
    numbers = [store.write(partial(open_ticket, message_id=f"<{n}@example.com>")) for n in range(5)]
    found: list[report.Record] = []
    with store.read() as conn:
        assert report.count(conn) == 5
        while batch := report.records(conn, found[-1][0] if found else 0, 2):
            assert len(batch) <= 2
            found += batch
        for number, clocks, history in found:
            assert set(clocks) == set(tickets.clocks(conn, number))
            assert history == tickets.history(conn, number)
    assert [one[0] for one in found] == numbers
