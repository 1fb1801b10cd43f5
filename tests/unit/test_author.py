"""Who wrote a mail, and whether an automatic answer is allowed: one test for each rule."""

from __future__ import annotations

import gc
import time
from dataclasses import replace

import pytest

from mailflow.message.author import author
from mailflow.model import (
    Address,
    Authentication,
    Author,
    AuthorKind,
    AutomaticKind,
    Desk,
    Envelope,
    Team,
    Trust,
)

CUSTOMER, AGENT, AUTOMATIC = AuthorKind.CUSTOMER, AuthorKind.AGENT, AuthorKind.AUTOMATIC
BOUNCE, LOOP = AuthorKind.BOUNCE, AuthorKind.LOOP
REPLY, REPORT, SENT = AutomaticKind.REPLY, AutomaticKind.REPORT, AutomaticKind.SENT

ANN = Address("Ann", "ann@customer.example")
DESK = Desk(
    name="Desk",
    address="support@desk.example",
    aliases=("help@desk.example",),
    teams=(
        Team("support", "l1@desk.example", members=("*@staff.example",)),
        Team("billing", "billing@desk.example", members=("eva@staff.example", "Max@Partner.example")),
    ),
    buckets=(),
    trust=Trust(
        authserv_ids=("mx.desk.example",),
        forms=("www@desk.example",),
        spam_headers=(("X-Spam-Flag", "YES"),),
    ),
)


def of(
    *fields: str,
    from_: tuple[Address, ...] = (ANN,),
    sender: str | None = None,
    subject: str = "My server is slow",
    text: str = "Hello",
    content: bytes = b"",
    desk: Desk = DESK,
) -> Author:
    """The author of a mail with these fields besides its From, as `Name: value`."""
    senders = [("from", f"{each.name} <{each.address}>") for each in from_]
    pairs = (field.partition(":") for field in fields)
    headers = [*senders, *((name.lower(), value.strip()) for name, _, value in pairs)]
    default = from_[0].address if from_ else "x@customer.example"
    envelope = Envelope(default if sender is None else sender, ("support@desk.example",))
    return author(headers, from_, envelope, content, subject, text, desk)


def from_address(address: str, name: str = "") -> Author:
    return of(from_=(Address(name, address),))


# --- People --------------------------------------------------------------------------------------


def test_a_customer() -> None:
    """A person's mail is a customer's, and may be answered: no reason against it."""
    assert of("Message-ID: <1@customer.example>", "X-Mailer: Some Mailer") == Author(
        CUSTOMER, ANN, answerable=True
    )


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: NO ; reason=x",
        "Auto-Submitted: (a comment) no (another)",
        "Auto-Submitted:",
        "Precedence: first-class",
        "Precedence: normal",
        "X-Auto-Response-Suppress: None",
        "X-Auto-Response-Suppress: DR, RN, NRN",
        "X-Autoreply: no",
        "X-MS-Exchange-Inbox-Rules-Loop: ann@customer.example",
        "X-Priority: 1",
        "Disposition-Notification-To: ann@customer.example",
        "Mailflow-Kind: reply",
        "Mailflow-Ticket: 1",
        "Reply-To: noreply@customer.example",
    ],
)
def test_fields_of_people(field: str) -> None:
    """`Auto-Submitted: no` and what people's programs add do not make a mail automatic."""
    assert of(field) == Author(CUSTOMER, ANN, answerable=True)


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Automatic reply: my invoice",
        "AW: Automatische Antwort: Rechnung",
        "Out of office does not work in my mailbox",
        "Abwesenheitsnotiz einrichten",
        "Virus found on my server",
        "Thank you for your message",
        "Mail delivery failed",
        "Undelivered Mail Returned to Sender",
        "Ihre Anfrage ist eingegangen?",
    ],
)
def test_subjects_of_people(subject: str) -> None:
    """A customer writes about vacation notes and bounces, or answers one: never called automatic."""
    assert of(subject=subject).kind is CUSTOMER


def test_agents() -> None:
    """A mailbox or a members pattern makes an agent, with every team it fits; case is ignored."""
    assert from_address("Eva@Staff.example").teams == ("support", "billing")
    assert from_address("Eva@Staff.example").kind is AGENT
    assert from_address("max@partner.EXAMPLE").teams == ("billing",)
    assert from_address("eva@staff.example.test").kind is CUSTOMER
    assert from_address("eva@sub.staff.example").teams == ()


