"""The SMTP door over real sockets: each test is a hazard that was met with a mail server."""

from __future__ import annotations

import random
import smtplib
import socket
import ssl
import subprocess
import threading
import time
from concurrent.futures import Future
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailflow.clock import SystemWatch
from mailflow.errors import StoreFull, StoreUnavailable
from mailflow.ingest.budget import Budget
from mailflow.ingest.listen import listen
from mailflow.ingest.smtp import DoorSettings, SmtpDoor
from mailflow.model import Arrival
from tests.system.dialogue import Client, FakeInbox, opened, soon

MAIL = b"From: ann@example.com\r\nSubject: hello\r\n\r\nIt is slow.\r\n"
ACCEPTED = "250 2.0.0 Accepted"


def stuffed(content: bytes) -> bytes:
    """As a client sends it (RFC 5321 section 4.5.2), with the final dot."""
    return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"


# --- the promise of 250 ---------------------------------------------------------------------------


def test_250_is_said_only_after_the_commit() -> None:
    """Before the future resolves nothing is answered; afterwards 250."""
    with opened(inbox=FakeInbox(held=True)) as here:
        client = here.client()
        client.envelope()
        client.say(stuffed(MAIL))
        future = here.inbox.pending.get(timeout=5)
        client.sock.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.sock.recv(1)
        client.sock.settimeout(5)
        future.set_result(7)
        assert client.sock.recv(100) == b"250 2.0.0 Accepted\r\n"


def test_the_arrival_is_what_smtp_said() -> None:
    """Exact bytes, envelope, peer and a time in UTC; no Received line is added."""
    with opened() as here:
        client = here.client()
        client.envelope("support@acme.example", "BILLING@acme.example")
        client.say(stuffed(MAIL))
        assert client.reply() == ACCEPTED
        (arrival,) = here.inbox.arrivals
    assert arrival.content == MAIL
    assert arrival.door == "smtp"
    assert arrival.peer == "127.0.0.1"
    assert arrival.envelope.sender == "ann@example.com"
    assert arrival.envelope.recipients == ("support@acme.example", "BILLING@acme.example")
    assert str(arrival.received_at.tzinfo) == "UTC"
    assert here.inbox.asked == ["support@acme.example", "billing@acme.example"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoreFull("secret path"), "452 4.3.1"),
        (StoreUnavailable("secret dsn"), "451 4.3.0"),
        (RuntimeError("secret bug"), "451 4.3.0"),
    ],
)
def test_failures_are_temporary_and_tell_nothing(error: Exception, code: str) -> None:
    """aiosmtpd answers 500 with the exception's text; here it is 4xx and constant."""
    inbox = FakeInbox(held=True)
    with opened(inbox=inbox) as here:
        client = here.client()
        client.envelope()
        client.say(stuffed(MAIL))
        inbox.pending.get(timeout=5).set_exception(error)
        reply = client.reply()
        assert reply.startswith(code)
        assert "secret" not in reply
        inbox.held = False
        client.envelope()
        client.say(stuffed(MAIL))
        assert client.reply() == ACCEPTED


def test_an_accept_that_raises_or_is_cancelled_is_451() -> None:
    """The inbox may fail before it has a future to give, or give the future up."""

    def broken(arrival: Arrival) -> Future[object]:
        raise RuntimeError("secret")

    sockets = listen("127.0.0.1:0")
    where = sockets[0].getsockname()
    settings = DoorSettings("mx.acme.example")
    door = SmtpDoor(
        sockets, broken, lambda _: True, watch=SystemWatch(), settings=settings, budget=Budget(9999)
    )
    door.start()
    with socket.create_connection(where, timeout=5) as sock:
        client = Client(sock)
        client.reply()
        client.envelope()
        client.say(stuffed(MAIL))
        assert client.reply().startswith("451 4.3.0")
        client.drop()
    door.stop(1)
    with opened(inbox=FakeInbox(held=True)) as here:
        client = here.client()
        client.envelope()
        client.say(stuffed(MAIL))
        here.inbox.pending.get(timeout=5).cancel()
        assert client.reply().startswith("451 4.3.0")


def test_a_commit_that_never_ends_is_451() -> None:
    """The client is not kept beyond the time for a commit; the future is left alone."""
    with opened(inbox=FakeInbox(held=True), commit_timeout=0.1) as here:
        client = here.client()
        client.envelope()
        client.say(stuffed(MAIL))
        assert client.reply().startswith("451 4.3.0")
        future = here.inbox.pending.get(timeout=5)
        assert not future.cancelled()
        future.set_result(1)


