"""Delivery reports: which recipients of which mail did not get it, and why.

Comes in: a mail's headers, senders and bytes. Goes out: a Report, or None if it is none. Standard
reports (RFC 3464) are read here; for the others flufl.bounce knows the addresses. Only the first
200 KB are looked at, and of a mail that no mail system sent nothing is.
"""

from __future__ import annotations

import email
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError

from flufl.bounce import all_failures

from mailflow.message.automatic_phrases import (
    BOUNCE_OPENINGS,
    DAEMON_NAMES,
    DAEMONS,
    DELAY_OPENINGS,
    POSTMASTER,
    REPLY_OPENINGS,
    REPLY_WORDS,
)
from mailflow.message.dsn import (
    MAX_RECIPIENTS,
    READ,
    Fate,
    fate,
    message_id,
    one_line,
    sections,
    status_in,
    text_of,
)
from mailflow.message.fields import Header, first, keyword, media_type
from mailflow.model import Address, AutomaticKind, Bounce, Envelope

PLAIN_READ = 64 * 1024

# flufl.bounce searches every line with dozens of patterns that are quadratic in its length.
HEURISTIC_BODY = 16 * 1024
HEURISTIC_LINE = 256
HEURISTIC_LINES = 500
HEURISTIC_HEADER = 1024
HEURISTIC_HEADERS = frozenset(
    {"content-type", "content-transfer-encoding", "from", "x-mailer", "x-failed-recipients"}
)

# Refused for policy, not for good, and not by a mail system: a filter that wants to be asked nicely.
CHALLENGE_STATUS = "4.7."

_NESTING = str.maketrans('()"\\[]', "      ")  # what the standard library's address parser recurses on

# It logs a traceback of what it raises; here that is only one more mail that it cannot read.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)

# What mail programs for people give their mail, and mail systems seldom do.
PEOPLES_TYPES = frozenset({"text/html", "multipart/alternative"})
PEOPLES_HEADERS = frozenset({"user-agent", "x-mailer", "thread-index", "in-reply-to"})

_REPLY_CODE = re.compile(r"\b[45]\d\d\b[ -]")


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail system says: `bounce` of what failed for good, else the kind of automatic mail."""

    because: str
    bounce: Bounce | None = None
    kind: AutomaticKind = AutomaticKind.REPORT


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a mail system as the author: its address, no sender, a type, a fixed subject."""

    daemon: bool  # postmaster included, behind which people write as well
    mailer_daemon: bool
    null_sender: bool
    unsigned: bool  # no From address, as in "From: <>"
    replied: bool
    typed: bool
    bounced: bool
    delayed: bool
    by_person: bool

    @property
    def of_mail_system(self) -> bool:
        """What a mail program for people made quotes or forwards a report, and is none."""
        named = (self.bounced or self.delayed) and (self.unsigned or not self.by_person)
        return self.daemon or self.null_sender or self.typed or named


def delivery_report(
    headers: Sequence[Header],
    from_: Sequence[Address],
    envelope: Envelope,
    subject: str,
    content: bytes,
) -> Report | None:
    """What a mail system reports of a mail that was sent, or None.

    A customer may forward a bounce or paste its text, and means it as a question: without a sign that a
    mail system wrote this mail there is no report in it.
    """
    kind, parameters = media_type(first(headers, "content-type"))
    signs = _signs(headers, from_, envelope, subject)
    if kind == "multipart/report" or (signs.daemon and kind.startswith("multipart/")):
        told = fate(sections(content, parameters.get("boundary", "")))
        if told is not None:
            return _standard(told, signs)
    return _plain(signs, headers, subject, content) if signs.of_mail_system else None


def _signs(
    headers: Sequence[Header], from_: Sequence[Address], envelope: Envelope, subject: str
) -> Signs:
    kind, parameters = media_type(first(headers, "content-type"))
    return Signs(
        daemon=is_daemon(from_) or bool(first(headers, "x-failed-recipients")),
        mailer_daemon=any(_local(address) in DAEMONS for address in from_),
        null_sender=not envelope.sender,
        unsigned=not from_,
        replied=keyword(first(headers, "auto-submitted")) == "auto-replied",
        typed=kind == "multipart/report" and parameters.get("report-type") == "delivery-status",
        bounced=_begins(subject, BOUNCE_OPENINGS),
        delayed=_begins(subject, DELAY_OPENINGS),
        by_person=_by_person(headers, from_, kind),
    )


