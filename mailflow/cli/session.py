"""What the commands share: the configuration, read once; the database; output as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from mailflow.config import Configuration, find, load
from mailflow.daemon import build
from mailflow.errors import StoreUnavailable
from mailflow.office import Office
from mailflow.store.database import Database
from mailflow.store.tickets import LARGEST_NUMBER
from mailflow.store.versions import check_schema

NUMBER = click.IntRange(1, LARGEST_NUMBER)  # of a ticket, or how many
ID = click.IntRange(1, 2**63 - 1)  # what the databases can hold
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@dataclass
class Session:
    """One call of the command."""

    config: str | None
    environ: Mapping[str, str]

    @cached_property
    def configuration(self) -> Configuration:
        return load(find(self.config, self.environ), self.environ)

    @cached_property
    def office(self) -> Office:
        return build.office(self.configuration)

    @property
    def sqlite_file(self) -> Path | None:
        """The file of an SQLite database, or None."""
        scheme, _, path = self.configuration.store_url.partition(":///")
        return Path(path) if scheme == "sqlite" else None

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database that is there; a command that only looks never makes one."""
        file = self.sqlite_file
        if file is not None and not file.exists():
            raise StoreUnavailable(f"there is no database at {file} yet; `mailflow run` makes it")
        database = Database(self.configuration.store_url)
        database.open()
        try:
            with database.read() as connection:
                check_schema(connection)
            yield database
        finally:
            database.close()


def moment(at: datetime | None) -> str | None:
    """A time in JSON: ISO 8601 with its offset."""
    return at.isoformat() if at else None


def show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool) -> None:
    """A list: one JSON array, or a table of the named columns."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    cells = [[_cell(row[name]) for name in columns] for row in rows]
    widths = [max(len(one) for one in column) for column in zip(columns, *cells, strict=True)]
    for line in ([name.replace("_", " ") for name in columns], *cells):
        text = "  ".join(one.ljust(width) for one, width in zip(line, widths, strict=True))
        click.echo(text.rstrip())


def _cell(value: object) -> str:
    if value is None:
        return "-"
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:57] + "..."
