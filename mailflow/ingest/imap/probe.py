"""What `mailflow check` says of a mailbox: a login and a look that change nothing."""

from __future__ import annotations

from imapclient.exceptions import IMAPClientError

from mailflow.errors import MailflowError
from mailflow.ingest.imap.connection import Connection
from mailflow.ingest.imap.settings import ImapSettings

TELLING = ("MOVE", "IDLE", "UIDPLUS")


def probe(settings: ImapSettings) -> str:
    """The folder, how many mails it holds, and what the server can do. Raises MailflowError."""
    try:
        with Connection(settings, lambda _: None) as connection:
            opened = connection.open(readonly=True)
            able = ", ".join(f"{'has' if connection.can(one) else 'no'} {one}" for one in TELLING)
    except (IMAPClientError, OSError, ValueError) as error:
        raise MailflowError(str(error) or type(error).__name__) from error
    after = f"moves mail to {settings.processed}" if settings.processed else "leaves mail where it is"
    return f"{settings.folder} holds {opened.exists} mail(s); {able}; {after}"
