"""Effects become mail: every rule of the contract's "Mail that mailflow sends"."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

import pytest

from mailflow.identity import tokens
from mailflow.message import text
from mailflow.model import (
    BLOCK_CLOSES,
    BLOCK_OPENS,
    Address,
    Authentication,
    Clock,
    Effect,
    Entry,
    Kind,
    OutgoingMail,
    Participant,
    Promise,
    Role,
    Route,
    team_side,
)
from mailflow.outbound.compose import Occasion, compose
from tests.unit import samples
from tests.unit.samples import DESK_ADDRESS, NOW, TOKENS, came, eml, occasion, plain_text, went, written

SUPPORT = team_side("support")
NOTICES = ("reopened", "longer", "approved", "rejected")
REASONS = ("volume", "tools", "complex", "approval", "waited", "expertise")
AUTOMATIC = [
    Effect(Kind.ACKNOWLEDGEMENT),
    *(Effect(Kind.NOTICE, topic=topic) for topic in NOTICES),
    *(Effect(Kind.ESCALATION, topic=topic) for topic in REASONS),
    Effect(Kind.STATUS, topic="automatic"),
    *(Effect(Kind.CLOSING, topic=topic) for topic in ("confirmed", "silence")),
]
PERSONS = [
    Effect(kind, text="Please reboot.", passes_on=True, person=True)
    for kind in (Kind.REPLY, Kind.RESOLUTION, Kind.CLOSING, Kind.STATUS, Kind.ESCALATION)
]
TO_CUSTOMER = [*AUTOMATIC, *PERSONS]
TO_TEAM = [
    *(
        Effect(Kind.FORWARD, "support", t, passes_on=True)
        for t in ("new", "again", "late", "automatic", "confirmed", "thanks")
    ),
    *(
        Effect(Kind.NOTE, "support", t, "w", "y", passes_on=True)
        for t in ("note", "stranger", "unproven")
    ),
    *(
        Effect(Kind.COPY, "support", t, "w", passes_on=True)
        for t in ("reply", "resolution", "closing", "status", "escalation")
    ),
    *(
        Effect(Kind.NOTE, "support", t, "w", "y")
        for t in (
            *("approval_asked", "approval_late", "approval_expired", "approved", "rejected"),
            *("escalated", "closed", "overflow", "normal", "incident"),
        )
    ),
    *(
        Effect(Kind.HANDOVER, "support", t, why="w")
        for t in ("opened", "meanwhile", "bucket", *REASONS)
    ),
    *(
        Effect(Kind.REMINDER, "support", t)
        for t in ("first_response", "status_update", "next_answer", "estimate", "approval")
    ),
    *(
        Effect(Kind.BREACH, "support", promise.value, promise=promise)
        for promise in (Promise.ACKNOWLEDGEMENT, Promise.FIRST_RESPONSE)
    ),
    Effect(Kind.APPROVAL_REQUEST, "support", text="w", passes_on=True),
    Effect(Kind.BOUNCE, "support", "", "anna@customer.example", "550 no", passes_on=True),
]
RECEIPTS = [
    Effect(Kind.RECEIPT, topic=t, text="whole text", line="#x")
    for t in (
        *("unknown", "several", "empty", "nobody", "help", "argument", "same_team", "no_next"),
        *("no_bucket", "no_time", "no_priority", "asked_already", "not_asked", "not_management"),
        *("no_incident", "incident_only", "again", "long_name"),
    )
]
ALARM = Effect(Kind.ALARM, topic="team", text="support", why="550 full")
ALL = [*TO_CUSTOMER, *TO_TEAM, *RECEIPTS, ALARM]


def label(effect: Effect) -> str:
    return f"{effect.kind}-{effect.topic}"


def clock(promise: Promise, minutes: int, **changes: Any) -> Clock:
    within = timedelta(minutes=minutes)
    return Clock(promise, NOW, within, NOW + within, **changes)


CLOCKS = (
    clock(Promise.ACKNOWLEDGEMENT, 2),
    clock(Promise.FIRST_RESPONSE, 10),
    clock(Promise.STATUS_UPDATE, 240),
)
HISTORY = (
    Entry(NOW, "opened", "anna@customer.example"),
    Entry(NOW, "noted", "max.inner@desk.test", "CANARY-NOTED"),
    Entry(NOW, "approved", "boss.inner@desk.test", "CANARY-APPROVED"),
    Entry(NOW, "escalated to support", "max.inner@desk.test", "CANARY-WHY"),
    Entry(NOW, "status delivered", "a person", "anna@customer.example"),
    Entry(NOW, "clock estimate begun", "mailflow", "CANARY-CLOCK"),
)


def by_team(**changes: Any) -> Occasion:
    """A colleague's mail came by the team's side, on a ticket with a history."""
    mine = came("<answer@desk.test>", side=SUPPORT, from_=samples.MAX, kind="agent")
    thread = (
        samples.FIRST,
        went("<ack@desk.test>", Kind.ACKNOWLEDGEMENT, text="CANARY-ACKNOWLEDGEMENT", new_text=""),
        went(
            "<forward@desk.test>",
            Kind.FORWARD,
            SUPPORT,
            text="CANARY-FORWARD",
            new_text="CANARY-FORWARD",
        ),
        mine,
    )
    values: dict[str, Any] = {
        "clocks": CLOCKS,
        "history": HISTORY,
        "content": eml("Please reboot.\n"),
        "writer": samples.agent(),
        "thread": thread,
    }
    return occasion(**(values | changes))


def sent(effect: Effect, at: Occasion | None = None) -> tuple[OutgoingMail, EmailMessage]:
    """The mail of the effect, and as a reader sees it."""
    mail, content = written(effect, at or by_team())
    return mail, samples.read(content)


def text_of(parsed: EmailMessage) -> str:
    return plain_text(samples.leaves(parsed)[0])


# --- Every mail ----------------------------------------------------------------------------------


@pytest.mark.parametrize("effect", ALL, ids=label)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_mail_of_every_kind(effect: Effect, language: str) -> None:
    """Contract: kind, ticket, Message-ID, Date, From, To, Subject; valid, CRLF, text always present."""
    languages = ("en", "de") if language == "en" else ("de", "en")
    at = by_team(desk=samples.desk(languages=languages), ticket=samples.ticket(language=language))
    mail, content = written(effect, at)
    parsed = samples.read(content)
    assert parsed["Mailflow-Kind"] == effect.kind.value == mail.kind.value
    assert parsed["Mailflow-Ticket"] == (None if effect.kind is Kind.ALARM else "1001")
    assert parsed["Message-ID"] == mail.message_id
    assert parsed["Date"].datetime == NOW
    assert [one.addr_spec for one in parsed["From"].addresses] == [DESK_ADDRESS] == [mail.from_]
    assert tuple(one.addr_spec for one in parsed["To"].addresses) == mail.recipients
    assert parsed["Subject"] == mail.subject
    assert len(set(parsed.keys())) == len(parsed.keys())
    assert "Bcc" not in parsed
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    words = samples.leaves(parsed)[0]
    assert words.get_content_type() == "text/plain"
    assert "\n\n\n" not in plain_text(words)
    assert "{" not in plain_text(words)
    assert "None" not in plain_text(words)


def test_each_language_is_its_own() -> None:
    """Contract: to the customer in the customer's language."""
    for effect in TO_CUSTOMER:
        english = sent(effect)[0].text
        german = sent(effect, by_team(ticket=samples.ticket(language="de")))[0].text
        assert "request" in english.casefold() or "message" in english
        assert "Anfrage" in german or "Anliegen" in german


