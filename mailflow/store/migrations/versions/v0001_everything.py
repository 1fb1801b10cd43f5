"""Everything that the first release stores.

Types are written out: a revision says what it made, whatever schema.py says later.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    _create_tables()
    op.execute("INSERT INTO counters (name, value) VALUES ('ticket', 1000)")
    search = _POSTGRESQL_SEARCH if op.get_bind().dialect.name == "postgresql" else _SQLITE_SEARCH
    for statement in search:
        op.execute(statement)


_SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE message_words USING fts5 (words, content='', "
    "tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER message_words_insert AFTER INSERT ON messages WHEN (new.direction = "
    "'in' OR new.by_person) BEGIN INSERT INTO message_words (rowid, words) VALUES "
    "(new.id, new.subject || ' ' || new.from_name || ' ' || new.from_address || ' ' || "
    "substr(new.text, 1, 100000)); END",
    "CREATE TRIGGER message_words_delete AFTER DELETE ON messages WHEN (old.direction = "
    "'in' OR old.by_person) BEGIN INSERT INTO message_words (message_words, rowid, words)"
    " VALUES ('delete', old.id, old.subject || ' ' || old.from_name || ' ' || "
    "old.from_address || ' ' || substr(old.text, 1, 100000)); END",
    "CREATE TRIGGER message_words_update AFTER UPDATE OF subject, from_name, "
    "from_address, text ON messages WHEN (old.direction = 'in' OR old.by_person) BEGIN "
    "INSERT INTO message_words (message_words, rowid, words) VALUES ('delete', old.id, "
    "old.subject || ' ' || old.from_name || ' ' || old.from_address || ' ' || "
    "substr(old.text, 1, 100000)); INSERT INTO message_words (rowid, words) VALUES "
    "(new.id, new.subject || ' ' || new.from_name || ' ' || new.from_address || ' ' || "
    "substr(new.text, 1, 100000)); END",
)
_POSTGRESQL_SEARCH = (
    "ALTER TABLE messages ADD COLUMN words tsvector GENERATED ALWAYS AS (CASE WHEN "
    "(direction = 'in' OR by_person) THEN to_tsvector('simple', regexp_replace(subject ||"
    " ' ' || from_name || ' ' || from_address || ' ' || substr(text, 1, 100000), "
    r"'(\W|_)+', ' ', 'g')) END) STORED",
    "CREATE INDEX message_words ON messages USING gin (words)",
    "ALTER TABLE content ALTER COLUMN octets SET STORAGE EXTERNAL",
)


def _create_tables() -> None:
    op.create_table(
        "answered",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answered")),
    )
    op.create_table(
        "automatic",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("stranger", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_automatic")),
    )
    op.create_index(op.f("ix_automatic_key_at"), "automatic", ["key", "at"], unique=False)
    op.create_index(op.f("ix_automatic_stranger_at"), "automatic", ["stranger", "at"], unique=False)
    op.create_table(
        "content",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content")),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("known_by", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("resolved_at", UTC, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_at"), "incidents", ["at"], unique=False)
    op.create_index(op.f("ix_incidents_key"), "incidents", ["key"], unique=False)
    op.create_table(
        "mailboxes",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("history_uid", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account", "folder", name=op.f("pk_mailboxes")),
    )
    op.create_table(
        "tickets",
        sa.Column("number", SERIAL, autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("customer_address", sa.Text(), nullable=False),
        sa.Column("customer_key", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("choice_bucket", sa.Text(), nullable=False),
        sa.Column("choice_confidence", sa.Float(), nullable=False),
        sa.Column("choice_because", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("closed_at", UTC, nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("silence", sa.Text(), nullable=False),
        sa.Column("eta_at", UTC, nullable=True),
        sa.Column("approval", sa.String(length=16), nullable=False),
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("follows", SERIAL, nullable=True),
        sa.Column("merged_into", SERIAL, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tickets")),
    )
    op.create_index(op.f("ix_tickets_customer_key"), "tickets", ["customer_key"], unique=False)
    op.create_index(
        op.f("ix_tickets_incident"),
        "tickets",
        ["incident"],
        unique=False,
        sqlite_where=sa.text("incident <> ''"),
        postgresql_where=sa.text("incident <> ''"),
    )
    op.create_index(op.f("ix_tickets_status_team"), "tickets", ["status", "team"], unique=False)
    op.create_table(
        "clocks",
        sa.Column("ticket", SERIAL, nullable=False),
        sa.Column("promise", sa.String(length=32), nullable=False),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("within", sa.BigInteger(), nullable=False),
        sa.Column("due_at", UTC, nullable=False),
        sa.Column("met_at", UTC, nullable=True),
        sa.Column("broken", sa.Boolean(), nullable=False),
        sa.Column("remind", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=True),
        sa.Column("paused_at", UTC, nullable=True),
        sa.Column("step", sa.String(length=16), nullable=True),
        sa.Column("next_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_clocks_ticket")),
        sa.PrimaryKeyConstraint("ticket", "promise", "started_at", name=op.f("pk_clocks")),
    )
    op.create_index(
        op.f("ix_clocks_due_at"),
        "clocks",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("met_at IS NULL"),
        postgresql_where=sa.text("met_at IS NULL"),
    )
    op.create_index(
        op.f("ix_clocks_next_at"),
        "clocks",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_clocks_started_at"), "clocks", ["started_at"], unique=False)
    op.create_table(
        "features",
        sa.Column("ticket", SERIAL, nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("feature", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("customer", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_features_ticket")),
        sa.PrimaryKeyConstraint("ticket", "feature", name=op.f("pk_features")),
    )
    op.create_index(op.f("ix_features_at"), "features", ["at"], unique=False)
    op.create_index(
        op.f("ix_features_bucket_feature_at_customer"),
        "features",
        ["bucket", "feature", "at", "customer"],
        unique=False,
    )
    op.create_table(
        "inbox",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("content_id", SERIAL, nullable=False),
        sa.Column("fingerprint", sa.String(length=128), nullable=False),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("received_at", UTC, nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("worker", sa.String(length=128), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", UTC, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("again", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name=op.f("fk_inbox_content_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_inbox_fingerprint")),
    )
    op.create_index(
        op.f("ix_inbox_root_id"),
        "inbox",
        ["root", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('new', 'claimed')"),
        postgresql_where=sa.text("state IN ('new', 'claimed')"),
    )
    op.create_index(op.f("ix_inbox_state_turn_id"), "inbox", ["state", "turn", "id"], unique=False)
    op.create_table(
        "holds",
        sa.Column("inbox_id", SERIAL, autoincrement=False, nullable=False),
        sa.Column("ticket", SERIAL, nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_holds_inbox_id")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_holds_ticket")),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_ticket"), "holds", ["ticket"], unique=False)
    op.create_table(
        "participants",
        sa.Column("ticket", SERIAL, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_participants_ticket")),
        sa.PrimaryKeyConstraint("ticket", "position", name=op.f("pk_participants")),
    )
    op.create_index(op.f("ix_participants_key"), "participants", ["key"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("ticket", SERIAL, nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_tokens_ticket")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_tokens")),
    )
    op.create_index(op.f("ix_tokens_ticket"), "tokens", ["ticket"], unique=False)
    op.create_table(
        "history",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("ticket", SERIAL, nullable=True),
        sa.Column("inbox_id", SERIAL, nullable=True),
        sa.Column("at", UTC, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_history_inbox_id")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_history_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_inbox_id"), "history", ["inbox_id"], unique=False)
    op.create_index(op.f("ix_history_ticket"), "history", ["ticket"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("ticket", SERIAL, nullable=True),
        sa.Column("inbox_id", SERIAL, nullable=True),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("references", sa.Text(), nullable=False),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("from_address", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("new_text", sa.Text(), nullable=False),
        sa.Column("content_id", SERIAL, nullable=True),
        sa.Column("pieces", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["content_id"], ["content.id"], name=op.f("fk_messages_content_id")),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_messages_inbox_id")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.number"], name=op.f("fk_messages_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_inbox_id"), "messages", ["inbox_id"], unique=False)
    op.create_index(op.f("ix_messages_ticket"), "messages", ["ticket"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("inbox_id", SERIAL, autoincrement=False, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=op.f("fk_quarantine_inbox_id")),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "message_ids",
        sa.Column("message", SERIAL, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name=op.f("fk_message_ids_message")),
        sa.PrimaryKeyConstraint("digest", "message", name=op.f("pk_message_ids")),
    )
    op.create_index(op.f("ix_message_ids_message"), "message_ids", ["message"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("message", SERIAL, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("next_at", UTC, nullable=False),
        sa.Column("worker", sa.String(length=128), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", UTC, nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("queued_at", UTC, nullable=False),
        sa.Column("settled_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["message"], ["messages.id"], name=op.f("fk_outbox_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_message"), "outbox", ["message"], unique=False)
    op.create_index(
        op.f("ix_outbox_state_priority_next_at"),
        "outbox",
        ["state", "priority", "next_at"],
        unique=False,
    )
