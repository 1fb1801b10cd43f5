"""A header block's octets -> fields, and a field's octets -> text.

Linear in the octets, with the limits on a header enforced before anything else looks at it. Values stay
as received until `text_of` decodes them (RFC 2047, raw 8-bit included) into one harmless line.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Callable
from dataclasses import dataclass

from mailflow.errors import BeyondLimits
from mailflow.message.charset import decode
from mailflow.message.transfer import decode_base64

BLOCK_LIMIT = 256 * 1024  # octets of one header block
FIELD_LIMIT = 64 * 1024  # octets of one header, folding included
FIELD_COUNT = 1000

_LINE = re.compile(rb"[^\r\n]*+(?>\r\n|\n|\r|\Z)")
_NAME = re.compile(rb"([!-9;-~]++)[ \t]*+:")
_FOLD = re.compile(rb"[\r\n]+")
_WORD = re.compile(r"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*+)\?=")
_IDENTIFIER = re.compile(rb"<[^<>\s\x00-\x1f\x7f]{1,995}>")

_CONTROLS = {
    **dict.fromkeys((*range(32), *range(0x7F, 0xA0), 0x180E, 0x200B, *range(0x2060, 0x2065))),
    **dict.fromkeys((0xFEFF, *range(0xFFF9, 0xFFFC))),
    **dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))),  # bidi
    **dict.fromkeys((*b"\t\n\v\f\r", 0x85, 0x2028, 0x2029), " "),
}
# Joiners and tags are part of writing systems and pictures in a subject, but only a disguise in a name.
_DISGUISES = {**_CONTROLS, **dict.fromkeys((0xAD, 0x200C, 0x200D, *range(0xE0000, 0xE0080)))}


@dataclass(frozen=True, slots=True)
class Field:
    """One header: name in lower case, value after the colon with its folding; where its lines lie."""

    name: str
    value: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Head:
    """A header block: `end` before the empty line, `body` after it. `broken`: it has no end."""

    fields: tuple[Field, ...]
    start: int
    end: int
    body: int
    broken: bool = False

    def values(self, name: str) -> tuple[bytes, ...]:
        return tuple(field.value for field in self.fields if field.name == name)

    def first(self, name: str) -> bytes:
        return next((field.value for field in self.fields if field.name == name), b"")


def read_head(content: bytes, start: int, is_delimiter: Callable[[bytes], bool]) -> Head:
    """The header block at `start`; as in the standard library it ends before a line that is none.

    Raises BeyondLimits.
    """
    spans: list[tuple[int, int, int]] = []  # start of the name, of the value, end
    position = start
    while position < len(content):
        line = _LINE.match(content, position)
        assert line is not None
        end = line.end()
        if content[position] in b"\r\n":
            return Head(_fields(content, spans), start, position, end)
        if content[position] in b" \t":
            if spans:
                spans[-1] = (*spans[-1][:2], end)
        elif content.startswith(b"--", position) and is_delimiter(line[0]):
            return Head(_fields(content, spans), start, position, position)
        elif name := _NAME.match(content, position, end):
            spans.append((position, name.end(), end))
        elif spans or not content.startswith((b"From ", b">From "), position):
            return Head(_fields(content, spans), start, position, position, broken=True)
        position = end
        _check(start, end, spans)
    return Head(_fields(content, spans), start, position, position)


def _check(start: int, end: int, spans: list[tuple[int, int, int]]) -> None:
    if end - start > BLOCK_LIMIT:
        raise BeyondLimits(f"a header block is larger than {BLOCK_LIMIT} octets")
    if spans and spans[-1][2] - spans[-1][0] > FIELD_LIMIT:
        raise BeyondLimits(f"a header is larger than {FIELD_LIMIT} octets")
    if len(spans) > FIELD_COUNT:
        raise BeyondLimits(f"a header block has more than {FIELD_COUNT} headers")


def _fields(content: bytes, spans: list[tuple[int, int, int]]) -> tuple[Field, ...]:
    return tuple(
        Field(
            content[start:value].rstrip(b": \t").decode("ascii").lower(), content[value:end], start, end
        )
        for start, value, end in spans
    )


def unfold(value: bytes) -> bytes:
    return _FOLD.sub(b"", value).strip(b" \t")


def text_of(value: bytes) -> str:
    """A header's text: unfolded, decoded, one line, without what could disguise or reorder it."""
    return one_line(decode_words(decode(unfold(value))[0]))


def one_line(text: str) -> str:
    return text.strip() if text.isprintable() else text.translate(_CONTROLS).strip()


def file_name(text: str) -> str:
    """A name to show: no control, bidi or invisible characters. It is data; no path is made of it."""
    return text.translate(_DISGUISES).strip()[:255]


def decode_words(text: str) -> str:
    """Encoded words decoded (RFC 2047), also where they break its rules on length and neighbours.

    Adjacent words of one charset are joined first: many programs split characters between them.
    """
    if "=?" not in text:
        return text
    pieces: list[str] = []
    run: list[bytes] = []
    charset = ""
    position = 0
    for word in _WORD.finditer(text):
        gap = text[position : word.start()]
        # RFC 2231 section 5: a language may follow. Raw 8-bit within is decoded already.
        label = word[1].partition("*")[0] if word[3].isascii() else "utf-8"
        adjacent = bool(run) and not gap.strip()
        if not adjacent or label.lower() != charset.lower():
            pieces.append(decode(b"".join(run), charset)[0])
            run.clear()
        if not adjacent:
            pieces.append(gap)
        charset = label
        run.append(_word_octets(word[2], word[3].encode()))
        position = word.end()
    return "".join((*pieces, decode(b"".join(run), charset)[0], text[position:]))


def _word_octets(encoding: str, payload: bytes) -> bytes:
    return decode_base64(payload) if encoding in "bB" else a2b_qp(payload, header=True)


def identifiers(values: tuple[bytes, ...]) -> tuple[str, ...]:
    """All `<...>` of Message-ID, In-Reply-To or References, as written (RFC 5322 section 3.6.4)."""
    found = (decode(token)[0] for value in values for token in _IDENTIFIER.findall(value))
    return tuple(token for token in found if token.isprintable())