def test_mails_of_one_decision_differ_in_their_ids() -> None:
    """A Message-ID is never used twice, nor known before."""
    at = by_team()
    ids = [compose(effect, at, n).message_id for n, effect in enumerate([*ALL, *ALL])]
    assert len(set(ids)) == len(ids)
    other = replace(at, chance=replace(at.chance, octets=b"\1" * 32))
    assert compose(ALL[0], other, 0).message_id not in ids
    assert all(one.endswith("@desk.test>") for one in ids)


# --- To the customer -----------------------------------------------------------------------------


@pytest.mark.parametrize("effect", TO_CUSTOMER, ids=label)
def test_to_the_customer(effect: Effect) -> None:
    """Contract: From is the desk; the customer's subject with one Re:; their thread; their token."""
    mail, parsed = sent(effect)
    assert parsed["From"].addresses[0].display_name == "INTROSERV"
    assert parsed["Subject"] == "Re: My VPS is slow"
    assert parsed["In-Reply-To"] == "<first@customer.example>"
    assert parsed["References"] == "<first@customer.example>"
    assert parsed["Reply-To"] == f"support+{TOKENS['customer']}@desk.test"
    assert mail.side == "customer"
    assert "1001" in text_of(parsed)


@pytest.mark.parametrize("effect", TO_CUSTOMER, ids=label)
def test_plain_reply_to(effect: Effect) -> None:
    """Contract, reply_to = "plain": no token addresses, not in the envelope either. Only what answers
    automatically has the null sender (RFC 3834); a notice that does not arrive is told the team."""
    mail, content = written(effect, by_team(desk=samples.desk(reply_to="plain")))
    assert samples.read(content)["Reply-To"] is None
    assert b"+cccc" not in content
    assert mail.sender == ("" if effect.kind is Kind.ACKNOWLEDGEMENT else DESK_ADDRESS)


