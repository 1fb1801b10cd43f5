"""The nouns of mailflow, frozen and without behaviour.

Every step of the pipeline takes these and gives these; nobody mutates what it was given. Times end in
`_at` and are aware, in UTC; durations are `timedelta`. An empty string says "none" of a header.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

# The lines around the block that mailflow puts on top of mail to teams. Whatever stands between them
# is never sent to a customer, however a mail program has quoted or wrapped it.
BLOCK_OPENS = "=== internal: the customer never sees this block ==="
BLOCK_CLOSES = "=== end of the internal block ==="


# --- What the operator decided -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: display name (may be empty) and addr-spec as written; compare by `key`."""

    name: str
    address: str

    @property
    def key(self) -> str:
        return self.address.casefold()


@dataclass(frozen=True, slots=True)
class Span:
    """Open hours on one weekday (Monday is 0); `closes` of 00:00 is the end of the day."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly open hours on the wall clock of `timezone`; `spans` empty with `always` is 24/7."""

    timezone: str = "UTC"
    always: bool = True
    spans: tuple[Span, ...] = ()
    closed: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Team:
    name: str
    mailbox: str
    level: int = 1
    members: tuple[str, ...] = ()  # addresses, or "*@domain"
    calendar: Calendar = field(default_factory=Calendar)
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Bucket:
    name: str
    team: str
    when_closed: str
    escalates_to: str = ""
    estimate: str = "standard"  # simple, standard, complex, nonstandard
    keywords: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in any window of `per`."""

    count: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Trust:
    authserv_ids: tuple[str, ...] = ()
    require_authentication: Literal["none", "agents", "everyone"] = "agents"
    forms: tuple[str, ...] = ()
    spam_headers: tuple[tuple[str, str], ...] = ()  # (header, value)


@dataclass(frozen=True, slots=True)
class Limits:
    per_address: Rate | None = Rate(6, timedelta(hours=1))
    strangers: Rate | None = Rate(3000, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Sla:
    acknowledge: timedelta = timedelta(minutes=2)
    first_response: timedelta = timedelta(minutes=10)
    status_update: timedelta = timedelta(hours=4)
    remind_before: timedelta = timedelta(minutes=3)
    confirm: timedelta = timedelta(days=3)
    reopen: timedelta = timedelta(days=14)
    approval: timedelta = timedelta(days=1)
    management: str = "management"
    escalate_after: timedelta | None = None
    overflow: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """The operator's policy as one value: everything of the configuration that the pure core reads."""

    name: str
    address: str
    teams: tuple[Team, ...]
    buckets: tuple[Bucket, ...]
    aliases: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en", "de")
    timezone: str = "UTC"
    reply_to: Literal["plus", "plain"] = "plus"
    sign: Literal["person", "team"] = "person"
    hold: timedelta = timedelta(0)
    max_attachments: int = 25 * 1024 * 1024
    admin: str = ""
    trust: Trust = field(default_factory=Trust)
    limits: Limits = field(default_factory=Limits)
    sla: Sla = field(default_factory=Sla)

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def team(self, name: str) -> Team:
        return next(team for team in self.teams if team.name == name)

    def bucket(self, name: str) -> Bucket:
        return next(bucket for bucket in self.buckets if bucket.name == name)


