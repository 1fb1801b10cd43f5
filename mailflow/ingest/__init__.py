"""The doors: mail comes in as exact bytes with its envelope, and goes out as an Arrival to `accept`.

A door answers its peer only after the acceptance is on disk. It decides nothing about the mail.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from mailflow.model import Arrival

# Hands an arrival to the inbox. The future resolves only when bytes and envelope are committed. It
# fails with errors.StoreFull, errors.StoreUnavailable or whatever went wrong: nothing is promised then.
# The same mail may be handed over more than once. Doors call it outside their event loop.
Accept = Callable[[Arrival], "Future[Any]"]

# Whether a recipient (an addr-spec, casefolded) is ours: the desk, an alias, a token that exists,
# postmaster. May ask the database and raise its errors. Doors call it outside their event loop.
Recognise = Callable[[str], bool]
