"""The SMTP transport against a scripted server on a real socket: what is sent, what became of it."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailflow.clock import SystemWatch
from mailflow.model import Delivery, Kind, Outcome, Verdict
from mailflow.outbound.maildir import MaildirTransport
from mailflow.outbound.transport import SmtpTransport, Unreachable
from mailflow.outbound.wire import SmtpSettings, Timeouts
from tests.system.scripted import DROP, Certificate, Hold, ScriptedServer, make_certificate

CONTENT = b"Message-ID: <1@example.com>\r\nSubject: x\r\n\r\nhello\r\n"
PATIENCE = 20.0

Start = Callable[[SmtpSettings], SmtpTransport]


def delivery(
    number: int = 1,
    content: bytes = CONTENT,
    *,
    sender: str = "desk@example.com",
    recipient: str = "anna@example.com",
    attempt: int = 1,
) -> Delivery:
    return Delivery(
        id=number,
        kind=Kind.REPLY,
        sender=sender,
        recipient=recipient,
        message_id=f"<{number}@example.com>",
        attempt=attempt,
        fence=7,
        queued_at=datetime(2026, 11, 24, tzinfo=UTC),
        content=content,
    )


def sent(transport: SmtpTransport, mail: Delivery, *, first: bool = False) -> Outcome:
    return transport.send(mail, first=first).result(PATIENCE)


def plain(server: ScriptedServer, **timeouts: float) -> SmtpSettings:
    """One connection for others, so that reuse is certain."""
    return SmtpSettings(
        "127.0.0.1",
        server.port,
        connections=2,
        hostname="desk.example",
        timeouts=Timeouts(**timeouts),
    )


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:

        def started(settings: SmtpSettings) -> SmtpTransport:
            transport = SmtpTransport(settings, SystemWatch())
            transport.start()
            stack.callback(transport.stop, 0)
            return transport

        yield started


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port: int = unused.getsockname()[1]
    return port


def test_the_answer_after_the_dot_is_the_outcome(start: Start) -> None:
    """A 250 delivers, and its text (the server's queue id) is kept; the envelope is as given."""
    with ScriptedServer({".": ["250 2.0.0 Ok: queued as 4ABC"]}) as server:
        outcome = sent(start(plain(server)), delivery(5, sender=""))
        assert (outcome.delivery_id, outcome.fence) == (5, 7)
        assert outcome.verdict is Verdict.DELIVERED
        assert outcome.reply == "250 2.0.0 Ok: queued as 4ABC"
        [mail] = server.arrived
        assert mail.mail == f"MAIL FROM:<> SIZE={len(CONTENT)}"
        assert mail.rcpt == "RCPT TO:<anna@example.com>"
        assert mail.content == CONTENT
        assert server.said("EHLO") == ["EHLO desk.example"]


def test_any_content_arrives_byte_for_byte(start: Start) -> None:
    """Random bodies of dots, empty lines, 8-bit octets and long lines stay what they are."""
    chance = random.Random(1)
    words = [
        b".",
        b"..",
        b"\r\n",
        b"\r\n.\r\n",
        b"\r\n..",
        b"x" * 998,
        b"\xe4\xff",
        b"\x00",
        b" ",
        b"ab",
    ]
    bodies = [b"".join(chance.choices(words, k=chance.randrange(40))) + b"\r\n" for _ in range(200)]
    with ScriptedServer() as server:
        transport = start(plain(server))
        futures = [
            transport.send(delivery(n, body), first=bool(n % 2)) for n, body in enumerate(bodies)
        ]
        assert all(future.result(PATIENCE).verdict is Verdict.DELIVERED for future in futures)
        assert sorted(mail.content for mail in server.arrived) == sorted(bodies)
        assert server.connections == 2


def test_a_bare_cr_or_lf_never_reaches_the_wire(start: Start) -> None:
    """`sendmail(bytes)` of the standard library keeps them; some servers end the mail there."""
    with ScriptedServer() as server:
        sent(start(plain(server)), delivery(content=b"a\rb\nc\n.\nMAIL FROM:<evil@example.com>\r\n"))
        [mail] = server.arrived
        assert mail.content == b"a\r\nb\r\nc\r\n.\r\nMAIL FROM:<evil@example.com>\r\n"


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize(
    ("reply", "verdict"),
    [("550 5.7.1 not here", Verdict.FAILED), ("451 4.3.0 later", Verdict.DEFERRED)],
)
def test_a_refusal_is_judged_at_every_step(
    start: Start, step: str, reply: str, verdict: Verdict
) -> None:
    """5xx fails at once with the reply, 4xx defers; the session goes on with the next mail."""
    with ScriptedServer({step: [reply]}) as server:
        transport = start(plain(server))
        refused = sent(transport, delivery(1))
        assert (refused.verdict, refused.reply) == (verdict, reply)
        assert sent(transport, delivery(2)).verdict is Verdict.DELIVERED
        assert server.connections == 1
        assert transport.reachable


def test_the_failure_of_one_recipient_is_not_the_others(start: Start) -> None:
    """One delivery is one recipient: the unknown one fails, the others get the mail."""
    with ScriptedServer({"RCPT TO:<gone@": ["550 5.1.1 unknown"]}) as server:
        transport = start(plain(server))
        names = ("anna", "gone", "bert")
        outcomes = [
            sent(transport, delivery(n, recipient=f"{name}@example.com"))
            for n, name in enumerate(names)
        ]
        assert [outcome.verdict for outcome in outcomes] == ["delivered", "failed", "delivered"]
        assert outcomes[1].reply == "550 5.1.1 unknown"


def test_a_loss_after_the_final_dot_is_in_doubt(start: Start) -> None:
    """The server may have taken it: deferred, said so, and not sent a second time here."""
    with ScriptedServer({".": [DROP]}) as server:
        outcome = sent(start(plain(server)), delivery())
        assert outcome.verdict is Verdict.DEFERRED
        assert outcome.reply.startswith("in doubt")
        assert len(server.arrived) == 1


def test_a_loss_on_a_reused_session_after_the_dot_is_not_repeated(start: Start) -> None:
    """Re-opening a dead session is for the time before content only."""
    with ScriptedServer({".": ["250 ok", DROP]}) as server:
        transport = start(plain(server))
        sent(transport, delivery(1))
        assert sent(transport, delivery(2)).reply.startswith("in doubt")
        assert len(server.arrived) == 2


def test_no_answer_after_the_dot_ends_in_doubt(start: Start) -> None:
    """The wait is bounded (10 minutes; here less), and the session is not used again."""
    silent = Hold("250 too late")
    with ScriptedServer({".": [silent]}) as server:
        transport = start(plain(server, final=0.2))
        outcome = sent(transport, delivery(1))
        assert outcome.verdict is Verdict.DEFERRED
        assert outcome.reply == "in doubt: no answer after the final dot"
        assert sent(transport, delivery(2)).verdict is Verdict.DELIVERED
        assert server.connections == 2


def test_a_server_that_stops_reading_is_given_up(start: Start) -> None:
    """Content that does not leave for `block` seconds defers the mail."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # It greets and answers like a server, then never reads the content.
        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"220 x\r\n")
                for reply in (b"250 x\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
                    connection.recv(1024)
                    connection.sendall(reply)
                done.wait(PATIENCE)

        done = threading.Event()
        thread = threading.Thread(target=serve)
        thread.start()
        settings = SmtpSettings("127.0.0.1", listener.getsockname()[1], timeouts=Timeouts(block=0.2))
        outcome = sent(start(settings), delivery(content=b"x" * 30_000_000 + b"\r\n"))
        assert outcome.reply == "in doubt: the server stopped reading"
        done.set()
        thread.join()


def test_a_reused_session_that_died_is_opened_again(start: Start) -> None:
    """A server may end an idle session at any time; before DATA that is no failure."""
    with ScriptedServer() as server:
        transport = start(plain(server))
        sent(transport, delivery(1))
        server.drop_all()
        assert sent(transport, delivery(2)).verdict is Verdict.DELIVERED
        assert [mail.connection for mail in server.arrived] == [1, 2]


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["421 4.7.0 too many mails in one session", DROP])
def test_a_421_or_drop_between_mails_opens_a_new_session(
    start: Start, step: str, answer: str | object
) -> None:
    """Servers limit the mails of a session by 421: the next mail goes out all the same, once."""
    usual = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go"}[step]
    with ScriptedServer({step: [usual, answer]}) as server:  # type: ignore[list-item]
        transport = start(plain(server))
        outcomes = [sent(transport, delivery(number)) for number in (1, 2)]
        assert [outcome.verdict for outcome in outcomes] == ["delivered", "delivered"]
        assert [mail.connection for mail in server.arrived] == [1, 2]


def test_a_421_on_a_new_session_defers(start: Start) -> None:
    """It is re-opened once, not for ever."""
    with ScriptedServer({"MAIL": ["421 4.3.2 shutting down"]}) as server:
        outcome = sent(start(plain(server)), delivery())
        assert outcome.verdict is Verdict.DEFERRED
        assert "421" in outcome.reply
        assert server.connections == 1


def test_a_421_after_the_dot_defers_and_ends_the_session(start: Start) -> None:
    """The mail was not taken, and nothing more is said in that session."""
    with ScriptedServer({".": ["421 4.3.2 shutting down"]}) as server:
        transport = start(plain(server))
        outcomes = [sent(transport, delivery(number)) for number in (1, 2)]
        assert [outcome.verdict for outcome in outcomes] == ["deferred", "delivered"]
        assert [mail.connection for mail in server.arrived] == [1, 2]


def test_an_idle_session_is_closed_politely(start: Start) -> None:
    """After `idle` seconds without a mail comes QUIT; the next mail opens a session of its own."""
    quitting = Hold("221 bye")
    with ScriptedServer({"QUIT": [quitting]}) as server:
        transport = start(plain(server, idle=0.05))
        sent(transport, delivery(1))
        assert quitting.reached.wait(PATIENCE)
        quitting.released.set()
        assert sent(transport, delivery(2)).verdict is Verdict.DELIVERED
        assert [mail.connection for mail in server.arrived] == [1, 2]


def test_an_early_refusal_while_content_leaves_is_heard(start: Start) -> None:
    """A server may answer before a mail's end: that answer counts, and the rest is not sent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"220 x\r\n")
                for reply in (b"250 x\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
                    connection.recv(1024)
                    connection.sendall(reply)
                connection.recv(1024)
                connection.sendall(b"552 5.3.4 too big\r\n")
                told.wait(PATIENCE)
                connection.settimeout(PATIENCE)
                with contextlib.suppress(ConnectionResetError):
                    rest.append(sum(iter(lambda: len(connection.recv(1 << 20)), 0)))

        told, rest = threading.Event(), list[int]()
        thread = threading.Thread(target=serve)
        thread.start()
        transport = start(SmtpSettings("127.0.0.1", listener.getsockname()[1]))
        outcome = sent(transport, delivery(content=b"x" * 30_000_000 + b"\r\n"))
        assert (outcome.verdict, outcome.reply) == (Verdict.FAILED, "552 5.3.4 too big")
        told.set()
        thread.join()
        assert sum(rest) < 20_000_000


@pytest.mark.parametrize("greeting", [DROP, "554 5.3.2 no", "421 4.3.2 busy", "nonsense"])
def test_no_session_is_never_the_mails_fault(start: Start, greeting: str | object) -> None:
    """Whatever happens before the mail's own commands defers it, and the server counts as down."""
    with ScriptedServer({"CONNECT": [greeting]}) as server:  # type: ignore[list-item]
        transport = start(plain(server))
        assert sent(transport, delivery(1)).verdict is Verdict.DEFERRED
        assert not transport.reachable
        assert sent(transport, delivery(2)).verdict is Verdict.DELIVERED
        assert transport.reachable


@pytest.mark.parametrize("step", ["CONNECT", "EHLO", "MAIL"])
def test_a_silent_server_is_left(start: Start, step: str) -> None:
    """No answer within the time allowed defers the mail, and its session is not used again."""
    silent = Hold("250 too late")
    with ScriptedServer({step: [silent]}) as server:
        transport = start(plain(server, connect=0.2, command=0.2))
        outcome = sent(transport, delivery(1))
        assert outcome.verdict is Verdict.DEFERRED
        assert "timed out" in outcome.reply.lower()
        assert sent(transport, delivery(2)).verdict is Verdict.DELIVERED
        assert [mail.connection for mail in server.arrived] == [2]


def test_a_closed_port_defers(start: Start) -> None:
    """The network's own words are the reply."""
    outcome = sent(start(SmtpSettings("127.0.0.1", closed_port())), delivery())
    assert outcome.verdict is Verdict.DEFERRED
    assert "connect" in outcome.reply.lower()


def test_a_refused_further_connection_lends_the_mail_to_an_open_one(start: Start) -> None:
    """A server that allows fewer sessions than configured slows mail down; it defers none."""
    holding = Hold("250 ok")
    with ScriptedServer({"CONNECT": ["220 x", "421 too many sessions"], ".": [holding]}) as server:
        settings = SmtpSettings("127.0.0.1", server.port, connections=3)
        transport = start(settings)
        one = transport.send(delivery(1), first=False)
        assert holding.reached.wait(PATIENCE)
        two = transport.send(delivery(2), first=True)
        while server.connections < 2:
            threading.Event().wait(0.01)
        holding.released.set()
        assert [future.result(PATIENCE).verdict for future in (one, two)] == ["delivered"] * 2
        assert transport.reachable


def test_acknowledgements_are_not_behind_big_slow_mail(start: Start) -> None:
    """Every other connection stands at its final dot; acknowledgements go out by their own."""
    holds = [Hold("250 ok") for _ in range(3)]
    with ScriptedServer({".": [*holds]}) as server:
        transport = start(SmtpSettings("127.0.0.1", server.port, connections=4))
        big = [transport.send(delivery(n, b"x" * 3_000_000), first=False) for n in range(8)]
        assert all(hold.reached.wait(PATIENCE) for hold in holds)
        quick = [transport.send(delivery(100 + n), first=True) for n in range(20)]
        assert all(future.result(PATIENCE).verdict is Verdict.DELIVERED for future in quick)
        assert not any(future.done() for future in big)
        for hold in holds:
            hold.released.set()
        assert all(future.result(PATIENCE).verdict is Verdict.DELIVERED for future in big)
        assert server.connections == 4


def test_eight_bit_and_utf8_are_declared(start: Start) -> None:
    """BODY=8BITMIME and SMTPUTF8 stand in MAIL when needed, and the address goes in UTF-8."""
    with ScriptedServer() as server:
        mail = delivery(content="Größe\r\n".encode(), recipient="jörg@example.com")
        assert sent(start(plain(server)), mail).verdict is Verdict.DELIVERED
        assert server.arrived[0].mail.endswith(" BODY=8BITMIME SMTPUTF8")
        assert server.arrived[0].rcpt == "RCPT TO:<jörg@example.com>"


def test_what_the_server_can_never_take_fails_at_once(start: Start) -> None:
    """Beyond SIZE, or an address that needs SMTPUTF8 where it is not offered: no content is sent."""
    with ScriptedServer(offers=("SIZE 100",)) as server:
        transport = start(plain(server))
        big = sent(transport, delivery(1, b"x" * 101))
        utf8 = sent(transport, delivery(2, b"x\r\n", recipient="jörg@example.com"))
        assert (big.verdict, utf8.verdict) == (Verdict.FAILED, Verdict.FAILED)
        assert "SIZE" in big.reply
        assert "SMTPUTF8" in utf8.reply
        assert sent(transport, delivery(3, b"x" * 98 + b"\r\n")).verdict is Verdict.DELIVERED
        assert len(server.arrived) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_tls_with_a_known_certificate_and_login(
    start: Start, certificate: Certificate, tls: str
) -> None:
    """The login and the mail cross inside TLS; probe says what was found."""
    with ScriptedServer(tls=certificate.server_context(), implicit=tls == "implicit") as server:
        settings = SmtpSettings(
            "localhost",
            server.port,
            tls=tls,  # type: ignore[arg-type]
            user="desk",
            password="secret",
            ca_file=str(certificate.cert),
        )
        transport = start(settings)
        big = delivery(content=b".\r\n" * 1_000_000)
        assert sent(transport, big).verdict is Verdict.DELIVERED
        assert server.arrived[0].content == big.content
        assert len(server.said("AUTH PLAIN")) == 1
        assert len(server.said("STARTTLS")) == (tls == "starttls")
        found = transport.probe()
        assert "TLSv1" in found
        assert "logged in as desk" in found
        assert "8BITMIME" in found


def test_an_unknown_certificate_is_refused(start: Start, certificate: Certificate) -> None:
    """Verified against the system's authorities; no envelope and no login is shown to the stranger."""
    with ScriptedServer(tls=certificate.server_context()) as server:
        transport = start(SmtpSettings("localhost", server.port, tls="starttls", user="desk"))
        outcome = sent(transport, delivery())
        assert outcome.verdict is Verdict.DEFERRED
        assert "certificate" in outcome.reply.lower()
        assert not transport.reachable
        assert server.said("MAIL") == server.said("AUTH") == []
        with pytest.raises(Unreachable):
            transport.probe()


def test_a_certificate_of_another_name_is_refused(start: Start, tmp_path: Path) -> None:
    """A certificate proves one host name."""
    other = make_certificate(tmp_path, "elsewhere.test")
    with ScriptedServer(tls=other.server_context()) as server:
        settings = SmtpSettings("localhost", server.port, tls="starttls", ca_file=str(other.cert))
        outcome = sent(start(settings), delivery())
        assert outcome.verdict is Verdict.DEFERRED
        assert server.arrived == []


def test_starttls_never_falls_back(start: Start) -> None:
    """A server, or somebody between, that does not offer STARTTLS gets no mail."""
    with ScriptedServer() as server:
        settings = SmtpSettings("localhost", server.port, tls="starttls")
        outcome = sent(start(settings), delivery())
        assert outcome.verdict is Verdict.DEFERRED
        assert "STARTTLS" in outcome.reply
        assert server.arrived == []


def test_a_refused_login_defers_and_counts_as_down(start: Start) -> None:
    """535 is permanent of our configuration, not of the mail."""
    with ScriptedServer({"AUTH": ["535 5.7.8 wrong password"]}) as server:
        settings = SmtpSettings("127.0.0.1", server.port, user="desk", password="wrong")
        transport = start(settings)
        outcome = sent(transport, delivery())
        assert (outcome.verdict, outcome.reply) == (Verdict.DEFERRED, "535 5.7.8 wrong password")
        assert not transport.reachable
        assert server.said("MAIL") == []


def test_stopping_cancels_what_waits_and_finishes_what_is_sent() -> None:
    """Within the grace the mail at its final dot is finished; the one behind it was never begun."""
    holding = Hold("250 ok")
    with ScriptedServer({".": [holding]}) as server:
        transport = SmtpTransport(plain(server), SystemWatch())
        transport.start()
        one = transport.send(delivery(1), first=False)
        assert holding.reached.wait(PATIENCE)
        two = transport.send(delivery(2), first=False)
        stopping = threading.Thread(target=transport.stop, args=(PATIENCE,))
        stopping.start()
        holding.released.set()
        stopping.join(PATIENCE)
        assert one.result(0).verdict is Verdict.DELIVERED
        assert two.cancelled()
        assert len(server.arrived) == 1


def test_stopping_cuts_off_after_the_grace() -> None:
    """What is still without an answer is in doubt; every future is done."""
    holding = Hold("250 ok")
    with ScriptedServer({".": [holding]}) as server:
        transport = SmtpTransport(plain(server), SystemWatch())
        transport.start()
        one = transport.send(delivery(1), first=False)
        assert holding.reached.wait(PATIENCE)
        began = time.monotonic()
        transport.stop(0.05)
        assert time.monotonic() - began < 1.5  # no parting words to a server that does not answer
        assert one.result(0).verdict is Verdict.DEFERRED
        assert one.result(0).reply.startswith("in doubt")


def test_a_maildir_holds_the_exact_mail_once(tmp_path: Path) -> None:
    """The envelope stands before the exact content; a repeat of one mail is one file."""
    transport = MaildirTransport(tmp_path / "out", SystemWatch())
    transport.start()
    outcome = transport.send(delivery(sender=""), first=True).result(0)
    transport.send(delivery(2, recipient="bert@example.com"), first=False)
    transport.send(delivery(attempt=2, sender=""), first=True)
    assert outcome.verdict is Verdict.DELIVERED
    contents = sorted(path.read_bytes() for path in (tmp_path / "out" / "new").iterdir())
    assert contents == sorted(
        [
            b"Return-Path: <>\r\nDelivered-To: anna@example.com\r\n" + CONTENT,
            b"Return-Path: <desk@example.com>\r\nDelivered-To: bert@example.com\r\n" + CONTENT,
        ]
    )
    assert not list((tmp_path / "out" / "tmp").iterdir())


def test_a_repeat_into_a_maildir_finds_the_mail_that_was_read(tmp_path: Path) -> None:
    """A mail program has moved it to cur meanwhile."""
    transport = MaildirTransport(tmp_path, SystemWatch())
    transport.start()
    transport.send(delivery(), first=False)
    [mail] = (tmp_path / "new").iterdir()
    mail.rename(tmp_path / "cur" / f"{mail.name}:2,S")
    assert transport.send(delivery(attempt=2), first=False).result(0).verdict is Verdict.DELIVERED
    assert not list((tmp_path / "new").iterdir())


def test_a_maildir_that_cannot_be_written_defers(tmp_path: Path) -> None:
    """A full disk or a missing folder is no fault of the mail."""
    transport = MaildirTransport(tmp_path / "gone", SystemWatch())
    outcome = transport.send(delivery(), first=False).result(0)
    assert outcome.verdict is Verdict.DEFERRED
    assert not transport.reachable
    transport.start()
    assert transport.send(delivery(), first=False).result(0).verdict is Verdict.DELIVERED
    assert transport.reachable
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="no folder"):
        MaildirTransport(tmp_path / "file" / "x", SystemWatch()).probe()
