"""Content-Transfer-Encoding (RFC 2045 section 6): decoding, leniently, and what can be told without it.

Nothing here raises: broken base64 gives what its intact groups of four hold.
"""

from __future__ import annotations

import binascii

LONGEST_LINE = 998  # octets, RFC 5322 section 2.1.1

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))


def encoding_of(token: str) -> str:
    """The encoding's name; one that is unknown changes nothing, and counts as 8bit."""
    name = token.strip("\"' \t").lower()
    if not name:
        return "7bit"
    return name if name in ("base64", "quoted-printable", "7bit", "8bit", "binary") else "8bit"


def decode_transfer(octets: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return decode_base64(octets)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(octets)
    return octets


def decode_base64(octets: bytes) -> bytes:
    """What stands before the first padding; other characters are skipped, padding may be missing."""
    try:
        return binascii.a2b_base64(octets)
    except binascii.Error:
        letters = octets.partition(b"=")[0].translate(None, _NOT_BASE64)
        whole = len(letters) // 4 * 4
        rest = letters[whole:] + b"A" * (-len(letters) % 4)
        return binascii.a2b_base64(letters[:whole] + rest)[: len(letters) * 3 // 4]


def decoded_size(octets: bytes, encoding: str) -> int:
    """Octets after decoding, counted without decoding: a large attachment costs milliseconds."""
    if encoding == "base64":
        return len(octets.translate(None, _NOT_BASE64)) * 3 // 4
    if encoding == "quoted-printable":
        return max(0, len(octets) - 2 * octets.count(b"=") - octets.count(b"=\r\n"))
    return len(octets)


def fits(octets: bytes) -> bool:
    """Whether SMTP carries it as it is, line ends apart: no NUL, no line over 998 octets."""
    if b"\0" in octets:
        return False
    start = 0
    while len(octets) - start > LONGEST_LINE:
        window = start, start + LONGEST_LINE + 1
        # The window's last line end: all lines before it lie inside the window, so they are short.
        end = octets.rfind(b"\n", *window)
        if end < 0:
            end = octets.rfind(b"\r", *window)
        if end < 0:
            return False
        start = end + 1
    return True