@pytest.mark.parametrize(
    ("effect", "automatic"),
    [
        (AUTOMATIC[0], "auto-replied"),
        *((effect, "auto-generated") for effect in AUTOMATIC[1:]),
        *((effect, None) for effect in PERSONS),
    ],
)
def test_what_is_marked_automatic(effect: Effect, automatic: str | None) -> None:
    """RFC 3834: the acknowledgement is auto-replied with a null sender; what a person wrote never is."""
    mail, parsed = sent(effect)
    assert parsed["Auto-Submitted"] == automatic
    assert parsed["X-Auto-Response-Suppress"] == ("All" if automatic else None)
    assert mail.by_person == (automatic is None)
    if automatic == "auto-replied":
        assert mail.sender == ""
    else:
        assert tokens([mail.sender], (DESK_ADDRESS,)) == (TOKENS["customer"],)


def test_acknowledgement_quotes_nothing_of_the_mail() -> None:
    """Contract: quotes nothing but the subject; not even the name, which is a stranger's text too."""
    name = "Visit evil.example now"
    at = occasion(
        eml("CANARY words\n"),
        samples.author(Address(name, "anna@customer.example")),
        ticket=samples.ticket(customer=Address(name, "anna@customer.example")),
    )
    mail, content = written(AUTOMATIC[0], at)
    assert b"CANARY" not in content
    assert b"evil.example" not in content
    assert mail.recipients == ("anna@customer.example",)
    assert samples.read(content).get_content_type() == "text/plain"


def test_acknowledgement_is_small() -> None:
    """Hazards, who may: a few kilobytes, however long the subject that a stranger chose."""
    long = came("<first@customer.example>", subject="x" * 60_000)
    at = occasion(eml(), ticket=samples.ticket(subject="x" * 60_000), thread=(long,))
    assert len(written(AUTOMATIC[0], at)[1]) < 4096


@pytest.mark.parametrize("subject", ["", "Störung: März", "=?utf-8?q?x?=", "a\r\nBcc: evil@evil.test"])
def test_odd_subjects_keep_their_words(subject: str) -> None:
    """Contract: the customer's own subject with one Re: and nothing else added."""
    at = occasion(eml(), thread=(came("<first@customer.example>", subject=subject),))
    _, parsed = sent(AUTOMATIC[0], at)
    assert parsed["Subject"] == f"Re: {' '.join(subject.split())}".strip()
    assert "Bcc" not in parsed


def test_several_rounds_keep_one_conversation() -> None:
    """Contract: In-Reply-To is the latest message answered, References the whole chain from the first."""
    thread = (
        samples.FIRST,
        went("<ack@desk.test>", Kind.ACKNOWLEDGEMENT),
        went("<fwd@desk.test>", Kind.FORWARD, SUPPORT),
        came("<team@desk.test>", "<fwd@desk.test>", side=SUPPORT),
        went("<reply@desk.test>"),
        came("<second@customer.example>", "<first@customer.example>", "<reply@desk.test>"),
    )
    for later in ((), (went("<reply2@desk.test>"),)):
        _, parsed = sent(PERSONS[0], by_team(thread=(*thread, *later)))
        assert parsed["In-Reply-To"] == "<second@customer.example>"
        assert parsed["References"].split() == [
            "<first@customer.example>",
            "<ack@desk.test>",
            "<reply@desk.test>",
            "<second@customer.example>",
        ]


