"""[[imap]] in, its doors out; and what `check` says of each."""

from __future__ import annotations

from collections.abc import Callable

from mailflow.clock import Watch
from mailflow.config import Configuration
from mailflow.config.settings import Mailbox
from mailflow.errors import ConfigurationError
from mailflow.ingest import Accept
from mailflow.ingest.imap import ImapDoor, ImapSettings, StoredMailbox
from mailflow.ingest.imap import probe as probe_settings
from mailflow.store.database import Database


def doors(
    configuration: Configuration, database: Database, accept: Accept, watch: Watch
) -> list[ImapDoor]:
    """A door for each mailbox. Raises ConfigurationError for one that this version cannot log in to."""
    opened = []
    for mailbox in configuration.imap:
        settings = _settings(mailbox, configuration.desk.address)
        state = StoredMailbox(database, settings.account, settings.folder)
        opened.append(ImapDoor(settings, accept, state, watch=watch, alone=state.alone))
    return opened


def probe(mailbox: Mailbox) -> str:
    """Logs in, looks at the folder, changes nothing. Raises MailflowError."""
    return probe_settings(_settings(mailbox, ""))


def _settings(mailbox: Mailbox, own: str) -> ImapSettings:
    return ImapSettings(
        host=mailbox.host,
        user=mailbox.user,
        own=own,
        password=_password(mailbox),
        port=mailbox.port,
        tls=mailbox.tls,
        folder=mailbox.folder,
        processed=mailbox.processed,
        poll=mailbox.poll,
        history=mailbox.history,
    )


def _password(mailbox: Mailbox) -> Callable[[], str]:
    if mailbox.password_file is None:
        raise ConfigurationError(
            (
                f"imap.oauth: {mailbox.user}@{mailbox.host}: OAuth does not work in this version;"
                " allowed: password_file",
            )
        )
    return mailbox.password_file.read
