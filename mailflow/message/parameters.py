"""Content-Type and Content-Disposition: a value and its parameters (RFC 2045 section 5.1, RFC 2231).

Linear, and lenient as mail programs are: unquoted values with spaces, encoded words and raw 8-bit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from mailflow.errors import BeyondLimits
from mailflow.message.charset import decode
from mailflow.message.headers import decode_words, file_name, unfold

PARAMETER_COUNT = 100

_PARAMETER = re.compile(
    rb';\s*+([^\s=;"]*+)\s*+(?:=\s*+("(?:[^"\\]|\\.)*+"?|[^;]*+))?[^;]*+', re.DOTALL
)
_TYPE = re.compile(rb"[\w!#$&^.+-]++/[\w!#$&^.+-]++", re.ASCII)
_NONE: Mapping[str, bytes] = MappingProxyType({})


def split_value(value: bytes) -> tuple[bytes, Mapping[str, bytes]]:
    """The value before the first semicolon, and the parameters' octets by lower-case name; first wins.

    Raises BeyondLimits.
    """
    value = unfold(value)
    start = value.find(b";")
    if start < 0:
        return value, _NONE
    parameters: dict[str, bytes] = {}
    for count, match in enumerate(_PARAMETER.finditer(value, start), 1):
        if count > PARAMETER_COUNT:
            raise BeyondLimits(f"a header has more than {PARAMETER_COUNT} parameters")
        name = match[1].decode("ascii", "replace").lower()
        parameters.setdefault(name, _unquote(match[2] or b""))
    return value[:start].rstrip(), parameters


def _unquote(value: bytes) -> bytes:
    if not value.startswith(b'"'):
        return value.strip()
    # A backslash before anything else is a Windows path's, whatever the grammar says.
    return value[1:].removesuffix(b'"').replace(b"\\\\", b"\\").replace(b'\\"', b'"')


def media_type_of(value: bytes, fallback: str) -> str:
    """`type/subtype` in lower case; `fallback` where the header is missing or makes no sense."""
    match = _TYPE.match(value)
    return match[0].decode("ascii").lower() if match else fallback


def octets_of(parameters: Mapping[str, bytes], name: str) -> tuple[bytes, str]:
    """A parameter's octets and their charset: extended, continued (RFC 2231), else plain."""
    if f"{name}*" in parameters:
        return _extended(parameters[f"{name}*"])
    octets, charset = b"", ""
    for section in range(PARAMETER_COUNT):
        key = f"{name}*{section}"
        if f"{key}*" in parameters:
            value = parameters[f"{key}*"]
            if section == 0:
                octets, charset = _extended(value)
            else:
                octets += unquote_to_bytes(value)
        elif key in parameters:
            octets += parameters[key]
        else:
            break
    return (octets, charset) if octets else (parameters.get(name, b""), "")


def _extended(value: bytes) -> tuple[bytes, str]:
    pieces = value.split(b"'", 2)
    if len(pieces) < 3:
        return unquote_to_bytes(value), ""
    return unquote_to_bytes(pieces[2]), pieces[0].decode("ascii", "replace")


def token_of(parameters: Mapping[str, bytes], name: str) -> str:
    """A parameter that is one word (charset, format), without a comment behind it."""
    words = octets_of(parameters, name)[0].decode("ascii", "replace").partition("(")[0].split()
    return words[0] if words else ""


def name_of(disposition: Mapping[str, bytes], content_type: Mapping[str, bytes]) -> str:
    """The file's name as a person reads it, or empty."""
    for parameters, key in ((disposition, "filename"), (content_type, "name")):
        octets, charset = octets_of(parameters, key)
        if name := file_name(decode_words(decode(octets, charset)[0])):
            return name
    return ""