def test_a_vacationing_agent_is_no_agent() -> None:
    """A colleague's vacation note is not an answer (FreeScout #4035)."""
    found = of("Auto-Submitted: auto-replied", from_=(Address("", "eva@staff.example"),))
    assert (found.kind, found.automatic) == (AUTOMATIC, REPLY)
    assert found.teams == ("support", "billing")


# --- Unknown authors -----------------------------------------------------------------------------


@pytest.mark.parametrize("from_", [(), (ANN, Address("", "eve@attacker.test")), (Address("", "ann"),)])
def test_unknown_author(from_: tuple[Address, ...]) -> None:
    """Not exactly one From with one address: nobody, and no answer."""
    found = of(from_=from_)
    assert (found.kind, found.address, found.answerable) == (CUSTOMER, None, False)
    assert found.teams == ()


def test_two_from_fields() -> None:
    """A second From field makes the author unknown, even if it is empty."""
    assert of("From: ").address is None


def test_display_name_is_no_identity() -> None:
    """`support@acme.example <attacker@evil.test>` is the attacker."""
    found = from_address("attacker@evil.test", name="eva@staff.example")
    assert (found.kind, found.address) == (CUSTOMER, Address("eva@staff.example", "attacker@evil.test"))


def test_reply_to_is_no_identity() -> None:
    """A Reply-To of a colleague or of anybody changes nothing."""
    assert of("Reply-To: eva@staff.example") == Author(CUSTOMER, ANN, answerable=True)


# --- Web forms -----------------------------------------------------------------------------------

FORM = (Address("Website", "WWW@desk.example"),)


@pytest.mark.parametrize(
    ("reply_to", "expected"),
    [
        ("ann@customer.example", Address("", "ann@customer.example")),
        ("Ann <ann@customer.example>", ANN),
        ('"Ann" <ann@customer.example>', ANN),
        ("<ann@customer.example>", Address("", "ann@customer.example")),
        ("Doe, Ann <ann@customer.example>", Address("Doe, Ann", "ann@customer.example")),
    ],
)
def test_form(reply_to: str, expected: Address) -> None:
    """The customer of a configured web form is its Reply-To."""
    assert of(f"Reply-To: {reply_to}", from_=FORM) == Author(CUSTOMER, expected, answerable=True)


@pytest.mark.parametrize(
    "fields",
    [
        (),
        ("Reply-To: ",),
        ("Reply-To: ann",),
        ("Reply-To: ann@customer.example, eve@attacker.test",),
        ("Reply-To: eva@staff.example <eve@attacker.test>",),
        ("Reply-To: Ann <ann@customer.example> (x)",),
        ("Reply-To: Ann <ann@customer.example",),
        ("Reply-To: ann@customer.example", "Reply-To: eve@attacker.test"),
    ],
)
def test_form_without_one_reply_to(fields: tuple[str, ...]) -> None:
    """Not exactly one plain address: the customer is unknown."""
    assert of(*fields, from_=FORM).address is None


def test_form_proves_no_agent() -> None:
    """Anybody can type a colleague's address into a form."""
    assert of("Reply-To: eva@staff.example", from_=FORM).kind is CUSTOMER


def test_form_of_the_desk_itself() -> None:
    """A form may write as the desk or as no-reply: its address is no sign then, its fields are."""
    desk = replace(DESK, trust=Trust(forms=("support@desk.example", "noreply@desk.example")))
    for address in desk.trust.forms:
        form = (Address("", address),)  # its envelope sender too
        assert of("Reply-To: ann@customer.example", from_=form, desk=desk).answerable
        marked = of("Reply-To: ann@customer.example", "Precedence: bulk", from_=form, desk=desk)
        assert not marked.answerable


# --- Loops ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["support@desk.example", "Support+token@Desk.example", "help@desk.example", "help+x@desk.example"],
)
def test_own_mail_came_back(address: str) -> None:
    """The desk's address, an alias or a token address as the author is a loop, without an answer."""
    found = from_address(address)
    assert (found.kind, found.answerable) == (LOOP, False)


@pytest.mark.parametrize(
    "address", ["support@other.example", "supporters@desk.example", "a+support@desk.example"]
)
def test_addresses_that_only_look_like_ours(address: str) -> None:
    """Only whole addresses are ours."""
    assert from_address(address).kind is CUSTOMER