def test_a_client_that_drops_after_the_final_dot_does_not_stop_the_commit() -> None:
    """aiosmtpd cancels the handler; the commit goes on, and its octets are counted until it ends."""
    with opened(inbox=FakeInbox(held=True)) as here:
        client = here.client()
        client.envelope()
        client.say(stuffed(MAIL))
        future = here.inbox.pending.get(timeout=5)
        client.drop()
        other = here.client()  # the loop has gone on meanwhile
        assert other.code("NOOP").startswith("250")
        assert not future.cancelled()
        assert here.budget.held == len(MAIL)
        future.set_result(1)
        assert soon(lambda: here.budget.held == 0)


def test_a_fault_of_our_own_is_451_and_the_session_goes_on() -> None:
    """No text of an exception reaches a stranger, and no `nested MAIL` follows."""
    inbox = FakeInbox(error=RuntimeError("secret"))
    with opened(inbox=inbox) as here:
        client = here.client()
        client.ask("EHLO client.example.com")
        client.ask("MAIL FROM:<ann@example.com>")
        reply = client.ask("RCPT TO:<support@acme.example>")
        assert reply.startswith("451 4.3.0")
        assert "secret" not in reply
        inbox.error = None
        assert client.code("MAIL FROM:<ann@example.com>") == "250 2.1.0"


def test_a_slow_lookup_stops_no_other_session() -> None:
    """Nothing blocks the loop: one session waits for the database, another is served."""
    release = threading.Event()

    def slow(recipient: str) -> bool:
        return release.wait(5)

    with opened(recognise=slow) as here:
        waiting, other = here.client(), here.client()
        waiting.ask("EHLO client.example.com")
        waiting.ask("MAIL FROM:<ann@example.com>")
        waiting.say(b"RCPT TO:<support@acme.example>\r\n")
        assert other.code("NOOP") == "250 OK"
        release.set()
        assert waiting.reply().startswith("250 2.1.5")


# --- octets ---------------------------------------------------------------------------------------


def test_octets_are_kept_as_they_came() -> None:
    """Bare CR, bare LF, NUL, dots and long lines, in any split; only CRLF.CRLF ends a mail."""
    chance = random.Random(5321)
    pieces = [b".", b"..", b"\r", b"\n", b"\r\n", b"\r\n.", b"\n.\n", b"\r.\r", b"\0", b"x" * 3000]
    with opened() as here:
        client = here.client()
        for _ in range(60):
            content = b"".join(chance.choices(pieces, k=30)) + b"\r\n"
            client.envelope()
            octets = stuffed(content)
            while octets:
                size = chance.choice((1, 2, 3, 5, 5000))
                client.say(octets[:size])
                octets = octets[size:]
            assert client.reply() == ACCEPTED
            assert here.inbox.arrivals[-1].content == content


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r\n\0.\r\n"]
)
def test_no_other_end_ends_a_mail(end: bytes) -> None:
    """SMTP smuggling: what one server takes for the end of a mail is content here."""
    smuggled = b"MAIL FROM:<eve@evil.test>\r\nRCPT TO:<support@acme.example>\r\nDATA\r\nhello\r\n"
    with opened() as here:
        client = here.client()
        client.envelope()
        client.say(MAIL + b"x" + end + smuggled + b".\r\n")
        assert client.reply() == ACCEPTED
        (arrival,) = here.inbox.arrivals
        assert b"eve@evil.test" in arrival.content


def test_octets_behind_the_final_dot_refuse_the_mail() -> None:
    """What is there before the reply may be the rest of a mail: refuse it all and close."""
    with opened() as here:
        client = here.client()
        client.envelope()
        client.say(stuffed(MAIL) + b"MAIL FROM:<eve@evil.test>\r\n")
        assert client.reply().startswith("554 5.5.0")
        assert client.reply().startswith("421 ")
        assert client.closed()
        assert here.inbox.arrivals == []
        assert here.budget.held == 0


def test_octets_during_the_commit_are_not_obeyed() -> None:
    """The mail is on disk and gets its 250; what was said before that is thrown away."""
    with opened(inbox=FakeInbox(held=True)) as here:
        client = here.client()
        client.envelope()
        client.say(stuffed(MAIL))
        future = here.inbox.pending.get(timeout=5)
        client.say(b"MAIL FROM:<eve@evil.test>\r\n")
        other = here.client()
        for _ in range(3):
            other.ask("NOOP")  # the loop has read what was said
        future.set_result(1)
        assert client.reply() == ACCEPTED
        assert client.reply().startswith("421 ")
        assert client.closed()


