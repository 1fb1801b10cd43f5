"""The command `mailflow` on a desk that has worked: output, JSON, exit statuses."""

from __future__ import annotations

import json
import shutil
import smtplib
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from tests.system import clients
from tests.system.clients import submit
from tests.system.desks import (
    MAILDIR,
    Daemon,
    Place,
    command,
    configuration,
    files,
    kind,
    kinds_out,
    told,
    went_out,
)
from tests.system.servers import free_port, wait_until

PLACE = Place("commands")
ANNA = PLACE.customer


def request(subject: str = "My VPS is slow") -> bytes:
    return clients.new(ANNA, PLACE.desk, subject, "It takes minutes to log in to vps-17.").as_bytes()


def beyond_limits() -> bytes:
    """A mail with one header that no parser may see."""
    return b"X-Long: " + b"x" * 300_000 + b"\r\n" + request("Too much")


# --- A desk that has worked ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a desk with one conversation and one mail in the quarantine; only to look at."""
    folder = tmp_path_factory.mktemp("desk")
    port = free_port()
    config = configuration(PLACE, folder, f'[smtp]\nlisten = "127.0.0.1:{port}"\n{MAILDIR}')
    with Daemon(config) as daemon:
        submit(port, request())
        wait_until(lambda: kinds_out(config) == ["acknowledgement", "forward"], daemon.log)
        [forward] = [mail for mail in went_out(config) if kind(mail) == "forward"]
        submit(port, clients.answer(PLACE.colleague, forward, "Which one?").as_bytes())
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail(ANNA.address, PLACE.desk, beyond_limits())
        wait_until(lambda: len(went_out(config)) == 5, daemon.log)
        wait_until(lambda: told(config, "quarantine") != [], daemon.log)
        wait_until(lambda: told(config, "queue") == [], daemon.log)
        _look_around(config)  # while the daemon runs
    return config


def _look_around(config: Path) -> None:
    assert [one["number"] for one in told(config, "list")] == [1001]
    assert told(config, "queue", "--failed") == []


def test_lists_are_one_array_with_their_filters(worked: Path) -> None:
    """`list --json`: an array; a filter that fits nothing gives an empty one."""
    [one] = told(worked, "list", "--status", "open", "--team", "support", "--customer", ANNA.address)
    assert one["number"] == 1001
    assert one["subject"] == "My VPS is slow"
    assert_moment(one["opened"])
    assert told(worked, "list", "--bucket", "billing") == []
    assert told(worked, "list", "--overdue") == []


SHOWN = [
    *("number", "subject", "status", "customer", "participants", "language", "bucket", "team"),
    *("level", "priority", "opened", "closed", "clocks", "messages", "timeline"),
]


def test_a_ticket_has_the_keys_of_the_contract(worked: Path) -> None:
    """`show N --json`, key by key; times are ISO 8601 with an offset."""
    ticket = told(worked, "show", 1001)
    assert [*ticket] == SHOWN
    assert ticket["customer"] == {"address": ANNA.address, "name": ANNA.name}
    assert {tuple(one) for one in ticket["clocks"]} == {("promise", "due", "met", "broken")}
    for one in ticket["messages"]:
        assert [*one] == ["direction", "kind", "message_id", "from", "to", "subject", "state"]
    assert [one["kind"] for one in ticket["messages"]] == [
        *("customer", "acknowledgement", "forward", "agent", "reply", "copy")
    ]
    assert {tuple(one) for one in ticket["timeline"]} == {("at", "what", "by", "why")}
    moments = [one["at"] for one in ticket["timeline"]]
    assert moments == sorted(moments)
    for moment in [*moments, ticket["opened"], *(one["due"] for one in ticket["clocks"])]:
        assert_moment(moment)


def assert_moment(text: str) -> None:
    assert datetime.fromisoformat(text).utcoffset() is not None


def test_mail_is_found_by_what_people_know_of_it(worked: Path) -> None:
    """`search`: words, the customer, the number and a Message-ID lead to the ticket."""
    first = told(worked, "show", 1001)["messages"][0]["message_id"]
    for known in ("minutes vps-17", ANNA.address, "#1001", first):
        found = told(worked, "search", known)
        assert {one["ticket"] for one in found} == {1001}, known
    assert told(worked, "search", "zebra") == []


def test_the_way_of_a_ticket_and_of_a_mail(worked: Path) -> None:
    """`log`: from the reception to the delivery, by time; what is not known is an error."""
    way = told(worked, "log", 1001)
    assert [*way[0]] == ["at", "what", "detail"]
    assert way[0]["what"] == "received by smtp"
    assert [one["at"] for one in way] == sorted(one["at"] for one in way)
    reply = next(one for one in told(worked, "show", 1001)["messages"] if one["kind"] == "reply")
    assert told(worked, "log", reply["message_id"])
    assert b"nothing is known" in command(worked, "log", "<no@such.test>", expected=1).stderr


