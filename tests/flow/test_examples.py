"""The promise's three examples, as a customer and a team see them, in English and in German."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mailflow.model import Promise, Status
from tests.flow.desk import PlayedDesk
from tests.flow.letters import Letter
from tests.flow.people import Person
from tests.flow.post import Sent


@dataclass(frozen=True)
class Words:
    """What customer and team say in one language, and a word of our texts in it."""

    subject: str
    request: str
    answer: str
    thanks: str
    acknowledged: str
    german: bool = False


CHARGED_TWICE = {
    "en": Words(
        "Why was I charged twice?",
        "Hello,\n\nmy card was charged twice for the October invoice. Please refund one payment.\n\nAnna",
        "Hello Anna,\n\nyou are right, I have refunded 12.90 EUR.\n\nMax",
        "Perfect, that was quick!",
        "thank you for your message",
    ),
    "de": Words(
        "Warum wurde zweimal abgebucht?",
        "Guten Tag,\n\nfür die Rechnung vom Oktober wurde zweimal abgebucht. Bitte erstatten Sie mir "
        "einen der beiden Beträge.\n\nAnna",
        "Guten Tag,\n\nSie haben recht, ich habe 12,90 € erstattet.\n\nMax",
        "Vielen Dank für die schnelle Hilfe!",
        "Ihre Nachricht",
        german=True,
    ),
}
SLOW_VPS = {
    "en": Words(
        "My VPS is slow",
        "Hi,\n\nsince this morning my VPS is very slow, every SSH command takes seconds.\n\nAnna",
        "Hi Anna,\n\nwhich of your servers is it, and since when exactly?\n\nMax",
        "It is vps-4711, since seven o'clock.",
        "thank you for your message",
    ),
    "de": Words(
        "Mein VPS ist langsam",
        "Hallo,\n\nseit heute Morgen ist mein VPS sehr langsam, jeder Befehl dauert Sekunden.\n\nAnna",
        "Hallo,\n\num welchen Server geht es, und seit wann genau?\n\nMax",
        "Es ist vps-4711, seit sieben Uhr.",
        "Ihre Nachricht",
        german=True,
    ),
}
FIREWALL = {
    "en": Words(
        "Custom firewall rule set for my VPS",
        "Hello,\n\ncan you configure a custom firewall rule set for my VPS? Only 22 and 443.\n\nAnna",
        "Hello Anna,\n\nwith pleasure. Shall port 587 stay open?\n\nMax",
        "Yes please, 587 must stay open.",
        "depends on its scope",
    ),
    "de": Words(
        "Eigene Firewall-Regeln für meinen VPS",
        "Guten Tag,\n\nkönnen Sie für meinen VPS eigene Firewall-Regeln einrichten? Nur 22 und 443."
        "\n\nAnna",
        "Guten Tag,\n\ngern. Soll Port 587 offen bleiben?\n\nMax",
        "Ja bitte, 587 muss offen bleiben.",
        "Umfang",
        german=True,
    ),
}
LANGUAGES = pytest.mark.parametrize("language", ["en", "de"])


@LANGUAGES
def test_why_was_i_charged_twice(desk: PlayedDesk, language: str) -> None:
    """Acknowledged at once, billing answers within ten minutes, everything in one conversation."""
    _plays(desk, CHARGED_TWICE[language], bucket="billing", team="billing")


@LANGUAGES
def test_my_vps_is_slow(desk: PlayedDesk, language: str) -> None:
    """Support has it first, asks for details, and the customer's details reach support."""
    _plays(desk, SLOW_VPS[language], bucket="vps", team="support")


@LANGUAGES
def test_custom_firewall_rules(desk: PlayedDesk, language: str) -> None:
    """Individual work goes to the system administrators, and no usual time is promised."""
    _plays(desk, FIREWALL[language], bucket="custom-config", team="sysadmins")


@LANGUAGES
def test_at_night_support_answers_for_billing(desk: PlayedDesk, language: str) -> None:
    """While the owning team is closed its mail goes to `when_closed`, and the team is still its owner."""
    desk.passes(hours=9)
    words = CHARGED_TWICE[language]
    desk.person("Anna", "anna@customer.test").writes(words.request, words.subject)
    assert desk.last("forward").recipient == "l1@example.com"
    assert desk.only_ticket().team == "billing"
    assert "billing is closed until Wednesday, 25 November, 09:00" in desk.last("forward").text


