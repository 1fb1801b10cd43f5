"""The servers that other system tests stand on: they start, hand mail on, and stop."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from imapclient import IMAPClient

from mailflow.clock import SystemWatch
from mailflow.model import Delivery, Kind, Verdict
from mailflow.outbound.transport import SmtpTransport
from mailflow.outbound.wire import SmtpSettings
from tests.system.servers import Dovecot, Postfix, wait_until

ANNA, BERT = "anna@customer.example", "bert@desk.example"
CONTENT = (
    b"From: desk@desk.example\r\nTo: anna@customer.example\r\nSubject: caf\xc3\xa9\r\n"
    b"Message-ID: <1@desk.example>\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\n"
    b"..two dots\r\n.\r\nGr\xc3\xbc\xc3\x9fe\r\n"
)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot({ANNA: "apple", BERT: "pear"}) as server:
        yield server


@pytest.fixture(scope="module")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    domains = ("customer.example", "desk.example")
    routes = {BERT: dovecot.lmtp}
    with Postfix(domains=domains, otherwise=dovecot.lmtp, routes=routes) as server:
        yield server


def delivery(recipient: str) -> Delivery:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return Delivery(
        1, Kind.REPLY, "desk@desk.example", recipient, "<1@desk.example>", 1, 1, at, CONTENT
    )


@pytest.fixture
def transport(postfix: Postfix) -> Iterator[SmtpTransport]:
    one = SmtpTransport(SmtpSettings("127.0.0.1", postfix.port), SystemWatch())
    one.start()
    yield one
    one.stop(1)


def test_mail_through_postfix_is_read_over_imap(dovecot: Dovecot, transport: SmtpTransport) -> None:
    """Our transport, Postfix, LMTP, Dovecot, IMAP: the body arrives octet for octet, in order."""
    outcome = transport.send(delivery(ANNA), first=True).result(20)
    assert outcome.verdict is Verdict.DELIVERED
    assert "queued as" in outcome.reply
    wait_until(lambda: len(dovecot.inbox(ANNA)) == 1, dovecot.log)
    [mail] = dovecot.inbox(ANNA)
    assert mail.endswith(CONTENT)
    assert b"Delivered-To: anna@customer.example\r\n" in mail


def test_a_detail_of_a_routed_address_takes_its_route(
    dovecot: Dovecot, transport: SmtpTransport
) -> None:
    """Token addresses are DESK+TOKEN: they go where the desk's mail goes."""
    recipient = BERT.replace("@", "+token@")
    assert transport.send(delivery(recipient), first=False).result(20).verdict is Verdict.DELIVERED
    wait_until(lambda: len(dovecot.inbox(BERT)) == 1, dovecot.log)


def test_mail_to_elsewhere_stays_here(postfix: Postfix, transport: SmtpTransport) -> None:
    """No mail of a test ever leaves the machine."""
    transport.send(delivery("someone@elsewhere.test"), first=False).result(20)
    wait_until(lambda: "nothing leaves the tests" in postfix.log(), postfix.log)


def test_imap_over_tls_proves_its_certificate(dovecot: Dovecot) -> None:
    """With the certificate's file as authority the connection is verified."""
    context = ssl.create_default_context(cafile=str(dovecot.certificate.cert))
    with IMAPClient(dovecot.host, dovecot.imaps_port, ssl_context=context) as client:
        client.login(ANNA, "apple")
        assert client.folder_exists("INBOX")


def test_servers_stop_and_start_again_with_their_mail(
    dovecot: Dovecot, postfix: Postfix, transport: SmtpTransport
) -> None:
    """Mail for a mailbox server that is away waits in Postfix; the Maildirs survive a restart."""
    before = len(dovecot.inbox(ANNA))
    dovecot.stop()
    assert transport.send(delivery(ANNA), first=False).result(20).verdict is Verdict.DELIVERED
    wait_until(lambda: "status=deferred" in postfix.log(), postfix.log)
    dovecot.start()
    postfix.flush()
    wait_until(lambda: len(dovecot.inbox(ANNA)) == before + 1, postfix.log)
