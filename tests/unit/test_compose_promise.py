"""What the mails of the promise say: escalations, updates, handovers, reminders, breaches, closings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mailflow.model import (
    Address,
    Clock,
    Effect,
    Entry,
    Kind,
    Promise,
    Route,
    Status,
    Team,
)
from mailflow.outbound.compose import Occasion
from mailflow.rules.route import route
from tests.unit import samples
from tests.unit.samples import MONDAY, NOW, SATURDAY, came, eml, occasion, plain_text, went, written

REASONS = ("volume", "tools", "complex", "approval", "waited", "expertise")


def by_colleague(at: datetime = NOW, **changes: Any) -> Occasion:
    """A colleague's mail on the ticket, which the system administrators have by now."""
    mine = came("<answer@desk.test>", side="team:support", from_=samples.MAX, kind="agent")
    ticket = changes.pop("ticket", samples.ticket(team="sysadmins", level=3))
    desk = changes.pop("desk", samples.desk())
    values: dict[str, Any] = {
        "content": eml("Hello Anna.\n"),
        "writer": samples.agent(),
        "thread": (samples.FIRST, mine),
        "desk": desk,
        "ticket": ticket,
        "route": route(desk, ticket.bucket, ticket.team, at),
        "at": at,
    }
    return occasion(**(values | changes))


def by_clock(at: datetime = NOW, **changes: Any) -> Occasion:
    """Nothing was received: a clock struck."""
    return by_colleague(at, content=None, thread=(samples.FIRST,), **changes)


def text_of(effect: Effect, at: Occasion) -> str:
    return plain_text(samples.leaves(samples.read(written(effect, at)[1]))[0])


def german(**changes: Any) -> Any:
    return samples.ticket(**({"team": "sysadmins", "level": 3, "language": "de"} | changes))


def clock(promise: Promise, minutes: int, **changes: Any) -> Clock:
    within = timedelta(minutes=minutes)
    return Clock(promise, NOW, within, NOW + within, **changes)


def asked(desk_language: str) -> Any:
    """A desk whose teams read this language."""
    return samples.desk(languages=("en", "de") if desk_language == "en" else ("de", "en"))


# --- Escalation ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "english", "germans"),
    [
        ("volume", "Many requests are reaching us", "sehr viele Anfragen"),
        ("tools", "the tools and the access", "Werkzeuge und Zugänge"),
        ("complex", "knowledge beyond the standard", "Wissen über den Standard hinaus"),
        ("approval", "needs their approval", "braucht eine Freigabe"),
        ("waited", "We are sorry", "Das tut uns leid"),
        ("expertise", "who can solve it best", "am besten lösen können"),
    ],
)
def test_why_to_whom_and_what_happens_next(topic: str, english: str, germans: str) -> None:
    """The promise: a hand-over comes with a message saying why, to whom, and what happens next."""
    effect = Effect(Kind.ESCALATION, topic=topic)
    told = text_of(effect, by_clock())
    for fact in (english, "our system administrators", "1001", "within 4 hours", "repeat anything"):
        assert fact in told
    assert ("nothing went wrong" in told) == (topic != "waited"), "no excuse where we were late"
    told = text_of(effect, by_clock(ticket=german()))
    for fact in (germans, "unsere Systemadministratoren", "1001", "4 Stunden", "nichts wiederholen"):
        assert fact in told
    assert ("nichts schiefgegangen" in told) == (topic != "waited")


@pytest.mark.parametrize("topic", REASONS)
def test_an_escalation_to_a_closed_team(topic: str) -> None:
    """Contract: tells the customer when it opens and who looks after it until then."""
    effect = Effect(Kind.ESCALATION, topic=topic)
    told = text_of(effect, by_clock(SATURDAY))
    assert "back on Monday at 08:00, CET." in told
    assert "Until then your request is looked after by our support." in told
    assert "4 hours" not in told, "only one of both is promised"
    told = text_of(effect, by_clock(SATURDAY, ticket=german()))
    assert "wieder am Montag um 08:00 Uhr, CET." in told
    assert "Bis dahin kümmert sich um Ihre Anfrage unser Support." in told