# --- What arrives --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SMTP said: `sender` is empty for the null sender; `recipients` are addr-specs."""

    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hints:
    """What a linear scan of the header gives, for ordering and for recognising a repeat."""

    sender: str
    message_id: str
    ancestors: tuple[str, ...]
    addresses: tuple[str, ...]  # envelope recipients, To, Cc, Delivered-To: where a token may stand
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail as a door hands it over: the exact bytes and how they came."""

    door: str  # smtp, lmtp, imap, file
    envelope: Envelope
    content: bytes
    received_at: datetime
    peer: str = ""
    answer: bool = True  # False: imported history, nothing automatic goes out


@dataclass(frozen=True, slots=True)
class Received:
    """An arrival that is on disk."""

    id: int
    content_id: int
    door: str
    envelope: Envelope
    received_at: datetime
    answer: bool
    content: bytes = field(repr=False)
    attempts: int = 0  # how often work on it was begun and not finished
    again: str = ""  # Again: why it takes its way a second time


# --- What is understood of it --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slice:
    """Octets of a received content: from `start`, `length` long."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the MIME tree that is not the shown text: where it lies, and what it says it is.

    `head` is the part's own header without the empty line after it, `body` its content as encoded.
    `clean`: may be spliced into a new mail as it is (no line over 998 octets, no NUL, not binary).
    """

    media_type: str
    name: str
    size: int  # octets, decoded
    encoding: str  # base64, quoted-printable, 7bit, 8bit, binary
    content_id: str  # with angle brackets, or empty
    inline: bool
    head: Slice
    body: Slice
    clean: bool


@dataclass(frozen=True, slots=True)
class Entity:
    """The mail's content as one MIME entity: its Content-* lines and the body after the header."""

    head: bytes
    body: Slice
    sealed: bool  # signed or encrypted: only whole
    clean: bool


