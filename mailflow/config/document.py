"""The whole file as frozen pydantic models, with the contract's defaults."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from mailflow.config import policy, settings
from mailflow.config.fields import Listed, Table


def _required() -> Any:
    """A table that has required keys: left out, it is validated as an empty one, to name them all."""
    return Field(default_factory=dict, validate_default=True)


class Document(Table):
    """The whole file."""

    desk: policy.Desk = _required()
    store: settings.Store = settings.Store()
    smtp: settings.Door | None = None
    lmtp: settings.Door | None = None
    imap: Listed[settings.Mailbox] = ()
    outbound: settings.Outbound = _required()
    trust: policy.Trust = _required()
    limits: policy.Limits = policy.Limits()
    team: Annotated[Listed[policy.Team], Field(min_length=1, validate_default=True)] = ()
    bucket: Annotated[Listed[policy.Bucket], Field(min_length=1, validate_default=True)] = ()
    sla: policy.Sla = _required()
    web: settings.Web | None = None
    dkim: settings.Dkim | None = None
    scan: settings.Scan | None = None
    keep: settings.Keep = settings.Keep()
    canary: settings.Canary | None = None
