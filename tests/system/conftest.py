"""What several system tests start from: databases on both engines."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.store import versions
from mailflow.store.database import Database
from tests.system.postgres import Cluster, cluster

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server of our own, for all tests of the run."""
    with cluster() as one:
        yield one


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/mailflow.db"
        return
    one: Cluster = request.getfixturevalue("postgres")
    url = one.database()
    yield url
    one.drop(url)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with this version's schema, to be copied."""
    file = tmp_path_factory.mktemp("template") / "mailflow.db"
    versions.create_if_empty(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_url(postgres: Cluster) -> str:
    """A PostgreSQL database with this version's schema, to be copied."""
    url = postgres.database()
    versions.create_if_empty(url)
    return url


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database with this version's schema, on each engine in turn."""
    if request.param == "sqlite":
        file: Path = request.getfixturevalue("sqlite_file")
        shutil.copy(file, tmp_path / "mailflow.db")
        yield f"sqlite:///{tmp_path}/mailflow.db"
        return
    one: Cluster = request.getfixturevalue("postgres")
    copy = one.database(like=request.getfixturevalue("postgres_url"))
    yield copy
    one.drop(copy)


@pytest.fixture
def store(url: str) -> Iterator[Database]:
    """An open database."""
    database = Database(url)
    database.open()
    yield database
    database.close()