def test_our_own_references_do_not_hide_the_customers_mail() -> None:
    """A mail that we answered is still the one that the next answer answers."""
    thread = (samples.FIRST, went("<ack@desk.test>", references=("<first@customer.example>",)))
    assert sent(PERSONS[0], by_team(thread=thread))[1]["In-Reply-To"] == "<first@customer.example>"


def test_a_newer_mail_than_the_one_we_answered_is_the_latest() -> None:
    """Only what the customer's side wrote can answer a mail of theirs in this sense, never our own."""
    thread = (
        samples.FIRST,
        came("<second@customer.example>"),
        went("<reply@desk.test>", references=("<second@customer.example>",)),
    )
    parsed = sent(PERSONS[0], by_team(thread=thread))[1]
    assert parsed["In-Reply-To"] == "<second@customer.example>"


def test_late_original() -> None:
    """Contract: an answer came before the mail it answers; both clients show one chain in order."""
    thread = (
        came("<reply@customer.example>", "<original@customer.example>"),
        came("<original@customer.example>"),
    )
    _, parsed = sent(PERSONS[0], by_team(thread=thread))
    assert parsed["In-Reply-To"] == "<reply@customer.example>"
    assert parsed["References"].split() == ["<original@customer.example>", "<reply@customer.example>"]


def test_earlier_ancestors_of_the_first_mail_belong_to_the_chain() -> None:
    """RFC 5322 3.6.4: the parent's References, then the parent's Message-ID."""
    thread = (came("<first@customer.example>", "<a@old.example>", "<b@old.example>"),)
    parsed = sent(PERSONS[0], by_team(thread=thread))[1]
    assert parsed["References"] == "<a@old.example> <b@old.example> <first@customer.example>"


def test_a_long_conversation() -> None:
    """References stays bounded: the first, the latest; the mail answered is always the last."""
    thread = [samples.FIRST]
    for n in range(60):
        thread += [went(f"<r{n}@desk.test>"), came(f"<c{n}@customer.example>")]
    thread += [went(f"<s{n}@desk.test>", Kind.NOTICE) for n in range(60)]
    parsed = sent(PERSONS[0], by_team(thread=tuple(thread)))[1]
    ids = parsed["References"].split()
    assert (ids[0], ids[-1]) == ("<first@customer.example>", "<c59@customer.example>")
    assert parsed["In-Reply-To"] == ids[-1]
    assert len(ids) == 40


@pytest.mark.parametrize("message_id", ["", "<a b@c>", "no brackets", f"<{'x' * 300}@y>"])
def test_a_mail_without_a_usable_id_starts_no_chain(message_id: str) -> None:
    """What cannot stand in a header is left out of it."""
    parsed = sent(PERSONS[0], by_team(thread=(came(message_id),)))[1]
    assert (parsed["In-Reply-To"], parsed["References"]) == (None, None)


def test_long_ids_are_never_encoded() -> None:
    """Exchange's Message-IDs have 80 characters and more; as encoded words they thread nothing."""
    long = f"<{'DB9PR01MB' * 6}1234@eurprd01.prod.exchangelabs.example>"
    _, content = written(PERSONS[0], by_team(thread=(came(long),)))
    assert f"\r\nIn-Reply-To: {long}\r\n".encode() in content


def test_hostile_references_in_a_circle() -> None:
    """Mails that name each other as ancestors still have a latest one."""
    thread = (came("<a@x.example>", "<b@x.example>"), came("<b@x.example>", "<a@x.example>"))
    assert sent(PERSONS[0], by_team(thread=thread))[1]["In-Reply-To"] == "<b@x.example>"


def test_who_reads_an_answer() -> None:
    """Contract: reply goes to customer and participants; never to strangers, nor anybody from a Cc;
    resolution and closing to the customer alone."""
    eva, bob = Address("Eva", "eva@x.example"), Address("Bob", "bob@x.example")
    ticket = samples.ticket(
        participants=(
            Participant(eva, Role.PARTICIPANT),
            Participant(bob, Role.STRANGER),
            Participant(Address("", "ANNA@customer.example"), Role.PARTICIPANT),
        )
    )
    content = eml("Please reboot.\n", "Cc: copied@evil.test")
    readers = {
        e.kind: sent(e, by_team(ticket=ticket, content=content))[0].recipients for e in TO_CUSTOMER
    }
    assert len(readers[Kind.REPLY]) == 2
    assert "eva@x.example" in readers[Kind.REPLY]
    for kind in set(readers) - {Kind.REPLY}:
        assert readers[kind] == ("anna@customer.example",)