def test_the_hour_is_the_teams_own() -> None:
    """Hazards, time: hours are told in the team's zone, with its name, and with the date when far away."""
    far = replace(samples.LATE_HOURS, timezone="America/New_York")
    desk = samples.desk(teams=(*samples.TEAMS[:2], Team("sysadmins", "s@desk.test", 3, (), far)))
    told = text_of(Effect(Kind.ESCALATION, topic="tools"), by_clock(SATURDAY, desk=desk))
    assert "Monday at 08:00, EST" in told
    late = Route("sysadmins", "support", "", MONDAY + timedelta(days=7))
    told = text_of(Effect(Kind.ESCALATION, topic="tools"), by_clock(SATURDAY, route=late))
    assert "back on Monday, 7 December, at 08:00, CET." in told
    told = text_of(
        Effect(Kind.ESCALATION, topic="tools"), by_clock(SATURDAY, route=late, ticket=german())
    )
    assert "am Montag, dem 7. Dezember, um 08:00 Uhr, CET." in told


def test_summer_time_has_its_name() -> None:
    """Hazards, time: 'CET' is the clock in Berlin, and in summer it is called CEST."""
    july = datetime.fromisoformat("2027-07-03T12:00+00:00")
    opens = datetime.fromisoformat("2027-07-05T06:00+00:00")
    told = text_of(
        Effect(Kind.ESCALATION, topic="tools"),
        by_clock(july, route=Route("sysadmins", "support", "", opens)),
    )
    assert "Monday at 08:00, CEST" in told


def test_a_team_of_the_operators_own() -> None:
    """A team that the templates have no words for is called by its name."""
    night = Team("night-shift", "night@desk.test", 2)
    desk = samples.desk(teams=(*samples.TEAMS, night))
    ticket = samples.ticket(team="night-shift", level=2)
    told = text_of(Effect(Kind.ESCALATION, topic="expertise"), by_clock(desk=desk, ticket=ticket))
    assert "our team night-shift" in told
    assert "night@desk.test" not in told


def test_a_persons_words_come_first_in_the_same_mail() -> None:
    """Contract, #escalate: the rest goes to the customer, in the same mail."""
    effect = Effect(Kind.ESCALATION, topic="tools", text="Hello Anna.", passes_on=True, person=True)
    told = text_of(effect, by_colleague())
    assert told.startswith("Hello Anna.\n\nYour request 1001 goes to our system administrators")
    assert told.count("Hello") == 1
    assert "Max Mustermann, INTROSERV" in told


def test_the_estimate_is_told_with_it() -> None:
    """Contract, #eta: the realistic time that updates name."""
    eta = samples.ticket(team="sysadmins", level=3, eta_at=NOW + timedelta(hours=5))
    told = text_of(Effect(Kind.ESCALATION, topic="tools"), by_clock(ticket=eta))
    assert "Our estimate: Tuesday at 18:00, CET." in told


# --- What is marked automatic --------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.ESCALATION, Kind.CLOSING, Kind.RESOLUTION])
@pytest.mark.parametrize(("words", "person"), [("Words.", True), ("", True), ("", False)])
def test_automatic_except_where_a_person_wrote_the_text(kind: Kind, words: str, person: bool) -> None:
    """Contract: auto-generated, except where a person wrote the text; a bare command meets
    `first_response` all the same, for a person wanted it said."""
    effect = Effect(kind, topic="tools", text=words, person=person, passes_on=person)
    mail, content = written(effect, by_colleague())
    marked = samples.read(content)["Auto-Submitted"]
    assert marked == (None if words else "auto-generated")
    assert mail.by_person is person
    assert samples.read(content)["Reply-To"] == mail.sender, "what comes back is told the team"


@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.ESCALATION, Kind.RESOLUTION, Kind.CLOSING])
def test_a_customers_name_is_not_repeated_by_the_desk(kind: Kind) -> None:
    """What nobody wrote goes to the address alone: a name is a stranger's text."""
    ticket = samples.ticket(customer=Address("Visit evil.example", "anna@customer.example"))
    _, content = written(Effect(kind, topic="tools"), by_clock(ticket=ticket))
    assert b"evil.example" not in content.partition(b"\r\n\r\n")[0]


# --- Status --------------------------------------------------------------------------------------


