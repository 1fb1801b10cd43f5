"""Runs revisions on the connection, and in the transaction, that store.versions hands over."""

from __future__ import annotations

from alembic import context

from mailflow.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
