"""The life of a ticket: the table of (status, event), and what follows from each event.

In come a ticket, an event and what the rules say; out comes a Turn: the changed ticket, its new
history, wishes for clocks and mail, as data. Pure; nothing here knows how a mail looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from mailflow.model import (
    CUSTOMER_SIDE,
    Address,
    ClockWish,
    Desk,
    Effect,
    Entry,
    Event,
    Happened,
    Kind,
    Message,
    Participant,
    Priority,
    Promise,
    Role,
    Status,
    Ticket,
    Turn,
)
from mailflow.ticket import acts, subject
from mailflow.ticket.setting import Setting, level_one, turn_over

_O, _W, _R, _C = Status.OPEN, Status.WAITING, Status.RESOLVED, Status.CLOSED
_SAME = (_O, _W, _R, _C)

# Every event in every status. Columns: open, waiting, resolved, closed. A team's commands move the
# ticket on from there (acts.py).
_TABLE: Mapping[Happened, tuple[Status, Status, Status, Status]] = MappingProxyType(
    {
        Happened.OPENED: (_O, _O, _O, _O),
        Happened.CUSTOMER_WROTE: (_O, _O, _O, _O),
        Happened.CUSTOMER_CONFIRMED: (_O, _W, _C, _C),
        Happened.CUSTOMER_THANKED: _SAME,
        Happened.ORIGINAL_CAME: _SAME,
        Happened.STRANGER_WROTE: _SAME,
        Happened.MEMBER_UNPROVEN: _SAME,
        Happened.AUTOMATIC_WROTE: _SAME,
        Happened.AUTOMATIC_REPLIED: _SAME,
        Happened.BOUNCED: (_O, _O, _O, _C),
        Happened.TEAM_WROTE: _SAME,
        Happened.TEAM_ERRED: _SAME,
        Happened.TEAM_HELD: _SAME,
        Happened.ANSWER_NEAR: _SAME,
        Happened.PROMISE_BROKEN: _SAME,
        Happened.ANSWER_LATE: _SAME,
        Happened.UPDATE_NEAR: _SAME,
        Happened.UPDATE_DUE: _SAME,
        Happened.FOLLOW_UP_WAITS: _SAME,
        Happened.ESTIMATE_PASSED: _SAME,
        Happened.APPROVAL_LATE: _SAME,
        Happened.APPROVAL_EXPIRED: _SAME,
        Happened.SILENCE_PASSED: (_O, _W, _C, _C),
        Happened.TEAM_OPENED: _SAME,
    }
)
NEXT: Mapping[tuple[Status, Happened], Status] = MappingProxyType(
    {
        (before, what): after
        for what, row in _TABLE.items()
        for before, after in zip((_O, _W, _R, _C), row, strict=True)
    }
)
# What a customer's automatic mail says without a person: none of it goes to whom it may not go.
_TO_CUSTOMER = frozenset(
    {
        Kind.ACKNOWLEDGEMENT,
        Kind.NOTICE,
        Kind.STATUS,
        Kind.ESCALATION,
        Kind.RESOLUTION,
        Kind.CLOSING,
        Kind.REPLY,
    }
)


def opened(number: int, message: Message, desk: Desk, at: datetime) -> Ticket:
    """A new ticket of this mail, given to its bucket's team."""
    bucket = message.choice.bucket
    title = subject.base(message.subject)
    team = desk.team(desk.bucket(bucket).team)
    return Ticket(
        number=number,
        subject=title,
        status=Status.OPEN,
        customer=message.author.address or Address("", ""),
        language=message.language,
        choice=message.choice,
        bucket=bucket,
        team=team.name,
        level=team.level,
        opened_at=at,
        label=f"[#{number} {bucket}] {title}".rstrip(),
        silence="" if message.author.answerable else "; ".join(message.author.because),
    )


