"""Column types that behave alike on SQLite and PostgreSQL: text, times, durations, lists of strings.

Mail brings NUL and lone surrogates, which PostgreSQL or UTF-8 cannot hold: both become U+FFFD. Times go
in and come out aware, in UTC, and are ordered by the database as they are ordered in time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LONGEST_KEY = 320  # RFC 3696 erratum 1690: no usable address is longer than 254 octets

# A key that counts up by itself: SQLite wants the plain INTEGER for it.
Serial = BigInteger().with_variant(Integer(), "sqlite")


def scrubbed(text: str) -> str:
    """The text without what a database refuses: NUL and lone surrogates become U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", "\ufffd")


def address_key(address: str) -> str:
    """What addresses are compared and indexed by; one beyond any real length by its digest,
    because an index row of PostgreSQL ends at 2,700 octets."""
    key = scrubbed(address.casefold())
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def digest(text: str) -> bytes:
    """SHA-256 of a Message-ID or token: what tables are searched by, 32 octets whatever came in."""
    return hashlib.sha256(scrubbed(text).encode()).digest()


class Scrubbed(TypeDecorator[str]):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else scrubbed(value)


class Strings(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings, kept as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps([scrubbed(item) for item in value])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


class Json(TypeDecorator[Any]):
    """A value of JSON types whose strings are ours; ASCII only, so nothing in it needs scrubbing."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Utc(TypeDecorator[datetime]):
    """timestamptz on PostgreSQL, microseconds since 1970 on SQLite; refuses a naive time."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        plain = DateTime(timezone=True) if dialect.name == "postgresql" else BigInteger()
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without zone: {value!r}")
        return value if dialect.name == "postgresql" else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else EPOCH + value * MICROSECOND  # type: ignore[no-any-return]


class Duration(TypeDecorator[timedelta]):
    """Microseconds, on both."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else value * MICROSECOND
