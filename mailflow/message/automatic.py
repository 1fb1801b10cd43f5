"""Signs that a program wrote a mail, or that it must not be answered by one (RFC 3834 and practice).

Comes in: a mail's headers and texts. Goes out: findings, each with a sentence for people. Nothing is
decided here: a finding without a kind speaks against an answer only, a person may have written it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mailflow.message.automatic_phrases import (
    DAEMON_NAMES,
    DAEMONS,
    DMARC_OPENING,
    DMARC_WORD,
    EXCHANGE_PREFIX,
    LIST_HEADERS,
    LOOP_ENDING,
    LOOP_HEADERS,
    NO_REPLY,
    POSTMASTER,
    REPLY_OPENINGS,
    REPLY_WORDS,
    REPORT_WORDS,
    RESPONDER_HEADERS,
    ROBOTS,
)
from mailflow.message.bounce import has_word
from mailflow.message.dsn import Section, sections
from mailflow.message.fields import Header, first, keyword, media_type, values
from mailflow.model import Address, AutomaticKind, Envelope

REPLY, REPORT, SENT = AutomaticKind.REPLY, AutomaticKind.REPORT, AutomaticKind.SENT
REPORT_TYPES = {
    "delivery-status": "a delivery report (RFC 3464)",
    "disposition-notification": "a read receipt (RFC 8098)",
    "feedback-report": "a feedback report (RFC 5965)",
    "tlsrpt": "a TLS report (RFC 8460)",
}


@dataclass(frozen=True, slots=True)
class Mail:
    """What is looked at of a mail; `from_` is empty for a web form: its address says nothing."""

    headers: Sequence[Header]
    from_: tuple[Address, ...]
    envelope: Envelope
    subject: str
    text: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """A sign; without a kind it speaks against an answer only."""

    because: str
    kind: AutomaticKind | None = None


def findings(mail: Mail) -> tuple[Finding, ...]:
    """Every sign, in the order of CHECKS, the subject last: what it says counts beside the others."""
    found = tuple(finding for check in CHECKS for finding in check(mail))
    if not by_person(mail.headers):
        found += tuple(_subject(mail, found))
    return found


def kind_of(found: Sequence[Finding]) -> AutomaticKind | None:
    """The most telling kind: a report is often marked as a reply, a reply as sent."""
    kinds = {finding.kind for finding in found}
    return next((kind for kind in (REPORT, REPLY, SENT) if kind in kinds), None)


def by_person(headers: Sequence[Header]) -> bool:
    """`Auto-Submitted: no`: the mail says that a person wrote it (RFC 3834 section 5)."""
    said = [keyword(value) for value in values(headers, "auto-submitted")]
    return bool(said) and all(word == "no" for word in said)


def _auto_submitted(mail: Mail) -> Iterator[Finding]:
    """RFC 3834 section 5: anything but `no`; parameters and comments do not matter."""
    for value in values(mail.headers, "auto-submitted"):
        word = keyword(value)
        if word not in {"", "no"}:
            kind = REPLY if word == "auto-replied" else SENT
            yield Finding(f"Auto-Submitted: {_shown(word)}", kind)


def _reports(mail: Mail) -> Iterator[Finding]:
    """Receipts and reports by their type, DMARC and TLS reports by their fixed subject and header."""
    kind, parameters = media_type(first(mail.headers, "content-type"))
    named = parameters.get("report-type", "").casefold() or kind.partition("/")[2]
    if kind in {"multipart/report", "message/disposition-notification"} and named in REPORT_TYPES:
        yield Finding(REPORT_TYPES[named], REPORT)
    if first(mail.headers, "tls-report-domain"):
        yield Finding("a TLS report (RFC 8460)", REPORT)
    if _squeezed(mail.subject).startswith(DMARC_OPENING) and has_word(mail.subject, (DMARC_WORD,)):
        yield Finding("a DMARC report (RFC 7489)", REPORT)


def _lists(mail: Mail) -> Iterator[Finding]:
    """RFC 2369 and RFC 2919: a list or a bulk mailer passed the mail on."""
    names = sorted({name for name, _ in mail.headers} & LIST_HEADERS)
    if names:
        yield Finding(f"sent through a list: {names[0].title()}", SENT)


def _precedence(mail: Mail) -> Iterator[Finding]:
    for name in ("precedence", "x-precedence"):
        for value in values(mail.headers, name):
            word = keyword(value).replace("-", "_")
            if word in {"bulk", "list", "junk", "auto_reply"}:
                kind = REPLY if word == "auto_reply" else SENT
                yield Finding(f"{name.title()}: {word}", kind)


def _responders(mail: Mail) -> Iterator[Finding]:
    for name, value in mail.headers:
        if name in RESPONDER_HEADERS and keyword(value) not in {"no", "false", "none"}:
            yield Finding(f"marked as an automatic reply: {name.title()}", REPLY)


def _suppressed(mail: Mail) -> Iterator[Finding]:
    """MS-OXCMAIL: a wish for no automatic answer; people's mail carries it too."""
    for value in values(mail.headers, "x-auto-response-suppress"):
        words = [word.strip().casefold() for word in value.split(",")]
        if {"all", "oof", "autoreply"} & set(words):
            yield Finding("the mail asks for no automatic answer: X-Auto-Response-Suppress")