def test_a_mail_without_a_line_is_empty() -> None:
    """The final dot may come first."""
    with opened() as here:
        client = here.client()
        client.envelope()
        client.say(b".\r\n")
        assert client.reply() == ACCEPTED
        assert here.inbox.arrivals[0].content == b""


# --- sizes and numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "code"), [(999, "250 2.0.0"), (1000, "250 2.0.0"), (1001, "552 5.3.4")]
)
def test_max_size_is_the_largest_mail(size: int, code: str) -> None:
    """Below, at and above: read to its end, then refused, and the session goes on."""
    with opened(max_size=1000) as here:
        client = here.client()
        client.envelope()
        client.say(stuffed(b"x" * (size - 2) + b"\r\n"))
        assert client.reply().startswith(code)
        assert client.code("NOOP") == "250 OK"
        assert here.budget.held == 0


def test_a_client_that_does_not_stop_is_cut() -> None:
    """A refused mail is read on so that the reply is heard, but not for ever."""
    with opened(max_size=1000) as here:
        client = here.client()
        client.envelope()
        client.say(b"x" * 3000)
        assert client.reply().startswith("552 5.3.4")
        assert client.closed()


@pytest.mark.parametrize(("size", "code"), [(1000, "250 2.1.0"), (1001, "552 5.3.4")])
def test_a_declared_size_is_refused_at_once(size: int, code: str) -> None:
    """RFC 1870 section 6.1."""
    with opened(max_size=1000) as here:
        client = here.client()
        assert "SIZE 1000" in client.ask("EHLO client.example.com")
        assert client.code(f"MAIL FROM:<ann@example.com> SIZE={size}") == code


@pytest.mark.parametrize(("size", "code"), [(511, "250"), (512, "250"), (513, "500")])
def test_a_command_has_512_octets(size: int, code: str) -> None:
    """RFC 5321 section 4.5.3.1.4, line end included; 50 EHLOs do not make it more."""
    with opened() as here:
        client = here.client()
        for _ in range(50):
            client.ask("EHLO client.example.com")
        assert client.ask("NOOP " + "x" * (size - 7)).startswith(code)
        assert client.ask("NOOP " + "x" * 200_000).startswith("500")
        assert client.code("NOOP") == "250 OK"


def test_recipients_beyond_the_limit_are_told_to_come_later() -> None:
    """452 for the one above the limit, so that the sender sends it a mail of its own."""
    with opened(recipients=3) as here:
        client = here.client()
        client.ask("EHLO client.example.com")
        client.ask("MAIL FROM:<ann@example.com>")
        codes = [client.code("RCPT TO:<support@acme.example>") for _ in range(4)]
        assert codes == ["250 2.1.5"] * 3 + ["452 4.5.3"]
        client.ask("DATA")
        client.say(stuffed(MAIL))
        assert client.reply() == ACCEPTED


def test_connections_of_one_client_are_counted() -> None:
    """421 above the limit; a place is free again when a client leaves."""
    with opened(sessions_per_client=2) as here:
        first, second, third = here.client(), here.client(), here.connect()
        assert third.reply().startswith("421 4.7.0")
        assert third.closed()
        assert first.ask("QUIT").startswith("221")
        assert first.closed()
        assert here.client().code("NOOP") == second.code("NOOP") == "250 OK"


def test_connections_in_total_are_counted() -> None:
    """421 above the limit, whoever it is."""
    with opened(sessions=1) as here:
        here.client()
        assert here.connect().reply().startswith("421 4.7.0")


@pytest.mark.parametrize(("octets", "code"), [(len(MAIL), "250 2.0.0"), (len(MAIL) - 1, "452 4.3.1")])
def test_octets_in_flight_have_a_budget(octets: int, code: str) -> None:
    """Above it 452, and everything is given back."""
    with opened(budget=octets) as here:
        client = here.client()
        client.envelope()
        client.say(stuffed(MAIL))
        assert client.reply().startswith(code)
        assert here.budget.held == 0