@pytest.mark.parametrize(
    ("sign", "name", "expected"),
    [
        ("person", "Max Mustermann", "Max Mustermann, INTROSERV"),
        ("person", "", "INTROSERV"),
        ("person", "max.inner@desk.test", "INTROSERV"),
        ("team", "Max Mustermann", "INTROSERV"),
    ],
)
def test_whose_name_an_answer_bears(sign: Any, name: str, expected: str) -> None:
    """Contract, [desk] sign: "person" or "team"; never an address."""
    at = by_team(desk=samples.desk(sign=sign), writer=samples.agent(Address(name, samples.MAX.address)))
    assert f"\n-- \n{expected}\nRequest 1001\n" in sent(PERSONS[0], at)[0].text


def test_a_persons_words_arrive_as_written() -> None:
    """Contract: closing formula and name stay; nothing a person writes is evaluated."""
    words = (
        "Hello Anna,\n\n{{ 7*7 }} {% include 'x' %} 100 % <b>&amp;</b>\n\n  indented\n\nRegards\nMax"
    )
    assert text_of(sent(Effect(Kind.REPLY, text=words))[1]).startswith(words + "\n\n-- \n")


def test_files_of_an_answer() -> None:
    """Contract, kind reply: a colleague's files go along; too large ones are named instead."""
    content = (
        b"From: max.inner@desk.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nSee file.\r\n--b\r\nContent-Type: application/pdf; name=a.pdf"
        b"\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b--\r\n"
    )
    for effect in PERSONS:
        _, file = samples.leaves(sent(effect, by_team(content=content))[1])
        assert (file.get_filename(), file.get_content()) == ("a.pdf", b"ABC")
        mail, parsed = sent(effect, by_team(content=content, desk=samples.desk(max_attachments=3)))
        assert parsed.get_content_type() == "text/plain"
        assert "too large to be sent by mail: a.pdf" in mail.text
        alone = replace(effect, text="")
        for at in (
            by_team(content=content),
            by_team(content=content, desk=samples.desk(max_attachments=3)),
        ):
            assert sent(alone, at)[1]["Auto-Submitted"] is None, "a person's file is a person's word"


# --- Canaries ------------------------------------------------------------------------------------

INNER = [samples.MAX.address, *(team.mailbox for team in samples.TEAMS)]
SECRETS = [
    *INNER,
    *(value for side, value in TOKENS.items() if side != "customer"),
    "CANARY",
    BLOCK_OPENS,
    "=?",
]


@pytest.mark.parametrize("effect", TO_CUSTOMER, ids=label)
def test_nothing_internal_in_any_mail_to_the_customer(effect: Effect) -> None:
    """Canaries: notes, inner addresses, other sides' tokens and mail, Bcc, Received never leave."""
    quoted = "\n".join(
        f"{words} {one} {one.upper()} support+{token}@desk.test help+{token.upper()}@desk.test"
        for words, one, token in zip("abcde", INNER, TOKENS.values(), strict=True)
    )
    thread = (
        samples.FIRST,
        went("<note@desk.test>", Kind.NOTE, SUPPORT, text="CANARY-NOTE", new_text="CANARY-NOTE"),
        came(
            "<n@desk.test>",
            side=SUPPORT,
            text="CANARY-TEAM",
            new_text="CANARY-TEAM",
        ),
        came(
            "<s@x.example>",
            side="",
            text="CANARY-STRANGER",
            new_text="CANARY-STRANGER",
        ),
        went("<ack@desk.test>", Kind.ACKNOWLEDGEMENT, text="CANARY-ACK", new_text="CANARY-ACK"),
        went(
            "<lost@desk.test>",
            text="CANARY-NEVER-DELIVERED",
            new_text="CANARY-NEVER-DELIVERED",
            state="failed",
        ),
        went("<drop@desk.test>", text="CANARY-DROPPED", new_text="CANARY-DROPPED", state="dropped"),
        went(
            "<c@desk.test>", Kind.COPY, team_side("billing"), text="CANARY-COPY", new_text="CANARY-COPY"
        ),
    )
    content = eml(
        "CANARY-BODY\n", "Bcc: CANARY@x.example", "Received: from CANARY", "X-Originating-IP: CANARY"
    )
    words = quoted if effect in PERSONS else ""
    _, octets = written(
        replace(effect, text=words, why="CANARY", line="CANARY"),
        by_team(content=content, thread=thread),
    )
    shown = octets.decode() + text_of(samples.read(octets))
    for secret in SECRETS:
        assert secret.casefold() not in shown.casefold()


