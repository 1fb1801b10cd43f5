"""The schema on both databases: migrations make what schema.py says, and other versions are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from mailflow.errors import SchemaMismatch
from mailflow.store import engines, schema, versions
from mailflow.store.database import Database


def shape(conn: Connection) -> list[str]:
    """Everything that a database says of its own structure, without alembic's table."""
    if conn.dialect.name == "sqlite":
        query = "SELECT type, name, tbl_name FROM sqlite_master"
        found: list[object] = [tuple(row) for row in conn.execute(text(query))]
        found += [tuple(row) for row in conn.execute(text(_SQLITE_TRIGGERS))]
    else:
        found = [tuple(row) for query in _POSTGRESQL for row in conn.execute(text(query))]
    inspector = inspect(conn)
    for table in inspector.get_table_names():
        columns = [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)]
        found.append((table, columns, inspector.get_pk_constraint(table)))
        found.append((table, "keys", sorted(inspector.get_foreign_keys(table), key=str)))
        found.append((table, "unique", inspector.get_unique_constraints(table)))
    return sorted(str(one) for one in found if "alembic_version" not in str(one))


_SQLITE_TRIGGERS = (
    "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') OR sql LIKE '%VIRTUAL%'"
)
_POSTGRESQL = (
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT table_name, column_name, data_type, is_nullable, generation_expression, is_identity, "
    "column_default FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT attname, attstorage FROM pg_attribute WHERE attname = 'octets'",
)


def test_migrations_make_what_the_schema_says(empty_url: str) -> None:
    """The migrated database and the one made from metadata are alike, down to triggers and indexes."""
    engine = engines.writing(engines.parsed(empty_url))
    try:
        with engine.connect() as conn:
            with conn.begin() as undone:
                schema.metadata.create_all(conn)
                made = (shape(conn), _first_count(conn))
                undone.rollback()
            versions.upgrade(empty_url)
            with conn.begin():
                assert (shape(conn), _first_count(conn)) == made
                assert _differences(conn) == []
    finally:
        engine.dispose()


def _first_count(conn: Connection) -> object:
    return conn.execute(text("SELECT value FROM counters WHERE name = 'ticket'")).scalar()


def _differences(conn: Connection) -> list[object]:
    """What alembic would still change; the search's own tables and columns are none of its business."""

    def ours(_object: object, name: str | None, _kind: str, _reflected: bool, _other: object) -> bool:
        return not str(name).startswith(("message_words", "words"))

    options = {"include_object": ours, "compare_type": False}
    return list(compare_metadata(MigrationContext.configure(conn, opts=options), schema.metadata))


def test_the_last_revision_is_the_schema() -> None:
    """The list of revisions that the daemon checks against is that of the migrations."""
    folder = Path(versions.__file__).parent / "migrations"
    scripts = ScriptDirectory(str(folder))
    assert tuple(one.revision for one in scripts.walk_revisions())[::-1] == schema.REVISIONS


def test_upgrade_is_safe_to_repeat(url: str) -> None:
    """A second upgrade, or creation, changes nothing."""
    store = Database(url)
    store.open()
    store.write(lambda conn: conn.execute(text("UPDATE counters SET value = 1005")))
    versions.upgrade(url)
    versions.create_if_empty(url)
    with store.read() as conn:
        versions.check_schema(conn)
        assert _first_count(conn) == 1005
    store.close()


def test_an_empty_database_counts_as_older(empty_url: str) -> None:
    """Without tables there is no schema: the message says what to run."""
    store = Database(empty_url)
    store.open()
    with store.read() as conn, pytest.raises(SchemaMismatch, match="run mailflow upgrade"):
        versions.check_schema(conn)
    store.close()


def test_a_newer_database_is_refused(url: str) -> None:
    """A schema of a later release is neither used nor touched, and said to be one."""
    store = Database(url)
    store.open()
    store.write(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with store.read() as conn, pytest.raises(SchemaMismatch, match="belongs to a newer mailflow"):
        versions.check_schema(conn)
    with pytest.raises(SchemaMismatch, match="belongs to a newer mailflow"):
        versions.upgrade(url)
    store.close()


def test_somebody_elses_tables_are_left_alone(empty_url: str) -> None:
    """Only a database without any tables is filled by itself."""
    store = Database(empty_url)
    store.open()
    store.write(lambda conn: conn.execute(text("CREATE TABLE theirs (id integer)")))
    versions.create_if_empty(empty_url)
    with store.read() as conn:
        assert inspect(conn).get_table_names() == ["theirs"]
    store.close()
