"""The values that the configuration writes as text: durations, sizes, rates, addresses, places.

Each `parse_*` takes the text and gives the value; its ValueError is one line that says what is wrong
and what is allowed.
"""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from mailflow.model import Rate

OFF = "off"
LONGEST = timedelta(days=36500)

LANGUAGE = re.compile(r"[a-z]{2,3}")

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SIZES = {"B": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_LOCAL = re.compile(r"[\w!#$%&'/=?^`{|}~+-]+(\.[\w!#$%&'/=?^`{|}~+-]+)*", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_NAME = re.compile(r"[^\W_][\w.-]{0,63}")
_HEADER = re.compile(r"[!-9;-~]{1,100}")


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a door listens, or a server is found: TCP, a Unix socket, or what systemd hands over."""

    kind: Literal["tcp", "unix", "systemd"]
    host: str = ""
    port: int = 0
    path: Path | None = None

    def __str__(self) -> str:
        """As it is written."""
        if self.kind != "tcp":
            return f"unix:{self.path}" if self.path else "systemd"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it, as far as the text tells."""
        return self.kind == "unix" or (self.kind == "tcp" and is_loopback(self.host))


def shown(value: object) -> str:
    """A value as a fault shows it: one line, not too long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = text if text.isprintable() else json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def parse_duration(text: str) -> timedelta:
    number, unit = _count(text[:-1]), text[-1:]
    if number is None or unit not in _UNITS:
        raise ValueError(f'{shown(text)} is no duration; allowed: "90s", "2m", "4h", "3d"')
    duration = timedelta(**{_UNITS[unit]: number})
    if duration > LONGEST:
        raise ValueError(f"{shown(text)} is too long; allowed: up to {LONGEST.days}d")
    return duration


def parse_positive(text: str) -> timedelta:
    duration = parse_duration(text)
    if not duration:
        raise ValueError(f"{shown(text)} is too short; allowed: 1s or more")
    return duration


def parse_limit(text: str) -> timedelta | None:
    """A duration above zero; None for "off"."""
    return None if text == OFF else parse_positive(text)


def parse_size(text: str) -> int:
    """A size in octets."""
    digits = text.rstrip("BiKMG")
    number, unit = _count(digits), text[len(digits) :]
    if not number or unit not in _SIZES:
        raise ValueError(f'{shown(text)} is no size; allowed: "35MiB", "512KiB", "1GiB", "100B"')
    return number * _SIZES[unit]


def parse_rate(text: str) -> Rate | None:
    """A rate; None for "off"."""
    if text == OFF:
        return None
    digits, _, window = text.partition(" per ")
    count = _count(digits)
    if not count or not window:
        raise ValueError(f'{shown(text)} is no rate; allowed: "10 per 1h", "off"')
    return Rate(count, parse_positive(window))


def parse_address(text: str) -> str:
    """An addr-spec without quoting (RFC 5321 4.1.2), in ASCII; "*" is kept for patterns."""
    local, at, domain = text.rpartition("@")
    if (
        not at
        or len(text) > 254
        or len(local) > 64
        or not _LOCAL.fullmatch(local)
        or not _is_domain(domain)
    ):
        raise ValueError(f'{shown(text)} is no mail address; allowed: "name@domain.example", in ASCII')
    return text


def parse_member(text: str) -> str:
    """An address, or "*@domain" for everybody there."""
    if text.startswith("*@") and _is_domain(text[2:]):
        return text
    try:
        return parse_address(text)
    except ValueError:
        raise ValueError(
            f'{shown(text)} is no member; allowed: an address, or "*@domain.example"'
        ) from None


def parse_domain(text: str) -> str:
    if not _is_domain(text):
        raise ValueError(f'{shown(text)} is no domain; allowed: "domain.example", in ASCII')
    return text


def parse_name(text: str) -> str:
    """A name of a team or bucket: one word, since it is written in commands and subjects."""
    if not _NAME.fullmatch(text):
        raise ValueError(
            f"{shown(text)} is no name; allowed: one word of letters, digits and -_., at most 64 long"
        )
    return text


def parse_label(text: str) -> str:
    """A text for people: one line, not empty."""
    if not text.strip() or len(text) > 200 or not text.isprintable():
        raise ValueError(f"{shown(text)} is no such text; allowed: one line of 1 to 200 characters")
    return text.strip()


def parse_language(text: str) -> str:
    if not LANGUAGE.fullmatch(text):
        raise ValueError(f'{shown(text)} is no language; allowed: a code such as "en", "de"')
    return text


def parse_zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f'{shown(text)} is no time zone; allowed: "UTC", or a name such as "Europe/Berlin"'
        ) from None


def parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'{shown(text)} is no day; allowed: "2026-12-24"') from None


def parse_header(text: str) -> tuple[str, str]:
    """A header with its value."""
    name, _, value = (part.strip() for part in text.partition(":"))
    if not _HEADER.fullmatch(name) or not value or not value.isprintable():
        raise ValueError(f'{shown(text)} is no header; allowed: "Name: value"')
    return name, value


def parse_listen(text: str) -> Listen:
    if text == "systemd":
        return Listen("systemd")
    if text.startswith("unix:/"):
        return Listen("unix", path=Path(text.removeprefix("unix:")))
    host, _, digits = text.rpartition(":")
    port = _count(digits)
    if host.startswith("[") and host.endswith("]") and ":" in host:
        host = host[1:-1]
    elif ":" in host:
        host = ""
    if port is None or port > 65535 or not _is_host(host):
        raise ValueError(
            f"{shown(text)} is no place to listen; "
            'allowed: "HOST:PORT", "[::1]:25", "unix:/PATH", "systemd"'
        )
    return Listen("tcp", host, port)


def parse_server(text: str) -> Listen:
    """Where a server is found: as for listening, without "systemd"."""
    if text == "systemd":
        raise ValueError('"systemd" is no server; allowed: "HOST:PORT", "unix:/PATH"')
    return parse_listen(text)


def parse_host(text: str) -> str:
    if not _is_host(text):
        raise ValueError(f"{shown(text)} is no host; allowed: a name or an IP address, the port apart")
    return text


def is_loopback(host: str) -> bool:
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _count(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


def _is_domain(text: str) -> bool:
    return len(text) <= 253 and all(_LABEL.fullmatch(label) for label in text.split("."))


def _is_host(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return _is_domain(text.replace("_", "-"))
    return True
