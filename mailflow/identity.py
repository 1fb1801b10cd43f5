"""Tokens and Message-IDs: made of given random octets, recognised in addresses and headers.

Whoever holds one of them proves a ticket and a side of it. They are stored, never derived from a
number: a restored backup cannot let an old token reach a new ticket. Pure: chance is passed in.
"""

from __future__ import annotations

import base64
import hashlib
import string
from collections.abc import Iterable
from dataclasses import dataclass, field

TOKEN_LENGTH = 20  # base32 characters of 5 bits: 100 bits
_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz234567")
_ID_CHARACTERS = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~.@[]:()\",;")


@dataclass(frozen=True, slots=True)
class Chance:
    """32 random octets from outside, spread into as many unguessable names as one decision needs.

    The same octets and purpose give the same name, so that a decision is a function of its values.
    """

    octets: bytes = field(repr=False)

    def name(self, purpose: str) -> str:
        """20 characters of a-z2-7 (100 bits)."""
        digest = hashlib.blake2b(purpose.encode(), key=self.octets, digest_size=13).digest()
        return base64.b32encode(digest).decode("ascii").lower()[:TOKEN_LENGTH]

    def split(self, purpose: str) -> Chance:
        """Octets of their own for another part of the same decision."""
        return Chance(hashlib.blake2b(purpose.encode(), key=self.octets, digest_size=32).digest())

    def token(self, side: str) -> str:
        return self.name(f"token {side}")

    def message_id(self, purpose: str, domain: str) -> str:
        """A Message-ID with its angle brackets (RFC 5322 section 3.6.4)."""
        return f"<mf.{self.name(f'message {purpose}')}@{domain}>"


def token_address(address: str, token: str) -> str:
    """The desk's address with a token: support+TOKEN@example.com (RFC 5233 subaddress)."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def tokens(addresses: Iterable[str], own: Iterable[str]) -> tuple[str, ...]:
    """The tokens that stand in `addresses`, first come first, case folded.

    `own` are the desk's address and its aliases: a token counts behind any of them. Whether a token
    exists is for the store to say.
    """
    plain = {address.casefold() for address in own}
    found = dict.fromkeys(_token(address.casefold(), plain) for address in addresses)
    found.pop("", None)
    return tuple(found)


def _token(address: str, plain: set[str]) -> str:
    local, _, domain = address.rpartition("@")
    user, plus, detail = local.rpartition("+")
    if not plus or f"{user}@{domain}" not in plain:
        return ""
    return detail if len(detail) == TOKEN_LENGTH and _ALPHABET.issuperset(detail) else ""


def usable(message_id: str) -> bool:
    """True if a received Message-ID may stand in a header of ours: short, ASCII, no white space."""
    return (
        5 <= len(message_id) <= 250
        and message_id.startswith("<")
        and message_id.endswith(">")
        and _ID_CHARACTERS.issuperset(message_id[1:-1])
    )
