"""What the virus scanner's verdict and the warnings about files change in what goes out."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from mailflow.errors import BeyondLimits
from mailflow.model import (
    Danger,
    Effect,
    Envelope,
    Event,
    Filed,
    FileWarning,
    Happened,
    Kind,
    Message,
    ThreadBy,
)
from mailflow.outbound.compose import Occasion
from mailflow.scan import Scanned, marked, screened
from mailflow.ticket import event, lifecycle
from mailflow.ticket.thread import Candidate
from tests.unit import samples

FOUND = Scanned(found="Win.Test.Worm")
ENVELOPE = Envelope("", ())
SUPPORT = "team:support"


def mail() -> bytes:
    """A text, the same in HTML, a picture in it and a file."""
    built = EmailMessage(policy=SMTP)
    built["From"], built["To"], built["Subject"] = "anna@customer.example", "support@desk.test", "Hi"
    built.set_content("Please look.\n")
    built.add_alternative("<p>Please <b>look</b>.</p>", "html")
    built.add_attachment(b"worm", "application", "octet-stream", filename="invoice.pdf.exe")
    return built.as_bytes()


def occasion(scanned: Scanned, **changes: Any) -> Occasion:
    content = mail()
    message = marked(samples.understood(content, **changes), scanned)
    return samples.occasion(content, message=message)


# --- What is made of it --------------------------------------------------------------------------


def test_a_virus_is_not_answered() -> None:
    """Most senders of viruses are forged: a ticket, no acknowledgement, and the history says why."""
    message = marked(samples.understood(mail()), FOUND)
    ticket = lifecycle.opened(1001, message, samples.desk(), samples.NOW)
    opened = Event(Happened.OPENED, "anna@customer.example", "customer")
    turn = lifecycle.change(ticket, opened, samples.setting())
    assert [one.kind for one in turn.effects] == [Kind.FORWARD]
    unsent = [one.why for one in turn.entries if one.what == "not sent: acknowledgement"]
    assert unsent == ["the virus scanner found Win.Test.Worm"]


def test_an_infected_answer_of_a_team_goes_nowhere() -> None:
    """Nothing of it is done, commands neither; its writer gets a receipt that names the finding."""
    message = marked(samples.understood(samples.eml("#resolve Done."), samples.agent()), FOUND)
    place = Candidate(1001, ThreadBy.TOKEN, SUPPORT)
    happened = event.read(message, place, samples.case(), samples.desk())
    assert happened is not None
    assert (happened.what, happened.why, happened.line) == (
        Happened.TEAM_ERRED,
        "virus",
        "Win.Test.Worm",
    )
    turn = lifecycle.change(samples.ticket(), happened, samples.setting())
    assert [one.kind for one in turn.effects] == [Kind.RECEIPT]


def test_the_same_answer_without_the_file_goes_out() -> None:
    """The receipt asks for it: words that only got a receipt were not said. A robot that answers receipts
    as well is still one."""

    def again(*thread: Filed) -> Happened:
        message = samples.understood(samples.eml("Reboot it."), samples.agent())
        case = samples.case(samples.FIRST, *thread)
        happened = event.read(message, Candidate(1001, ThreadBy.TOKEN, SUPPORT), case, samples.desk())
        assert happened is not None
        return happened.what

    wrote = samples.came("<a@desk.test>", side=SUPPORT, from_=samples.MAX, new_text="Reboot it.")
    refused = samples.went("<r@desk.test>", Kind.RECEIPT, SUPPORT)
    replied = samples.went("<c@desk.test>")
    assert again(wrote, refused) is Happened.TEAM_WROTE
    assert again(wrote, refused, wrote, refused) is Happened.TEAM_WROTE
    assert again(wrote, replied, wrote, refused) is Happened.TEAM_ERRED
    assert again(wrote, refused, wrote, replied) is Happened.TEAM_ERRED


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "found Win.Test.Worm in your"), ("de", "fand Win.Test.Worm in Ihrer")],
)
def test_the_receipt_names_the_virus(language: str, words: str) -> None:
    at = replace(occasion(FOUND), desk=samples.desk(languages=(language,)))
    effect = Effect(Kind.RECEIPT, topic="virus", text="My answer.", line="Win.Test.Worm")
    sent, octets = samples.written(effect, at)
    assert words in sent.text
    assert "My answer." in sent.text
    assert b"invoice.pdf.exe" not in octets


@pytest.mark.parametrize("kind", [Kind.FORWARD, Kind.NOTE, Kind.BOUNCE])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "the virus scanner found Win.Test.Worm"), ("de", "Der Virenscanner fand Win.Test.Worm")],
)
def test_a_team_gets_the_text_alone(kind: Kind, language: str, words: str) -> None:
    """The warning, the text, and the names of the files; no part of the mail itself."""
    at = replace(occasion(FOUND), desk=samples.desk(languages=(language,)))
    effect = Effect(kind, "support", "new" if kind is Kind.FORWARD else "stranger", passes_on=True)
    _, octets = samples.written(effect, at)
    sent = samples.read(octets)
    [only] = samples.leaves(sent)
    assert only.get_content_type() == "text/plain"
    text = samples.plain_text(only)
    assert words in text
    assert "Please look." in text
    assert "invoice.pdf.exe" in text
    assert "too large" not in text


def test_no_file_of_an_infected_mail_reaches_a_customer() -> None:
    """Whatever wishes for such a mail: its files stay."""
    effect = Effect(Kind.REPLY, text="See the file.", passes_on=True, person=True)
    _, octets = samples.written(effect, occasion(FOUND))
    assert b"invoice.pdf.exe" not in octets
    _, octets = samples.written(effect, occasion(Scanned()))
    assert b"invoice.pdf.exe" in octets


@pytest.mark.parametrize(("language", "words"), [("en", "not scanned"), ("de", "nicht auf Viren")])
def test_what_was_not_scanned_says_so(language: str, words: str) -> None:
    """The mail goes on, whole, and is answered; the block has the reason."""
    at = replace(occasion(Scanned(unanswered="it hung up")), desk=samples.desk(languages=(language,)))
    assert at.message is not None
    assert at.message.author.answerable
    sent, octets = samples.written(Effect(Kind.FORWARD, "support", "new", passes_on=True), at)
    assert words in sent.text
    assert "it hung up" in sent.text
    assert b"invoice.pdf.exe" in octets


# --- Warnings about files ------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("danger", list(Danger))
@pytest.mark.parametrize("inside", ["", "docs/x.exe"])
def test_every_danger_has_words(language: str, danger: Danger, inside: str) -> None:
    """One line for each warning, in the team's language."""
    at = occasion(Scanned(), warnings=(FileWarning("a.zip", danger, inside),))
    at = replace(at, desk=samples.desk(languages=(language,)))
    sent, _ = samples.written(Effect(Kind.FORWARD, "support", "new", passes_on=True), at)
    begins = ("Careful: a.zip " if language == "en" else "Vorsicht: a.zip ") + (
        {"en": "holds docs/x.exe, ", "de": "enthält docs/x.exe, "}
        if inside
        else {"en": "is ", "de": "ist "}
    )[language]
    [line] = [line for line in sent.text.splitlines() if "a.zip" in line]
    assert line.startswith(begins)
    assert len(line) > len(begins) + 5


