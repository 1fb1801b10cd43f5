"""The validated tables as values for the parts: the desk as the pure core reads it, and settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mailflow import model
from mailflow.config import policy, settings
from mailflow.config.document import Document
from mailflow.config.publicholidays import public_holidays


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything the operator decided. A table that was left out is None; its part is not wanted.

    `without_effect` names keys that were set and that this version does not act on.
    """

    path: Path
    desk: model.Desk
    templates: Path | None
    store_url: str
    smtp: settings.Door | None
    lmtp: settings.Door | None
    imap: tuple[settings.Mailbox, ...]
    outbound: settings.Outbound
    web: settings.Web | None
    dkim: settings.Dkim | None
    scan: settings.Scan | None
    keep: settings.Keep
    canary: settings.Canary | None
    without_effect: tuple[str, ...] = ()


def build(document: Document, path: Path, without_effect: tuple[str, ...]) -> Configuration:
    """Put the tables together; they are known to be without fault."""
    return Configuration(
        path=path,
        desk=_desk(document),
        templates=document.desk.templates,
        store_url=document.store.url,
        smtp=document.smtp,
        lmtp=document.lmtp,
        imap=document.imap,
        outbound=document.outbound,
        web=document.web,
        dkim=document.dkim,
        scan=document.scan,
        keep=document.keep,
        canary=document.canary,
        without_effect=without_effect,
    )


def _desk(document: Document) -> model.Desk:
    desk = document.desk
    teams = tuple(_team(team, desk.timezone) for team in document.team)
    management = next(team for team in teams if team.name == document.sla.management)
    return model.Desk(
        name=desk.name,
        address=desk.address,
        teams=teams,
        buckets=_buckets(document),
        aliases=desk.aliases,
        languages=desk.languages,
        timezone=desk.timezone,
        reply_to=desk.reply_to,
        sign=desk.sign,
        hold=desk.hold,
        max_attachments=desk.max_attachments,
        admin=desk.admin or management.mailbox,
        trust=_trust(document.trust),
        limits=model.Limits(document.limits.per_address, document.limits.strangers),
        sla=model.Sla(**dict(document.sla)),
    )


def _team(team: policy.Team, desk_zone: str) -> model.Team:
    always, spans = team.hours
    holidays: frozenset[date] = public_holidays(team.holidays) if team.holidays else frozenset()
    return model.Team(
        name=team.name,
        mailbox=team.mailbox,
        level=team.level,
        members=team.members or (team.mailbox,),
        calendar=model.Calendar(
            team.timezone or desk_zone, always, spans, holidays | frozenset(team.closed)
        ),
        digest=team.digest,
    )


def _buckets(document: Document) -> tuple[model.Bucket, ...]:
    always = next((team.name for team in document.team if team.hours[0]), "")
    return tuple(
        model.Bucket(
            name=bucket.name,
            team=bucket.team,
            when_closed=bucket.when_closed or always,
            escalates_to=bucket.escalates_to or "",
            estimate=bucket.estimate,
            keywords=tuple(bucket.keywords.items()),
        )
        for bucket in document.bucket
    )


def _trust(trust: policy.Trust) -> model.Trust:
    return model.Trust(
        authserv_ids=trust.authserv_ids,
        require_authentication=trust.require_authentication or "agents",
        forms=trust.forms,
        spam_headers=trust.spam_headers,
    )
