"""The errors that callers tell apart."""

from __future__ import annotations


class MailflowError(Exception):
    """Any failure that mailflow foresees."""


class ConfigurationError(MailflowError):
    """The configuration is wrong; `faults` has one line for each fault, all of them."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class BeyondLimits(MailflowError):
    """A mail is beyond the limits of parsing: it goes to the quarantine, never through a parser."""


class StoreUnavailable(MailflowError):
    """The database cannot be reached or is busy now; trying again may help."""


class AlreadyRunning(StoreUnavailable):
    """Another daemon owns the database."""


class StoreFull(StoreUnavailable):
    """The disk or the database is full."""


class SchemaMismatch(MailflowError):
    """The database has another version's schema."""
