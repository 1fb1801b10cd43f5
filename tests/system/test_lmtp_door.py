"""The LMTP door: one reply for each recipient on every path (RFC 2033 section 4.2)."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from mailflow.clock import SystemWatch
from mailflow.errors import StoreFull
from mailflow.ingest.budget import Budget
from mailflow.ingest.listen import listen
from mailflow.ingest.smtp import DoorSettings, LmtpDoor
from tests.system.dialogue import Client, FakeInbox, opened

MAIL = b"Subject: hello\r\n\r\nIt is slow.\r\n"
THREE = ("support@acme.example", "billing@acme.example", "support@acme.example")


def replies(client: Client, count: int) -> list[str]:
    """So many replies, and nothing behind them."""
    heard = [client.reply() for _ in range(count)]
    assert client.ask("NOOP") == "250 OK"
    return heard


def test_each_recipient_has_a_reply() -> None:
    """The same recipient twice has two; a refused one has none after the dot."""
    with opened(LmtpDoor) as here:
        client = here.client()
        assert client.ask("LHLO client.example.com").startswith("250-")
        client.ask("MAIL FROM:<ann@example.com>")
        for recipient in THREE:
            assert client.code(f"RCPT TO:<{recipient}>") == "250 2.1.5"
        assert client.code("RCPT TO:<nobody@acme.example>") == "550 5.1.1"
        client.ask("DATA")
        client.say(MAIL + b".\r\n")
        assert replies(client, 3) == ["250 2.0.0 Accepted"] * 3
        (arrival,) = here.inbox.arrivals
        assert arrival.door == "lmtp"
        assert arrival.envelope.recipients == THREE


@pytest.mark.parametrize(
    ("error", "code"), [(StoreFull("x"), "452 4.3.1"), (RuntimeError("x"), "451 4.3.0")]
)
def test_each_recipient_has_a_reply_to_a_failure(error: Exception, code: str) -> None:
    """Else the client waits for the others for ever."""
    with opened(LmtpDoor, FakeInbox(held=True)) as here:
        client = here.client()
        client.envelope(*THREE, hello="LHLO")
        client.say(MAIL + b".\r\n")
        here.inbox.pending.get(timeout=5).set_exception(error)
        assert [reply[:9] for reply in replies(client, 3)] == [code] * 3


def test_each_recipient_has_a_reply_to_a_refusal() -> None:
    """Too big, too much at once, going round."""
    with opened(LmtpDoor, max_size=20_000, budget=10_000) as here:
        client = here.client()
        for content, code in (
            (b"x" * 30_000 + b"\r\n", "552 5.3.4"),
            (b"x" * 15_000 + b"\r\n", "452 4.3.1"),
            (b"Received: x\r\n" * 101, "554 5.4.6"),
        ):
            client.envelope(*THREE, hello="LHLO")
            client.say(content + b".\r\n")
            assert [reply[:9] for reply in replies(client, 3)] == [code] * 3


def test_each_recipient_has_a_reply_to_smuggling() -> None:
    """And then the connection is closed."""
    with opened(LmtpDoor) as here:
        client = here.client()
        client.envelope(*THREE, hello="LHLO")
        client.say(MAIL + b".\r\nQUIT\r\n")
        assert [client.reply()[:9] for _ in range(3)] == ["554 5.5.0"] * 3
        assert client.reply().startswith("421")
        assert client.closed()


def test_the_dialogue_is_lmtp() -> None:
    """LHLO only, and no DATA without a recipient (RFC 2033 sections 4.1 and 4.2)."""
    with opened(LmtpDoor) as here:
        client = here.client()
        assert client.code("EHLO client.example.com") == "500 5.5.1"
        assert client.code("HELO client.example.com") == "500 5.5.1"
        assert client.ask("MAIL FROM:<>").startswith("503")
        client.ask("LHLO client.example.com")
        client.ask("MAIL FROM:<>")
        assert client.code("RCPT TO:<nobody@acme.example>") == "550 5.1.1"
        assert client.code("DATA") == "503 5.5.1"


def test_a_unix_socket_has_no_limit_for_one_client(tmp_path: Path) -> None:
    """All its clients have the same address: none. The number in total still counts."""
    inbox = FakeInbox()
    where = tmp_path / "lmtp.sock"
    settings = DoorSettings("mx.acme.example", sessions_per_client=1)
    door = LmtpDoor(
        listen(f"unix:{where}"),
        inbox.accept,
        inbox.recognise,
        watch=SystemWatch(),
        settings=settings,
        budget=Budget(10_000),
    )
    door.start()
    with socket.socket(socket.AF_UNIX) as one, socket.socket(socket.AF_UNIX) as two:
        for sock in (one, two):
            sock.connect(str(where))
            client = Client(sock)
            assert client.reply().startswith("220")
            client.envelope(hello="LHLO")
            client.say(MAIL + b".\r\n")
            assert client.reply() == "250 2.0.0 Accepted"
            client.drop()
    door.stop(1)
    assert [arrival.peer for arrival in inbox.arrivals] == ["", ""]


@pytest.mark.parametrize("size", [200, 100_000])
def test_the_client_of_postfix_is_served(size: int) -> None:
    """`smtp-source -L -r 5` hung at aiosmtpd's own LMTP."""
    program = shutil.which("smtp-source", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        pytest.skip("needs smtp-source, of Debian's package postfix")
    with opened(LmtpDoor, recognise=lambda _: True) as here:
        command = [program, "-L", "-r", "5", "-m", "20", "-s", "4", "-l", str(size)]
        command += ["-f", "ann@example.com", "-t", "support@acme.example", "{}:{}".format(*here.where)]
        subprocess.run(command, check=True, timeout=30)
        assert len(here.inbox.arrivals) == 20
        assert {len(arrival.envelope.recipients) for arrival in here.inbox.arrivals} == {5}
