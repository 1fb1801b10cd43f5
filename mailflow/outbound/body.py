"""The bodies of outgoing mail: own words, files, and received mail passed on as it came. Pure.

Parts are spliced byte for byte out of the received content. Only where our block has to stand in HTML
are text and HTML written anew, the HTML sanitised; a signed or encrypted mail stays whole.
"""

from __future__ import annotations

import base64
import html
import quopri
import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailflow.model import BLOCK_OPENS, Excerpt, Message, Part, Piece, Received, Slice
from mailflow.outbound.mime import base64_part, content_lines, multipart, text_part, visible

_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
# Outlook's own format of the whole mail, with everything that it quotes.
_WHOLE_MAIL = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_INTERNAL = (BLOCK_OPENS.encode(), b"\nMailflow-Kind:")
# Of a colleague's part only these go out: others tell of paths and hosts inside.
_TOLD = (b"content-type", b"content-transfer-encoding", b"content-disposition", b"content-id")


@dataclass(frozen=True, slots=True)
class Files:
    """Parts ready for a new mail, and the names of those that are too large for it."""

    parts: tuple[tuple[Piece, ...], ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A received mail for a team: the whole entity, or its HTML with the other parts beside it."""

    entity: tuple[Piece, ...] = ()
    inline: tuple[tuple[Piece, ...], ...] = ()
    files: tuple[tuple[Piece, ...], ...] = ()
    left_out: tuple[str, ...] = ()


def plain(text: str) -> tuple[Piece, ...]:
    """A body of one text part; its header lines end the mail's head."""
    return (text_part(text),)


def with_files(text: str, files: Files, boundary: str) -> tuple[Piece, ...]:
    """Text, and files behind it."""
    if not files.parts:
        return plain(text)
    return multipart("mixed", f"=_{boundary}", [(text_part(text),), *files.parts])


def files(message: Message, received: Received, limit: int) -> Files:
    """The files of an answer: attachments, and pictures that its words still show.

    A signature over the original no longer fits a new text, so it does not go along; pictures of a
    signature block that was cut (a logo) stay behind with it. A mail to the team that is attached
    (some programs answer so) stays inside: our block and our tokens are in it.
    """
    wanted = [part for part in message.attachments if _belongs(part, message)]
    wanted = [part for part in wanted if not _is_internal(part, received)]
    if sum(part.body.length for part in wanted) > limit:
        return Files(left_out=names(wanted))
    return Files(tuple(_part(part, received, _TOLD) for part in wanted))


def names(parts: Iterable[Part]) -> tuple[str, ...]:
    """What files are called in a text."""
    return tuple(visible(part.name) or part.media_type for part in parts)


def _belongs(part: Part, message: Message) -> bool:
    if part.media_type in _SIGNATURES | _WHOLE_MAIL:
        return False
    return not (part.inline and part.content_id and message.html) or _mark(part) in message.answer_text


def _is_internal(part: Part, received: Received) -> bool:
    octets = _octets(part, received)
    return any(mark in octets for mark in _INTERNAL)


def _mark(part: Part) -> str:
    """What stands in a text for a picture of the mail's HTML."""
    return f"[cid:{part.content_id.strip('<>')}]"


def without_marks(text: str, message: Message) -> str:
    """Pictures of the mail are named in its text by their file's name."""
    for part in message.attachments:
        if part.content_id:
            text = text.replace(_mark(part), f"[{visible(part.name)}]" if part.name else "")
    return text


def replaced(text: str, old: str, new: str) -> str:
    """`text` with `old` replaced in any case, where it is not a piece of a longer address."""
    if not old:
        return text
    alone = rf"(?<![^\W_])(?<![^\W_][.+-]){re.escape(old)}(?![.-]?[^\W_])"
    return re.sub(alone, lambda _: new, text, flags=re.IGNORECASE)


def passed_on(message: Message, received: Received, limit: int) -> PassedOn:
    """The received mail for a team, within `limit` octets of files; the text always goes along."""
    size = sum(part.body.length for part in message.attachments)
    if size > limit:
        return PassedOn(left_out=names(message.attachments))
    if not _rewritten(message) and message.entity.clean:
        lines = content_lines(message.entity.head)
        return PassedOn(entity=(lines + b"\r\n", _excerpt(received, message.entity.body)))
    if _whole(message):
        return PassedOn(
            files=((base64_part("application/octet-stream", "mail.eml", received.content),),)
        )
    shown = [part for part in message.attachments if part.inline and part.content_id]
    beside = [part for part in message.attachments if part not in shown]
    return PassedOn(
        inline=tuple(_part(part, received) for part in shown),
        files=tuple(_part(part, received) for part in beside),
    )


def _whole(message: Message) -> bool:
    """True for what must not be taken apart: signed, encrypted, or not understood."""
    return message.entity.sealed or bool(message.defects)


def _rewritten(message: Message) -> bool:
    """True where our block has to stand in the mail's HTML, or its lines may not travel as they are."""
    return not _whole(message) and (bool(message.html) or not message.entity.clean)


def behind(
    text: str, before: str, passed: PassedOn | None, message: Message | None, boundary: str
) -> tuple[Piece, ...]:
    """Our words first, then the received mail, then what was said `before`."""
    if passed is None or message is None:
        return plain(text + ("\n" + before if before else ""))
    if passed.entity:
        parts: list[tuple[Piece, ...]] = [(text_part(text),), passed.entity]
        parts += [(text_part(before),)] if before else []
        return multipart("mixed", f"=_{boundary}", parts)
    shown = _alternative(text, before, passed, message, boundary)
    return multipart("mixed", f"=_{boundary}", [shown, *passed.files]) if passed.files else shown


def _alternative(
    text: str, before: str, passed: PassedOn, message: Message, boundary: str
) -> tuple[Piece, ...]:
    words = text_part("\n".join(part for part in (text, message.text, before) if part))
    if not message.html:
        return (words,)
    shown = text_part("\n".join([_as_markup(text), message.html, _as_markup(before)]), "html")
    related: tuple[Piece, ...] = (shown,)
    if passed.inline:
        related = multipart("related", f"=_r{boundary}", [(shown,), *passed.inline])
    return multipart("alternative", f"=_a{boundary}", [(words,), related])


def _as_markup(text: str) -> str:
    lines = "<br>\n".join(html.escape(line) for line in text.splitlines())
    return f"<div>{lines}</div>" if lines else ""


def _part(
    part: Part, received: Received, told: tuple[bytes, ...] = (b"content-",)
) -> tuple[Piece, ...]:
    if not part.clean:
        shown_as = part.content_id if part.inline else ""
        return (base64_part(part.media_type, part.name, _octets(part, received), shown_as),)
    lines = content_lines(_bytes(received, part.head), told)
    return (lines + b"\r\n", _excerpt(received, part.body))


def _excerpt(received: Received, where: Slice) -> Excerpt:
    return Excerpt(received.content_id, where.start, where.length)


def _bytes(received: Received, where: Slice) -> bytes:
    return received.content[where.start : where.start + where.length]


def _octets(part: Part, received: Received) -> bytes:
    octets = _bytes(received, part.body)
    if part.encoding == "quoted-printable":
        return quopri.decodestring(octets)
    if part.encoding != "base64":
        return octets
    letters = _NOT_BASE64.sub(b"", octets)
    whole = len(letters) - (len(letters) % 4 == 1)  # a cut off end loses no more than itself
    return base64.b64decode(letters[:whole] + b"===")
