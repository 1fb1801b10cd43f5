"""The bytes of outgoing mail: headers, bodies, and parts of received mail passed on as they are.

Every header goes through `head`, which removes what could end a line, encodes, folds, reads the result
again and refuses a difference: a received subject can never become a header (CVE-2024-6923). Pure.
"""

from __future__ import annotations

import base64
import email
import email.header
import quopri
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from mailflow.model import Address, Piece

CRLF = b"\r\n"
_LINE = 76  # octets of a folded line (RFC 5322 section 2.1.1 asks for at most 78)
_WORD = 42  # octets of UTF-8 in one encoded word: 75 characters with its frame (RFC 2047 section 2)
_BREAKS = frozenset("\u0085\u2028\u2029")


@dataclass(frozen=True, slots=True)
class Header:
    """A header before it is encoded: free text, addresses, or tokens such as Message-IDs."""

    name: str
    value: str | tuple[Address, ...] | tuple[str, ...]


def clean(text: str) -> str:
    """`text` on one line: control characters and line separators become blanks, ends are trimmed."""
    flat = "".join(" " if _breaks(character) else character for character in text)
    return " ".join(flat.split()) if "  " in flat else flat.strip()


def _breaks(character: str) -> bool:
    return character in _BREAKS or unicodedata.category(character) in ("Cc", "Cs")


def head(headers: Sequence[Header]) -> bytes:
    """The header block, without the empty line after it; ValueError if it reads back otherwise."""
    block = b"".join(_encoded(header) for header in headers)
    read = email.message_from_bytes(block)
    names = [name for name, _ in read.items()]
    if names != [header.name for header in headers] or read.get_payload():
        raise ValueError("the header block does not read back as it was meant")
    for header, (_, value) in zip(headers, read.items(), strict=True):
        if isinstance(header.value, str) and decoded(value) != clean(header.value):
            raise ValueError(f"the header {header.name} does not read back as it was meant")
    return block


def decoded(value: str) -> str:
    """A header's text as a reader sees it: unfolded, encoded words decoded (RFC 2047)."""
    flat = value.replace("\r", "").replace("\n", "")
    return str(email.header.make_header(email.header.decode_header(flat))) if "=?" in flat else flat


def _encoded(header: Header) -> bytes:
    if isinstance(header.value, str):
        words = _text_words(clean(header.value))
    else:
        words = [_list_word(one) for one in header.value]
        words = (
            [word + "," for word in words[:-1]] + words[-1:] if _are_addresses(header.value) else words
        )
    return _folded(header.name, words)


def _are_addresses(value: tuple[Address, ...] | tuple[str, ...]) -> bool:
    return bool(value) and isinstance(value[0], Address)


def _list_word(one: Address | str) -> str:
    if isinstance(one, str):
        return one
    name = clean(one.name)
    if not name:
        return clean(one.address)
    if name.isascii() and "=?" not in name:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{clean(one.address)}>'
    return " ".join([*_encoded_words(name), f"<{clean(one.address)}>"])


def _text_words(text: str) -> list[str]:
    words = text.split(" ")
    plain = text.isascii() and "=?" not in text and all(len(word) < _LINE for word in words)
    return words if plain else _encoded_words(text)


def _encoded_words(text: str) -> list[str]:
    """`text` as encoded words of at most 75 characters, never cut within a character."""
    chunks: list[bytes] = [b""]
    for character in text:
        octets = character.encode("utf-8", "replace")
        if len(chunks[-1]) + len(octets) > _WORD:
            chunks.append(b"")
        chunks[-1] += octets
    return [f"=?utf-8?b?{base64.b64encode(chunk).decode()}?=" for chunk in chunks]


def _folded(name: str, words: Sequence[str]) -> bytes:
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > _LINE and line.strip() and not line.endswith(":"):
            lines.append(line)
            line = ""
        line += f" {word}"
    lines.append(line)
    return "".join(f"{one}\r\n" for one in lines).encode("utf-8", "replace")


def text_part(text: str, subtype: str = "plain") -> bytes:
    """A text body with its own header: 7bit where it may be, else quoted-printable (RFC 2045)."""
    octets = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    plain = octets.isascii() and b"\0" not in octets and max(map(len, octets.split(b"\n"))) <= _LINE + 2
    body = octets if plain else quopri.encodestring(octets)
    charset, encoding = ("us-ascii", "7bit") if plain else ("utf-8", "quoted-printable")
    start = (
        f"Content-Type: text/{subtype}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    )
    return (start.encode() + body).replace(b"\n", CRLF)


def multipart(subtype: str, boundary: str, parts: Sequence[Sequence[Piece]]) -> tuple[Piece, ...]:
    """A multipart entity of whole parts, each with its own header (RFC 2046 section 5.1)."""
    start = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n'.encode()
    line = b"\r\n--" + boundary.encode()
    pieces: list[Piece] = [start]
    for part in parts:
        pieces += [line + CRLF, *part]
    pieces.append(line + b"--" + CRLF)
    return tuple(pieces)


def joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The same octets in as few pieces as can be: own neighbours become one."""
    out: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and out and isinstance(out[-1], bytes):
            out[-1] += piece
        else:
            out.append(piece)
    return tuple(out)


def base64_part(media_type: str, name: str, octets: bytes) -> bytes:
    """A file as a part of its own, for what cannot be passed on as it came."""
    lines = base64.encodebytes(octets).replace(b"\n", CRLF)
    headers = [Header("Content-Type", media_type), Header("Content-Transfer-Encoding", "base64")]
    disposition = "attachment" + (f"; {_filename(name)}" if name else "")
    return head(headers) + f"Content-Disposition: {disposition}\r\n\r\n".encode() + lines


def _filename(name: str) -> str:
    """The parameter `filename`, in UTF-8 where it must be (RFC 2231 section 4)."""
    safe = clean(name)
    if safe.isascii():
        return 'filename="' + safe.replace("\\", "_").replace('"', "_") + '"'
    octets = safe.encode("utf-8", "replace")[:600]
    return "filename*=utf-8''" + "".join(
        chr(octet) if chr(octet).isalnum() and octet < 128 else f"%{octet:02X}" for octet in octets
    )


def content_lines(part_head: bytes) -> bytes:
    """Only the Content-* lines of a part's header, folded lines included, with CRLF ends."""
    kept: list[bytes] = []
    keeping = False
    for line in part_head.replace(CRLF, b"\n").replace(b"\r", b"\n").split(b"\n"):
        if not line[:1].isspace():
            keeping = line[:8].lower() == b"content-"
        if keeping and line.strip():
            kept.append(line + CRLF)
    return b"".join(kept)