def test_own_headers_alone_mean_nothing() -> None:
    """Mailflow-Kind of another desk or a forger is nothing; with our own address it is our mail."""
    assert of("Mailflow-Kind: forward").kind is CUSTOMER
    assert of("Mailflow-Kind: forward", "Reply-To: support+token@desk.example").kind is LOOP
    assert of("Mailflow-Kind: forward", sender="support@desk.example").kind is LOOP


@pytest.mark.parametrize(("hops", "kind"), [(99, CUSTOMER), (100, CUSTOMER), (101, LOOP)])
def test_hops(hops: int, kind: AuthorKind) -> None:
    """More than 100 Received lines are a loop (RFC 5321 section 6.3)."""
    assert of(*["Received: from a by b"] * hops).kind is kind


# --- Automatic mail ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("Auto-Submitted: auto-replied", REPLY),
        ("AUTO-SUBMITTED: Auto-Replied (vacation)", REPLY),
        ("Auto-Submitted: (x) auto-replied; owner-email=a@b.example", REPLY),
        ("Auto-Submitted: auto-generated", SENT),
        ("Auto-Submitted: auto-notified", SENT),
        ("Auto-Submitted: yes", SENT),
        ("Precedence: bulk", SENT),
        ("Precedence: LIST", SENT),
        ("Precedence: junk", SENT),
        ("Precedence: auto_reply", REPLY),
        ("X-Precedence: auto-reply", REPLY),
        ("X-Autoreply: yes", REPLY),
        ("X-Autorespond: My server is slow", REPLY),
        ("X-Autogenerated: Reply", REPLY),
        ("X-TMDA-Confirm-Address: confirm@filter.example", REPLY),
        ("List-Id: <list.example>", SENT),
        ("List-Unsubscribe: <https://list.example/>", SENT),
        ("List-Post: NO", SENT),
        ("TLS-Report-Domain: desk.example", REPORT),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", REPORT),
        ('Content-Type: multipart/report; boundary=x; REPORT-TYPE="Feedback-Report"', REPORT),
        ("Content-Type: multipart/report; report-type=tlsrpt; boundary=x", REPORT),
        ("Content-Type: message/disposition-notification", REPORT),
    ],
)
def test_fields_of_programs(field: str, kind: AutomaticKind) -> None:
    """RFC 3834 and practice: each of these fields alone makes a mail automatic and unanswerable."""
    found = of(field)
    assert (found.kind, found.automatic, found.answerable) == (AUTOMATIC, kind, False)
    assert len(found.because) == 1


@pytest.mark.parametrize(
    "field",
    [
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: OOF",
        "X-Auto-Response-Suppress: DR, RN, autoreply",
        "X-Loop: yes",
        "X-No-Loop: yes",
        "X-OTRS-Loop: yes",
        "X-RT-Loop-Prevention: desk.example",
    ],
)
def test_fields_against_answers(field: str) -> None:
    """A person's mail with one of these is a person's, and gets no automatic answer."""
    found = of(field)
    assert (found.kind, found.answerable) == (CUSTOMER, False)


@pytest.mark.parametrize(
    "address",
    [
        "MAILER-DAEMON@mx.example",
        "postmaster@customer.example",
        "noreply@shop.example",
        "No-Reply@shop.example",
        "orders.no_reply+17@shop.example",
        "do-not-reply@shop.example",
        "nicht-antworten@shop.example",
        "ne-pas-repondre@shop.example",
        "owner-list@list.example",
        "list-owner@list.example",
        "list-request@list.example",
        "list-bounces+ann=customer.example@list.example",
        "root@host.customer.example",
        "nagios@host.customer.example",
        "www-data@host.customer.example",
    ],
)
def test_addresses_of_programs(address: str) -> None:
    """Nobody reads mail there: sent by a program."""
    found = from_address(address)
    assert (found.kind, found.automatic, found.answerable) == (AUTOMATIC, SENT, False)


@pytest.mark.parametrize(
    "address", ["rooth@customer.example", "reply@customer.example", "owner@customer.example"]
)
def test_addresses_of_people(address: str) -> None:
    """Addresses that only resemble a program's."""
    assert from_address(address).answerable