def test_an_automatic_status() -> None:
    """The promise: each with what is being done and a realistic time; honest where there is none."""
    history = (Entry(NOW - timedelta(hours=3), "escalated to sysadmins", "max@desk.test", "SECRET"),)
    answer = went("<r@desk.test>", at=NOW - timedelta(hours=4))
    effect = Effect(Kind.STATUS, topic="automatic")
    at = replace(by_clock(history=history), thread=(samples.FIRST, answer))
    told = text_of(effect, at)
    assert "in the hands of our system administrators since Tuesday, 24 November, 10:00 (CET)" in told
    assert "We last wrote to you on Tuesday, 24 November, 09:00 (CET)" in told
    assert "cannot name a reliable time yet" in told
    assert "hear from us again by Tuesday at 17:00, CET" in told
    told = text_of(effect, replace(at, ticket=german()))
    assert "in Arbeit seit Dienstag, 24. November, 10:00 Uhr (CET)" in told
    assert "Spätestens am Dienstag um 17:00 Uhr, CET, hören Sie" in told
    assert "SECRET" not in told


@pytest.mark.parametrize(
    "said",
    [
        went("<n@desk.test>", Kind.NOTICE),
        went("<f@desk.test>", state="failed"),
        went("<t@desk.test>", side="team:support"),
        came("<2@customer.example>"),
    ],
    ids=["automatic", "failed", "team", "customer"],
)
def test_what_is_no_word_of_ours_to_the_customer(said: Any) -> None:
    """An automatic status does not claim that somebody wrote."""
    at = replace(by_clock(), thread=(samples.FIRST, said))
    assert "We last wrote" not in text_of(Effect(Kind.STATUS, topic="automatic"), at)


def test_a_persons_status_names_the_estimate_and_the_next_one() -> None:
    """Contract, #status and #eta: updates name the realistic time."""
    eta = samples.ticket(eta_at=NOW + timedelta(hours=3))
    effect = Effect(Kind.STATUS, text="A disk is replaced.", passes_on=True, person=True)
    told = text_of(effect, by_colleague(ticket=eta))
    assert told.startswith("A disk is replaced.\n\nWe expect a solution by Tuesday at 16:00, CET.")
    assert "cannot name" not in told


@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.ESCALATION])
def test_an_estimate_that_has_passed_is_not_named_again(kind: Kind) -> None:
    """A solution is not expected by yesterday."""
    late = samples.ticket(eta_at=NOW - timedelta(hours=1))
    told = text_of(Effect(kind, topic="automatic"), by_clock(ticket=late))
    assert "12:00" not in told
    assert ("cannot name a reliable time" in told) == (kind is Kind.STATUS)


@pytest.mark.parametrize("status", [Status.WAITING, Status.RESOLVED, Status.CLOSED])
@pytest.mark.parametrize("kind", [Kind.STATUS, Kind.ESCALATION])
def test_no_update_is_promised_while_clocks_stand_still(status: Status, kind: Kind) -> None:
    """Contract, status_update: stands still while waiting and resolved."""
    at = by_colleague(ticket=samples.ticket(status=status))
    told = text_of(Effect(kind, topic="tools", text="Hello.", person=True), at)
    assert "ou hear from us" not in told


# --- Notices -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "english", "germans"),
    [
        ("reopened", "open again and goes ahead of new ones", "kommt vor neuen an die Reihe"),
        ("longer", "(we had named Tuesday at 12:00, CET)", "(genannt war Dienstag um 12:00 Uhr, CET)"),
        ("approved", "it has been approved", "Sie wurde genehmigt"),
        ("rejected", "it was not approved", "sie wurde nicht genehmigt"),
    ],
)
def test_notices(topic: str, english: str, germans: str) -> None:
    """Contract, notice: approved or not, takes longer, reopened; never a reason of ours."""
    effect = Effect(Kind.NOTICE, topic=topic, text="SECRET", why="SECRET")
    late = NOW - timedelta(hours=1)
    for language, words in (("en", english), ("de", germans)):
        told = text_of(effect, by_clock(ticket=samples.ticket(language=language, eta_at=late)))
        assert words in told
        assert "SECRET" not in told


