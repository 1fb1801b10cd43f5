"""What every flow test starts from: a desk as `mailflow init` sets it up, on an empty database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailflow.config import load, write_init
from mailflow.model import Desk, Trust
from mailflow.store import versions
from tests.flow.desk import OpenDesk, PlayedDesk
from tests.flow.letters import TRUSTED_HOST


@pytest.fixture(scope="session")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The starter desk; its mail server is known, so colleagues must be authenticated."""
    folder = tmp_path_factory.mktemp("init")
    write_init(folder)
    desk = load(folder / "mailflow.toml", {}).desk
    return replace(desk, trust=Trust((TRUSTED_HOST,), "agents", spam_headers=(("X-Spam-Flag", "YES"),)))


@pytest.fixture(scope="session")
def fast_folder() -> Iterator[Path]:
    """A folder in memory where there is one: what a disk survives is tested elsewhere."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def empty_database(fast_folder: Path) -> Path:
    """A database with this version's schema, to be copied."""
    file = fast_folder / "empty.db"
    versions.create_if_empty(f"sqlite:///{file}")
    return file


@pytest.fixture
def open_desk(policy: Desk, empty_database: Path, fast_folder: Path) -> Iterator[OpenDesk]:
    """Opens a desk whose policy differs from the starter's in what is given."""
    opened: list[PlayedDesk] = []

    def open_(**changes: Any) -> PlayedDesk:
        file = fast_folder / f"desk{len(opened)}.db"
        shutil.copy(empty_database, file)
        opened.append(PlayedDesk(file, replace(policy, **changes)))
        return opened[-1]

    yield open_
    for desk in opened:
        desk.close()


@pytest.fixture
def desk(open_desk: OpenDesk) -> PlayedDesk:
    return open_desk()