def test_null_sender() -> None:
    """No envelope sender: a program; as an answer to a mail it is a reply (RFC 5321 section 4.5.5)."""
    assert of(sender="").automatic is SENT
    assert of("In-Reply-To: <1@desk.example>", sender="").automatic is REPLY
    assert of(sender="").because == ("the envelope sender is null (RFC 3834 section 2)",)


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("list-bounces@list.example", AUTOMATIC),
        ("owner-list@list.example", AUTOMATIC),
        ("mailer-daemon@mx.example", AUTOMATIC),
        ("SRS0=x=y=customer.example=ann@relay.example", CUSTOMER),
        ("bounces+17-ann@crm.example", CUSTOMER),
    ],
)
def test_envelope_senders(sender: str, kind: AuthorKind) -> None:
    """A list's or daemon's envelope sender is a program's; a rewritten one may be a person's."""
    assert of(sender=sender).kind is kind


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: My server",
        "AUTOMATISCHE ANTWORT: Mein Server",
        "Abwesenheitsnotiz: Mein Server",
        "Out of Office: My server",
        "Réponse automatique : Mon serveur",
        "Respuesta automática: Mi servidor",
        "Risposta automatica: Il server",
        "Automatisch antwoord: Mijn server",
        "Odpowiedź automatyczna: serwer",
        "Автоматический ответ: сервер",
        "AUTO: Ann is out of the office (returning 1 May)",
        "[#12] Automatic reply: My server",
    ],
)
def test_subjects_of_responders(subject: str) -> None:
    """The fixed openings of mail programs' vacation notes, in many languages, are enough alone."""
    found = of(subject=subject)
    assert (found.kind, found.automatic, found.answerable) == (AUTOMATIC, REPLY, False)


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("I am on vacation until May", REPLY),
        ("Eingangsbestätigung: Ihre Anfrage", REPLY),
        ("[Request received] My server", REPLY),
        ("BANNED contents from you", REPORT),
        ("My server is slow", SENT),
    ],
)
def test_words_of_responders(subject: str, kind: AutomaticKind) -> None:
    """Words that people use too count beside a program's sign only."""
    assert of(subject=subject).kind is CUSTOMER
    assert of("Precedence: bulk", subject=subject).automatic is kind


def test_words_beside_a_weak_sign() -> None:
    """Where only a wish speaks against an answer, words count in a new subject that answers a mail."""
    wish, answer = "X-Auto-Response-Suppress: All", "In-Reply-To: <1@desk.example>"
    assert of(wish, answer, subject="I am on vacation until May").automatic is REPLY
    assert of(wish, subject="I am on vacation until May").kind is CUSTOMER
    assert of(wish, answer, subject="Re: Abwesenheitsnotiz einrichten").kind is CUSTOMER


def test_a_person_says_so() -> None:
    """`Auto-Submitted: no` outweighs the subject."""
    assert of("Auto-Submitted: no", subject="Automatic reply: how do I set it up?").answerable


def test_an_answered_vacation_note() -> None:
    """After Re: a person may have written, so it is a person's; but nothing is risked."""
    found = of(subject="Re: [issue] Out of office AutoReply: Back next week")
    assert (found.kind, found.answerable) == (CUSTOMER, False)


def test_dmarc_report() -> None:
    """RFC 7489 section 7.2.1.1 fixes the subject of aggregate reports."""
    found = of(subject="Report Domain: desk.example Submitter: mx.example Report-ID: <1>")
    assert found.automatic is REPORT


@pytest.mark.parametrize(("text", "kind"), [("  \n", AUTOMATIC), ("Could we meet later?", CUSTOMER)])
def test_answer_to_an_invitation(text: str, kind: AuthorKind) -> None:
    """An acceptance without a word is automatic; with words it is a person's mail."""
    content = b"From: x\n\n--x\nContent-Type: text/calendar; method=REPLY\n\nBEGIN\n--x--\n"
    found = of("Content-Type: multipart/alternative; boundary=x", text=text, content=content)
    assert found.kind is kind


def test_the_most_telling_kind() -> None:
    """A receipt is a report though marked as a reply; a vacation note is one though it is bulk."""
    receipt = "Content-Type: multipart/report; report-type=disposition-notification; boundary=x"
    assert of(receipt, "Auto-Submitted: auto-replied").automatic is REPORT
    assert of("Precedence: bulk", "Auto-Submitted: auto-replied").automatic is REPLY
    exchange = of("Auto-Submitted: auto-generated", subject="Automatische Antwort: Server")
    assert exchange.automatic is REPLY


# --- Delivery reports ----------------------------------------------------------------------------

