"""Delivery reports: what failed, for whom, why; and what only looks like one."""

from __future__ import annotations

import time

import pytest

from mailflow.message.bounce import Report, delivery_report
from mailflow.message.dsn import fate, sections
from mailflow.model import Address, AutomaticKind, Bounce, Envelope

DAEMON = Address("Mail Delivery System", "MAILER-DAEMON@mx.example")
PERSON = Address("Ann", "ann@customer.example")
NULL = Envelope("", ("support@desk.example",))
SENT = Envelope("ann@customer.example", ("support@desk.example",))
DSN = "multipart/report; report-type=delivery-status; boundary=cut"

FAILED = """\
Final-Recipient: rfc822; ann@customer.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <ann@customer.example>:
    no such user
"""

RETURNED = """\
Message-ID: <ours@desk.example>
In-Reply-To: <theirs@customer.example>
References: <first@customer.example> <theirs@customer.example>
Subject: Re: slow
"""


def dsn(
    *recipients: str, returned: str = RETURNED, status_type: str = "message/delivery-status"
) -> bytes:
    status = "\n".join(("Reporting-MTA: dns; mx.example\n", *recipients))
    return (
        "From: x\n\npreamble\n--cut\nContent-Type: text/plain\n\nSorry.\n"
        f"--cut\nContent-Type: {status_type}\n\n{status}\n"
        f"--cut\nContent-Type: text/rfc822-headers\n\n{returned}\n--cut--\n"
    ).encode()


def report(
    content: bytes,
    subject: str = "",
    content_type: str = DSN,
    from_: tuple[Address, ...] = (DAEMON,),
    envelope: Envelope = NULL,
    more: tuple[tuple[str, str], ...] = (),
) -> Report | None:
    senders = tuple(("from", f"{each.name} <{each.address}>") for each in from_)
    headers = (*senders, ("content-type", content_type), *more)
    return delivery_report(headers, from_, envelope, subject, content)


def bounce(found: Report | None) -> Bounce:
    assert found is not None
    assert found.bounce is not None
    return found.bounce


def plain(text: str, subject: str, from_: tuple[Address, ...] = (DAEMON,)) -> Report | None:
    return report(b"From: x\n\n" + text.encode(), subject, "text/plain", from_)


# --- RFC 3464 ------------------------------------------------------------------------------------


def test_failed_recipient() -> None:
    """A failed recipient gives address, status, one line of diagnostic and the returned Message-ID."""
    assert bounce(report(dsn(FAILED))) == Bounce(
        recipients=("ann@customer.example",),
        permanent=True,
        status="5.1.1",
        diagnostic="550 5.1.1 <ann@customer.example>: no such user",
        message_ids=("<ours@desk.example>",),
    )


def test_line_ends_of_smtp() -> None:
    """CRLF is read as LF is."""
    content = dsn(FAILED).replace(b"\n", b"\r\n")
    assert bounce(report(content)) == bounce(report(dsn(FAILED)))


def test_ancestors_of_the_returned_mail_are_not_it() -> None:
    """Without a Message-ID of its own the returned mail is unknown: what it answers is another mail."""
    assert bounce(report(dsn(FAILED, returned="References: <a@b.example>\n"))).message_ids == ()


def test_message_id_in_the_status_fields() -> None:
    """Original-Message-ID, where a mail system gives it, names the returned mail."""
    found = bounce(report(dsn(FAILED + "Original-Message-ID: <told@desk.example>\n")))
    assert found.message_ids == ("<told@desk.example>",)


def test_original_recipient_first() -> None:
    """The address as we wrote it, before the one it was forwarded to (RFC 3464 section 2.3.1)."""
    content = dsn(
        "Original-Recipient: rfc822;ann@customer.example\n" + FAILED.replace("ann@", "a.long@")
    )
    assert bounce(report(content)).recipients == ("ann@customer.example",)


@pytest.mark.parametrize(
    "action", ["delayed", "Delayed (will retry)", "delivered", "relayed", "expanded"]
)
def test_delays_and_successes_change_nothing(action: str) -> None:
    """Nothing failed: an automatic report without a bounce."""
    found = report(dsn(FAILED.replace("failed", action)))
    assert found is not None
    assert found.bounce is None
    assert found.kind is AutomaticKind.REPORT


