"""Signed mail, as OpenDKIM sees it: behind Postfix on its way to people, and of many kinds in files."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailflow.config import load, write_init
from mailflow.model import Trust
from mailflow.outbound.sign import Signer
from tests.flow.desk import PlayedDesk
from tests.flow.letters import TRUSTED_HOST
from tests.flow.post import Sent
from tests.system import clients
from tests.system.desks import MAILDIR, Daemon, Place, command, configuration, told
from tests.system.opendkim import OpenDkim
from tests.system.servers import free_port, require
from tests.system.world import Arrived, World, world

PLACE = Place("signing")
TABLE = '[dkim]\ndomain = "{}"\nselector = "mf1"\nkey_file = "dkim.pem"\n'
WORDS = "Grüße aus Köln:\n\n.\n..hidden\n  two  blanks \n\nBye\n\n\n"


@dataclass(frozen=True)
class Key:
    """A key in a file, and what `mailflow check` says that the DNS must hold for it."""

    pem: bytes

    def configuration(self, folder: Path, ways: str, domain: str = PLACE.domain) -> Path:
        (folder / "dkim.pem").write_bytes(self.pem)
        return configuration(PLACE, folder, ways + TABLE.format(domain))


@pytest.fixture(scope="module")
def key() -> Key:
    made = subprocess.run(
        [require("openssl", "openssl"), "genrsa", "2048"], capture_output=True, check=True
    )
    return Key(made.stdout)


@pytest.fixture(scope="module")
def keys(key: Key, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The record that an operator takes from `check`."""
    config = key.configuration(tmp_path_factory.mktemp("keys"), MAILDIR)
    [says] = [one["says"] for one in told(config, "check") if one["part"] == "dkim"]
    name = says.partition("the DNS must hold: ")[2].partition(". IN TXT (")[0]
    return {name: "".join(says.split('"')[1::2])}


@pytest.fixture(scope="module")
def verifier(keys: dict[str, str]) -> Iterator[OpenDkim]:
    with OpenDkim(keys) as one:
        yield one


# --- Through Postfix -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def day(verifier: OpenDkim, port: int) -> Iterator[World]:
    with world([PLACE], {PLACE.desk: f"lmtp:inet:127.0.0.1:{port}"}, verifier.milter) as one:
        yield one


def test_what_people_get_is_signed(key: Key, day: World, port: int, tmp_path: Path) -> None:
    """In a conversation with umlauts, dots, pictures, HTML and files, each mail of the desk passes at the
    server of whoever gets it."""
    ways = f'[lmtp]\nlisten = "127.0.0.1:{port}"\n[outbound]\nport = {day.postfix.port}\n'
    with Daemon(key.configuration(tmp_path, ways)) as daemon:
        arrived = _conversation(day)
        assert daemon.complaints() == []
    kinds = ["acknowledgement", "forward", "reply", "copy", "forward", "resolution", "copy"]
    assert [(one.kind, _verdict(one)) for one in arrived] == [(kind, "pass") for kind in kinds]


def _conversation(day: World) -> list[Arrived]:
    customer, team = day.mailbox(PLACE.customer.address), day.mailbox(PLACE.team("l1"))
    day.send(clients.new(PLACE.customer, PLACE.desk, "Grüße, meine Domain", WORDS))
    arrived = [*customer.receive("acknowledgement").values(), *team.receive("forward").values()]
    shown, file = ("Bild.png", clients.picture()), ("Übersicht.pdf", clients.document())
    day.send(clients.illustrated(PLACE.colleague, arrived[-1].mail, "See here.", shown, file))
    arrived += [*customer.receive("reply").values(), *team.receive("copy").values()]
    day.send(clients.outlook_answer(PLACE.customer, arrived[-2].mail, WORDS))
    arrived += team.receive("forward").values()
    day.send(clients.answer(PLACE.colleague, arrived[-1].mail, f"#resolve\n{WORDS}"))
    return [*arrived, *customer.receive("resolution").values(), *team.receive("copy").values()]


def _verdict(one: Arrived) -> str:
    """Of the Authentication-Results that the server added on top."""
    found = " ".join(str(one.mail["Authentication-Results"]).split())
    assert found.startswith("mx.desk.example; dkim=")
    assert f"header.d={PLACE.domain}" in found
    return found.partition("dkim=")[2].partition(" ")[0]


# --- In files ------------------------------------------------------------------------------------

LONG_AGO = datetime(2025, 1, 5, 9, 30, tzinfo=UTC)  # a signature of the future does not verify
KINDS = {
    "acknowledgement", "reply", "escalation", "resolution", "closing",
    "forward", "copy", "note", "handover", "receipt", "bounce",
}  # fmt: skip