def _by_person(headers: Sequence[Header], from_: Sequence[Address], kind: str) -> bool:
    """A person's name, or what mail programs for people add."""
    named = any(address.name and not is_daemon((address,)) for address in from_)
    return named or kind in PEOPLES_TYPES or any(name in PEOPLES_HEADERS for name, _ in headers)


def is_daemon(from_: Sequence[Address]) -> bool:
    """The mail comes from a mail system's own address."""
    return any(
        _local(address) in DAEMONS | {POSTMASTER} or _begins(address.name, DAEMON_NAMES)
        for address in from_
    )


def _local(address: Address) -> str:
    return address.key.partition("@")[0]


def _standard(told: Fate, signs: Signs) -> Report:
    if told.bounce is None:
        return Report(f"a delivery report: {', '.join(told.actions)}")
    if told.bounce.status.startswith(CHALLENGE_STATUS) and not (signs.daemon or signs.null_sender):
        because = "a challenge: the recipient's filter wants a confirmation"
        return Report(because, kind=AutomaticKind.REPLY)
    return Report("a delivery report: failed (RFC 3464)", told.bounce)


def _plain(signs: Signs, headers: Sequence[Header], subject: str, content: bytes) -> Report | None:
    """A report in a mail system's own words; a vacation note may quote the mail it answers."""
    if _begins(subject, REPLY_OPENINGS) or (not signs.daemon and has_word(subject, REPLY_WORDS)):
        return None
    body = content[:READ].replace(b"\r\n", b"\n").partition(b"\n\n")[2][:PLAIN_READ]
    delayed, failed = _heuristic(headers, body)
    if (delayed and not failed) or (signs.delayed and (signs.daemon or signs.null_sender)):
        return Report("a delay notice: the mail is still being delivered")
    if failed or _names_nobody(signs):
        return Report("a mail system says that a mail failed", _described(failed, text_of(body)))
    return None


def _names_nobody(signs: Signs) -> bool:
    """A bounce all the same: an answer of nobody at all, or with a bounce's subject."""
    if signs.null_sender and signs.unsigned and signs.replied:
        return True
    by_system = signs.null_sender or signs.mailer_daemon or (signs.daemon and not signs.by_person)
    return signs.bounced and by_system


def _heuristic(headers: Sequence[Header], body: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The delayed and the failed addresses that flufl.bounce finds in a bounded copy of the mail."""
    head = "".join(_harmless(name, value) for name, value in headers if name in HEURISTIC_HEADERS)
    if not first(headers, "from"):
        head += "from: <unknown@invalid>\n"  # one of its detectors fails without
    lines = (line[:HEURISTIC_LINE] for line in body[:HEURISTIC_BODY].split(b"\n")[:HEURISTIC_LINES])
    copy = head.encode(errors="replace") + b"\n" + b"\n".join(lines)
    try:
        delayed, failed = all_failures(email.message_from_bytes(copy))
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        MessageError,
        RecursionError,
        TypeError,
        ValueError,
    ):
        return (), ()  # written for well-formed mail: what it cannot read, it does not know
    return _addresses(delayed), _addresses(failed)


def _harmless(name: str, value: str) -> str:
    line = " ".join(value[:HEURISTIC_HEADER].split())
    return f"{name}: {line if name.startswith('content-') else line.translate(_NESTING)}\n"


def _addresses(found: frozenset[bytes]) -> tuple[str, ...]:
    return tuple(sorted(each.decode("ascii", "replace") for each in found if b"@" in each))[
        :MAX_RECIPIENTS
    ]


def _described(failed: tuple[str, ...], body: str) -> Bounce:
    said = next((line for line in body.split("\n")[:200] if _REPLY_CODE.search(line[:400])), "")
    return Bounce(failed, True, status_in(said[:400]), one_line(said), _quoted_id(body))


def _quoted_id(body: str) -> tuple[str, ...]:
    """The first Message-ID that stands in the text as a header of the returned mail."""
    lines = iter(body.split("\n"))
    for line in lines:
        name, _, value = line.lstrip(" \t>|").partition(":")
        if name.casefold() == "message-id":
            return message_id(value) or message_id(next(lines, ""))
    return ()


def _begins(text: str, openings: tuple[str, ...]) -> bool:
    """Ignoring case and one leading tag in brackets, as lists and filters add it."""
    plain = " ".join(text[:400].casefold().split())
    if plain.startswith("["):
        plain = plain.partition("]")[2].lstrip()
    return plain.startswith(openings)


def has_word(text: str, words: tuple[str, ...]) -> bool:
    plain = " ".join(text[:1000].casefold().split())
    return any(word in plain for word in words)
