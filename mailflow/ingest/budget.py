"""A limit on the octets that the whole process holds of mail that is not on disk yet."""

from __future__ import annotations

from threading import Lock


class Budget:
    """Shared by all doors, whatever thread they run in; `limit` in octets."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._lock = Lock()

    @property
    def held(self) -> int:
        return self._held

    def take(self, octets: int) -> bool:
        """Reserve so many octets; False, and nothing is reserved, where they do not fit."""
        with self._lock:
            if self._held + octets > self._limit:
                return False
            self._held += octets
            return True

    def give(self, octets: int) -> None:
        """Return what was taken."""
        with self._lock:
            self._held -= octets
