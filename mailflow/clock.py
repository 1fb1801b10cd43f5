"""The only place that asks for the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Watch(Protocol):
    def now(self) -> datetime:
        """The time of day, aware, in UTC: for everything that is stored or shown."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump back: for leases and pauses."""
        ...


class SystemWatch:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