def test_pictures_are_named_not_marked() -> None:
    """A mark of a picture means nothing to the customer; its name does."""
    content = (
        b"From: max.inner@desk.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>See <img src='cid:shot@x'></p>\r\n"
        b"--b\r\nContent-Type: image/png; name=shot.png\r\nContent-ID: <shot@x>\r\n"
        b"Content-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n"
        b"--b\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo@x>\r\n"
        b"Content-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b--\r\n"
    )
    words = samples.understood(content).answer_text
    reply = replace(PERSONS[0], text=words)
    for effect in (reply, Effect(Kind.COPY, "support", "reply", words, passes_on=True)):
        _, parsed = sent(effect, by_team(content=content))
        assert "[shot.png]" in text_of(parsed)
        assert [part.get_filename() for part in samples.leaves(parsed)] == [None, "shot.png"]


def test_closing_tells_the_customers_own_conversation() -> None:
    """Contract: closing tells the ticket's own conversation to the one who opened it, oldest first."""
    thread = (
        came("<1@x.example>", new_text="FIRST", text="FIRST\n> quoted"),
        went("<2@desk.test>", new_text="SECOND\n\n-- \nMax, INTROSERV\nRequest 1001\n"),
        came("<t@desk.test>", side=SUPPORT, new_text="TEAM"),
        came("<3@x.example>", new_text="THIRD", at=NOW + timedelta(days=1)),
    )
    told = sent(PERSONS[2], by_team(thread=thread))[0].text
    places = [told.index(word) for word in ("FIRST", "SECOND", "THIRD")]
    assert places == sorted(places)
    assert "TEAM" not in told
    assert "quoted" not in told
    assert "Tuesday, 24 November, 13:00 (CET), Anna Kundin:" in told
    assert "INTROSERV:\nSECOND\n\nWednesday" in told


@pytest.mark.parametrize("effect", [e for e in TO_CUSTOMER if e.kind is not Kind.CLOSING], ids=label)
def test_nothing_else_tells_what_was_said_before(effect: Effect) -> None:
    """Contract: only new text is sent, never another person's mail; closing is the one exception."""
    thread = (came("<1@x.example>", new_text="CANARY", text="CANARY"), went("<2@d>", text="CANARY"))
    assert "CANARY" not in sent(effect, by_team(thread=thread))[0].text


# --- To a team -----------------------------------------------------------------------------------


@pytest.mark.parametrize("effect", TO_TEAM, ids=label)
def test_to_a_team(effect: Effect) -> None:
    """Contract: From "Customer via DESK"; the team's token; the constant label; one thread a team."""
    mail, parsed = sent(effect)
    assert parsed["From"].addresses[0].display_name == "Anna Kundin via INTROSERV"
    assert parsed["Reply-To"] == f"support+{TOKENS[SUPPORT]}@desk.test" == mail.sender
    assert parsed["Subject"] == "[#1001 vps] My VPS is slow"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["X-Auto-Response-Suppress"] == "All"
    assert parsed["References"] == "<forward@desk.test> <answer@desk.test>"
    assert parsed["In-Reply-To"] == "<answer@desk.test>"
    assert mail.recipients == ("l1.inner@desk.test",)
    assert (mail.side, mail.by_person) == (SUPPORT, False)
    assert text_of(parsed).startswith(BLOCK_OPENS)
    shown = "".join(plain_text(part) for part in samples.leaves(parsed))
    assert shown.count(BLOCK_OPENS) == shown.count(BLOCK_CLOSES)


def test_the_label_stays_when_the_bucket_changes() -> None:
    """Contract: the subject towards a team is the same for the ticket's whole life."""
    at = by_team(ticket=samples.ticket(bucket="billing", subject="Other"))
    assert sent(TO_TEAM[0], at)[1]["Subject"] == "[#1001 vps] My VPS is slow"


