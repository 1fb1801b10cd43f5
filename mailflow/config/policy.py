"""The tables that make the desk's policy: who it is, whom it trusts, its teams, buckets and promises.

What one table can tell is wrong is checked here; what takes several tables in checks.py. A ValueError
says what is wrong and what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo
from pydantic import field_validator as checked

from mailflow.config.fields import (
    Address,
    Day,
    Duration,
    File,
    Header,
    Hours,
    Label,
    Language,
    Limit,
    Listed,
    Member,
    Name,
    PerTime,
    Positive,
    Size,
    Table,
    Zone,
)
from mailflow.config.publicholidays import public_holidays
from mailflow.model import Rate

MIB = 1024 * 1024
HOUR = timedelta(hours=1)


class Desk(Table):
    name: Label
    address: Address
    aliases: Listed[Address] = ()
    languages: Annotated[Listed[Language], Field(min_length=1)] = ("en", "de")
    timezone: Zone = "UTC"
    reply_to: Literal["plus", "plain"] = "plus"
    sign: Literal["person", "team"] = "person"
    hold: Duration = timedelta(0)
    max_attachments: Size = 25 * MIB
    templates: File = None
    admin: Address | None = None

    @checked("templates")
    @classmethod
    def _exists(cls, templates: Path | None) -> Path | None:
        if templates is not None and not templates.is_dir():
            raise ValueError(f"{templates} is no folder; allowed: a folder that exists")
        return templates


class Trust(Table):
    authserv_ids: Listed[Label] = ()
    require_authentication: Literal["none", "agents", "everyone"] | None = Field(
        None, validate_default=True
    )
    forms: Listed[Address] = ()
    spam_headers: Listed[Header] = ()

    @checked("require_authentication", mode="wrap")
    @classmethod
    def _said(cls, required: object, parse: Callable[[Any], Any], info: ValidationInfo) -> Any:
        """Without a host to believe nothing is authenticated: the operator says what follows."""
        if required is not None:
            return parse(required)
        if info.data.get("authserv_ids") == ():
            raise ValueError(
                'is missing; without authserv_ids it must be said: "none", "agents" or "everyone"'
            )
        return "agents"


class Limits(Table):
    per_address: PerTime = Rate(6, HOUR)
    strangers: PerTime = Rate(3000, HOUR)


class Team(Table):
    name: Name
    level: Annotated[int, Field(ge=0, le=3)] = 1
    mailbox: Address
    members: Listed[Member] = ()
    hours: Hours = (True, ())
    timezone: Zone | None = None
    holidays: Label | None = None
    closed: Listed[Day] = ()
    digest: bool = False

    @checked("name")
    @classmethod
    def _free(cls, name: str) -> str:
        if name.casefold() == "next":
            raise ValueError('"next" is a word of #escalate; allowed: any other name')
        return name

    @checked("holidays")
    @classmethod
    def _known(cls, code: str | None) -> str | None:
        if code is not None:
            public_holidays(code)
        return code


class Bucket(Table):
    name: Name
    team: Name
    when_closed: Name | None = None
    escalates_to: Name | None = None
    estimate: Literal["simple", "standard", "complex", "nonstandard"] = "standard"
    keywords: dict[Label, Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]] = Field({})
    examples: Label | None = None


class Sla(Table):
    acknowledge: Positive = timedelta(minutes=2)
    first_response: Positive = timedelta(minutes=10)
    status_update: Positive = timedelta(hours=4)
    remind_before: Duration = timedelta(minutes=3)
    confirm: Positive = timedelta(days=3)
    reopen: Duration = timedelta(days=14)
    approval: Positive = timedelta(days=1)
    management: Name
    escalate_after: Limit = None
    overflow: Annotated[int, Field(ge=0)] = 0
