"""Whoever guesses tokens gets nowhere: not at the function, not in the database, not at the door."""

from __future__ import annotations

import random
import socket
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.identity import TOKEN_LENGTH, Chance, token_address, tokens
from mailflow.store import tickets
from mailflow.store.database import Database
from tests.system import clients
from tests.system.desks import MAILDIR, Daemon, Place, configuration, went_out
from tests.system.dialogue import Client
from tests.system.servers import free_port, wait_until
from tests.system.storing import open_ticket

ALPHABET = string.ascii_lowercase + "234567"
PLACE = Place("guess")


def guesses(count: int, seed: int = 1) -> Iterator[str]:
    """Tokens of the right shape."""
    chance = random.Random(seed)
    for _ in range(count):
        yield "".join(chance.choices(ALPHABET, k=TOKEN_LENGTH))


def test_a_million_guesses_are_no_token_of_ten_thousand_tickets() -> None:
    """100 bits: of ten thousand tickets with four sides each, a million guesses hit none; and each of
    those has another one."""
    made = {
        Chance(number.to_bytes(32)).token(side)
        for number in range(10_000)
        for side in ("customer", "team:support", "team:sysadmins", "team:management")
    }
    assert len(made) == 40_000
    own = ("support@desk.example",)
    asked = (token_address(own[0], one) for one in guesses(1_000_000))
    assert made.isdisjoint(tokens(asked, own))


def test_ten_thousand_guesses_at_the_database(store: Database) -> None:
    """None exists, nor does a piece of one or a longer one; the true one does, in any case."""
    number = store.write(open_ticket)
    true = f"custom{number}"
    near = [true[:-1], true + "a", true[1:], "", "%", "_" * len(true), f"{true}'--", true + "\0"]
    with store.read() as conn:
        assert not [one for one in (*guesses(10_000), *near) if tickets.token_exists(conn, one)]
        assert tickets.token_exists(conn, true.upper())


@pytest.fixture
def port(tmp_path: Path) -> Iterator[tuple[int, Daemon, Path]]:
    """A running desk with an SMTP door; its mail goes to a Maildir."""
    port = free_port()
    config = configuration(PLACE, tmp_path, f'{MAILDIR}[smtp]\nlisten = "127.0.0.1:{port}"\n')
    with Daemon(config) as daemon:
        yield port, daemon, config


def test_ten_thousand_guesses_at_the_door(port: tuple[int, Daemon, Path]) -> None:
    """Each is refused with 550 and nothing is accepted; the log has a line about it; whoever guesses
    through our own MX does not keep it from delivering, and the true token is taken."""
    where, daemon, config = port
    clients.submit(where, clients.new(PLACE.customer, PLACE.desk, "Slow", "My VPS is slow.").as_bytes())
    wait_until(lambda: len(went_out(config)) == 2, daemon.log)
    asked = [token_address(PLACE.desk, one) for one in guesses(10_000)]
    for start in range(0, len(asked), 500):
        assert _replies(where, asked[start : start + 500]) == {"550 5.1.1 No such recipient here"}
    told = [one for one in daemon.events() if one["event"] == "recipients_refused"]
    assert sum(one["count"] == 500 for one in told) == 20
    assert {one["peer"] for one in told} == {"127.0.0.1"}
    answer = next(one for one in went_out(config) if one["Mailflow-Kind"] == "acknowledgement")
    follow_up = clients.answer(PLACE.customer, answer, "It is vps-4711.")
    clients.submit(where, follow_up.as_bytes())
    wait_until(lambda: len(went_out(config)) == 3, daemon.log)


def _replies(port: int, recipients: list[str]) -> set[str]:
    """What one connection hears to these recipients, pipelined as an MX does it (RFC 2920), and that
    afterwards it may go on."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as sock:
        client = Client(sock)
        assert client.reply().startswith("220")
        client.ask("EHLO mx.example.com")
        client.ask("MAIL FROM:<guess@evil.test>")
        client.say("".join(f"RCPT TO:<{one}>\r\n" for one in recipients).encode())
        heard = {client.reply() for _ in recipients}
        assert client.ask("DATA").startswith(("503", "554"))
        assert client.ask("QUIT").startswith("221")
    return heard