def test_each_team_has_its_own_thread_and_token() -> None:
    """Contract: tokens are different for each side; no team sees another's thread."""
    effect = replace(TO_TEAM[0], team="billing")
    mail, parsed = sent(effect)
    assert parsed["Reply-To"] == f"support+{TOKENS['team:billing']}@desk.test"
    assert parsed["References"] is None
    assert mail.recipients == ("billing.inner@desk.test",)


def test_a_team_mail_names_no_token_in_its_body() -> None:
    """Hazards, who may: tokens are not written into bodies."""
    for effect in TO_TEAM:
        _, content = written(effect, by_team())
        assert b"ssss" not in content.partition(b"\r\n\r\n")[2]


def test_the_block_says_what_a_team_must_know() -> None:
    """Contract: a header block says who, which bucket and why, which promise is due when, how to answer."""
    block = text_of(sent(TO_TEAM[0], occasion(eml()))[1])
    for fact in (
        "#1001 vps",
        "Anna Kundin <anna@customer.example> (writes English)",
        "Why vps: slow; VPS",
        "First answer due: Tuesday, 24 November, 13:10 (CET)",
        "just reply",
        "#note",
    ):
        assert fact in block
    assert block.count(BLOCK_OPENS) == block.count(BLOCK_CLOSES) == 1


def test_the_block_of_an_answered_ticket_and_of_a_closed_team() -> None:
    """The first answer is due until it went out; who looks after a closed team is said, with when."""
    route = Route("billing", "support", "closed", NOW + timedelta(hours=20))
    at = occasion(eml(), clocks=samples.clocks(NOW), route=route, ticket=samples.ticket(language="de"))
    block = text_of(sent(TO_TEAM[0], at)[1])
    assert "First answer sent: Tuesday, 24 November, 13:00 (CET)" in block
    assert "billing is closed until Wednesday, 25 November, 09:00 (CET); support answers" in block
    assert "writes German" in block
    assert "due:" not in block


def test_doubts_are_shown_to_the_team() -> None:
    """Contract: mail that fails authentication or is marked as spam makes a ticket; the team is warned."""
    writer = samples.author(authentication=Authentication.FAIL, spam=True)
    block = text_of(sent(TO_TEAM[0], occasion(eml(), writer))[1])
    assert "Careful: its authentication failed" in block
    assert "spam" in block


def test_the_block_names_the_one_who_wrote() -> None:
    """A participant's mail is forwarded as theirs, not as the customer's."""
    writer = samples.author(Address("Eva", "eva@x.example"))
    assert "From: Eva <eva@x.example>" in text_of(sent(TO_TEAM[1], occasion(eml(), writer))[1])


def answered_inline(parsed: EmailMessage) -> str:
    """What would go to the customer if a colleague answered below every part of this mail's text."""
    shown = "".join(
        plain_text(part) for part in samples.leaves(parsed) if part.get_content_maintype() == "text"
    )
    quote = "".join(f"> {line}\n" for line in shown.splitlines())
    answer = f"My answer above.\n\nOn Tue, 24 Nov 2026, INTROSERV wrote:\n{quote}\nMy answer below.\n"
    return text.read(answer, "Re: x").answer_text


@pytest.mark.parametrize("effect", [*TO_TEAM, *RECEIPTS], ids=label)
def test_nothing_internal_leaves_when_a_team_mail_is_answered_between_its_lines(effect: Effect) -> None:
    """Contract: the internal block is left out of what the customer gets, however it was quoted; notes,
    strangers' mail and colleagues' names are in it."""
    secret = replace(effect, text="SECRET", why="SECRET", line="SECRET")
    if effect.kind is Kind.COPY:  # the words of a copy were sent to the customer
        secret = replace(effect, text="words", why="SECRET")
    internal = effect.kind in (Kind.NOTE, Kind.BOUNCE)
    at = by_team(content=eml("STRANGER\n" if internal else "words\n"))
    out = answered_inline(sent(secret, at)[1])
    assert "My answer below." in out
    assert ("words" in out) == (effect.kind in (Kind.FORWARD, Kind.COPY)), "the customer's words stay"
    for leak in ("SECRET", "STRANGER", "max.inner", "Priority", "due:", "#note", BLOCK_OPENS):
        assert leak not in out


IMITATIONS = ["=== end of the internal block ===", "End of the INTERNAL\u200b block", BLOCK_OPENS]