def test_only_the_failed_recipients() -> None:
    """Of several recipients those that failed, each once."""
    delayed = FAILED.replace("failed", "delayed").replace("ann@", "bob@")
    found = bounce(report(dsn(delayed, FAILED, FAILED, FAILED.replace("ann@", "eve@"))))
    assert found.recipients == ("ann@customer.example", "eve@customer.example")


def test_missing_action() -> None:
    """Without an Action the Status tells (RFC 3464 section 2.3.4)."""
    assert bounce(report(dsn(FAILED.replace("Action: failed\n", "")))).recipients
    late = report(dsn(FAILED.replace("Action: failed\n", "").replace("Status: 5", "Status: 4")))
    assert late is not None
    assert late.bounce is None


def test_torn_fields() -> None:
    """An empty line between a recipient's fields, as some gateways write it, tears nothing apart."""
    found = bounce(report(dsn(FAILED.replace("Action", "\nAction"))))
    assert (found.recipients, found.status) == (("ann@customer.example",), "5.1.1")


@pytest.mark.parametrize(
    "encoded",
    [
        "Content-Type: message/global-delivery-status\nContent-Transfer-Encoding: base64\n\n"
        "RmluYWwtUmVjaXBpZW50OiB1dGYtODthbm5AY3VzdG9tZXIuZXhhbXBsZQpBY3Rpb246IGZhaWxlZAo=",
        "Content-Type: message/delivery-status\nContent-Transfer-Encoding: Quoted-Printable\n\n"
        "Final-Recipient: rfc822;ann=40customer.example\nAction: failed\n",
    ],
)
def test_encoded_status(encoded: str) -> None:
    """RFC 6533 allows an encoded status, and Exchange encodes it."""
    content = f"From: x\n\n--cut\n{encoded}\n--cut--\n".encode()
    assert bounce(report(content)).recipients == ("ann@customer.example",)


def test_report_in_a_mixed_mail() -> None:
    """Some mail systems send the parts as multipart/mixed: believed of a daemon, not of a person."""
    mixed = "multipart/mixed; boundary=cut"
    assert bounce(report(dsn(FAILED), content_type=mixed)).recipients
    assert report(dsn(FAILED), content_type=mixed, from_=(PERSON,), envelope=SENT) is None


def test_challenge() -> None:
    """A filter dresses its question as a report: refused for policy, for now, by no mail system."""
    filter_ = (Address("", "noreply@filter.example"),)
    content = dsn(FAILED.replace("5.1.1", "4.7.0"))
    found = report(content, from_=filter_, envelope=Envelope("noreply@filter.example", ()))
    assert found is not None
    assert (found.bounce, found.kind) == (None, AutomaticKind.REPLY)
    assert bounce(report(content)).status == "4.7.0"


def test_long_reports_are_bounded() -> None:
    """At most 100 recipients and 300 characters of diagnostic."""
    many = [
        FAILED.replace("ann@", f"ann{number}@").replace("no such", "no " * 500) for number in range(150)
    ]
    found = bounce(report(dsn(*many)))
    assert len(found.recipients) == 100
    assert len(found.diagnostic) == 300


def test_sections_are_the_direct_parts() -> None:
    """Parts of parts and boundaries that only begin alike are left alone."""
    content = b"--cut\n\none\n--cutter\nstill one\n--cut\nContent-Type: text/html\n\ntwo\n--cut--\nrest"
    found = sections(content, "cut")
    assert [(part.media_type, part.body[:3]) for part in found][:2] == [
        ("text/plain", "one"),
        ("text/html", "two"),
    ]
    assert sections(content, "") == ()
    assert fate(found) is None


# --- Reports in a mail system's own words --------------------------------------------------------

QMAIL = """\
Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ann@customer.example>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 unknown user

--- Below this line is a copy of the message.

Message-ID: <ours@desk.example>
Subject: Re: slow
"""