def _plays(desk: PlayedDesk, words: Words, *, bucket: str, team: str) -> None:
    customer = desk.person("Anna Kunde", "anna@customer.test")
    colleague = desk.person("Max Support", "max@example.com")

    first = customer.writes(words.request, words.subject)
    acknowledgement, forward = desk.last("acknowledgement"), desk.last("forward")
    ticket = desk.only_ticket()
    assert (ticket.bucket, ticket.team, ticket.status) == (bucket, team, Status.OPEN)
    _is_acknowledged(acknowledgement, first, words)
    _is_forwarded(forward, desk, words)

    desk.passes(minutes=6)
    colleague.answers(forward, words.answer, german=words.german)
    reply, copy = desk.last("reply"), desk.last("copy")
    _is_answered(reply, first, words)
    assert copy.recipient == forward.recipient
    assert copy.references == [forward.message_id, *_sent_by(desk, colleague)]
    _promises_are_kept(desk, minutes=6)

    before = len(desk.post.sent)
    customer.answers(reply, words.thanks, german=words.german)
    assert desk.since(before) == ["forward"]
    again = desk.last("forward")
    assert again.subject == forward.subject
    assert again.references == [forward.message_id, *_sent_by(desk, colleague), copy.message_id]
    assert words.thanks in again.text
    assert desk.only_ticket().status is Status.OPEN


def _sent_by(desk: PlayedDesk, colleague: Person) -> list[str]:
    """The Message-IDs of the colleague's answers."""
    case = desk.case(desk.only_ticket().number)
    return [one.message_id for one in case.thread if one.from_.address == colleague.address]


def _is_acknowledged(mail: Sent, first: Letter, words: Words) -> None:
    assert mail.recipient == "anna@customer.test"
    assert mail.sender == ""
    assert mail.header("From") == '"Example Hosting" <support@example.com>'
    assert mail.subject == f"Re: {words.subject}"
    assert mail.header("Auto-Submitted") == "auto-replied"
    assert (mail.in_reply_to, mail.references) == (first.message_id, [first.message_id])
    assert mail.reply_to.startswith("support+")
    assert words.acknowledged in mail.text
    assert "1001" in mail.text


def _is_forwarded(mail: Sent, desk: PlayedDesk, words: Words) -> None:
    ticket = desk.only_ticket()
    team = desk.policy.team(ticket.team)
    assert mail.recipient == team.mailbox
    assert mail.header("From") == '"Anna Kunde via Example Hosting" <support@example.com>'
    assert mail.subject == f"[#1001 {ticket.bucket}] {words.subject}"
    assert mail.header("Auto-Submitted") == "auto-generated"
    assert mail.header("X-Auto-Response-Suppress") == "All"
    assert mail.reply_to.startswith("support+")
    for line in words.request.splitlines():
        assert line in mail.text
    assert "First answer due: Tuesday, 24 November, 14:10" in mail.text


def _is_answered(mail: Sent, first: Letter, words: Words) -> None:
    assert mail.recipient == "anna@customer.test"
    assert mail.header("From") == '"Example Hosting" <support@example.com>'
    assert mail.subject == f"Re: {words.subject}"
    assert not mail.header("Auto-Submitted")
    assert mail.in_reply_to == first.message_id
    assert mail.references == [first.message_id]
    assert mail.text.startswith(words.answer)
    assert "internal" not in mail.text
    assert ">" not in mail.text
    assert "example.com" not in mail.text


def _promises_are_kept(desk: PlayedDesk, *, minutes: int) -> None:
    number = desk.only_ticket().number
    acknowledged = desk.clock(number, Promise.ACKNOWLEDGEMENT)
    answered = desk.clock(number, Promise.FIRST_RESPONSE)
    assert acknowledged is not None
    assert acknowledged.met_at == acknowledged.started_at
    assert answered is not None
    assert answered.met_at is not None
    assert (answered.met_at - answered.started_at).total_seconds() == minutes * 60
    assert not answered.broken