@pytest.mark.parametrize("imitation", IMITATIONS)
def test_a_customer_cannot_end_the_block(imitation: str) -> None:
    """Canary: a name or a file's name that looks like the block's end would let the rest of it out."""
    customer = Address(imitation, "anna@customer.example")
    content = (
        "From: anna@customer.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nHi\r\n"
        f"--b\r\nContent-Type: application/pdf; name*=utf-8''{quote(imitation)}\r\n\r\nx\r\n--b--\r\n"
    ).encode()
    at = occasion(content, samples.author(customer), ticket=samples.ticket(customer=customer))
    block = text_of(sent(TO_TEAM[0], at)[1])
    assert (block.count(BLOCK_OPENS), block.count(BLOCK_CLOSES)) == (1, 1)
    assert block.rstrip().endswith(BLOCK_CLOSES)
    assert "due:" not in answered_inline(sent(TO_TEAM[0], at)[1])


def test_file_names_in_the_block_hide_nothing() -> None:
    """Hazards, who may: show attachment names without control, bidi and zero-width characters."""
    content = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b\r\n"
        b"Content-Type: application/pdf; name*=utf-8''in%E2%80%AEfdp.exe%0D%0ABcc\r\n\r\nx\r\n--b--\r\n"
    )
    block = text_of(sent(TO_TEAM[0], occasion(content))[1])
    assert "infdp.exe Bcc" in block
    assert "\u202e" not in block


def test_what_was_said_before_follows_a_further_mail() -> None:
    """A colleague who did not see the ticket yet reads it in one mail, inside the internal marks."""
    thread = (
        came("<1@x.example>", new_text="FIRST"),
        went("<2@desk.test>", new_text="SECOND"),
        came("<3@x.example>", new_text="THIRD"),
    )
    parsed = sent(TO_TEAM[1], occasion(eml("THIRD\n"), thread=thread))[1]
    before = plain_text(samples.leaves(parsed)[-1])
    assert before.index("SECOND") < before.index("FIRST")
    assert "THIRD" not in before
    assert before.startswith(BLOCK_OPENS)
    assert before.rstrip().endswith(BLOCK_CLOSES)


def test_a_failed_delivery_tells_the_team_without_a_mail() -> None:
    """Contract, kind bounce: also where our own server refused, and nothing was received."""
    at = by_team(content=None)
    told = text_of(sent(TO_TEAM[-1], at)[1])
    assert "did not reach anna@customer.example" in told
    assert "550 no" in told


def test_an_unknown_customer_has_no_name() -> None:
    """Never nothing: mail without an author is forwarded like any other."""
    at = occasion(eml(), samples.author(None), ticket=samples.ticket(customer=Address("", "")))
    _, parsed = sent(TO_TEAM[0], at)
    assert "From: unknown" in text_of(parsed)
    assert parsed["From"].addresses[0].addr_spec == DESK_ADDRESS


# --- To the writer, to the operator ---------------------------------------------------------------


@pytest.mark.parametrize("effect", RECEIPTS, ids=label)
def test_receipt_goes_to_the_writer_on_the_teams_thread(effect: Effect) -> None:
    """Contract, kind receipt: to the one who wrote a command; an answer to it counts as one."""
    mail, parsed = sent(effect)
    assert mail.recipients == (samples.MAX.address,)
    assert mail.side == SUPPORT
    assert parsed["Reply-To"] == f"support+{TOKENS[SUPPORT]}@desk.test"
    assert parsed["In-Reply-To"] == "<answer@desk.test>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    told = text_of(parsed)
    assert ("whole text" in told) == (effect.topic != "help")
    if effect.topic in ("unknown", "several", "empty"):
        assert '"#x"' in told
    if effect.topic != "again":  # no command was wrong
        for command in ("#note", "#wait", "#resolve", "#close", "#help"):
            assert command in told


def test_alarm() -> None:
    """Contract, kind alarm: to [desk] admin: a failing mailbox, why, and what to do."""
    mail, parsed = sent(ALARM, by_team(content=None))
    assert mail.recipients == ("postmaster@desk.test",)
    assert (mail.side, mail.sender) == ("", "")
    assert parsed["Mailflow-Ticket"] is None
    for fact in ("team support", "550 full", "show 1001"):
        assert fact in text_of(parsed)