class AuthorKind(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    LOOP = "loop"


class AutomaticKind(StrEnum):
    """What kind of automatic mail: it decides whether a team must see it."""

    REPLY = "reply"  # vacation notes, "we got your mail", challenges
    REPORT = "report"  # read receipts, delays, feedback loops, TLS and DMARC reports
    SENT = "sent"  # monitoring, lists, no-reply: somebody's program has something to tell


class Authentication(StrEnum):
    """What the trusted host says of the From address (RFC 8601), alignment included."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report: which recipients of which mail of ours, and whether it is final."""

    recipients: tuple[str, ...]
    permanent: bool
    status: str  # RFC 3463 code, or empty
    diagnostic: str  # one line for a person
    message_ids: tuple[str, ...]  # of the returned mail, from the report or the returned header


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a mail, and, apart from it, whether an automatic answer is allowed."""

    kind: AuthorKind
    address: Address | None
    answerable: bool
    because: tuple[str, ...] = ()  # why not answerable, why automatic
    automatic: AutomaticKind | None = None
    bounce: Bounce | None = None
    authentication: Authentication = Authentication.NONE
    spam: bool = False
    teams: tuple[str, ...] = ()  # teams whose members pattern the address fits; proves nothing


@dataclass(frozen=True, slots=True)
class Choice:
    """A bucket, how sure (0 to 1), and reasons that a person understands."""

    bucket: str
    confidence: float
    because: tuple[str, ...] = ()


class Danger(StrEnum):
    """Why people should be careful with a file."""

    PROGRAM = "program"
    SCRIPT = "script"
    SHORTCUT = "shortcut"
    DISK = "disk"  # an image of a disk, which hides what it holds from the system's own warnings
    MACROS = "macros"
    DISGUISED = "disguised"  # a program that pretends to be something else
    PAGE = "page"  # a web page that asks for input, or has a script
    ENCRYPTED = "encrypted"  # no scanner can look inside
    NESTED = "nested"  # an archive within an archive


@dataclass(frozen=True, slots=True)
class FileWarning:
    """A file, or with `inside` what an archive of that name holds; names are as the sender wrote them."""

    name: str
    danger: Danger
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A mail, understood. Everything here can be made again from the bytes, and by the virus scanner."""

    message_id: str  # "<...>", or empty
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    text: str  # all of it, as a reader would see it
    new_text: str  # what the writer newly wrote (contract: reply_text)
    answer_text: str  # new_text, with the quotes that the writer's words stand between
    html: str  # sanitised, empty where the mail has none
    attachments: tuple[Part, ...]
    entity: Entity
    author: Author
    language: str
    choice: Choice
    defects: tuple[str, ...] = ()  # what could not be understood: such a mail is forwarded whole
    warnings: tuple[FileWarning, ...] = ()
    virus: str = ""  # what the virus scanner found: none of the mail's files goes to anybody
    unscanned: str = ""  # why the virus scanner, which is wanted, said nothing


# --- Tickets -------------------------------------------------------------------------------------


class Status(StrEnum):
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Role(StrEnum):
    CUSTOMER = "customer"
    PARTICIPANT = "participant"
    STRANGER = "stranger"  # proved the thread, not let in yet


@dataclass(frozen=True, slots=True)
class Participant:
    address: Address
    role: Role


@dataclass(frozen=True, slots=True)
class Ticket:
    number: int
    subject: str  # the customer's, without reply prefixes
    status: Status
    customer: Address
    language: str
    choice: Choice  # as classified; `bucket` is where it is now
    bucket: str
    team: str
    level: int
    opened_at: datetime
    label: str  # the subject towards teams, the same for the whole life
    priority: Priority = Priority.NORMAL
    closed_at: datetime | None = None
    taken_by: str = ""
    participants: tuple[Participant, ...] = ()
    silence: str = ""  # why the customer gets no automatic mail at all; empty: they do
    eta_at: datetime | None = None  # the realistic time that the team named
    approval: str = ""  # asked, approved, rejected, expired; empty: never asked
    incident: str = ""
    follows: int | None = None  # an earlier ticket of the same conversation
    merged_into: int | None = None  # where the conversation goes on


class Promise(StrEnum):
    """What is promised to customers, and below what the desk promises itself: shown to nobody."""

    ACKNOWLEDGEMENT = "acknowledgement"
    FIRST_RESPONSE = "first_response"
    STATUS_UPDATE = "status_update"
    CONFIRMATION = "confirmation"
    NEXT_ANSWER = "next_answer"  # a follow-up waits: the team is reminded, nothing breaks
    ESTIMATE = "estimate"  # the time that `#eta` named
    APPROVAL = "approval"  # management's answer
    HANDOVER = "handover"  # the owning team opens and gets its ticket


SHOWN = frozenset(
    {
        Promise.ACKNOWLEDGEMENT,
        Promise.FIRST_RESPONSE,
        Promise.STATUS_UPDATE,
        Promise.CONFIRMATION,
    }
)


class Step(StrEnum):
    """What a clock does by itself, in this order, each once."""

    REMIND = "remind"
    DUE = "due"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise with a due time. The durations are those in force when it started.

    `remind` before `due_at` somebody is reminded (zero: nobody), `after` it the last step follows
    (None: none). A clock with `paused_at` stands still. `step` is the last one taken.
    """

    promise: Promise
    started_at: datetime
    within: timedelta
    due_at: datetime
    met_at: datetime | None = None
    broken: bool = False
    remind: timedelta = timedelta(0)
    after: timedelta | None = None
    paused_at: datetime | None = None
    step: Step | None = None
    next_at: datetime | None = None  # of the next step; None: it does nothing more by itself


@dataclass(frozen=True, slots=True)
class ClockWish:
    """A wish about a clock, as data: begin one of this promise, or end the one that runs."""

    promise: Promise
    begin: bool
    due_at: datetime | None = None  # None: as `[sla]` says


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a ticket's history."""

    at: datetime
    what: str
    by: str
    why: str = ""


# --- What goes out -------------------------------------------------------------------------------


class Kind(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"
    REPLY = "reply"
    ESCALATION = "escalation"
    STATUS = "status"
    RESOLUTION = "resolution"
    CLOSING = "closing"
    NOTICE = "notice"
    FORWARD = "forward"
    COPY = "copy"
    HANDOVER = "handover"
    REMINDER = "reminder"
    NOTE = "note"
    DIGEST = "digest"
    INCIDENT = "incident"
    BREACH = "breach"
    APPROVAL_REQUEST = "approval-request"
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    ALARM = "alarm"


CUSTOMER_SIDE = "customer"


def team_side(team: str) -> str:
    """The name of a team's side of a ticket, for tokens and Message-IDs."""
    return f"team:{team}"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Octets of a stored content, passed on as they are."""

    content_id: int
    start: int
    length: int


Piece = bytes | Excerpt


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail as decided: its bytes are final, joined from own text and excerpts of received content."""

    kind: Kind
    ticket: int | None
    side: str  # customer, team:NAME, or empty (alarms)
    message_id: str
    sender: str  # envelope; empty is the null sender
    recipients: tuple[str, ...]  # envelope; each is delivered and settled on its own
    from_: str
    to: str
    subject: str
    text: str  # our own text, for `show` and for quoting the conversation
    pieces: tuple[Piece, ...]
    by_person: bool = False  # a person wrote it: meets `first_response`
    not_before: datetime | None = None  # it waits for an `#undo` until then


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recipient of one outgoing mail, claimed for sending."""

    id: int
    kind: Kind
    sender: str
    recipient: str
    message_id: str
    attempt: int  # 1 for the first
    fence: int
    queued_at: datetime
    content: bytes = field(repr=False)


class Verdict(StrEnum):
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery: the server's reply, or what the network said."""

    delivery_id: int
    fence: int
    verdict: Verdict
    at: datetime
    reply: str = ""


# --- What is on file -----------------------------------------------------------------------------


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Filed:
    """A mail on a ticket's thread, as stored.

    `kind` is the Kind of outgoing mail and the AuthorKind of received mail; `side` is whose side of the
    ticket it was sent to or came from, empty where nothing proved a side. `state` is `received` of
    incoming mail, else that of its deliveries: queued, delivered, failed or dropped.
    """

    direction: Direction
    kind: str
    message_id: str
    references: tuple[str, ...]  # ancestors, oldest first
    from_: Address
    to: str
    subject: str
    at: datetime
    side: str
    text: str
    new_text: str
    content_id: int | None
    state: str
    by_person: bool = True  # False for what the desk wrote by itself
    received_id: int | None = None  # of received mail


@dataclass(frozen=True, slots=True)
class Token:
    """Proves a ticket and a side of it to whoever writes to its address."""

    value: str
    side: str


@dataclass(frozen=True, slots=True)
class Case:
    """All that is on file about one ticket: what a decision reads."""

    ticket: Ticket
    thread: tuple[Filed, ...]  # oldest first
    clocks: tuple[Clock, ...]
    tokens: tuple[Token, ...]
    history: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A ticket that a mail could belong to, and what connects them."""

    ticket: int
    side: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the database knows of a mail's tokens, Message-IDs and number, most telling first."""

    tokens: tuple[Link, ...] = ()  # token addresses among the recipients
    ours: tuple[Link, ...] = ()  # Message-IDs of our own mail among the ancestors, newest first
    theirs: tuple[int, ...] = ()  # tickets that hold one of the ancestors as received mail
    awaiting: tuple[int, ...] = ()  # tickets with an answer to this mail, which came first
    numbered: tuple[int, ...] = ()  # existing tickets whose number the subject names
    returned: tuple[Link, ...] = ()  # of a bounce: our mail that came back
    own: bool = False  # the mail's Message-ID is one that we made: it came back to us


class ThreadBy(StrEnum):
    TOKEN = "token"
    MESSAGE_ID = "message-id"
    PARTICIPANT = "participant"
    NUMBER = "number"
    AWAITED = "awaited"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Incident:
    """Many tickets about one thing. Unnamed, it is only proposed; tickets are tied by its name.

    `known_by` are the features of mail that fits. `at` is when it was proposed, or when a team last had
    a word about it.
    """

    name: str
    bucket: str
    known_by: tuple[str, ...]
    at: datetime
    resolved_at: datetime | None = None
    id: int | None = None  # None: not on file yet


class Again(StrEnum):
    """Why a received mail takes its way a second time."""

    RELEASED = "released"  # it was held, and its writer says: send
    SPLIT = "split"  # it becomes a ticket of its own


@dataclass(frozen=True, slots=True)
class Hold:
    """An answer that waits for its writer's word."""

    received_id: int
    side: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """Everything that one decision makes true, in one transaction.

    `filed` is the received mail as it goes on file (with its new ticket or none); `ticket`, `clocks` and
    `incidents` replace what is stored of them, `entries`, `tokens`, `outgoing` and `features` (of the
    ticket's first mail) are added.
    """

    filed: Filed | None = None
    ticket: Ticket | None = None
    entries: tuple[Entry, ...] = ()
    clocks: tuple[Clock, ...] = ()
    tokens: tuple[Token, ...] = ()
    outgoing: tuple[OutgoingMail, ...] = ()
    features: frozenset[str] = frozenset()
    incidents: tuple[Incident, ...] = ()
    hold: Hold | None = None
    again: tuple[tuple[int, Again], ...] = ()  # received mails that take their way again
    dropped: tuple[int, ...] = ()  # received mails whose hold ends unsent
    retracted: tuple[str, ...] = ()  # Message-IDs of queued mail that does not leave


# --- What happens --------------------------------------------------------------------------------


class Happened(StrEnum):
    """What happened to a ticket, in the past tense: by a mail, or by a clock."""

    OPENED = "opened"  # a new request
    CUSTOMER_WROTE = "customer_wrote"
    CUSTOMER_CONFIRMED = "customer_confirmed"  # the solution works
    CUSTOMER_THANKED = "customer_thanked"  # thanks after the end change nothing
    ORIGINAL_CAME = "original_came"  # the late mail that an earlier one had answered
    STRANGER_WROTE = "stranger_wrote"  # proved the thread, takes no part yet
    MEMBER_UNPROVEN = "member_unproven"  # a colleague's address without the proof
    AUTOMATIC_WROTE = "automatic_wrote"  # a program has something to tell
    AUTOMATIC_REPLIED = "automatic_replied"  # vacation notes, reports: nothing follows
    BOUNCED = "bounced"  # a mail of ours did not arrive
    TEAM_WROTE = "team_wrote"  # an answer, with commands or without
    TEAM_ERRED = "team_erred"  # a command that cannot be done: nothing is
    TEAM_HELD = "team_held"  # an answer waits for its writer's word
    ANSWER_NEAR = "answer_near"  # the first answer is due soon
    PROMISE_BROKEN = "promise_broken"  # an acknowledgement or a first answer did not come in time
    ANSWER_LATE = "answer_late"  # long after the breach: the next level gets the ticket
    UPDATE_NEAR = "update_near"  # a status update is due soon: the team is asked
    UPDATE_DUE = "update_due"  # nobody wrote one: the desk does
    FOLLOW_UP_WAITS = "follow_up_waits"
    ESTIMATE_PASSED = "estimate_passed"
    APPROVAL_LATE = "approval_late"
    APPROVAL_EXPIRED = "approval_expired"
    SILENCE_PASSED = "silence_passed"  # the customer said nothing against the solution
    TEAM_OPENED = "team_opened"  # the owning team is there again


@dataclass(frozen=True, slots=True)
class Command:
    """A line that a team wrote: the contract's English word, what stands behind it, and the line."""

    name: str
    argument: str
    line: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a ticket: by whom, with whose words, and why it is read so."""

    what: Happened
    by: str
    side: str = ""
    text: str = ""  # a team's words
    why: str = ""
    line: str = ""  # the command that could not be done
    possible: str = ""  # what could be done instead of it
    commands: tuple[Command, ...] = ()
    found: tuple[tuple[str, str], ...] = ()  # of an answer that is held: kinds of leaks, masked
    promise: Promise | None = None  # whose clock it was


@dataclass(frozen=True, slots=True)
class Route:
    """Which team a ticket belongs to, and who gets its mail while that team is closed."""

    team: str
    looks_after: str  # the same team while it is open
    because: str
    opens_at: datetime | None = None  # of the owning team, while it is closed


@dataclass(frozen=True, slots=True)
class Effect:
    """A wish for one mail, as data: composing turns it into an OutgoingMail."""

    kind: Kind
    team: str = ""  # whom it goes to; empty: the customer's side (receipts: the writer)
    topic: str = ""  # which paragraph of the kind's template
    text: str = ""  # a person's words that it carries
    why: str = ""
    line: str = ""  # the command that a receipt is about
    passes_on: bool = False  # the received mail's own parts go along
    person: bool = False  # a person wants it said: it meets `first_response`
    promise: Promise | None = None  # what a reminder or a breach is about
    found: tuple[tuple[str, str], ...] = ()  # what a receipt says of a held answer


@dataclass(frozen=True, slots=True)
class Turn:
    """What an event changes on a ticket, and what is to be said about it."""

    ticket: Ticket
    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()
    clocks: tuple[ClockWish, ...] = ()
    again: tuple[tuple[int, Again], ...] = ()  # received mails that take their way again
    dropped: tuple[int, ...] = ()  # held answers that are not sent
    retracted: tuple[str, ...] = ()  # Message-IDs of mail that waited for an `#undo`