# --- Closing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("topic", "english", "germans"),
    [
        ("confirmed", "Thank you for your confirmation.", "Danke für Ihre Bestätigung."),
        ("silence", "heard nothing against the solution", "nichts gegen die Lösung gehört"),
    ],
)
@pytest.mark.parametrize("broken", [False, True])
def test_a_closing_says_how_the_promises_were_kept(
    topic: str, english: str, germans: str, broken: bool
) -> None:
    """The promise: closed with every detail; a broken promise is not passed over."""
    clocks = (
        clock(Promise.ACKNOWLEDGEMENT, 2, met_at=NOW),
        clock(Promise.FIRST_RESPONSE, 10, met_at=NOW, broken=broken),
        clock(Promise.STATUS_UPDATE, 240),
        clock(Promise.NEXT_ANSWER, 10),
        clock(Promise.APPROVAL, 1440),
    )
    effect = Effect(Kind.CLOSING, topic=topic)
    told = text_of(effect, by_clock(clocks=clocks))
    verdict = "it came late, and our management knows" if broken else "kept"
    assert english in told
    assert "Acknowledgement: promised within 2 minutes, kept." in told
    assert f"First answer of a person: promised within 10 minutes, {verdict}." in told
    assert "last in charge: our system administrators" in told
    assert "24 hours" not in told, "what the desk promises itself is shown to nobody"
    told = text_of(effect, by_clock(clocks=clocks, ticket=german()))
    assert germans in told
    assert "Eingangsbestätigung: versprochen innerhalb von 2 Minuten, gehalten." in told
    verdict = "sie kam zu spät, unsere Geschäftsleitung weiß davon" if broken else "gehalten"
    assert f"Erste Antwort eines Menschen: versprochen innerhalb von 10 Minuten, {verdict}." in told


# --- To teams ------------------------------------------------------------------------------------

HISTORY = (
    Entry(NOW, "opened", "anna@customer.example"),
    Entry(NOW, "noted", "max@desk.test", "the disk is old"),
    Entry(NOW, "acknowledgement delivered", "mailflow", "anna@customer.example"),
    Entry(NOW, "answered", "max@desk.test"),
    Entry(NOW, "reply delivered", "a person", "anna@customer.example"),
    Entry(NOW, "status delivered", "a person", "anna@customer.example"),
    Entry(NOW, "clock status_update begun", "mailflow", "since then"),
    Entry(NOW, "approval asked", "max@desk.test", "a new disk"),
    Entry(NOW, "escalated to sysadmins", "max@desk.test", "no root access"),
)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("topic", "english", "germans"),
    [
        ("tools", "escalated to you by", "an Sie eskaliert, von"),
        ("complex", "escalated to you by", "an Sie eskaliert, von"),
        ("meanwhile", "look after it until then", "kümmern Sie sich bis dahin"),
        ("bucket", "(it was no root)", "(er war no root)"),
        ("waited", "waited too long", "zu lange auf seine erste Antwort"),
        ("opened", "You are open again", "Ihr Team hat wieder geöffnet"),
    ],
)
def test_a_handover_has_the_history(topic: str, english: str, germans: str, language: str) -> None:
    """Contract, handover: a ticket with its history comes to this team; the specialist takes over
    without a seam."""
    thread = (
        came("<1@customer.example>", new_text="SLOW"),
        went("<n@desk.test>", Kind.NOTICE, new_text="AUTOMATIC"),
        went("<2@desk.test>", new_text="WHICH SERVER"),
        came("<3@customer.example>", new_text="VPS-4711"),
        came("<answer@desk.test>", side="team:support", from_=samples.MAX),
    )
    at = by_colleague(thread=thread, history=HISTORY, desk=asked(language))
    told = text_of(Effect(Kind.HANDOVER, "sysadmins", topic, why="no root"), at)
    assert (english if language == "en" else germans) in told
    places = [told.index(word) for word in ("VPS-4711", "WHICH SERVER", "SLOW")]
    assert places == sorted(places), "the latest first"
    assert "2026-11-24 13:00  noted, max@desk.test: the disk is old" in told
    assert "approval asked, max@desk.test: a new disk" in told
    assert "no root" in told
    for noise in ("AUTOMATIC", "delivered", "clock ", "opened, anna"):
        assert noise not in told


@pytest.mark.parametrize(
    ("topic", "english", "germans"),
    [
        (
            "first_response",
            "due Tuesday, 24 November, 13:10 (CET)",
            "fällig: Dienstag, 24. November, 13:10",
        ),
        ("status_update", "by Tuesday, 24 November, 17:00 (CET)", "bis Dienstag, 24. November, 17:00"),
        ("next_answer", "wrote again", "wieder geschrieben"),
        ("estimate", "name a new one with #eta", "mit #termin einen neuen"),
        ("approval", "answer with approve or reject", "mit genehmigt oder abgelehnt"),
    ],
)
def test_reminders(topic: str, english: str, germans: str) -> None:
    """Contract, reminder: before a deadline; what is due when, and how to meet it."""
    clocks = (clock(Promise.FIRST_RESPONSE, 10), clock(Promise.STATUS_UPDATE, 240))
    for language, words in (("en", english), ("de", germans)):
        at = by_clock(clocks=clocks, desk=asked(language))
        mail, _ = written(Effect(Kind.REMINDER, "sysadmins", topic), at)
        assert words in mail.text
        assert mail.recipients == ("sys.inner@desk.test",)


