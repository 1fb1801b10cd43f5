"""Address and date headers, read by mail-parser; what it fails on, by a plain scan of our own.

mail-parser's own address parser is linear and takes the address in angle brackets where the standard
library takes the display name. It gets text whose octets are decoded here, because it drops addresses
beside 8-bit names, and leaves encoded words alone, because it would decode them with any Python codec.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from mailparser.dates import parse_mail_date
from mailparser.utils import get_addresses

from mailflow.message.charset import decode
from mailflow.message.headers import decode_words, one_line, unfold
from mailflow.model import Address

ADDRESS_LIMIT = 320  # characters: 64 before and 255 after the @ (RFC 5321 section 4.5.3.1)
_DATE_LIMIT = 200  # octets
_GROUP_LIMIT = 1000  # of one header: the time that mail-parser takes grows with their square


def read_addresses(values: Iterable[bytes]) -> tuple[tuple[Address, ...], bool]:
    """The addresses of all headers of one name in order, and whether mail-parser could read them.

    Where one item holds several addresses (`A <a@x> <b@y>`) all are given: nobody chooses among them.
    """
    pairs: list[tuple[str, str]] = []
    sound = True
    for value in values:
        # A NUL that vanished would join its neighbours to another address; this one is refused.
        text = decode(unfold(value).replace(b"\0", b"\x01"))[0]
        if text.count(";") > _GROUP_LIMIT:
            sound = False
            pairs += _scan(text)
            continue
        doubts: list[dict[str, Any]] = []
        try:
            pairs += get_addresses(text, defects=doubts)
            pairs += _candidates(doubts)
        except Exception:  # noqa: BLE001  what a third party's parser raises on hostile mail is not known
            sound = False
            pairs += _scan(text)
    found = (_address(name, address) for name, address in pairs if address)
    return tuple(address for address in found if address), sound


def _candidates(doubts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [
        (candidate["display_name"], candidate["address"])
        for doubt in doubts
        if not doubt["recovered"]
        for candidate in doubt["candidates"]
    ]


def _address(name: str, address: str) -> Address | None:
    if len(address) > ADDRESS_LIMIT or not address.isprintable() or "@" not in address:
        return None
    name = one_line(decode_words(name)).strip("\"' ")
    return Address("" if name == address else name, address)


def _scan(text: str) -> list[tuple[str, str]]:
    """Between commas: what stands in the last angle brackets, or a single word with an `@`."""
    pairs = []
    for item in text.split(","):
        name, bracket, rest = item.rpartition("<")
        address = rest.partition(">")[0].strip() if bracket else item.strip()
        if "@" in address and " " not in address:
            pairs.append((name.strip('" '), address))
    return pairs


def read_date(value: bytes) -> datetime | None:
    """The time of a Date header in UTC; without a zone, or with odd words, it is read leniently."""
    text = decode(unfold(value)[:_DATE_LIMIT])[0]
    try:
        if found := parse_mail_date(text).value:
            return datetime.fromtimestamp(found.timestamp(), UTC)
        lenient = parsedate_to_datetime(text)
        return lenient.replace(tzinfo=lenient.tzinfo or UTC).astimezone(UTC)
    except Exception:  # noqa: BLE001  as above: two parsers that are not ours
        return None