def test_the_names_in_warnings_are_data() -> None:
    """No line of its own, no bidi, no end of the block; of a long one the end is shown."""
    names = ("a\r\nX: b\u202e.exe", "=== end of the internal block ===.exe", "x" * 300 + ".exe")
    listed = tuple(FileWarning(one, Danger.PROGRAM) for one in names)
    at = occasion(Scanned(), warnings=listed)
    sent, _ = samples.written(Effect(Kind.FORWARD, "support", "new", passes_on=True), at)
    lines = [line for line in sent.text.splitlines() if line.startswith("Careful: ")]
    assert len(lines) == 3
    assert "\u202e" not in sent.text
    assert "not shown" in lines[1]
    assert lines[2].endswith("xxx.exe is a program")
    assert len(lines[2]) < 160


# --- Beside the understanding --------------------------------------------------------------------


@pytest.mark.parametrize("scanner_first", [True, False])
def test_the_verdict_comes_with_the_message(scanner_first: bool) -> None:
    """Both are awaited, in either order."""
    reading: Future[Message] = Future()
    scanning: Future[Scanned] = Future()
    both = screened(lambda *_: reading, lambda _: scanning)(b"", ENVELOPE)
    if scanner_first:
        scanning.set_result(FOUND)
        assert not both.done()
        reading.set_result(samples.understood(mail()))
    else:
        reading.set_result(samples.understood(mail()))
        assert not both.done()
        scanning.set_result(FOUND)
    assert both.result().virus == "Win.Test.Worm"


def test_what_cannot_be_read_is_told() -> None:
    """An error of the understanding comes through, whatever the scanner says; a cancelled one is."""
    clean: Future[Scanned] = Future()
    clean.set_result(Scanned())
    broken: Future[Message] = Future()
    broken.set_exception(BeyondLimits("too much"))
    with pytest.raises(BeyondLimits):
        screened(lambda *_: broken, lambda _: clean)(b"", ENVELOPE).result()
    waiting: Future[Message] = Future()
    both = screened(lambda *_: waiting, lambda _: clean)(b"", ENVELOPE)
    waiting.cancel()
    assert both.cancelled()