def test_a_dropped_transfer_gives_its_octets_back() -> None:
    """A client that leaves in mid-DATA must not eat the budget."""
    with opened() as here:
        client = here.client()
        client.envelope()
        client.say(b"x" * 100_000)
        assert soon(lambda: here.budget.held > 90_000)
        client.drop()
        assert soon(lambda: here.budget.held == 0)
        assert here.inbox.arrivals == []


@pytest.mark.parametrize(("count", "code"), [(100, "250 2.0.0"), (101, "554 5.4.6")])
def test_a_mail_that_goes_round_is_refused(count: int, code: str) -> None:
    """RFC 5321 section 6.3: at most 100 Received lines."""
    with opened() as here:
        client = here.client()
        client.envelope()
        client.say(stuffed(b"Received: from mx.example.com\r\n" * count + MAIL))
        assert client.reply().startswith(code)
        assert here.budget.held == 0


# --- time -----------------------------------------------------------------------------------------


def test_a_silent_client_is_told_before_it_is_closed() -> None:
    """421 4.4.2, in the dialogue and in DATA."""
    with opened(timeout=0.2) as here:
        idle = here.client()
        assert idle.reply().startswith("421 4.4.2")
        assert idle.closed()
        sending = here.client()
        sending.envelope()
        sending.say(b"Subject: and then")
        assert sending.reply().startswith("421 4.4.2")
        assert sending.closed()


def test_a_slow_honest_sender_is_not_cut() -> None:
    """Above the least rate a transfer may take longer than the timeout."""
    with opened(timeout=0.5, slowest=500.0) as here:
        client = here.client()
        client.envelope()
        started = time.monotonic()
        while time.monotonic() < started + 1.2:
            client.say(b"x" * 98 + b"\r\n")
            time.sleep(0.05)
        client.say(b".\r\n")
        assert client.reply() == ACCEPTED


def test_a_dribbling_sender_is_cut() -> None:
    """Below the least rate progress alone does not help."""
    with opened(timeout=0.3, slowest=500.0) as here:
        client = here.client()
        client.envelope()
        client.sock.settimeout(0.02)
        heard = b""
        deadline = time.monotonic() + 5
        while not heard and time.monotonic() < deadline:
            try:
                client.say(b"x")
                heard = client.sock.recv(100)
            except TimeoutError:
                continue
        assert heard.startswith(b"421 4.4.2")


def test_the_commit_may_take_longer_than_the_timeout() -> None:
    """The client waits for us then: it is not the one that is silent."""
    with opened(inbox=FakeInbox(held=True), timeout=0.2) as here:
        client = here.client()
        client.envelope()
        client.say(stuffed(MAIL))
        future = here.inbox.pending.get(timeout=5)
        client.sock.settimeout(0.5)
        with pytest.raises(TimeoutError):
            client.sock.recv(1)
        future.set_result(1)
        client.sock.settimeout(5)
        assert client.sock.recv(100).startswith(b"250 2.0.0")


@pytest.mark.parametrize("command", ["NOOP", "RSET", "VRFY ann", "HELP", "EHLO client.example.com"])
def test_commands_without_mail_do_not_hold_a_connection(command: str) -> None:
    """So many, then 421; an accepted mail sets the count back."""
    with opened(commands=5) as here:
        client = here.client()
        for _ in range(3):
            assert client.ask(command)[:1] == "2"
        client.envelope()
        client.say(stuffed(MAIL))
        assert client.reply() == ACCEPTED
        for _ in range(5):
            assert client.ask(command)[:1] == "2"
        assert client.ask(command).startswith("421 4.7.0")
        assert client.closed()


def test_errors_have_an_end() -> None:
    """After so many the session is closed."""
    with opened(errors=3) as here:
        client = here.client()
        for _ in range(3):
            assert client.ask("RCPT TO:<x@example.com>").startswith("503")
        assert client.reply().startswith("421 4.7.0")
        assert client.closed()


# --- addresses ------------------------------------------------------------------------------------


def test_the_null_sender_is_empty() -> None:
    """aiosmtpd hands on `<>`."""
    with opened() as here:
        client = here.client()
        client.ask("EHLO client.example.com")
        assert client.code("MAIL FROM:<>") == "250 2.1.0"
        assert client.code("MAIL FROM:<>") == "503 5.5.1"
        client.ask("RCPT TO:<postmaster>")
        client.ask("DATA")
        client.say(stuffed(MAIL))
        assert client.reply() == ACCEPTED
        assert here.inbox.arrivals[0].envelope.sender == ""
        assert here.inbox.arrivals[0].envelope.recipients == ("postmaster",)