def test_people_get_tables(worked: Path) -> None:
    """Without --json the same is said in lines for people."""
    assert b"My VPS is slow" in command(worked, "list").stdout
    shown = command(worked, "show", 1001).stdout.decode()
    assert "first_response" in shown
    assert ANNA.address in shown
    assert b"larger than" in command(worked, "quarantine").stdout


def test_what_is_not_there_is_an_error(worked: Path) -> None:
    """Exit status 1 and a line on stderr, nothing on stdout."""
    for words in (("show", 7), ("quarantine", "show", 99), ("queue", "drop", 99), ("log", "9" * 30)):
        done = command(worked, *words, expected=1)
        assert b"Traceback" not in done.stderr
        assert done.stderr or b"0 dropped" in done.stdout


def test_a_reader_who_has_seen_enough_breaks_nothing(worked: Path) -> None:
    """`mailflow list | head -0`: no traceback."""
    line = [sys.executable, "-m", "mailflow", "--config", str(worked), "show", "1001", "--json"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


# --- The schema ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE alembic_version SET version_num = 'v9999'", "newer mailflow"),
        ("DELETE FROM alembic_version", "run mailflow upgrade"),
    ],
    ids=["newer", "older"],
)
def test_a_schema_that_does_not_fit_is_refused(
    worked: Path, tmp_path: Path, change: str, says: str
) -> None:
    """`run` and every command say in a line what is wrong and what to do; exit status 1."""
    config = _copied(worked, tmp_path)
    with closing(sqlite3.connect(tmp_path / "mailflow.db")) as connection:
        connection.execute(change)
        connection.commit()
    for words in (["run"], ["list"]):
        done = command(config, *words, expected=1)
        assert says in done.stderr.decode()
        assert b"Traceback" not in done.stderr


def _copied(worked: Path, folder: Path) -> Path:
    """A desk with a copy of the worked desk's database."""
    shutil.copy(worked.parent / "mailflow.db", folder)
    return configuration(PLACE, folder, MAILDIR)


# --- What would happen ------------------------------------------------------------------------------

EXPLAINED = [
    *("file", "sender", "answer", "ticket", "thread_by", "bucket", "confidence", "why"),
    *("language", "team", "reply_text", "mails", "error"),
]


def test_explain_changes_nothing(worked: Path, tmp_path: Path) -> None:
    """One object a mail and line, with what would happen; the database stays as it was, to the octet."""
    (tmp_path / "new.eml").write_bytes(request("Server down"))
    (tmp_path / "long.eml").write_bytes(beyond_limits())
    forward = next(mail for mail in went_out(worked) if kind(mail) == "forward")
    answer = clients.answer(PLACE.colleague, forward, "#wait\nPlease reboot it.")
    (tmp_path / "answer.eml").write_bytes(answer.as_bytes())
    before = files(worked.parent)
    names = [tmp_path / f"{name}.eml" for name in ("new", "answer", "long")]
    lines = command(worked, "explain", "--json", *names).stdout.splitlines()
    assert files(worked.parent) == before
    new, joined, long = map(json.loads, lines)
    assert {tuple(one) for one in (new, joined, long)} == {tuple(EXPLAINED)}
    assert (new["sender"], new["answer"], new["ticket"], new["bucket"]) == (
        "customer",
        True,
        None,
        "vps",
    )
    assert [one["kind"] for one in new["mails"]] == ["acknowledgement", "forward"]
    assert (joined["sender"], joined["ticket"], joined["thread_by"]) == ("agent", 1001, "token")
    assert joined["reply_text"] == "#wait\nPlease reboot it."
    assert [one["kind"] for one in joined["mails"]] == ["reply", "copy"]
    assert "larger than" in long["error"]


# --- The quarantine ------------------------------------------------------------------------------


def test_the_quarantine_keeps_every_octet(worked: Path, tmp_path: Path) -> None:
    """Listed with its cause, shown harmlessly, exported octet for octet; released, it tries again."""
    config = _copied(worked, tmp_path)
    [held] = told(config, "quarantine")
    assert [*held] == ["id", "received", "sender", "cause", "size"]
    assert held["sender"] == ANNA.address
    assert "larger than" in held["cause"]
    assert_moment(held["received"])
    shown = command(config, "quarantine", "show", held["id"]).stdout
    assert f"{held['size']} octets".encode() in shown
    octets = command(config, "quarantine", "export", held["id"]).stdout
    assert octets.startswith(b"X-Long: xxxx")
    assert len(octets) == held["size"]
    command(config, "quarantine", "export", "--to", tmp_path / "kept", held["id"])
    assert (tmp_path / "kept" / f"{held['id']}.eml").read_bytes() == octets
    command(config, "quarantine", "release", held["id"])
    assert told(config, "quarantine") == []
    command(config, "run", "--once")
    assert [one["id"] for one in told(config, "quarantine")] == [held["id"]]  # still beyond the limits