def test_report_in_plain_words() -> None:
    """Address, the line with the server's answer, its status, and the returned header's Message-ID."""
    assert bounce(plain(QMAIL, "failure notice")) == Bounce(
        recipients=("ann@customer.example",),
        permanent=True,
        status="5.1.1",
        diagnostic="Remote host said: 550 5.1.1 unknown user",
        message_ids=("<ours@desk.example>",),
    )


def test_failed_recipients_header_of_exim() -> None:
    """X-Failed-Recipients tells the address, whatever the text says."""
    failed = (("x-failed-recipients", "ann@customer.example"),)
    found = report(b"From: x\n\nSorry.", "Oops", "text/plain", (DAEMON,), NULL, failed)
    assert bounce(found).recipients == ("ann@customer.example",)


def test_bounce_that_names_nobody() -> None:
    """A daemon's mail with a bounce's subject is a bounce, also where no address can be found."""
    assert bounce(plain("We could not.", "Undelivered Mail Returned to Sender")).recipients == ()


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Warning: message 1abc delayed 24 hours", "It has not yet been delivered."),
        ("Delivery delayed: your invoice", "We will try again."),
        ("Zustellung verzögert: Ihre Rechnung", "Wir versuchen es weiter."),
        (
            "Mail delivery",
            "A message that you sent has not yet been delivered to one or more of its recipients:\n"
            "The address to which the message has not yet been delivered is:\n\n"
            "  ann@customer.example\n\nNo action is required on your part.\n",
        ),
    ],
)
def test_delay_notice_in_plain_words(subject: str, text: str) -> None:
    """Delivery is still being tried: nothing failed."""
    found = plain(text, subject)
    assert found is not None
    assert found.bounce is None


@pytest.mark.parametrize(
    ("text", "subject", "content_type"),
    [
        ("I get this all day: Undelivered Mail Returned to Sender", "Undelivered mail", "text/plain"),
        (QMAIL, "failure notice", "text/plain"),
        (QMAIL, "Fwd: failure notice", "text/plain"),
        (QMAIL, "Undeliverable: my order", "multipart/alternative; boundary=x"),
    ],
)
def test_a_customer_may_quote_a_bounce(text: str, subject: str, content_type: str) -> None:
    """A person who pastes a bounce or takes over its subject has a question, and gets a ticket."""
    assert report(b"From: x\n\n" + text.encode(), subject, content_type, (PERSON,), SENT) is None


def test_vacation_note_that_quotes_a_report() -> None:
    """A vacation note has a null sender too; its subject tells what it is."""
    assert plain(QMAIL, "Out of office: failure notice", (PERSON,)) is None


def test_postmaster_may_be_a_person() -> None:
    """A postmaster who writes with a mail program about bounces is not one."""
    postmaster = (Address("", "postmaster@customer.example"),)
    mailer = (("user-agent", "Some Mailer 1.0"),)
    text = b"From: x\n\nWhy do we get these?"
    assert report(text, "Undelivered mail", "text/plain", postmaster, SENT, mailer) is None
    assert report(text, "Undelivered mail", "text/plain", postmaster, SENT) is not None


@pytest.mark.parametrize(
    "body", [b"\n", b"x\n", b"--cut\n", b"a", b" ", b"<", b"a@", b"Message-ID: <\n", b"5.5."]
)
@pytest.mark.parametrize("content_type", [DSN, "text/plain"])
def test_hostile_reports_take_bounded_time(body: bytes, content_type: str) -> None:
    """A daemon's mail of 1 MB of anything is read in a fraction of a second."""
    content = b"From: x\n\n" + body * (1_000_000 // len(body))
    started = time.process_time()
    report(content, "Undelivered mail", content_type)
    assert time.process_time() - started < 1


def test_unreadable_report_is_no_error() -> None:
    """Addresses that the address parsers of the libraries fail on are not told."""
    failed = (("x-failed-recipients", "(" * 60_000 + '"' * 1000 + "<@@@>"),)
    found = report(b"From: x\n\n", "failure notice", "text/plain", (DAEMON,), NULL, failed)
    assert bounce(found).recipients == ()