@pytest.mark.parametrize(
    "bad", [b"a\0b@example.com", b"a\rb@example.com", b"a b@example.com", b"\x7f@x.test"]
)
def test_controls_in_addresses_are_refused(bad: bytes) -> None:
    """aiosmtpd lets NUL and CR through."""
    with opened() as here:
        client = here.client()
        client.ask("EHLO client.example.com")
        client.say(b"MAIL FROM:<" + bad + b">\r\n")
        assert client.reply().startswith("501 5.1.7")
        client.ask("MAIL FROM:<>")
        client.say(b"RCPT TO:<" + bad + b">\r\n")
        assert client.reply().startswith("501 5.1.3")


@pytest.mark.parametrize("again", ["RSET", "EHLO client.example.com", "HELO client.example.com"])
def test_a_transaction_can_be_given_up(again: str) -> None:
    """RSET and a new greeting forget sender and recipients (RFC 5321 sections 4.1.1.5 and 4.1.4)."""
    with opened() as here:
        client = here.client()
        client.ask("EHLO client.example.com")
        client.ask("MAIL FROM:<ann@example.com>")
        client.ask("RCPT TO:<support@acme.example>")
        assert client.ask(again).startswith("250")
        assert client.code("DATA") == "503 5.5.1"
        assert client.code("MAIL FROM:<bob@example.com>") == "250 2.1.0"


def test_unknown_recipients_are_not_punished() -> None:
    """Guesses come through our own MX: 550 of constant text, no error counted, but not for ever."""
    with opened(errors=3, recipients=10) as here:
        client = here.client()
        client.ask("EHLO client.example.com")
        client.ask("MAIL FROM:<ann@example.com>")
        replies = {client.ask(f"RCPT TO:<guess-{n}@acme.example>") for n in range(10)}
        assert replies == {"550 5.1.1 No such recipient here"}
        assert client.code("RCPT TO:<Support@ACME.example>") == "250 2.1.5"
        assert client.ask("DATA").startswith("354")
        client.say(stuffed(MAIL))
        assert client.reply() == ACCEPTED


def test_extensions_are_offered_by_the_settings() -> None:
    """Only what the outbound side keeps; never AUTH, PIPELINING, DSN or CHUNKING."""
    with opened(smtputf8=False, eight_bit=False) as here:
        client = here.client()
        assert client.ask("EHLO x").split("\n")[1:] == [
            "250-SIZE 1000000",
            "250-ENHANCEDSTATUSCODES",
            "250 HELP",
        ]
        assert client.code("MAIL FROM:<a@example.com> SMTPUTF8") == "555 5.5.4"
        assert client.code("MAIL FROM:<a@example.com> BODY=8BITMIME") == "555 5.5.4"
    with opened(smtputf8=True, eight_bit=True) as here:
        client = here.client()
        offered = client.ask("EHLO x")
        assert "8BITMIME" in offered
        assert "SMTPUTF8" in offered
        assert client.code("MAIL FROM:<ärger@example.com>") == "553 5.6.7"
        assert client.code("MAIL FROM:<ärger@example.com> SMTPUTF8 BODY=8BITMIME") == "250 2.1.0"


def test_what_is_not_offered_is_refused() -> None:
    """DSN and AUTH: 555; the commands answer with constant text."""
    with opened() as here:
        client = here.client()
        client.ask("EHLO client.example.com")
        assert client.code("MAIL FROM:<a@example.com> RET=HDRS") == "555 5.5.4"
        assert client.code("MAIL FROM:<a@example.com> ENVID=1") == "555 5.5.4"
        assert client.code("MAIL FROM:<a@example.com>") == "250 2.1.0"
        assert client.code("RCPT TO:<support@acme.example> NOTIFY=NEVER") == "555 5.5.4"
        assert client.code("AUTH PLAIN AGEAYg==") == "502 5.5.1"
        assert client.code("VRFY <support@acme.example>") == "252 2.5.0"
        assert client.code("EXPN staff") == "502 5.5.1"
        assert client.code("HELP") == "214 2.0.0"
        assert client.code("DATA") == "503 5.5.1"


# --- TLS ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's and a client's, with a certificate for this run."""
    folder: Path = tmp_path_factory.mktemp("tls")
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    made += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    made += ["-keyout", str(folder / "key"), "-out", str(folder / "cert")]
    try:
        subprocess.run(made, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs openssl")
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder / "cert", folder / "key")
    return server, ssl.create_default_context(cafile=str(folder / "cert"))


