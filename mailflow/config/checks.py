"""What only several tables together can tell: names that refer to others, duplicates, templates.

The checks read the tables as written, so that they find faults beside those of single tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mailflow.config.faults import key_path
from mailflow.config.values import LANGUAGE, shown
from mailflow.outbound.templates import SHIPPED

Raw = Mapping[str, Any]


def cross_check(raw: Raw, folder: Path) -> Iterator[str]:
    """The faults of the whole; `folder` is what relative paths are relative to."""
    yield from _duplicates(raw)
    yield from _addresses(raw)
    yield from _references(raw)
    yield from _languages(raw, folder)
    yield from _alignment(raw)


def _tables(raw: Raw, section: str) -> list[tuple[int, dict[str, Any]]]:
    entries = raw.get(section)
    if not isinstance(entries, list):
        return []
    return [(place, entry) for place, entry in enumerate(entries) if isinstance(entry, dict)]


def _texts(value: object) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _named(raw: Raw, section: str) -> list[str]:
    return [table["name"] for _, table in _tables(raw, section) if isinstance(table.get("name"), str)]


def _table(raw: Raw, section: str) -> dict[str, Any]:
    table = raw.get(section)
    return table if isinstance(table, dict) else {}


def _duplicates(raw: Raw) -> Iterator[str]:
    for section in ("team", "bucket"):
        seen: set[str] = set()
        for name in _named(raw, section):
            if name.casefold() in seen:
                yield f"{section}: two are named {shown(name)}; allowed: names that differ"
            seen.add(name.casefold())


def _addresses(raw: Raw) -> Iterator[str]:
    """Mail to a team's mailbox must not come back to the desk."""
    desk = _table(raw, "desk")
    taken: set[str] = set()
    for address in (*_texts([desk.get("address")]), *_texts(desk.get("aliases"))):
        if address.casefold() in taken:
            yield f"desk.aliases: {shown(address)} stands twice; allowed: each address once"
        taken.add(address.casefold())
    for place, team in _tables(raw, "team"):
        mailbox = team.get("mailbox")
        if isinstance(mailbox, str) and mailbox.casefold() in taken:
            path = key_path(("team", place, "mailbox"), raw)
            yield f"{path}: {shown(mailbox)} is the desk's own address; allowed: a mailbox of the team"


def _references(raw: Raw) -> Iterator[str]:
    teams = _named(raw, "team")
    allowed = f"allowed: {', '.join(teams) or 'the name of a [[team]]'}"
    for place, bucket in _tables(raw, "bucket"):
        for key in ("team", "when_closed", "escalates_to"):
            name = bucket.get(key)
            if isinstance(name, str) and name not in teams:
                path = key_path(("bucket", place, key), raw)
                yield f"{path}: no team is named {shown(name)}; {allowed}"
        if "when_closed" not in bucket and teams and not _always_open(raw):
            path = key_path(("bucket", place, "when_closed"), raw)
            yield f'{path}: is missing; it is required while no team is "24/7"'
    management = _table(raw, "sla").get("management")
    if isinstance(management, str) and management not in teams:
        yield f"sla.management: no team is named {shown(management)}; {allowed}"


def _always_open(raw: Raw) -> bool:
    return any(str(team.get("hours", "24/7")).strip() == "24/7" for _, team in _tables(raw, "team"))


def _languages(raw: Raw, folder: Path) -> Iterator[str]:
    desk = _table(raw, "desk")
    own = desk.get("templates")
    folders = [SHIPPED, *([folder / own] if isinstance(own, str) and own else [])]
    known = sorted({entry.name for place in folders if place.is_dir() for entry in place.iterdir()})
    languages = _texts(desk.get("languages"))
    for language in languages:
        if LANGUAGE.fullmatch(language) and language not in known:
            yield f"desk.languages: no templates for {shown(language)}; allowed: {', '.join(known)}"
    if len(set(languages)) < len(languages):
        yield "desk.languages: one stands twice; allowed: each language once"


def _alignment(raw: Raw) -> Iterator[str]:
    """A signature counts for DMARC only if From is within its domain (RFC 7489 section 3.1.1)."""
    address, domain = _table(raw, "desk").get("address"), _table(raw, "dkim").get("domain")
    if isinstance(address, str) and isinstance(domain, str):
        from_domain = address.rpartition("@")[2].casefold()
        if not f".{from_domain}".endswith(f".{domain.casefold()}"):
            allowed = f"allowed: {shown(from_domain)} or a domain above it"
            yield f"dkim.domain: the desk's address is not within {shown(domain)}; {allowed}"