def _loops(mail: Mail) -> Iterator[Finding]:
    for name, _ in mail.headers:
        marked = name in LOOP_HEADERS or name.endswith(LOOP_ENDING)
        if marked and not name.startswith(EXCHANGE_PREFIX):
            yield Finding(f"the mail is guarded against loops: {name.title()}")
            return


def _null_sender(mail: Mail) -> Iterator[Finding]:
    """RFC 5321 section 4.5.5: notices and answers of programs; people's programs never send so."""
    if mail.envelope.sender:
        return
    kind = REPLY if _refers(mail) else SENT
    yield Finding("the envelope sender is null (RFC 3834 section 2)", kind)


def _refers(mail: Mail) -> bool:
    return bool(first(mail.headers, "in-reply-to") or first(mail.headers, "references"))


def _senders(mail: Mail) -> Iterator[Finding]:
    """RFC 3834 section 2 and practice: addresses behind which nobody reads."""
    for address in mail.from_:
        if address.key.partition("@")[0] in DAEMONS or address.name.casefold() in DAEMON_NAMES:
            yield Finding(f"a mail system wrote it: {_shown(address.address)}", SENT)
        elif _robot(address.key):
            yield Finding(f"the author is a program's address: {_shown(address.address)}", SENT)
    sender = mail.envelope.sender.casefold()
    if mail.from_ and sender != mail.from_[0].key and (_of_list(sender) or _daemon(sender)):
        yield Finding(f"the envelope sender is a program's address: {_shown(sender)}", SENT)


def _robot(address: str) -> bool:
    local = address.partition("@")[0]
    plain = "".join(char for char in local if char.isalnum())
    named = local in ROBOTS or local == POSTMASTER
    return named or _of_list(address) or any(word in plain for word in NO_REPLY)


def _of_list(address: str) -> bool:
    """owner-LIST, LIST-owner, LIST-request, LIST-bounces, with an address after a plus (VERP)."""
    local = address.partition("@")[0].partition("+")[0]
    return local.startswith("owner-") or local.endswith(("-owner", "-request", "-bounces"))


def _daemon(address: str) -> bool:
    return address.partition("@")[0] in DAEMONS


def _calendar(mail: Mail) -> Iterator[Finding]:
    """An answer to an invitation without a word of its own (RFC 5546 section 3.2.3)."""
    if mail.text.strip():
        return
    kind, parameters = media_type(first(mail.headers, "content-type"))
    parts = [(kind, parameters)]
    parts += [(part.media_type, part.parameters) for part in _parts(mail, kind, parameters)]
    if any(_answers_invitation(*part) for part in parts):
        yield Finding("an answer to an invitation, without text", REPLY)


def _parts(mail: Mail, kind: str, parameters: dict[str, str]) -> Sequence[Section]:
    return (
        sections(mail.content, parameters.get("boundary", "")) if kind.startswith("multipart/") else ()
    )


def _answers_invitation(kind: str, parameters: dict[str, str]) -> bool:
    return kind == "text/calendar" and parameters.get("method", "").casefold() == "reply"


CHECKS: tuple[Callable[[Mail], Iterator[Finding]], ...] = (
    _reports,
    _auto_submitted,
    _lists,
    _precedence,
    _responders,
    _suppressed,
    _loops,
    _null_sender,
    _senders,
    _calendar,
)


def _subject(mail: Mail, found: Sequence[Finding]) -> Iterator[Finding]:
    """A responder's fixed opening; after `Re:` somebody may have answered it, so no answer is all.

    Mere words count where a program wrote for sure, or where a new subject answers an old mail and
    something else speaks against an answer.
    """
    plain, answered = _bare(mail.subject)
    opening = plain.startswith(REPLY_OPENINGS) or (
        plain.startswith("auto:") and "out of the office" in plain
    )
    by_program = any(finding.kind for finding in found) or (found and not answered and _refers(mail))
    if opening and not answered:
        yield Finding("the subject is that of an automatic reply", REPLY)
    elif opening:
        yield Finding("the subject is that of an answer to an automatic reply")
    elif by_program and has_word(mail.subject, REPORT_WORDS):
        yield Finding("the subject is that of a report", REPORT)
    elif by_program and has_word(mail.subject, REPLY_WORDS):
        yield Finding("the subject is that of an automatic reply", REPLY)


def _bare(subject: str) -> tuple[str, bool]:
    """The subject without reply prefixes and tags in brackets, and whether it had a reply prefix."""
    plain, answered = _squeezed(subject), False
    while True:
        if plain.startswith("[") and "]" in plain:
            plain = plain.partition("]")[2].lstrip()
        elif plain.startswith(REPLY_PREFIXES):
            plain, answered = plain.partition(":")[2].lstrip(), True
        else:
            return plain, answered


REPLY_PREFIXES = ("re:", "aw:", "sv:", "antw:", "fwd:", "fw:", "wg:", "tr:", "rv:")


def _squeezed(text: str) -> str:
    return " ".join(text[:400].casefold().split())


def _shown(text: str) -> str:
    return text[:80]