def test_mail_of_many_kinds_verifies(
    key: Key, verifier: OpenDkim, sqlite_file: Path, tmp_path: Path
) -> None:
    """Whatever a desk writes about answers, files, notes, escalations and bounces passes; with a
    letter more at its end it does not."""
    shutil.copy(sqlite_file, tmp_path / "played.db")
    sent = _a_day(tmp_path)
    signer = Signer(PLACE.domain, "mf1", key.pem.decode())
    signed = [signer.signed(one.content, LONG_AGO) for one in sent]
    assert {one.kind for one in sent} >= KINDS
    assert {_said(line) for line in verifier.verdicts(_files(tmp_path, signed))} == {"succeeded"}
    altered = [mail.rstrip() + b"x\r\n" for mail in signed]
    assert {_said(line) for line in verifier.verdicts(_files(tmp_path, altered))} == {"failed"}


def _a_day(folder: Path) -> list[Sent]:
    """Everything that went out of a desk at which everything happens."""
    write_init(folder)
    trust = Trust((TRUSTED_HOST,), "agents")
    desk = PlayedDesk(
        folder / "played.db", replace(load(folder / "mailflow.toml", {}).desk, trust=trust)
    )
    anna, max_ = desk.person("Anna", "anna@customer.test"), desk.person("Max", "max@example.com")
    file = ("Übersicht März.pdf", bytes(range(256)) * 100)
    anna.writes(WORDS, "Größe \U0001f600 " + "und noch viel mehr " * 9, files=[file])
    forward = desk.last("forward")
    max_.answers(forward, WORDS, files=[file])
    desk.bounces(desk.last("reply"))
    max_.answers(forward, f"#note\n{WORDS}")
    max_.answers(forward, "#sing")
    max_.answers(forward, f"#escalate next\n{WORDS}")
    anna.answers(desk.last("escalation"), WORDS, german=True)
    max_.answers(forward, f"#resolve\n{WORDS}")
    anna.answers(desk.last("resolution"), "Thank you, it works now.")
    desk.close()
    return desk.post.sent


def _files(folder: Path, mails: list[bytes]) -> list[Path]:
    paths = [folder / f"{number}.eml" for number in range(len(mails))]
    for path, mail in zip(paths, mails, strict=True):
        path.write_bytes(mail)
    return paths


def _said(line: str) -> str:
    """`verification (s=mf1, ...) succeeded`, or `failed` and why; else the whole line."""
    verdict = line.partition(") ")[2].partition(":")[0]
    return verdict if line.startswith("verification (s=mf1") else line


def test_a_signature_is_as_old_as_its_mail(key: Key, verifier: OpenDkim, tmp_path: Path) -> None:
    """`run --once` into a Maildir: it has the time at which the mail was queued, so that it is the same
    at every attempt."""
    config = key.configuration(tmp_path, MAILDIR)
    command(
        config, "ingest", "-", given=clients.new(PLACE.customer, PLACE.desk, "New", WORDS).as_bytes()
    )
    command(config, "run", "--once")
    paths = sorted((tmp_path / "out" / "new").iterdir())
    assert [_said(line) for line in verifier.verdicts(paths)] == ["succeeded"] * 2
    for mail in map(clients.read, map(Path.read_bytes, paths)):
        assert f" t={int(mail['Date'].datetime.timestamp())};" in str(mail["DKIM-Signature"])


# --- What is wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["run"], ["run", "--once"]])
def test_a_key_that_is_none_is_told_at_the_start(words: list[str], tmp_path: Path) -> None:
    """One line, exit status 2, and not so much as a database was made; `check` says the same."""
    config = Key(b"s3cret").configuration(tmp_path, MAILDIR)
    said = command(config, *words, expected=2).stderr.decode()
    assert said.startswith(f"dkim.key_file: {tmp_path}/dkim.pem holds no usable key; allowed: ")
    assert len(said.splitlines()) == 1
    assert "s3cret" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dkim.pem", "mailflow.toml"]
    assert said.encode() in command(config, "check", expected=1).stdout


def test_a_key_that_cannot_be_read_is_told_at_the_start(tmp_path: Path) -> None:
    """The same for octets that are no text."""
    config = Key(b"\xff\xfe").configuration(tmp_path, MAILDIR)
    said = command(config, "run", expected=2).stderr.decode()
    assert said == f"dkim.key_file: cannot read {tmp_path}/dkim.pem: not UTF-8\n"


def test_only_who_sends_needs_the_key(tmp_path: Path) -> None:
    """A process without the part `deliver` does not read it."""
    config = Key(b"s3cret").configuration(tmp_path, MAILDIR)
    command(config, "run", "--once", "--only", "process")


def test_a_missing_dkimpy_is_told_with_the_way_to_get_it(key: Key, tmp_path: Path) -> None:
    """It is an extra: the folder of a broken one stands before the real one."""
    (tmp_path / "dkim").mkdir()
    (tmp_path / "dkim" / "__init__.py").write_text("raise ModuleNotFoundError('No module named dkim')")
    config = key.configuration(tmp_path, MAILDIR)
    path = f"{tmp_path}:{Path(__file__).parents[2]}"
    said = command(config, "run", expected=2, PYTHONPATH=path).stderr.decode()
    assert said.startswith("dkim: the package dkimpy is missing; ")
    assert "mailflow[dkim]" in said