STATUS = "Content-Type: multipart/report; report-type=delivery-status; boundary=x"
DSN = (
    b"From: x\n\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
    b"Final-Recipient: rfc822; ann@customer.example\nAction: failed\nStatus: 5.1.1\n\n--x--\n"
)


def test_bounce() -> None:
    """A delivery report of a failure is a bounce, before everything that also makes it automatic."""
    daemon = (Address("", "MAILER-DAEMON@mx.example"),)
    found = of(STATUS, "Auto-Submitted: auto-replied", from_=daemon, sender="", content=DSN)
    assert (found.kind, found.automatic, found.answerable) == (BOUNCE, None, False)
    assert found.bounce is not None
    assert found.bounce.recipients == ("ann@customer.example",)


def test_delay() -> None:
    """A delay changes nothing: an automatic report without a bounce."""
    found = of(STATUS, sender="", content=DSN.replace(b"failed", b"delayed"))
    assert (found.kind, found.automatic, found.bounce) == (AUTOMATIC, REPORT, None)


def test_unreadable_delivery_report() -> None:
    """A report by its type that tells nothing is a report all the same."""
    found = of(STATUS)
    assert (found.kind, found.automatic, found.answerable) == (AUTOMATIC, REPORT, False)


# --- Whom not to answer though a person wrote ----------------------------------------------------


def test_spam() -> None:
    """A filter's verdict stops the answer; header and value in any case, by the value's beginning."""
    found = of("x-spam-flag: Yes, score=9")
    assert (found.kind, found.spam, found.answerable) == (CUSTOMER, True, False)
    assert not of("X-Spam-Flag: NO, YES").spam
    assert not of("X-Spam-Status: YES").spam


def test_failed_authentication() -> None:
    """An address that failed authentication is not answered; one that passed or is unknown is."""
    result = "Authentication-Results: mx.desk.example; dmarc={} header.from=customer.example"
    assert of(result.format("pass")) == Author(
        CUSTOMER, ANN, answerable=True, authentication=Authentication.PASS
    )
    failed = of(result.format("fail"))
    assert (failed.kind, failed.answerable) == (CUSTOMER, False)
    assert failed.because == ("the sender's address failed authentication",)
    assert of("Authentication-Results: mx.attacker.test; dmarc=fail").answerable


def test_authentication_of_everyone() -> None:
    """`require_authentication = "everyone"`: who did not pass is not answered."""
    desk = replace(DESK, trust=replace(DESK.trust, require_authentication="everyone"))
    assert not of(desk=desk).answerable
    assert of("Authentication-Results: mx.desk.example; dmarc=pass", desk=desk).answerable


def test_team_mailbox() -> None:
    """A team's own mailbox is an agent that is never answered automatically."""
    found = from_address("l1@desk.example")
    assert (found.kind, found.teams, found.answerable) == (AGENT, ("support",), False)


def test_own_envelope_sender() -> None:
    """A mail that left as ours and came as somebody's is not answered."""
    assert not of(sender="support+token@desk.example").answerable


def test_reasons_are_sentences_of_people() -> None:
    """Every reason is told, once, short and without a line end."""
    found = of("Auto-Submitted: auto-replied", "Auto-Submitted: auto-replied", "X-Loop: a", sender="")
    assert found.because == (
        "Auto-Submitted: auto-replied",
        "the mail is guarded against loops: X-Loop",
        "the envelope sender is null (RFC 3834 section 2)",
    )
    shown = of(f"Auto-Submitted: {'x' * 60_000}").because
    assert max(map(len, shown)) < 120


@pytest.mark.parametrize("piece", ["(", '"', ";", "=", "<", ",", "re:", "[a]", "@", " ", "a b "])
def test_hostile_headers_take_linear_time(piece: str) -> None:
    """64 KB of anything in every header that is read takes a fraction of a second."""
    value = piece * (65536 // len(piece))
    names = ("Content-Type", "Auto-Submitted", "Precedence", "Reply-To", "X-Autoreply", "In-Reply-To")

    def seconds() -> float:
        started = time.process_time()
        of(*(f"{name}: {value}" for name in names), subject=value, from_=FORM)
        of(*(f"{name}: {value}" for name in names), subject=value, sender="")
        return time.process_time() - started

    gc.disable()  # a collection walks the whole test run's heap, which is not what is measured
    try:
        assert min(seconds() for _ in range(3)) < 1.5  # the best of three: the machine has other work
    finally:
        gc.enable()
