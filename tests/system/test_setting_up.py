"""Before a desk works, and mail from files: init, check, upgrade, ingest, and what is refused at once."""

from __future__ import annotations

import json
import mailbox
import re
import socket
from contextlib import closing
from pathlib import Path

import pytest

from tests.system import clients
from tests.system.clients import Person
from tests.system.desks import MAILDIR, Place, command, configuration, files, kinds_out, told
from tests.system.servers import free_port

PLACE = Place("setting-up")


def request(subject: str = "My VPS is slow", writer: Person = PLACE.customer) -> bytes:
    return clients.new(writer, PLACE.desk, subject, "It takes minutes to log in.").as_bytes()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A desk without servers and without a database."""
    return configuration(PLACE, tmp_path, MAILDIR)


# --- Setting up ----------------------------------------------------------------------------------


def test_init_then_check_then_run_once(tmp_path: Path) -> None:
    """What init writes is right but for the servers; check changes nothing; run --once works and ends."""
    desk = tmp_path / "desk"
    assert b"mailflow.toml" in command(None, "init", desk).stdout
    config = desk / "mailflow.toml"
    text = config.read_text()
    assert b"exists" in command(None, "init", desk, expected=1).stderr
    assert config.read_text() == text

    config.write_text(re.sub(r"(?s)\[outbound\]\nhost[^\n]*\nport[^\n]*", MAILDIR, text))
    before = files(tmp_path)
    found = told(config, "check")
    assert all(one["ok"] for one in found)
    assert {"configuration", "templates", "store", "smtp", "outbound"} <= {one["part"] for one in found}
    assert files(tmp_path) == before
    command(None, "run", "--once", MAILFLOW_CONFIG=str(config))
    assert command(config, "list", "--json").stdout == b"[]\n"


def test_a_server_that_is_down_fails_the_check(tmp_path: Path) -> None:
    """Exit status 1, and the part that failed says so; the other parts are looked at all the same."""
    config = configuration(PLACE, tmp_path, f"[outbound]\nport = {free_port()}\n")
    found = json.loads(command(config, "check", "--json", expected=1).stdout)
    assert {one["part"] for one in found if not one["ok"]} == {"outbound"}
    assert len(found) > 5


def test_once_fails_when_mail_cannot_leave(tmp_path: Path) -> None:
    """`run --once` without a server to take the mail: exit status 1, the mail waits with a reason."""
    config = configuration(PLACE, tmp_path, f"[outbound]\nport = {free_port()}\n")
    command(config, "ingest", "-", given=request())
    command(config, "run", "--once", expected=1)
    waiting = told(config, "queue")
    assert [one["kind"] for one in waiting] == ["acknowledgement", "forward"]
    assert max(one["attempts"] for one in waiting) == 1
    assert all(one["next"] and one["reply"] for one in waiting if one["attempts"])


def test_all_faults_are_told_at_once(config: Path) -> None:
    """One line on stderr for each: file, key, what is wrong, what is allowed; exit status 2."""
    text = config.read_text().replace('"Europe/Berlin"', '"Mars"').replace("level = 0", "level = 9")
    config.write_text(text.replace("[sla]", "[sla]\nacknowledge = 2\ncolour = 1"))
    done = command(config, "run", "--once", expected=2)
    lines = done.stderr.decode().splitlines()
    assert done.stdout == b""
    for key in ("desk.timezone", 'team "management".level', "sla.acknowledge", "sla.colour"):
        [line] = [line for line in lines if line.startswith(f"{config}: {key}: ")]
        assert "allowed" in line
    assert len(lines) == 4


@pytest.mark.parametrize(
    "words",
    [
        ["polish"],
        ["run", "--only", "sing"],
        ["list", "--limit", "0"],
        ["queue", "drop"],
        ["show", "9" * 30],
    ],
)
def test_a_wrong_command_line_is_status_two(config: Path, words: list[str]) -> None:
    """With the usage on stderr, and nothing done."""
    done = command(config, *words, expected=2)
    assert b"Usage" in done.stderr
    assert done.stdout == b""


def test_a_missing_configuration_is_status_two(tmp_path: Path) -> None:
    assert b"cannot be read" in command(tmp_path / "none.toml", "list", expected=2).stderr


def test_looking_makes_no_database(config: Path) -> None:
    """A command that only looks says that there is none, and leaves it so."""
    assert b"no database" in command(config, "list", expected=1).stderr
    assert [path.name for path in config.parent.iterdir()] == ["mailflow.toml"]


def test_a_taken_port_is_told_in_a_line(tmp_path: Path) -> None:
    """The daemon ends with status 1 and says which place it could not have."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = configuration(PLACE, tmp_path, f'[smtp]\nlisten = "127.0.0.1:{port}"\n{MAILDIR}')
        done = command(config, "run", expected=1)
    assert str(port) in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_upgrade_may_be_repeated(config: Path) -> None:
    """The second time changes nothing, to the octet."""
    command(config, "upgrade")
    before = (config.parent / "mailflow.db").read_bytes()
    command(config, "upgrade")
    assert (config.parent / "mailflow.db").read_bytes() == before
    assert told(config, "list") == []


# --- Mail from files -----------------------------------------------------------------------------


def test_mail_is_taken_in_from_files_of_each_kind(config: Path, tmp_path: Path) -> None:
    """.eml, mbox, Maildir and standard input; each mail once, and answered like received mail."""
    (tmp_path / "one.eml").write_bytes(request("From a file"))
    with closing(mailbox.mbox(tmp_path / "old.mbox")) as box:
        box.add(request("First of two", Person("", "b@people.test")))
        box.add(request("Second of two", Person("", "c@people.test")))
    mailbox.Maildir(tmp_path / "Maildir").add(request("In a Maildir", Person("", "d@people.test")))
    paths = [tmp_path / name for name in ("one.eml", "old.mbox", "Maildir")]
    assert command(config, "ingest", *paths).stdout == b"4 taken in\n"
    again = command(config, "ingest", *paths, "-", given=request("Piped", Person("", "e@x.test")))
    assert b"1 taken in, 4 were here before" in again.stdout
    subjects = {one["subject"] for one in told(config, "list")}
    assert subjects == {"From a file", "First of two", "Second of two", "In a Maildir", "Piped"}
    command(config, "run", "--once")
    assert kinds_out(config) == ["acknowledgement"] * 5 + ["forward"] * 5


def test_history_is_not_acknowledged(config: Path, tmp_path: Path) -> None:
    """`ingest --no-ack`: tickets and forwards, but nothing automatic to customers. What cannot be read
    is named, and the rest is taken in; exit status 1."""
    (tmp_path / "one.eml").write_bytes(request())
    done = command(
        config, "ingest", "--no-ack", tmp_path / "none.eml", tmp_path / "one.eml", expected=1
    )
    assert b"none.eml" in done.stderr
    assert b"1 taken in" in done.stdout
    command(config, "run", "--once")
    assert kinds_out(config) == ["forward"]


def test_explain_needs_no_database(config: Path, tmp_path: Path) -> None:
    """Before the first run too: it says what would happen, in words, and makes nothing."""
    (tmp_path / "new.eml").write_bytes(request())
    before = files(tmp_path)
    said = command(config, "explain", tmp_path / "new.eml").stdout.decode()
    assert "would send acknowledgement to anna@setting-up.test" in said
    assert files(tmp_path) == before
