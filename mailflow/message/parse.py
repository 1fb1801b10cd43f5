"""Octets of a mail -> Parsed: headers, shown text, attachments by place, the content as one entity.

Pure, linear in the octets, and total: any octets give a Parsed, except beyond the limits of parsing,
which raise BeyondLimits before any other parser sees them. What could not be understood is a defect, in
words. Who wrote the mail and what they newly wrote is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailflow.message.addresses import read_addresses, read_date
from mailflow.message.bodies import Shown, html_of, plain_of, shown_of
from mailflow.message.headers import Head, identifiers, text_of
from mailflow.message.structure import ROOT, Node, scan
from mailflow.message.transfer import decode_transfer, decoded_size, fits
from mailflow.model import Address, Entity, Part, Slice

_SEALED = frozenset(
    ("multipart/signed", "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
)
_ARMOUR = ("-----BEGIN PGP MESSAGE-----", "-----BEGIN PGP SIGNED MESSAGE-----")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A mail as its octets say. Message-IDs are as written, with angle brackets; addresses of repeated
    headers are joined, so that `from_` with other than one address means: the author is unknown.

    `headers`: all of them, topmost first, names in lower case, values as one harmless line.
    `text_plain` and `html` are the whole shown text each, or empty: `text_plain` where some of it is
    only HTML (then `html` has all of it), `html` where there is none.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    from_: tuple[Address, ...]
    sender: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    headers: tuple[tuple[str, str], ...]
    text_plain: str
    html: str
    attachments: tuple[Part, ...]
    entity: Entity
    defects: tuple[str, ...]


def parse(content: bytes) -> Parsed:
    """Everything that the pipeline reads of a mail. Raises BeyondLimits."""
    nodes = scan(content)
    shown = shown_of(content, nodes)
    head = nodes[0].head
    boxes = {
        name: read_addresses(head.values(name)) for name in ("from", "sender", "reply-to", "to", "cc")
    }
    unread = tuple(
        f"the {name} header could not be read" for name, (_, sound) in boxes.items() if not sound
    )
    return Parsed(
        message_id=next(iter(identifiers(head.values("message-id")[:1])), ""),
        in_reply_to=identifiers(head.values("in-reply-to")),
        references=identifiers(head.values("references")),
        subject=text_of(head.first("subject")),
        from_=boxes["from"][0],
        sender=boxes["sender"][0],
        reply_to=boxes["reply-to"][0],
        to=boxes["to"][0],
        cc=boxes["cc"][0],
        date=read_date(head.first("date")),
        headers=tuple((field.name, text_of(field.value)) for field in head.fields),
        text_plain=plain_of(shown),
        html=html_of(shown),
        attachments=_attachments(content, nodes, shown),
        entity=_entity(content, nodes, shown),
        defects=unread + _defects(nodes, shown),
    )


def decoded(content: bytes, part: Part) -> bytes:
    """The part's octets as its writer meant them; broken encoding gives what can be saved of it."""
    body = content[part.body.start : part.body.start + part.body.length]
    return decode_transfer(body, part.encoding)


def _attachments(content: bytes, nodes: Sequence[Node], shown: Sequence[Shown]) -> tuple[Part, ...]:
    texts = {each.index for each in shown}
    return tuple(
        _part(content, nodes, node)
        for index, node in enumerate(nodes)
        if index not in texts and not node.composite and not node.attached
    )


def _part(content: bytes, nodes: Sequence[Node], node: Node) -> Part:
    octets = node.octets(content)
    head = node.head
    # The mail's own header is not a part's: it would give away To, Received and the like.
    own = Slice(head.start, head.end - head.start) if node.parent != ROOT else Slice(head.body, 0)
    content_id = _content_id(head)
    related = node.parent != ROOT and nodes[node.parent].media_type == "multipart/related"
    return Part(
        media_type=node.media_type,
        name=node.name,
        size=decoded_size(octets, node.encoding),
        encoding=node.encoding,
        content_id=content_id,
        inline=node.disposition == "inline" or (not node.disposition and related and bool(content_id)),
        head=own,
        body=node.body,
        clean=node.parent != ROOT and not node.lost and _is_clean(content, node, octets),
    )


def _content_id(head: Head) -> str:
    value = head.first("content-id")
    if found := identifiers((value,)):
        return found[0]
    words = text_of(value).strip("<>").split()
    return f"<{words[0]}>" if words else ""


def _is_clean(content: bytes, node: Node, octets: bytes) -> bool:
    """May be spliced: what it says of its octets is true, and SMTP carries them as they are."""
    head = content[node.head.start : node.head.end]
    if node.encoding == "binary" or node.head.broken or not head.isascii():
        return False
    if node.encoding != "8bit" and not node.media_type.startswith("message/") and not octets.isascii():
        return False
    return fits(head) and fits(octets)


def _entity(content: bytes, nodes: Sequence[Node], shown: Sequence[Shown]) -> Entity:
    head = _content_lines(content, nodes[0].head)
    octets = nodes[0].octets(content)
    binary = any(node.encoding == "binary" for node in nodes)
    return Entity(
        head=head,
        body=nodes[0].body,
        sealed=_is_sealed(nodes, shown),
        clean=not binary and head.isascii() and fits(head) and fits(octets),
    )


def _content_lines(content: bytes, head: Head) -> bytes:
    """The first of each Content-* header (RFC 2045 section 3), as written, with CRLF line ends."""
    first = {field.name: field for field in reversed(head.fields)}
    chosen = [
        field
        for field in head.fields
        if field.name.startswith("content-")
        and field.name != "content-length"
        and first[field.name] is field
    ]
    lines = (content[field.start : field.end].splitlines() for field in chosen)
    return b"".join(line + b"\r\n" for each in lines for line in each)


def _is_sealed(nodes: Sequence[Node], shown: Sequence[Shown]) -> bool:
    if any(node.media_type in _SEALED and not node.attached for node in nodes):
        return True
    return any(f"\n{each.text}".find(f"\n{mark}") >= 0 for each in shown for mark in _ARMOUR)


def _defects(nodes: Sequence[Node], shown: Sequence[Shown]) -> tuple[str, ...]:
    own = [node for node in nodes if not node.attached]
    found = []
    if any(node.head.broken for node in own):
        found.append("a header block holds a line that is no header")
    if any(node.lost for node in own):
        found.append("a multipart has no parts")
    if not all(each.faithful for each in shown):
        found.append("the text's charset is wrong or unknown")
    return tuple(found)