def change(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    """What the event makes of the ticket. Raises CannotDo for a command that does not fit."""
    changed = replace(ticket, status=NEXT[ticket.status, event.what])
    setting = replace(setting, was=ticket.status)
    turn = _FOLLOWS[event.what](changed, event, setting)
    turn = _spared(turn, setting)
    after = turn.ticket.status
    closed_at = (ticket.closed_at or setting.at) if after is Status.CLOSED else None
    if ticket.status is not after:
        turn = _moved(turn, event, setting)
    return replace(turn, ticket=replace(turn.ticket, closed_at=closed_at))


def _moved(turn: Turn, event: Event, setting: Setting) -> Turn:
    """The turn with its change of status in the history; nobody confirms what is not solved any more."""
    entry = Entry(setting.at, turn.ticket.status.value, event.by, event.what)
    ends = (ClockWish(Promise.CONFIRMATION, False),) if setting.was is Status.RESOLVED else ()
    return replace(turn, entries=(*turn.entries, entry), clocks=(*turn.clocks, *ends))


def _spared(turn: Turn, setting: Setting) -> Turn:
    """Without the automatic mail that may not go to the customer."""
    silence = setting.silence or turn.ticket.silence
    kept = tuple(one for one in turn.effects if one.person or one.kind not in _TO_CUSTOMER)
    if not silence or kept == turn.effects:
        return turn
    said = ", ".join(one.kind.value for one in turn.effects if one not in kept)
    entry = Entry(setting.at, f"not sent: {said}", "mailflow", silence)
    return replace(turn, effects=kept, entries=(*turn.entries, entry))


# --- Mail came -----------------------------------------------------------------------------------


def _opened(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    way = setting.way
    entries = (
        Entry(setting.at, "opened", event.by, f"follows {ticket.follows}" if ticket.follows else ""),
        Entry(
            setting.at, f"classified as {ticket.bucket}", "mailflow", "; ".join(ticket.choice.because)
        ),
        Entry(setting.at, f"given to {ticket.team}", "mailflow", way.because),
    )
    acknowledgement = Effect(Kind.ACKNOWLEDGEMENT, topic="known" if ticket.incident else "")
    effects = [acknowledgement, Effect(Kind.FORWARD, way.looks_after, "new", passes_on=True)]
    clocks = (
        [ClockWish(Promise.ACKNOWLEDGEMENT, True)] if not (setting.silence or ticket.silence) else []
    )
    if setting.awaited:
        clocks.append(ClockWish(Promise.FIRST_RESPONSE, True))
    if setting.overflow:
        effects.append(Effect(Kind.ESCALATION, topic="volume"))
    turn = Turn(ticket, entries, tuple(effects), (*clocks, *turn_over(way)))
    return _one_of_many(turn, setting)


def _one_of_many(turn: Turn, setting: Setting) -> Turn:
    """A new ticket that fits an incident is tied to it; one that makes many is proposed with them."""
    name, proposal = turn.ticket.incident, setting.proposal
    if name:
        entry = Entry(setting.at, f"tied to incident {name}", "mailflow", "it is about the same")
        return replace(turn, entries=(*turn.entries, entry))
    if proposal is None:
        return turn
    why = ", ".join(proposal.shared)
    text = "\n".join(proposal.lines)
    effect = Effect(Kind.INCIDENT, setting.way.looks_after, str(proposal.count), text, why)
    entry = Entry(setting.at, f"incident proposed, {proposal.count} tickets", "mailflow", why)
    return replace(turn, entries=(*turn.entries, entry), effects=(*turn.effects, effect))


def _customer_wrote(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    """A follow-up goes ahead of new requests; in an ended ticket it opens it again."""
    again = setting.was in (Status.RESOLVED, Status.CLOSED)
    ticket = replace(ticket, priority=Priority.HIGH) if again else ticket
    effects = [Effect(Kind.FORWARD, setting.way.looks_after, "again", why=event.why, passes_on=True)]
    if again:
        effects.insert(0, Effect(Kind.NOTICE, topic="reopened"))
    awaited = Promise.FIRST_RESPONSE if again else Promise.NEXT_ANSWER
    clocks = (ClockWish(awaited, True),) if setting.awaited else ()
    entry = Entry(setting.at, "customer wrote", event.by)
    return Turn(ticket, (entry,), tuple(effects), (*clocks, *turn_over(setting.way)))


def _customer_confirmed(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effects = (
        Effect(Kind.CLOSING, topic="confirmed"),
        Effect(Kind.FORWARD, setting.way.looks_after, "confirmed", passes_on=True),
    )
    entry = Entry(setting.at, "customer confirmed", event.by)
    return Turn(ticket, (entry,), effects)


def _customer_thanked(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effect = Effect(Kind.FORWARD, setting.way.looks_after, "thanks", passes_on=True)
    return Turn(ticket, (Entry(setting.at, "customer thanked", event.by),), (effect,))


def _original_came(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effect = Effect(Kind.FORWARD, setting.way.looks_after, "late", passes_on=True)
    entry = Entry(setting.at, "the first mail came late", event.by, "an answer to it came before")
    return Turn(ticket, (entry,), (effect,))


def _stranger_wrote(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    known = {one.address.key for one in ticket.participants}
    who = Address("", event.by)
    if "@" in who.address and who.key not in known:
        ticket = replace(ticket, participants=(*ticket.participants, Participant(who, Role.STRANGER)))
    effect = Effect(Kind.NOTE, setting.way.looks_after, "stranger", event.by, passes_on=True)
    entry = Entry(setting.at, "a stranger wrote", event.by, "proved the thread, takes no part yet")
    return Turn(ticket, (entry,), (effect,))


def _member_unproven(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    team = setting.way.looks_after
    effect = Effect(Kind.NOTE, team, "unproven", event.by, event.why, passes_on=True)
    return Turn(ticket, (Entry(setting.at, "kept, not relayed", event.by, event.why),), (effect,))


def _automatic_wrote(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effect = Effect(Kind.FORWARD, setting.way.looks_after, "automatic", passes_on=True)
    return Turn(ticket, (Entry(setting.at, "automatic mail", event.by, event.why),), (effect,))


def _automatic_replied(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    return Turn(ticket, (Entry(setting.at, "automatic reply kept", event.by, event.why),))


def _bounced(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    entry = Entry(setting.at, "a mail did not arrive", event.by, event.why)
    if event.side == CUSTOMER_SIDE:
        team = setting.way.looks_after
        effect = Effect(Kind.BOUNCE, team, text=event.text, why=event.why, passes_on=True)
    else:  # a team's mailbox fails: that says nothing about the customer
        ticket = replace(ticket, status=setting.was)
        effect = Effect(Kind.ALARM, topic="team", text=event.side.removeprefix("team:"), why=event.why)
    return Turn(ticket, (entry,), (effect,))


def _team_erred(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effect = Effect(Kind.RECEIPT, topic=event.why, text=event.text, line=event.line, why=event.possible)
    return Turn(ticket, (Entry(setting.at, "a command failed", event.by, event.line),), (effect,))


def _team_held(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    """The answer waits for its writer's word; nothing of the mail is done until then."""
    secret = any(kind in ("password", "key") for kind, _ in event.found)
    text = "" if secret else event.text  # it is in the writer's own mail; it need not travel again
    effect = Effect(Kind.RECEIPT, topic=event.why, text=text, why=event.possible, found=event.found)
    return Turn(ticket, (Entry(setting.at, "answer held", event.by, event.why),), (effect,))


# --- A clock struck ------------------------------------------------------------------------------


def _answer_near(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    """A first answer is level 1's duty whoever owns the ticket: both are reminded."""
    teams = dict.fromkeys((setting.way.looks_after, *level_one(setting)))
    return _reminded(ticket, setting, "first_response", tuple(teams))


def _reminded(ticket: Ticket, setting: Setting, topic: str, teams: tuple[str, ...]) -> Turn:
    effects = tuple(Effect(Kind.REMINDER, team, topic) for team in teams)
    entry = Entry(setting.at, f"reminded of {topic}", "mailflow", ", ".join(teams))
    return Turn(ticket, (entry,), effects)


def _promise_broken(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    promise = event.promise or Promise.FIRST_RESPONSE
    effect = Effect(Kind.BREACH, setting.desk.sla.management, promise.value, promise=promise)
    return Turn(ticket, (Entry(setting.at, f"promise broken: {promise.value}", "mailflow"),), (effect,))


def _answer_late(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    target = acts.next_team(ticket, setting)
    if not target or setting.was is not Status.OPEN:
        why = "there is no team above" if not target else f"it is {setting.was.value}"
        return Turn(ticket, (Entry(setting.at, "not escalated", "mailflow", why),))
    turn = acts.handed_over(ticket, target, "waited", "", event, setting)
    told = Effect(Kind.NOTE, setting.way.looks_after, "escalated", target)
    return replace(turn, effects=(*turn.effects, told))


def _update_near(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    return _reminded(ticket, setting, "status_update", (setting.way.looks_after,))


def _update_due(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    entry = Entry(setting.at, "nobody wrote a status: the desk does", "mailflow")
    return Turn(ticket, (entry,), (Effect(Kind.STATUS, topic="automatic"),))


def _follow_up_waits(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    return _reminded(ticket, setting, "next_answer", (setting.way.looks_after,))


def _estimate_passed(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    turn = _reminded(ticket, setting, "estimate", (setting.way.looks_after,))
    return replace(turn, effects=(Effect(Kind.NOTICE, topic="longer"), *turn.effects))


def _approval_late(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    management = setting.desk.sla.management
    effects = (
        Effect(Kind.REMINDER, management, "approval"),
        Effect(Kind.NOTE, setting.way.looks_after, "approval_late"),
    )
    return Turn(ticket, (Entry(setting.at, "reminded of approval", "mailflow", management),), effects)


def _approval_expired(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effect = Effect(Kind.NOTE, setting.way.looks_after, "approval_expired")
    entry = Entry(setting.at, "approval expired", "mailflow")
    return Turn(replace(ticket, approval="expired"), (entry,), (effect,))


def _silence_passed(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    effects = (
        Effect(Kind.CLOSING, topic="silence"),
        Effect(Kind.NOTE, setting.way.looks_after, "closed"),
    )
    entry = Entry(setting.at, "closed by silence", "mailflow", "nothing was said against the solution")
    return Turn(ticket, (entry,), effects)


def _team_opened(ticket: Ticket, event: Event, setting: Setting) -> Turn:
    """The owning team is there again and gets what is not solved; if it closed early, later."""
    if setting.way.looks_after != setting.way.team:
        entry = Entry(setting.at, "not handed over", "mailflow", setting.way.because)
        return Turn(ticket, (entry,), clocks=turn_over(setting.way))
    if setting.was in (Status.RESOLVED, Status.CLOSED):
        entry = Entry(setting.at, "not handed over", "mailflow", f"it is {setting.was.value}")
        return Turn(ticket, (entry,))
    effect = Effect(Kind.HANDOVER, ticket.team, "opened")
    return Turn(
        ticket, (Entry(setting.at, f"handed to {ticket.team}", "mailflow", "it opened"),), (effect,)
    )


_FOLLOWS: Mapping[Happened, Callable[[Ticket, Event, Setting], Turn]] = MappingProxyType(
    {
        Happened.OPENED: _opened,
        Happened.CUSTOMER_WROTE: _customer_wrote,
        Happened.CUSTOMER_CONFIRMED: _customer_confirmed,
        Happened.CUSTOMER_THANKED: _customer_thanked,
        Happened.ORIGINAL_CAME: _original_came,
        Happened.STRANGER_WROTE: _stranger_wrote,
        Happened.MEMBER_UNPROVEN: _member_unproven,
        Happened.AUTOMATIC_WROTE: _automatic_wrote,
        Happened.AUTOMATIC_REPLIED: _automatic_replied,
        Happened.BOUNCED: _bounced,
        Happened.TEAM_WROTE: acts.team_wrote,
        Happened.TEAM_ERRED: _team_erred,
        Happened.TEAM_HELD: _team_held,
        Happened.ANSWER_NEAR: _answer_near,
        Happened.PROMISE_BROKEN: _promise_broken,
        Happened.ANSWER_LATE: _answer_late,
        Happened.UPDATE_NEAR: _update_near,
        Happened.UPDATE_DUE: _update_due,
        Happened.FOLLOW_UP_WAITS: _follow_up_waits,
        Happened.ESTIMATE_PASSED: _estimate_passed,
        Happened.APPROVAL_LATE: _approval_late,
        Happened.APPROVAL_EXPIRED: _approval_expired,
        Happened.SILENCE_PASSED: _silence_passed,
        Happened.TEAM_OPENED: _team_opened,
    }
)