Contexts = tuple[ssl.SSLContext, ssl.SSLContext]


def test_mail_over_starttls(contexts: Contexts) -> None:
    """STARTTLS is offered with a certificate, once, and AUTH not even then."""
    with (
        opened(tls=contexts[0]) as here,
        smtplib.SMTP(here.where[0], here.where[1], timeout=5) as client,
    ):
        client.starttls(context=contexts[1])
        client.ehlo()
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
        assert client.docmd("STARTTLS")[0] == 503
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = (
            "ann@example.com",
            "support@acme.example",
            "over TLS",
        )
        mail.set_content("x" * 200_000)
        client.send_message(mail)
        assert b"over TLS" in here.inbox.arrivals[0].content


def test_what_was_said_before_tls_is_forgotten(contexts: Contexts) -> None:
    """Commands that an attacker puts behind STARTTLS are not run inside TLS (CVE-2024-34083)."""
    with opened(tls=contexts[0]) as here:
        client = here.client()
        client.ask("EHLO client.example.com")
        client.say(b"STARTTLS\r\nEHLO evil.test\r\nMAIL FROM:<eve@evil.test>\r\n")
        assert client.reply().startswith("220")
        client.heard.close()
        with contexts[1].wrap_socket(client.sock, server_hostname="127.0.0.1") as secure:
            inner = Client(secure)
            assert inner.code("MAIL FROM:<ann@example.com>").startswith("503")
            inner.envelope()
            inner.say(stuffed(MAIL))
            assert inner.reply() == ACCEPTED
            inner.drop()


def test_a_handshake_that_never_comes_ends(contexts: Contexts) -> None:
    """The timeout counts in TLS as well, and the place is free again."""
    with opened(tls=contexts[0], sessions=1, timeout=0.2) as here:
        client = here.client()
        client.ask("EHLO client.example.com")
        assert client.ask("STARTTLS").startswith("220")
        assert client.reply().startswith("421 4.4.2")
        assert client.closed()
        assert here.client().code("NOOP") == "250 OK"


def test_a_failed_handshake_closes_and_hurts_nobody(contexts: Contexts) -> None:
    """Garbage instead of a ClientHello."""
    with opened(tls=contexts[0], sessions=2) as here:
        for _ in range(5):
            client = here.client()
            client.ask("EHLO client.example.com")
            assert client.ask("STARTTLS").startswith("220")
            client.say(b"not TLS at all\r\n" * 10)
            while client.heard.read(4096):
                pass
            client.drop()
        assert here.client().code("NOOP") == "250 OK"


# --- stopping -------------------------------------------------------------------------------------


def test_stop_lets_a_transfer_finish() -> None:
    """The idle hear 421, nobody gets in; what is being handed over gets its 250."""
    with opened() as here:
        idle, sending = here.client(), here.client()
        sending.envelope()
        sending.say(MAIL)
        stopping = threading.Thread(target=here.door.stop, args=(10.0,))
        stopping.start()
        assert idle.reply().startswith("421 4.3.2")
        assert idle.closed()
        with pytest.raises(OSError):
            here.connect()
        sending.say(b".\r\n")
        assert sending.reply() == ACCEPTED
        assert sending.reply().startswith("421 4.3.2")
        stopping.join(5)
        assert not stopping.is_alive()


def test_stop_does_not_wait_longer_than_the_grace() -> None:
    """A sender that hangs is cut."""
    with opened() as here:
        hanging = here.client()
        hanging.envelope()
        started = time.monotonic()
        here.door.stop(0.2)
        assert time.monotonic() - started < 5
        assert hanging.closed()


def test_the_beat_goes_on() -> None:
    """The watchdog sees that the loop goes round."""
    with opened() as here:
        first = here.door.beat
        assert soon(lambda: here.door.beat > first)


def test_a_door_that_cannot_open_says_so() -> None:
    """What keeps it shut is raised by start(), not lost in a thread."""
    (closed,) = listen("127.0.0.1:0")
    closed.close()
    inbox = FakeInbox()
    settings = DoorSettings("mx.acme.example")
    door = SmtpDoor(
        [closed],
        inbox.accept,
        inbox.recognise,
        watch=SystemWatch(),
        settings=settings,
        budget=Budget(1),
    )
    with pytest.raises((OSError, ValueError)):
        door.start()
    door.stop(1)
