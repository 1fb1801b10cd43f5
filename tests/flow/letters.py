"""Mail as the programs of people, robots and mail systems write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tests.flow.post import Sent

TRUSTED_HOST = "mx.example.com"


@dataclass(frozen=True)
class Letter:
    """A mail on its way to the desk."""

    message_id: str
    subject: str
    text: str
    references: tuple[str, ...]
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Thread:
    """What a mail answers: In-Reply-To, and the chain for References."""

    parent: str = ""
    references: tuple[str, ...] = ()


def letter(
    from_: str,
    to: str,
    subject: str,
    text: str,
    message_id: str,
    at: datetime,
    *,
    thread: Thread = Thread(),  # noqa: B008 - frozen
    headers: Mapping[str, str] | None = None,
    files: Sequence[tuple[str, bytes]] = (),
) -> Letter:
    """A plain mail; `headers` come on top, where a receiving host adds its own."""
    mail = EmailMessage(policy=SMTP)
    for name, value in (headers or {}).items():
        mail[name] = value
    mail["From"], mail["To"], mail["Subject"] = from_, to, subject
    mail["Date"] = format_datetime(at)
    if message_id:
        mail["Message-ID"] = message_id
    if thread.parent:
        mail["In-Reply-To"] = thread.parent
    if thread.references:
        mail["References"] = " ".join(thread.references)
    mail.set_content(text)
    for name, octets in files:
        mail.add_attachment(octets, maintype="application", subtype="octet-stream", filename=name)
    return Letter(message_id, subject, text, thread.references, mail.as_bytes())


def answered(subject: str) -> str:
    """The subject of an answer."""
    return subject if subject.lower().startswith(("re:", "aw:")) else f"Re: {subject}"


def thread_of(sent: Sent) -> Thread:
    """The thread of an answer to a mail (RFC 5322 section 3.6.4)."""
    return Thread(sent.message_id, (*sent.references, sent.message_id))


def quoted(sent: Sent, *, german: bool = False) -> str:
    """The mail, as a program puts it below the answer."""
    when = f"{sent.at:%d.%m.%Y} um {sent.at:%H:%M}" if german else f"{sent.at:%a, %d %b %Y at %H:%M}"
    who = sent.header("From").partition("<")[0].strip().strip('"')
    line = f"Am {when} schrieb {who}:" if german else f"On {when}, {who} wrote:"
    return "\n".join([line, *(f"> {one}".rstrip() for one in sent.text.splitlines())])


def authentication(address: str, verdict: str) -> dict[str, str]:
    """What the trusted host found out about the From address; nothing for an empty verdict."""
    domain = address.rpartition("@")[2].strip(">")
    said = f"{TRUSTED_HOST}; dmarc={verdict} header.from={domain}"
    return {"Authentication-Results": said} if verdict else {}


def delivery_report(
    recipient: str, returned: bytes, at: datetime, *, action: str = "failed", status: str = "5.1.1"
) -> bytes:
    """A report of a mail system about a mail of ours (RFC 3464), the returned header inside."""
    head = returned.partition(b"\r\n\r\n")[0]
    words = "could not be delivered" if action == "failed" else "is delayed"
    lines = [
        "From: Mail Delivery System <MAILER-DAEMON@mx.elsewhere.test>",
        "To: support@example.com",
        "Subject: Undelivered Mail Returned to Sender"
        if action == "failed"
        else "Subject: Delayed Mail",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <report.{at.timestamp()}.{recipient}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"',
        "",
        "--=_report",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        f"Your message to {recipient} {words}.",
        "",
        "--=_report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.elsewhere.test",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {status.replace('.', '')} user unknown",
        "",
        "--=_report",
        "Content-Type: text/rfc822-headers",
        "",
    ]
    return "\r\n".join(lines).encode() + b"\r\n" + head + b"\r\n\r\n--=_report--\r\n"
