"""Rows of the ticket's tables <-> the nouns of model.py. Pure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from mailflow.model import (
    Address,
    Choice,
    Clock,
    Direction,
    Filed,
    Participant,
    Priority,
    Promise,
    Status,
    Step,
    Ticket,
)
from mailflow.store.columns import address_key


def ticket_of(row: Row[Any], taking_part: tuple[Participant, ...]) -> Ticket:
    return Ticket(
        number=row.number,
        subject=row.subject,
        status=Status(row.status),
        customer=Address(row.customer_name, row.customer_address),
        language=row.language,
        choice=Choice(row.choice_bucket, row.choice_confidence, row.choice_because),
        bucket=row.bucket,
        team=row.team,
        level=row.level,
        opened_at=row.opened_at,
        label=row.label,
        priority=Priority(row.priority),
        closed_at=row.closed_at,
        taken_by=row.taken_by,
        silence=row.silence,
        eta_at=row.eta_at,
        approval=row.approval,
        incident=row.incident,
        follows=row.follows,
        merged_into=row.merged_into,
        participants=taking_part,
    )


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    return {
        "subject": ticket.subject,
        "status": ticket.status,
        "customer_name": ticket.customer.name,
        "customer_address": ticket.customer.address,
        "customer_key": address_key(ticket.customer.address),
        "language": ticket.language,
        "choice_bucket": ticket.choice.bucket,
        "choice_confidence": ticket.choice.confidence,
        "choice_because": ticket.choice.because,
        "bucket": ticket.bucket,
        "team": ticket.team,
        "level": ticket.level,
        "opened_at": ticket.opened_at,
        "label": ticket.label,
        "priority": ticket.priority,
        "closed_at": ticket.closed_at,
        "taken_by": ticket.taken_by,
        "silence": ticket.silence,
        "eta_at": ticket.eta_at,
        "approval": ticket.approval,
        "incident": ticket.incident,
        "follows": ticket.follows,
        "merged_into": ticket.merged_into,
    }


def participant_rows(ticket: Ticket) -> list[dict[str, Any]]:
    return [
        {
            "ticket": ticket.number,
            "position": position,
            "name": one.address.name,
            "address": one.address.address,
            "key": address_key(one.address.address),
            "role": one.role,
        }
        for position, one in enumerate(ticket.participants)
    ]


def filed_of(row: Row[Any], state: str) -> Filed:
    came = row.direction == Direction.IN
    return Filed(
        direction=Direction(row.direction),
        kind=row.kind,
        message_id=row.message_id,
        references=row.references,
        from_=Address(row.from_name, row.from_address),
        to=row.to,
        subject=row.subject,
        at=row.at,
        side=row.side,
        text=row.text,
        new_text=row.new_text,
        content_id=row.content_id if came else None,
        state="received" if came else state,
        by_person=came or row.by_person,
        received_id=row.inbox_id if came else None,
    )


def joint_state(states: set[str]) -> str:
    """The state of a mail whose deliveries have these: the worst that a person must know of."""
    if not states:
        return "dropped"
    if states & {"queued", "claimed"}:
        return "queued"
    return next(state for state in ("failed", "delivered", "dropped") if state in states)


def clock_of(row: Row[Any]) -> Clock:
    return Clock(
        promise=Promise(row.promise),
        started_at=row.started_at,
        within=row.within,
        due_at=row.due_at,
        met_at=row.met_at,
        broken=row.broken,
        remind=row.remind,
        after=row.after,
        paused_at=row.paused_at,
        step=Step(row.step) if row.step else None,
        next_at=row.next_at,
    )


def clock_row(number: int, clock: Clock) -> dict[str, Any]:
    return {
        "ticket": number,
        "promise": clock.promise,
        "started_at": clock.started_at,
        "within": clock.within,
        "due_at": clock.due_at,
        "met_at": clock.met_at,
        "broken": clock.broken,
        "remind": clock.remind,
        "after": clock.after,
        "paused_at": clock.paused_at,
        "step": clock.step,
        "next_at": clock.next_at,
    }
