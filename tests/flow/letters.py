"""Mail as the programs of people, robots and mail systems write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

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


NO_THREAD = Thread()


def letter(
    from_: str,
    to: str,
    subject: str,
    text: str,
    message_id: str,
    at: datetime,
    *,
    thread: Thread = NO_THREAD,
    headers: Mapping[str, str] | None = None,
    files: Sequence[tuple[str, bytes]] = (),
    html: str = "",
) -> Letter:
    """A mail; `headers` come on top, where a receiving host adds its own. With `html` it has only that,
    or with a text both."""
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
    if text:
        mail.set_content(text)
    if html and text:
        mail.add_alternative(html, subtype="html")
    elif html:
        mail.set_content(html, subtype="html")
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


def quoted_html(sent: Sent) -> str:
    """The mail, as a program for the web puts it below an answer."""
    lines = "<br>\n".join(escape(line) for line in sent.text.splitlines())
    who = escape(sent.header("From"))
    return (
        f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On {sent.at:%a, %d %b %Y at %H:%M}, '
        f'{who} wrote:<br></div><blockquote class="gmail_quote">{lines}</blockquote></div>'
    )


def markup(text: str) -> str:
    """Text as a program writes it in HTML."""
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.splitlines())


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