@pytest.mark.parametrize("promise", [Promise.ACKNOWLEDGEMENT, Promise.FIRST_RESPONSE])
def test_a_breach(promise: Promise) -> None:
    """Contract, breach: to management, what was promised, since when, whose it is, what was done."""
    clocks = (clock(Promise.ACKNOWLEDGEMENT, 2), clock(Promise.FIRST_RESPONSE, 10))
    names = {
        Promise.ACKNOWLEDGEMENT: (
            "the acknowledgement",
            "2 minutes",
            "13:02",
            "Die Eingangsbestätigung",
        ),
        Promise.FIRST_RESPONSE: (
            "the first answer of a person",
            "10 minutes",
            "13:10",
            "Die erste Antwort",
        ),
    }[promise]
    effect = Effect(Kind.BREACH, "management", promise.value, promise=promise)
    at = by_clock(SATURDAY, clocks=clocks, history=HISTORY)
    mail, _ = written(effect, at)
    for fact in (
        f"{names[0]} did not come within {names[1]}",
        "Received: Tuesday, 24 November, 13:00 (CET)",
        f"Due: Tuesday, 24 November, {names[2]} (CET)",
        "Team: sysadmins, closed; support looks after it",
        "noted, max@desk.test: the disk is old",
        "Everything is slow.",
    ):
        assert fact in mail.text
    assert mail.recipients == ("boss.inner@desk.test",)
    assert names[3] in written(effect, by_clock(clocks=clocks, desk=asked("de")))[0].text


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_approval_request(language: str) -> None:
    """Contract, approval-request: to management, with all it needs, and how to answer."""
    effect = Effect(Kind.APPROVAL_REQUEST, "management", text="50 EUR credit", passes_on=True)
    mail, content = written(effect, by_colleague(history=HISTORY, desk=asked(language)))
    words = {
        "en": ("asks for your approval", "approve or reject as the first word", "any other word goes"),
        "de": ("bittet um Ihre Freigabe", "genehmigt oder abgelehnt als erstem", "geht an den Kunden"),
    }[language]
    for fact in (*words, "50 EUR credit", "Max Mustermann", "Everything is slow."):
        assert fact in mail.text
    assert mail.recipients == ("boss.inner@desk.test",)
    assert samples.read(content)["Reply-To"] == f"support+{'m' * 20}@desk.test"


@pytest.mark.parametrize(("topic", "told"), [("escalation", "to sysadmins"), ("closing", "closed the")])
def test_a_copy_of_a_bare_command(topic: str, told: str) -> None:
    """Who shares the mailbox learns what a colleague did, and that nothing more was said."""
    text = text_of(Effect(Kind.COPY, "support", topic, passes_on=True), by_colleague())
    assert told in text
    assert "without words of their own" in text


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "topic",
    [
        *("unknown", "several", "argument", "empty", "same_team", "no_next", "no_bucket", "no_time"),
        *("no_priority", "asked_already", "not_asked", "not_management", "no_incident"),
        *("incident_only", "long_name"),
    ],
)
def test_a_receipt_says_which_line_why_and_what_is_possible(topic: str, language: str) -> None:
    """Contract, receipt: which line failed, why, what is possible, and the whole text."""
    effect = Effect(Kind.RECEIPT, topic=topic, text="WHOLE TEXT", why="POSSIBLE", line="#line x")
    told = text_of(effect, by_colleague(desk=asked(language)))
    assert ("Nothing was" if language == "en" else "Nichts wurde") in told
    for fact in ("#line x", "POSSIBLE", "WHOLE TEXT"):
        assert fact in told


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_fault_has_words_of_its_own(language: str) -> None:
    """A receipt without a reason would leave its writer guessing."""
    topics = (
        *("unknown", "several", "argument", "empty", "nobody", "same_team", "no_next", "no_bucket"),
        *("no_time", "no_priority", "asked_already", "not_asked", "not_management", "again", "help"),
    )
    at = by_colleague(desk=asked(language))
    told = {text_of(Effect(Kind.RECEIPT, topic=topic, line="#x"), at) for topic in topics}
    assert len(told) == len(topics)
