"""Fixtures of the crash tests: databases of the system tests, a desk that writes into a Maildir."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.crash.harness import configure
from tests.system.conftest import (  # noqa: F401 - fixtures, used by name
    postgres,
    postgres_url,
    sqlite_file,
    store,
    url,
)
from tests.system.servers import free_port


@dataclass(frozen=True, slots=True)
class Place:
    """A configured desk: its files, and the port of its door."""

    folder: Path
    config: Path
    door: int

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/mailflow.db"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def out(self) -> dict[str, bytes]:
        """The outgoing mails, by the names of their files."""
        return {path.name: path.read_bytes() for path in (self.folder / "out" / "new").glob("*")}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    door = free_port()
    return Place(tmp_path, configure(tmp_path, door=door, outbound=f'maildir = "{tmp_path}/out"'), door)
