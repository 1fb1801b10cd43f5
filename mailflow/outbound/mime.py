"""The bytes of outgoing mail: headers, bodies, and parts of received mail passed on as they are.

Every header goes through `head`, which removes what could end a line, encodes, folds, reads the result
again and refuses a difference: a received subject can never become a header (CVE-2024-6923). Pure.
"""

from __future__ import annotations

import base64
import email
import email.header
import quopri
import string
import unicodedata
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass

from mailflow.model import Address, Piece

CRLF = b"\r\n"
_LINE = 76  # octets of a folded line (RFC 5322 section 2.1.1 asks for at most 78)
_WORD = 39  # octets of UTF-8 in one encoded word: it then fits behind "Subject: " (RFC 2047 section 2)
_NAME = 200  # characters of a display name or a file's name
_SECTION = 48  # characters of one section of a long parameter
_LONGEST_ID = 900
_QUOTED = 60  # characters of a display name that is not cut into encoded words
_ATOMS = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~.")
_BREAKS = frozenset("\u0085\u2028\u2029")


@dataclass(frozen=True, slots=True)
class Header:
    """A header before it is encoded: free text, addresses, or tokens such as Message-IDs."""

    name: str
    value: str | tuple[Address, ...] | tuple[str, ...]


def clean(text: str) -> str:
    """`text` on one line: control characters and line separators become blanks, ends are trimmed."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    flat = "".join(" " if _breaks(character) else character for character in text)
    return " ".join(flat.split()) if "  " in flat else flat.strip()


def visible(text: str) -> str:
    """`clean`, and nothing that hides or turns round what is shown: zero width, bidi marks."""
    return clean("".join(character for character in text if unicodedata.category(character) != "Cf"))


def _breaks(character: str) -> bool:
    return character in _BREAKS or unicodedata.category(character) in ("Cc", "Cs")


def head(headers: Sequence[Header]) -> bytes:
    """The header block, without the empty line after it; ValueError if it reads back otherwise."""
    block = b"".join(_folded(header.name, _words(header)) for header in headers)
    read = email.message_from_string(block.decode())
    names = [name for name, _ in read.items()]
    if names != [header.name for header in headers] or read.get_payload():
        raise ValueError("the header block does not read back as it was meant")
    for header, (_, value) in zip(headers, read.items(), strict=True):
        if _meaning(header, value) != _meant(header):
            raise ValueError(f"the header {header.name} does not read back as it was meant")
    return block


def _meant(header: Header) -> str:
    return clean(header.value) if isinstance(header.value, str) else " ".join(_words(header))


def _meaning(header: Header, value: str) -> str:
    return decoded(value) if isinstance(header.value, str) else _unfolded(value)


def _unfolded(value: str) -> str:
    return value.replace("\r", "").replace("\n", "")


def decoded(value: str) -> str:
    """A header's text as a reader sees it: unfolded, encoded words decoded (RFC 2047)."""
    flat = _unfolded(value)
    return str(email.header.make_header(email.header.decode_header(flat))) if "=?" in flat else flat


def _words(header: Header) -> list[str]:
    """What a header is made of, in pieces that a line may end between."""
    if isinstance(header.value, str):
        return _text_words(clean(header.value))
    words: list[str] = []
    for one in header.value:
        if words and isinstance(one, Address):
            words[-1] += ","
        words += [one] if isinstance(one, str) else _address_words(one)
    return words


def _address_words(one: Address) -> list[str]:
    name, address = clean(clean(one.name)[:_NAME]), _addr_spec(clean(one.address))
    if not name:
        return [address]
    if name.isascii() and "=?" not in name and len(name) <= _QUOTED:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{quoted}"', f"<{address}>"]
    return [*_encoded_words(name), f"<{address}>"]


def _addr_spec(address: str) -> str:
    """The address as one addr-spec, whatever it holds: it never reads as two (RFC 5322 3.4.1)."""
    local, at, domain = address.rpartition("@")
    if local[:1] == local[-1:] == '"' and len(local) > 2:
        local = local[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if not all(character in _ATOMS or ord(character) > 127 for character in local):
        local = '"' + local.replace("\\", "\\\\").replace('"', '\\"') + '"'
    literal = domain.startswith("[") and domain.endswith("]")
    bare = domain[1:-1] if literal else domain
    bare = "".join(c if c.isalnum() or c in ".-_" or (literal and c == ":") else "?" for c in bare)
    return local + at + (f"[{bare}]" if literal else bare)


def _text_words(text: str) -> list[str]:
    words = text.split(" ")
    plain = text.isascii() and "=?" not in text and all(len(word) < _LINE - 10 for word in words)
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
    lines, line = [], f"{name}: {words[0] if words else ''}"
    for word in words[1:]:
        if len(line) + 1 + len(word) > _LINE:
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


def base64_part(media_type: str, name: str, octets: bytes, content_id: str = "") -> bytes:
    """A file as a part of its own, for what cannot be passed on as it came.

    With a `content_id` it is shown within the HTML that names it (RFC 2392).
    """
    headers = [Header("Content-Type", media_type), Header("Content-Transfer-Encoding", "base64")]
    if content_id:
        headers.append(Header("Content-ID", (clean(content_id)[:_LONGEST_ID],)))
    words = ["inline" if content_id else "attachment", *_filename(visible(name))]
    disposition = _folded("Content-Disposition", [f"{word};" for word in words[:-1]] + words[-1:])
    lines = base64.encodebytes(octets).replace(b"\n", CRLF)
    return head(headers) + disposition + CRLF + lines


def _filename(name: str) -> list[str]:
    """The parameter `filename`; in UTF-8 and in sections where it must be (RFC 2231 sections 3, 4)."""
    if len(name) > _NAME:  # the end tells what kind of file it is
        name = name[: _NAME - 20] + name[-20:]
    if name.isascii():
        return ['filename="' + name.replace("\\", "_").replace('"', "_") + '"'] if name else []
    sections = [""]
    for character in name:
        octets = urllib.parse.quote(character, safe="")
        if len(sections[-1]) + len(octets) > _SECTION:
            sections.append("")
        sections[-1] += octets
    sections[0] = "utf-8''" + sections[0]
    if len(sections) == 1:
        return [f"filename*={sections[0]}"]
    return [f"filename*{n}*={section}" for n, section in enumerate(sections)]


def content_lines(part_head: bytes, names: tuple[bytes, ...] = (b"content-",)) -> bytes:
    """The lines of a part's header that begin with `names`, folded lines included, with CRLF ends."""
    kept: list[bytes] = []
    keeping = False
    for line in part_head.replace(CRLF, b"\n").replace(b"\r", b"\n").split(b"\n"):
        if not line[:1].isspace():
            keeping = line.lower().startswith(names)
        if keeping and line.strip():
            kept.append(line + CRLF)
    return b"".join(kept)
