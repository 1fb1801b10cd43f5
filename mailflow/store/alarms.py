"""When the operator was last told of a cause: not more than one alarm an hour for each."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from mailflow.store import schema
from mailflow.store.columns import digest

counters = schema.counters
PAUSE = timedelta(hours=1)


def ring(conn: Connection, cause: str, at: datetime) -> bool:
    """True if an alarm for this cause may go out now; it then counts as sent."""
    name = f"alarm {digest(cause).hex()[:24]}"
    last = conn.execute(select(counters.c.value).where(counters.c.name == name)).scalar()
    now = int(at.timestamp())
    if last is None:
        conn.execute(insert(counters), {"name": name, "value": now})
        return True
    if now - last < PAUSE.total_seconds():
        return False
    conn.execute(update(counters).where(counters.c.name == name).values(value=now))
    return True
