"""The database's schema: made, brought up to this version, or refused with a sentence for a person."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from mailflow.errors import SchemaMismatch
from mailflow.store import engines
from mailflow.store.faults import translating
from mailflow.store.schema import REVISIONS

# One upgrade at a time, of all processes.
_UPGRADE_LOCK = text("SELECT pg_advisory_xact_lock(6245002)")


def upgrade(url: str) -> None:
    """Bring the database at `url` to this version's schema, in one transaction; safe to repeat."""
    _migrate(url, only_empty=False)


def create_if_empty(url: str) -> None:
    """Make the schema in a database without tables; any other stays as it is."""
    _migrate(url, only_empty=True)


def check_schema(conn: Connection) -> None:
    """Raise SchemaMismatch unless the database has exactly this version's schema."""
    found = current(conn)
    if found == REVISIONS[-1]:
        return
    if found is None or found in REVISIONS:
        raise SchemaMismatch("this database has an older schema, or none: run mailflow upgrade")
    raise SchemaMismatch(
        f"this database belongs to a newer mailflow (schema {found}; this one knows {REVISIONS[-1]})"
    )


def current(conn: Connection) -> str | None:
    """The database's revision, or None before the first."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(url: str, *, only_empty: bool) -> None:
    engine = engines.writing(engines.parsed(url))
    try:
        with translating(), engine.begin() as conn:
            if conn.dialect.name == "postgresql":
                conn.execute(_UPGRADE_LOCK)
            found = current(conn)
            if found is not None and found not in REVISIONS:
                check_schema(conn)
            if not (only_empty and inspect(conn).get_table_names()):
                _run(conn)
    finally:
        engine.dispose()


def _run(conn: Connection) -> None:
    # Alembic takes 0.3 s to import: only an upgrade pays for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "mailflow.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
