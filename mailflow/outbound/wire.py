"""SMTP as pure functions: the commands and octets of one mail, and what a reply means for it.

In come a delivery and what the server offers (extension in lower case -> parameter, as EHLO said it);
out go bytes for the wire, or the reason why this mail can never be sent there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal

from mailflow.model import Delivery, Verdict

LONGEST_REPLY = 500

# These 5xx speak of our login, our TLS or our session, not of the mail: the operator mends it, and
# the mail goes out then (RFC 4954 section 6, RFC 3207 section 4, RFC 5321 section 4.2.3).
_OURS_TO_MEND = frozenset({503, 530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds (RFC 5321 section 4.5.3.2). `block`: content may stand still, `final`: after the dot,
    `idle`: an unused connection is kept, `refused`: a worker rests whose connection was refused."""

    connect: float = 30
    command: float = 300
    block: float = 180
    final: float = 600
    idle: float = 30
    refused: float = 5


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """`hostname` is what EHLO says; `ca_file` replaces the system's certificate authorities.

    ValueError for a password that would cross a network in the clear.
    """

    host: str
    port: int = 25
    tls: Literal["none", "starttls", "implicit"] = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    connections: int = 4
    hostname: str = "localhost"
    ca_file: str = ""
    timeouts: Timeouts = field(default_factory=Timeouts)

    def __post_init__(self) -> None:
        if self.user and self.tls == "none" and not is_loopback(self.host):
            raise ValueError("a password is only sent over TLS or to loopback")


def dot_stuffed(content: bytes) -> bytes:
    """The content as it follows DATA, with the final dot (RFC 5321 section 4.5.2).

    A bare CR or LF becomes CRLF: it may not be sent (section 2.3.8) and would end the mail for some
    servers. Content with clean line ends arrives octet for octet.
    """
    pairs = content.count(b"\r\n")
    if content.count(b"\r") != pairs or content.count(b"\n") != pairs:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if content and not content.endswith(b"\r\n"):
        content += b"\r\n"
    first = b"." if content.startswith(b".") else b""
    return first + content.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def setback(code: int) -> Verdict:
    """What a reply that is not the hoped-for one means: only a 5xx about the mail itself is final."""
    permanent = code // 100 == 5 and code not in _OURS_TO_MEND
    return Verdict.FAILED if permanent else Verdict.DEFERRED


def one_line(text: str) -> str:
    """A server's or the network's words, fit to be stored and shown: one line, bounded, printable."""
    clean = "".join(char if char.isprintable() else " " for char in text[: 2 * LONGEST_REPLY])
    return " ".join(clean.split())[:LONGEST_REPLY]


def refusal(delivery: Delivery, offers: Mapping[str, str]) -> str:
    """Why this server can never take this mail from us, or an empty string."""
    for address in filter(None, (delivery.sender, delivery.recipient)):
        if not _writable(address):
            return f"not sent: {one_line(address)} cannot be written in SMTP"
    if not delivery.recipient:
        return "not sent: the recipient is empty"
    if _needs_utf8(delivery) and "smtputf8" not in offers:
        return "not sent: the address needs SMTPUTF8, which the server does not offer"
    limit = offers.get("size", "").strip()
    if limit.isdecimal() and 0 < int(limit) < len(delivery.content):
        return f"not sent: {len(delivery.content)} octets, the server takes {limit} (SIZE)"
    return ""


def mail_command(delivery: Delivery, offers: Mapping[str, str]) -> bytes:
    """MAIL with SIZE (RFC 1870), BODY (RFC 6152) and SMTPUTF8 (RFC 6531) where offered and needed.

    8-bit content goes as it is even where 8BITMIME is not offered: such servers pass it on, and it
    must not be encoded again (signatures).
    """
    words = [b"MAIL FROM:<" + delivery.sender.encode() + b">"]
    if "size" in offers:
        words.append(b"SIZE=%d" % len(delivery.content))
    if "8bitmime" in offers and not delivery.content.isascii():
        words.append(b"BODY=8BITMIME")
    if _needs_utf8(delivery):
        words.append(b"SMTPUTF8")
    return b" ".join(words)


def rcpt_command(delivery: Delivery) -> bytes:
    return b"RCPT TO:<" + delivery.recipient.encode() + b">"


def is_loopback(host: str) -> bool:
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _needs_utf8(delivery: Delivery) -> bool:
    return not (delivery.sender + delivery.recipient).isascii()


def _writable(address: str) -> bool:
    """An addr-spec without anything that could end or extend the command it stands in."""
    local, at, domain = address.rpartition("@")
    quoted = len(local) > 1 and local.startswith('"') and local.endswith('"')
    bare = domain if quoted else local + domain
    return (
        bool(at and local and domain)
        and address.isprintable()
        and not set("<>") & set(address)
        and not any(char.isspace() for char in bare)
    )
