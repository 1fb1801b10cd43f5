"""Standard delivery reports (RFC 3464): the parts of the mail, the recipients and what became of them.

Comes in: a multipart's bytes. Goes out: actions and, of what failed, a Bounce. Of broken reports what
can be read; only the first 200 KB and their direct parts are looked at, in one pass.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailflow.message.fields import Header, first, media_type, unfold
from mailflow.model import Bounce

READ = 200 * 1024
MAX_PARTS = 50
MAX_RECIPIENTS = 100
MAX_DIAGNOSTIC = 300

STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
RETURNED_TYPES = frozenset(
    {
        "message/rfc822",
        "message/global",
        "message/rfc822-headers",
        "message/global-headers",
        "text/rfc822-headers",
    }
)

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class Section:
    """A direct part of a multipart: its type with parameters, and its content, decoded."""

    media_type: str
    parameters: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the recipients: every action told, and the bounce of those that failed."""

    actions: tuple[str, ...]
    bounce: Bounce | None


def sections(content: bytes, boundary: str) -> tuple[Section, ...]:
    """The direct parts of a multipart (RFC 2046 section 5.1), of the first 200 KB, at most 50."""
    if not 0 < len(boundary) <= 200:
        return ()
    text = content[:READ].replace(b"\r\n", b"\n")
    delimiter = re.compile(
        rb"^--" + re.escape(boundary.encode(errors="replace")) + rb"(?:--)?[ \t]*$", re.MULTILINE
    )
    return tuple(_section(part) for part in delimiter.split(text, MAX_PARTS)[1:])


def _section(part: bytes) -> Section:
    head, _, body = part.partition(b"\n\n")
    own = unfold(text_of(head))
    kind, parameters = media_type(first(own, "content-type"))
    encoding = first(own, "content-transfer-encoding").casefold()
    return Section(kind, parameters, text_of(_decoded(body, encoding)))


def _decoded(body: bytes, encoding: str) -> bytes:
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    if encoding == "base64":
        try:
            return base64.b64decode(body).replace(b"\r\n", b"\n")
        except binascii.Error:
            return b""
    return body


def fate(parts: Sequence[Section]) -> Fate | None:
    """The recipients by their Action; None where no recipient is told."""
    status = next((part.body for part in parts if part.media_type in STATUS_TYPES), "")
    told = [group for group in _groups(status) if _recipient(group)]
    if not told:
        return None
    failed = [group for group in told if _action(group).startswith(("fail", "error"))]
    actions = tuple(sorted({_action(group) for group in told}))
    return Fate(actions, _bounce(failed, _fields(status), parts) if failed else None)


def _bounce(
    failed: Sequence[Sequence[Header]], fields: Sequence[Header], parts: Sequence[Section]
) -> Bounce:
    return Bounce(
        recipients=tuple(dict.fromkeys(_recipient(group) for group in failed[:MAX_RECIPIENTS])),
        permanent=True,
        status=_status(failed[0]),
        diagnostic=one_line(first(failed[0], "diagnostic-code").partition(";")[2]),
        message_ids=message_id(first(fields, "original-message-id")) or _returned(parts),
    )


def _groups(status: str) -> list[Sequence[Header]]:
    """The fields of each recipient; one group of all, where stray empty lines tore one apart."""
    groups = [unfold(block) for block in status.split("\n\n")]
    if any(_recipient(group) and first(group, "action") for group in groups):
        return groups
    return [_fields(status)]


def _fields(status: str) -> Sequence[Header]:
    return unfold(status.replace("\n\n", "\n"))


def _action(group: Sequence[Header]) -> str:
    """The Action, else what the Status says (RFC 3464 sections 2.3.3 and 2.3.4)."""
    words = first(group, "action").casefold().split()
    by_status = {"2": "delivered", "4": "delayed", "5": "failed"}
    return words[0] if words else by_status.get(first(group, "status")[:1], "unknown")


def _recipient(group: Sequence[Header]) -> str:
    """The address as we wrote it, else as the last host had it (RFC 3464 sections 2.3.1 and 2.3.2)."""
    for name in ("original-recipient", "final-recipient"):
        kind, _, address = first(group, name).rpartition(";")
        address = address.partition("(")[0].strip().strip("<>")
        if "@" in address and kind.strip().casefold() in {"", "rfc822", "utf-8"}:
            return address
    return ""


def _status(group: Sequence[Header]) -> str:
    return status_in(first(group, "status")) or status_in(first(group, "diagnostic-code"))


def _returned(parts: Sequence[Section]) -> tuple[str, ...]:
    """The Message-ID of the returned mail or header; what it refers to is not ours to judge."""
    returned = (part.body for part in parts if part.media_type in RETURNED_TYPES)
    for body in returned:
        found = message_id(first(unfold(body.lstrip("\n").partition("\n\n")[0]), "message-id"))
        if found:
            return found
    return ()


def status_in(text: str) -> str:
    """The first status code (RFC 3463) in a line, or an empty string."""
    found = _STATUS.search(text)
    return found.group() if found else ""


def message_id(value: str) -> tuple[str, ...]:
    """The first Message-ID in a value, with its angle brackets; none or one."""
    return tuple(_MESSAGE_ID.findall(value))[:1]


def one_line(text: str) -> str:
    return " ".join(text[:2000].split())[:MAX_DIAGNOSTIC]


def text_of(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")
