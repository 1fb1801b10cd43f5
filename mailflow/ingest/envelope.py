"""The envelope of mail that came without one, from a mailbox or a file: as its header tells.

The delivering server has written it down in Return-Path (RFC 5321 section 4.4) and Delivered-To.
"""

from __future__ import annotations

from mailflow.ingest import hints
from mailflow.model import Envelope


def implied(content: bytes, own: str) -> Envelope:
    """The envelope; `own` is the recipient where the header names none. "Return-Path: <>" is null."""
    fields = hints.fields(content)
    return Envelope(_sender(fields), _recipients(fields) or (own,))


def _sender(fields: hints.Fields) -> str:
    paths = fields.get(b"return-path", [])
    if not paths:
        return hints.sender(fields)
    found = hints.addr_specs(paths[0])
    return found[0] if found else ""


def _recipients(fields: hints.Fields) -> tuple[str, ...]:
    lines = [*fields.get(b"delivered-to", []), *fields.get(b"x-original-to", [])]
    return tuple(dict.fromkeys(one for line in lines for one in hints.addr_specs(line)))
