"""Signed mail, as OpenDKIM sees it: behind Postfix on its way to people, and of every kind in files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailflow.config import load
from mailflow.daemon import Daemon as DaemonInProcess
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
    made = subprocess.run([require("openssl", "openssl"), "genrsa", "2048"], capture_output=True, check=True)
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
    server of whoever gets it, and nobody else's does."""
    ways = f'[lmtp]\nlisten = "127.0.0.1:{port}"\n[outbound]\nport = {day.postfix.port}\n'
    with Daemon(key.configuration(tmp_path, ways)) as daemon:
        arrived = _conversation(day)
        assert daemon.complaints() == []
    assert len(arrived) == 9
    assert {one.kind: _verdict(one) for one in arrived} == dict.fromkeys(
        ["acknowledgement", "forward", "reply", "copy", "resolution"], "pass"
    )


def _conversation(day: World) -> list[Arrived]:
    customer, team = day.mailbox(PLACE.customer.address), day.mailbox(PLACE.team("l1"))
    day.send(clients.new(PLACE.customer, PLACE.desk, "Grüße, meine Domain", WORDS))
    arrived = [*customer.receive("acknowledgement").values(), *team.receive("forward").values()]
    picture = ("a.png", clients.png("red"))
    answer = clients.illustrated(
        PLACE.colleague, arrived[-1].mail, "See the picture.", picture, ("b.pdf", b"%PDF-1.4\n" * 9000)
    )
    day.send(answer)
    arrived += [*customer.receive("reply").values(), *team.receive("copy").values()]
    day.send(clients.outlook_answer(PLACE.customer, arrived[-2].mail, WORDS))
    arrived += team.receive("forward").values()
    day.send(clients.answer(PLACE.colleague, arrived[-1].mail, f"#resolve\n{WORDS}"))
    return arrived + [*customer.receive("resolution").values(), *team.receive("copy").values()]


def _verdict(one: Arrived) -> str:
    """Of the Authentication-Results that the server added on top."""
    found = " ".join(str(one.mail["Authentication-Results"]).split())
    assert found.startswith("mx.desk.example; dkim=")
    assert f"header.d={PLACE.domain}" in found
    return found.partition("dkim=")[2].partition(" ")[0]
