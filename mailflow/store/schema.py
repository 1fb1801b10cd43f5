"""Every table, and what searches mail. Content lies apart from all rows that change their state.

Message-IDs and tokens are searched by digest (32 octets whatever a stranger sends), addresses by
`columns.address_key`. migrations/ builds the same tables; tests/system hold both side by side.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    event,
    text,
)

from mailflow.store.columns import Duration, Json, Scrubbed, Serial, Strings, Utc

# The migrations in order; the last is the schema that this version reads and writes.
REVISIONS = ("0001",)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Literal, so that both databases can prove that a search may use the small index over these rows.
UNFINISHED = "state IN ('new', 'claimed')"
UNMET = "met_at IS NULL"
TICKING = "next_at IS NOT NULL"
TIED = "incident <> ''"

content = Table(
    "content",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("length", Integer, nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("octets", LargeBinary, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("content_id", Serial, ForeignKey("content.id"), nullable=False),
    Column("fingerprint", String(128), nullable=False, unique=True),
    Column("door", String(16), nullable=False),
    Column("sender", Scrubbed, nullable=False),
    Column("recipients", Strings, nullable=False),
    Column("peer", Scrubbed, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("answer", Boolean, nullable=False),
    Column("message_id", Scrubbed, nullable=False),
    Column("root", LargeBinary(32), nullable=False),  # of the conversation, as far as the header tells
    Column("turn", SmallInteger, nullable=False),  # 0: a follow-up, goes first; 1: everything else
    Column("state", String(16), nullable=False),  # new, claimed, done, quarantined
    Column("worker", String(128), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease_until", Utc),
    Column("attempts", Integer, nullable=False),
    Column("again", String(16), nullable=False),  # why it takes its way a second time, or empty
)
Index(None, inbox.c.state, inbox.c.turn, inbox.c.id)
Index(None, inbox.c.root, inbox.c.id, sqlite_where=text(UNFINISHED), postgresql_where=text(UNFINISHED))

holds = Table(
    "holds",
    metadata,
    Column("inbox_id", Serial, ForeignKey("inbox.id"), primary_key=True, autoincrement=False),
    Column("ticket", Serial, ForeignKey("tickets.number"), nullable=False),
    Column("side", Scrubbed, nullable=False),
    Column("by", Scrubbed, nullable=False),
    Column("why", Scrubbed, nullable=False),
    Column("at", Utc, nullable=False),
    Column("state", String(16), nullable=False),  # held, sent, dropped
)
Index(None, holds.c.ticket)

quarantine = Table(
    "quarantine",
    metadata,
    Column("inbox_id", Serial, ForeignKey("inbox.id"), primary_key=True, autoincrement=False),
    Column("cause", Scrubbed, nullable=False),
    Column("at", Utc, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("number", Serial, primary_key=True, autoincrement=False),
    Column("subject", Scrubbed, nullable=False),
    Column("status", String(16), nullable=False),
    Column("customer_name", Scrubbed, nullable=False),
    Column("customer_address", Scrubbed, nullable=False),
    Column("customer_key", Scrubbed, nullable=False),
    Column("language", String(16), nullable=False),
    Column("choice_bucket", Scrubbed, nullable=False),
    Column("choice_confidence", Float, nullable=False),
    Column("choice_because", Strings, nullable=False),
    Column("bucket", Scrubbed, nullable=False),
    Column("team", Scrubbed, nullable=False),
    Column("level", Integer, nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("label", Scrubbed, nullable=False),
    Column("priority", String(16), nullable=False),
    Column("closed_at", Utc),
    Column("taken_by", Scrubbed, nullable=False),
    Column("silence", Scrubbed, nullable=False),
    Column("eta_at", Utc),
    Column("approval", String(16), nullable=False),
    Column("incident", Scrubbed, nullable=False),
    Column("follows", Serial),
    Column("merged_into", Serial),
)
Index(None, tickets.c.status, tickets.c.team)
Index(None, tickets.c.customer_key)
Index(None, tickets.c.incident, sqlite_where=text(TIED), postgresql_where=text(TIED))

participants = Table(
    "participants",
    metadata,
    Column("ticket", Serial, ForeignKey("tickets.number"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Scrubbed, nullable=False),
    Column("address", Scrubbed, nullable=False),
    Column("key", Scrubbed, nullable=False),
    Column("role", String(16), nullable=False),
    PrimaryKeyConstraint("ticket", "position"),
)
Index(None, participants.c.key)

history = Table(
    "history",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("ticket", Serial, ForeignKey("tickets.number")),
    Column("inbox_id", Serial, ForeignKey("inbox.id")),  # the mail that was decided on
    Column("at", Utc, nullable=False),
    Column("what", Scrubbed, nullable=False),
    Column("by", Scrubbed, nullable=False),
    Column("why", Scrubbed, nullable=False),
)
Index(None, history.c.ticket)
Index(None, history.c.inbox_id)

clocks = Table(
    "clocks",
    metadata,
    Column("ticket", Serial, ForeignKey("tickets.number"), nullable=False),
    Column("promise", String(32), nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("within", Duration, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("met_at", Utc),
    Column("broken", Boolean, nullable=False),
    Column("remind", Duration, nullable=False),
    Column("after", Duration),
    Column("paused_at", Utc),
    Column("step", String(16)),
    Column("next_at", Utc),
    PrimaryKeyConstraint("ticket", "promise", "started_at"),
)
Index(None, clocks.c.next_at, sqlite_where=text(TICKING), postgresql_where=text(TICKING))
Index(None, clocks.c.due_at, sqlite_where=text(UNMET), postgresql_where=text(UNMET))
Index(None, clocks.c.started_at)

tokens = Table(
    "tokens",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("value", String(64), nullable=False),
    Column("ticket", Serial, ForeignKey("tickets.number"), nullable=False),
    Column("side", Scrubbed, nullable=False),
)
Index(None, tokens.c.ticket)

messages = Table(
    "messages",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("ticket", Serial, ForeignKey("tickets.number")),
    Column("inbox_id", Serial, ForeignKey("inbox.id")),
    Column("direction", String(8), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("message_id", Scrubbed, nullable=False),
    Column("references", Strings, nullable=False),
    Column("from_name", Scrubbed, nullable=False),
    Column("from_address", Scrubbed, nullable=False),
    Column("to", Scrubbed, nullable=False),
    Column("subject", Scrubbed, nullable=False),
    Column("at", Utc, nullable=False),
    Column("side", Scrubbed, nullable=False),
    Column("by_person", Boolean, nullable=False),
    Column("text", Scrubbed, nullable=False),
    Column("new_text", Scrubbed, nullable=False),
    # Received mail: its exact bytes. Ours: the bytes that we wrote, which `pieces` refers to.
    Column("content_id", Serial, ForeignKey("content.id")),
    Column("pieces", Json),  # of our mail: [content id, start, length], to be joined
)
Index(None, messages.c.ticket)
Index(None, messages.c.inbox_id)

message_ids = Table(
    "message_ids",
    metadata,
    Column("message", Serial, ForeignKey("messages.id"), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("own", Boolean, nullable=False),  # the mail's own Message-ID, else one of its ancestors
    PrimaryKeyConstraint("digest", "message"),
)
Index(None, message_ids.c.message)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("message", Serial, ForeignKey("messages.id"), nullable=False),
    Column("recipient", Scrubbed, nullable=False),
    Column("sender", Scrubbed, nullable=False),
    Column("priority", SmallInteger, nullable=False),  # 0: acknowledgements; 1: everything else
    Column("state", String(16), nullable=False),  # queued, claimed, delivered, failed, dropped
    Column("attempts", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),  # claims that were never settled
    Column("next_at", Utc, nullable=False),
    Column("worker", String(128), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease_until", Utc),
    Column("reply", Scrubbed, nullable=False),
    Column("queued_at", Utc, nullable=False),
    Column("settled_at", Utc),
)
Index(None, outbox.c.state, outbox.c.priority, outbox.c.next_at)
Index(None, outbox.c.message)

automatic = Table(
    "automatic",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key", Scrubbed, nullable=False),
    Column("at", Utc, nullable=False),
    Column("stranger", Boolean, nullable=False),  # no person ever answered that address
)
Index(None, automatic.c.key, automatic.c.at)
Index(None, automatic.c.stranger, automatic.c.at)

answered = Table(
    "answered",
    metadata,
    Column("key", Scrubbed, primary_key=True),
    Column("at", Utc, nullable=False),
)

# What the first mails of tickets are about, for a day or two: many that share something are an incident.
features = Table(
    "features",
    metadata,
    Column("ticket", Serial, ForeignKey("tickets.number"), nullable=False),
    Column("bucket", Scrubbed, nullable=False),
    Column("feature", Scrubbed, nullable=False),
    Column("at", Utc, nullable=False),
    Column("customer", LargeBinary(32), nullable=False),
    PrimaryKeyConstraint("ticket", "feature"),
)
Index(None, features.c.bucket, features.c.feature, features.c.at, features.c.customer)
Index(None, features.c.at)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("name", Scrubbed, nullable=False),  # empty: proposed only
    Column("key", Scrubbed, nullable=False),
    Column("bucket", Scrubbed, nullable=False),
    Column("known_by", Strings, nullable=False),
    Column("at", Utc, nullable=False),
    Column("resolved_at", Utc),
)
Index(None, incidents.c.key)
Index(None, incidents.c.at)

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("account", Scrubbed, nullable=False),
    Column("folder", Scrubbed, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("since", Utc, nullable=False),
    Column("history_uid", BigInteger),
    PrimaryKeyConstraint("account", "folder"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
FIRST_COUNTS = ("INSERT INTO counters (name, value) VALUES ('ticket', 1000)",)

# Searched is what came in and what a person wrote; forwards and notices would only repeat it.
# Words beyond 100,000 characters are not searched: a tsvector ends at 1 MB.
WORDS = (
    "{row}subject || ' ' || {row}from_name || ' ' || {row}from_address || ' ' || "
    "substr({row}text, 1, 100000)"
)
SEARCHED = "({row}direction = 'in' OR {row}by_person)"


def _row(template: str, row: str) -> str:
    return template.format(row=row)


_ADD = f"INSERT INTO message_words (rowid, words) VALUES (new.id, {_row(WORDS, 'new.')});"
_REMOVE = (
    "INSERT INTO message_words (message_words, rowid, words) "
    f"VALUES ('delete', old.id, {_row(WORDS, 'old.')});"
)
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE message_words USING fts5 "
    "(words, content='', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER message_words_insert AFTER INSERT ON messages "
    f"WHEN {_row(SEARCHED, 'new.')} BEGIN {_ADD} END",
    "CREATE TRIGGER message_words_delete AFTER DELETE ON messages "
    f"WHEN {_row(SEARCHED, 'old.')} BEGIN {_REMOVE} END",
    "CREATE TRIGGER message_words_update AFTER UPDATE OF subject, from_name, from_address, text "
    f"ON messages WHEN {_row(SEARCHED, 'old.')} BEGIN {_REMOVE} {_ADD} END",
)
POSTGRESQL_SEARCH = (
    "ALTER TABLE messages ADD COLUMN words tsvector GENERATED ALWAYS AS (CASE WHEN "
    f"{_row(SEARCHED, '')} THEN to_tsvector('simple', regexp_replace({_row(WORDS, '')}, "
    r"'(\W|_)+', ' ', 'g')) END) STORED",
    "CREATE INDEX message_words ON messages USING gin (words)",
    # Mail is passed on in slices; uncompressed, a slice is read without the rest.
    "ALTER TABLE content ALTER COLUMN octets SET STORAGE EXTERNAL",
)


def _after_create(statements: tuple[str, ...], dialect: str | None = None) -> None:
    for statement in statements:
        plain = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(metadata, "after_create", plain.execute_if(dialect=dialect) if dialect else plain)


_after_create(FIRST_COUNTS)
_after_create(SQLITE_SEARCH, "sqlite")
_after_create(POSTGRESQL_SEARCH, "postgresql")
