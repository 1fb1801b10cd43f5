"""What an archive says of itself without being unpacked: its members' names, and whether it is encrypted.

ZIP (APPNOTE 6.3.10, sections 4.3.7 and 4.3.12), RAR 4 and 5, 7z. Only headers are read, linear and at most
10,000 of them; nothing is decompressed, so that of a 7z whose header is compressed nothing is known. Total:
any octets give a Listing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_MOST = 10_000  # headers
_NAME = 255  # octets of a name, from its end: that tells the type

_ZIP_LOCAL, _ZIP_CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
_RAR4, _RAR5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
_SEVEN = b"7z\xbc\xaf\x27\x1c"
_SEVEN_AES = b"\x06\xf1\x07\x01"  # the method's id
SIGNATURES = (_ZIP_LOCAL, b"PK\x05\x06", b"Rar!\x1a\x07", _SEVEN)


@dataclass(frozen=True, slots=True)
class Listing:
    """`names` in the archive's order, each once."""

    names: tuple[str, ...] = ()
    encrypted: bool = False


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    encrypted: bool


def listing(octets: bytes) -> Listing:
    """The archive's table of contents, as far as its headers tell; empty for what is no archive."""
    if octets.startswith(_SEVEN):
        return Listing(encrypted=_is_aes(octets))
    if octets.startswith(_RAR4):
        members = _rar4(octets)
    elif octets.startswith(_RAR5):
        members = _rar5(octets)
    else:
        members = _zip(octets)
    found = tuple(islice(members, _MOST))
    names = dict.fromkeys(one.name for one in found if one.name)
    return Listing(tuple(names), any(one.encrypted for one in found))


def _number(octets: bytes, at: int, length: int) -> int:
    return int.from_bytes(octets[at : at + length], "little")


def _named(octets: bytes, start: int, length: int, *, utf8: bool) -> str:
    end = min(start + length, len(octets))
    name = octets[max(start, end - _NAME) : end]
    return name.decode("utf-8" if utf8 else "cp437", "replace")


def _zip(octets: bytes) -> Iterator[_Member]:
    """By their signatures, wherever they stand: programs disagree on which of two tables counts."""
    for signature, fixed, flags_at, length_at in (
        (_ZIP_CENTRAL, 46, 8, 28),
        (_ZIP_LOCAL, 30, 6, 26),
    ):
        at = octets.find(signature)
        while at >= 0:
            flags = _number(octets, at + flags_at, 2)
            length = _number(octets, at + length_at, 2)
            name = _named(octets, at + fixed, length, utf8=bool(flags & 0x800))
            yield _Member(name, bool(flags & 1))
            at = octets.find(signature, at + 4)


def _rar4(octets: bytes) -> Iterator[_Member]:
    """Blocks one after the other: checksum, type, flags, size, and often the size of data behind it."""
    at = len(_RAR4)
    for _ in range(_MOST):
        if at + 7 > len(octets):
            return
        kind, flags, size = octets[at + 2], _number(octets, at + 3, 2), _number(octets, at + 5, 2)
        if kind == 0x73 and flags & 0x80:  # the headers are encrypted as well
            yield _Member("", True)
            return
        if kind == 0x74:
            name = octets[at + 32 : at + 32 + min(_number(octets, at + 26, 2), 4 * _NAME)]
            plain = name.partition(b"\0")[0]  # behind it the name again, in a coding of its own
            yield _Member(_named(plain, 0, len(plain), utf8=True), bool(flags & 0x04))
        data = _number(octets, at + 7, 4) if flags & 0x8000 or kind == 0x74 else 0
        at += max(size, 7) + data


def _rar5(octets: bytes) -> Iterator[_Member]:
    """Blocks: checksum, header size, type, flags, sizes of the extra area and of data behind it."""
    at = len(_RAR5)
    for _ in range(_MOST):
        if at + 7 > len(octets):
            return
        size, start = _varying(octets, at + 4)
        kind, next_ = _varying(octets, start)
        flags, next_ = _varying(octets, next_)
        extra, next_ = _varying(octets, next_) if flags & 1 else (0, next_)
        data, next_ = _varying(octets, next_) if flags & 2 else (0, next_)
        if kind == 4:  # everything behind it is encrypted
            yield _Member("", True)
            return
        end = start + size
        if kind == 2:
            yield _Member(_rar5_name(octets, next_), _rar5_encrypted(octets, end - extra, end))
        at = end + data


def _rar5_name(octets: bytes, at: int) -> str:
    flags, at = _varying(octets, at)
    for _ in range(2):  # unpacked size, attributes
        _, at = _varying(octets, at)
    at += 4 * bool(flags & 2) + 4 * bool(flags & 4)  # time, checksum
    for _ in range(2):  # compression, system
        _, at = _varying(octets, at)
    length, at = _varying(octets, at)
    return _named(octets, at, min(length, len(octets)), utf8=True)


def _rar5_encrypted(octets: bytes, at: int, end: int) -> bool:
    """Whether the extra area has a record of type 1; a handful of records is what programs write."""
    for _ in range(20):
        if not 0 < at < end:
            return False
        size, at = _varying(octets, at)
        if _varying(octets, at)[0] == 1:
            return True
        at += size
    return False


def _varying(octets: bytes, at: int) -> tuple[int, int]:
    """A number of varying length, seven bits an octet, and where it ends."""
    value = 0
    for index, octet in enumerate(octets[at : at + 10]):
        value |= (octet & 0x7F) << (7 * index)
        if not octet & 0x80:
            return value, at + index + 1
    return value, at + 10


def _is_aes(octets: bytes) -> bool:
    """Whether the header, which lies at the archive's end, names the encryption."""
    offset, size = _number(octets, 12, 8), _number(octets, 20, 8)
    start = 32 + min(offset, len(octets))
    return _SEVEN_AES in octets[start : start + min(size, len(octets))]
