"""Keys that the contract has and this version reads and checks, but does not act on yet.

This table is the only place that says so: a key leaves it in the change that makes it work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# The key, and the value that asks for nothing.
WITHOUT_EFFECT: Mapping[str, object] = {
    "imap.oauth": None,
    "bucket.examples": "",
    "web.listen": None,
    "web.token_file": "",
    "keep.raw": "off",
    "keep.closed": "off",
    "canary.every": None,
}


def without_effect(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of the table that a file sets to something else than nothing, in the table's order."""
    return tuple(key for key, nothing in WITHOUT_EFFECT.items() if _asks(raw, key, nothing))


def _asks(raw: Mapping[str, Any], key: str, nothing: object) -> bool:
    section, _, name = key.partition(".")
    return any(name in table and table[name] != nothing for table in _tables(raw, section))


def _tables(raw: Mapping[str, Any], section: str) -> Iterator[Mapping[str, Any]]:
    value = raw.get(section, [])
    yield from value if isinstance(value, list) else [value]
