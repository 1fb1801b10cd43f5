"""What a mail means for a ticket: who may do what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailflow.model import (
    Address,
    Authentication,
    Author,
    AuthorKind,
    AutomaticKind,
    Bounce,
    Command,
    Event,
    Filed,
    Happened,
    Participant,
    Role,
    Status,
    ThreadBy,
    Trust,
)
from mailflow.ticket.event import read, unproven
from mailflow.ticket.thread import Candidate
from tests.unit import samples

TEAM = Candidate(1001, ThreadBy.TOKEN, "team:support")
CUSTOMER = Candidate(1001, ThreadBy.TOKEN, "customer")
EVA = Address("", "eva@elsewhere.example")
NONE = Authentication.NONE
WROTE, CONFIRMED = Happened.CUSTOMER_WROTE, Happened.CUSTOMER_CONFIRMED
THANKED = Happened.CUSTOMER_THANKED


def event(
    author: Author, place: Candidate | None, words: str = "Reboot it.", **changes: Any
) -> Event | None:
    """The event of a mail on the sample ticket, or on none."""
    message = samples.understood(samples.eml(words), author)
    case = samples.case(**changes) if place else None
    return read(message, place, case, samples.desk())


def happened(
    author: Author, place: Candidate | None, words: str = "Reboot it.", **changes: Any
) -> Happened | None:
    found = event(author, place, words, **changes)
    return found.what if found else None


@pytest.mark.parametrize("place", [None, CUSTOMER, TEAM])
def test_a_loop_is_nothing(place: Candidate | None) -> None:
    """Hazards, automatic mail: our own mail that came back is kept and means nothing."""
    assert event(samples.author(kind=AuthorKind.LOOP), place) is None


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        (samples.author(), Happened.OPENED),
        (samples.agent(), Happened.OPENED),
        (samples.author(None), Happened.OPENED),
        (samples.robot(AutomaticKind.SENT), Happened.OPENED),
        (samples.robot(AutomaticKind.REPLY), None),
        (samples.robot(AutomaticKind.REPORT), None),
        (samples.author(kind=AuthorKind.BOUNCE), None),
    ],
)
def test_mail_that_belongs_to_no_ticket(author: Author, expected: Happened | None) -> None:
    """Contract: people and programs open a ticket; vacation notes, bounces, reports are kept without."""
    assert happened(author, None) is expected


@pytest.mark.parametrize("place", [CUSTOMER, TEAM])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (AutomaticKind.SENT, Happened.AUTOMATIC_WROTE),
        (AutomaticKind.REPLY, Happened.AUTOMATIC_REPLIED),
        (AutomaticKind.REPORT, Happened.AUTOMATIC_REPLIED),
    ],
)
def test_automatic_mail_on_a_ticket(kind: AutomaticKind, expected: Happened, place: Candidate) -> None:
    """FreeScout #4035: a colleague's vacation note is not an answer, whatever its address proves."""
    robot = samples.robot(kind, teams=("support",), authentication=Authentication.PASS)
    assert happened(robot, place) is expected


def bounce(permanent: bool = True) -> Author:
    report = Bounce(("anna@customer.example",), permanent, "5.1.1", "550 no such user", ())
    return samples.author(
        Address("", "mailer-daemon@mx.example"), kind=AuthorKind.BOUNCE, bounce=report
    )


def test_a_bounce_says_who_was_not_reached_and_why() -> None:
    """Contract, kind bounce: an answer did not reach the customer, and why."""
    found = event(bounce(), Candidate(1001, ThreadBy.BOUNCE, "customer"))
    assert found is not None
    assert (found.what, found.side) == (Happened.BOUNCED, "customer")
    assert (found.text, found.why) == ("anna@customer.example", "550 no such user")


def test_a_delay_changes_nothing() -> None:
    """Hazards, automatic mail: delayed-delivery notices change nothing."""
    assert happened(bounce(permanent=False), CUSTOMER) is Happened.AUTOMATIC_REPLIED


def test_a_report_about_mail_of_others_is_no_bounce_of_ours() -> None:
    """Only a side that a proof names can have lost a mail of ours."""
    assert happened(bounce(), Candidate(1001, ThreadBy.NUMBER)) is Happened.AUTOMATIC_REPLIED


@pytest.mark.parametrize("by", list(ThreadBy))
def test_the_customer_writes(by: ThreadBy) -> None:
    """Contract: who takes part and proves the thread writes on; the late original is told apart."""
    late = by is ThreadBy.AWAITED
    expected = Happened.ORIGINAL_CAME if late else Happened.CUSTOMER_WROTE
    assert happened(samples.author(), Candidate(1001, by)) is expected


def test_a_participant_writes_for_the_customers_side() -> None:
    """Contract: whoever the team let in takes part."""
    inside = (Participant(EVA, Role.PARTICIPANT),)
    found = event(samples.author(EVA), CUSTOMER, participants=inside)
    assert found is not None
    assert (found.what, found.side) == (Happened.CUSTOMER_WROTE, "customer")


def test_a_stranger_who_proves_the_thread_stands_on_no_side() -> None:
    """Contract: a stranger who proves the thread is shown to the team and gets no mail."""
    found = event(samples.author(EVA), CUSTOMER)
    assert found == Event(Happened.STRANGER_WROTE, EVA.address)


def test_an_unknown_author_on_a_ticket_is_a_stranger() -> None:
    """Hazards, parsing: not exactly one From with one address means the author is unknown."""
    found = event(samples.author(None), CUSTOMER)
    assert found is not None
    assert found.what is Happened.STRANGER_WROTE


def test_a_customers_command_is_only_text() -> None:
    """Contract: nobody but a team's member can command."""
    assert happened(samples.author(), CUSTOMER, "#close") is Happened.CUSTOMER_WROTE


def test_a_proven_colleague_answers() -> None:
    """Contract: an answer needs the team's own side of the ticket and a proven member."""
    found = event(samples.agent(), TEAM)
    assert found == Event(Happened.TEAM_WROTE, samples.MAX.address, "team:support", "Reboot it.")


def test_a_colleagues_commands_are_told_apart_from_the_rest() -> None:
    """Contract: lines at the top are commands; what follows is the rest."""
    found = event(samples.agent(), TEAM, "#escalate sysadmins no root\n#wait\n\nSend the log.")
    assert found is not None
    assert (found.what, found.text) == (Happened.TEAM_WROTE, "Send the log.")
    assert found.commands == (
        Command("escalate", "sysadmins no root", "#escalate sysadmins no root"),
        Command("wait", "", "#wait"),
    )


BOSS = samples.agent(Address("Boss", "boss.inner@desk.test"), teams=("support", "management"))
MANAGEMENT = Candidate(1001, ThreadBy.TOKEN, "team:management")


@pytest.mark.parametrize("approval", ["asked", "expired", "", "approved", "rejected"])
@pytest.mark.parametrize(
    ("words", "command", "rest"),
    [
        ("Approved, once.", "approve", "once."),
        ("genehmigt", "approve", ""),
        ("Reject\n\nToo much.", "reject", "Too much."),
        ("Abgelehnt: zu teuer", "reject", "zu teuer"),
    ],
)
def test_management_decides_by_a_plain_first_word(
    words: str, command: str, rest: str, approval: str
) -> None:
    """Contract, #approve and #reject: management's answer; also as a plain first word. Also when nothing
    is asked any more: the reason behind a late one must not become an answer to the customer."""
    found = event(BOSS, MANAGEMENT, words, approval=approval)
    assert found is not None
    assert ([one.name for one in found.commands], found.text) == ([command], rest)


@pytest.mark.parametrize(
    ("author", "place", "approval"),
    [
        (samples.agent(), TEAM, "asked"),
        (BOSS, TEAM, "asked"),
    ],
)
def test_a_plain_word_decides_nothing_else(author: Author, place: Candidate, approval: str) -> None:
    """Only on management's side of a ticket; elsewhere it is an answer."""
    found = event(author, place, "Approved, once.", approval=approval)
    assert found is not None
    assert (found.what, found.commands, found.text) == (Happened.TEAM_WROTE, (), "Approved, once.")


@pytest.mark.parametrize("words", ["Approved", "#approve", "#reject no"])
def test_a_forged_decision_is_none(words: str) -> None:
    """Who is not proven as management decides nothing."""
    for author in (samples.agent(), replace(BOSS, authentication=Authentication.FAIL)):
        assert happened(author, MANAGEMENT, words, approval="asked") is Happened.MEMBER_UNPROVEN


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Yes, thanks!", [WROTE, WROTE, CONFIRMED, THANKED]),
        ("Ja, läuft wieder. Danke!", [WROTE, WROTE, CONFIRMED, THANKED]),
        ("Vielen Dank!", [WROTE, WROTE, CONFIRMED, THANKED]),
        ("No, it is still slow.", [WROTE, WROTE, WROTE, WROTE]),
        ("Yes, but it is still slow.", [WROTE, WROTE, WROTE, WROTE]),
        ("Does it work now?", [WROTE, WROTE, WROTE, WROTE]),
    ],
)
def test_what_a_customers_yes_means(words: str, expected: list[Happened]) -> None:
    """The promise: confirmed with the customer. A yes ends a solved ticket and moves no ended one."""
    said = [happened(samples.author(), CUSTOMER, words, status=status) for status in Status]
    assert said == expected


def test_a_yes_with_a_file_is_for_a_person() -> None:
    """A picture may show that it does not work."""
    head = "Content-Type: image/png; name=screen.png"
    message = samples.understood(mixed(head, "Yes, thanks!"), samples.author())
    found = read(message, CUSTOMER, samples.case(status=Status.RESOLVED), samples.desk())
    assert found is not None
    assert found.what is WROTE


def test_the_late_first_mail_confirms_nothing() -> None:
    """It was written before the answer that solved it."""
    place = Candidate(1001, ThreadBy.AWAITED)
    late = happened(samples.author(), place, "Yes, thanks!", status=Status.RESOLVED)
    assert late is Happened.ORIGINAL_CAME


def again(words: str, *between: Filed, file: bool = False) -> Happened:
    """What a colleague's mail is who wrote "Reboot it." before."""
    before = samples.came(
        "<a@desk.test>", side="team:support", from_=samples.MAX, new_text="Reboot it."
    )
    octets = mixed("Content-Type: application/pdf; name=a.pdf", words) if file else samples.eml(words)
    message = samples.understood(octets, samples.agent())
    found = read(message, TEAM, samples.case(samples.FIRST, before, *between), samples.desk())
    assert found is not None
    return found.what


def test_the_same_words_twice_are_a_robots() -> None:
    """A robot without any header that says so answers each mail; the customer gets its words once."""
    assert again("Reboot  it.") is Happened.TEAM_ERRED
    assert again("Reboot it, please.") is Happened.TEAM_WROTE
    assert again("Reboot it.", samples.came("<2@customer.example>")) is Happened.TEAM_WROTE
    assert again("Reboot it.", samples.went("<r@desk.test>")) is Happened.TEAM_ERRED
    assert again("Reboot it.", file=True) is Happened.TEAM_WROTE, "with another file"


@pytest.mark.parametrize("checked", [Authentication.FAIL, NONE])
@pytest.mark.parametrize("words", ["Reboot it.", "#close", "#note secret"])
def test_forged_colleague(checked: Authentication, words: str) -> None:
    """CVE-2026-47123: a forged reply with a known Message-ID and a colleague's From is not relayed."""
    for by in (ThreadBy.TOKEN, ThreadBy.MESSAGE_ID):
        place = Candidate(1001, by, "team:support")
        found = event(samples.agent(authentication=checked), place, words)
        assert found is not None
        assert (found.what, found.text) == (Happened.MEMBER_UNPROVEN, "")
        assert checked.value in found.why


def test_a_colleague_by_the_customers_side_is_unproven() -> None:
    """Contract: proven by a token or Message-ID for that team's side; the customer's is none."""
    assert happened(samples.agent(), CUSTOMER, "#close") is Happened.MEMBER_UNPROVEN


@pytest.mark.parametrize("by", [ThreadBy.NUMBER, ThreadBy.PARTICIPANT])
def test_a_colleague_who_only_names_the_ticket_is_unproven(by: ThreadBy) -> None:
    """Contract: a member's mail without the proof is kept, never relayed, and the team is told."""
    assert happened(samples.agent(), Candidate(1001, by)) is Happened.MEMBER_UNPROVEN


def test_the_customer_with_a_teams_token_is_no_team() -> None:
    """Contract: nobody but a team's member can answer, even where a token leaked."""
    assert happened(samples.author(), TEAM, "#close") is Happened.MEMBER_UNPROVEN


def test_member_of_another_team_is_unproven() -> None:
    """Contract: a member of that team, whose side the token proves."""
    place = Candidate(1001, ThreadBy.TOKEN, "team:management")
    assert happened(samples.agent(), place) is Happened.MEMBER_UNPROVEN


def test_a_colleague_who_is_the_customer_writes_as_one() -> None:
    """An employee who asks for help is a customer on the customer's side."""
    assert happened(samples.agent(), CUSTOMER, customer=samples.MAX) is Happened.CUSTOMER_WROTE


@pytest.mark.parametrize(
    ("require", "checked", "proven"),
    [
        ("none", NONE, True),
        ("none", Authentication.FAIL, True),
        ("agents", NONE, False),
        ("agents", Authentication.FAIL, False),
        ("agents", Authentication.PASS, True),
        ("everyone", NONE, False),
        ("everyone", Authentication.PASS, True),
    ],
)
def test_what_trust_asks_of_agents(require: Any, checked: Authentication, proven: bool) -> None:
    """Contract, [trust] require_authentication: "none", "agents", "everyone"."""
    desk = samples.desk(trust=Trust((), require))
    doubt = unproven(samples.agent(authentication=checked), "support", desk)
    assert (doubt == "") is proven
    assert unproven(samples.agent(authentication=checked), "management", desk)


def test_a_failed_command_names_its_line_and_holds_the_whole_text() -> None:
    """Contract: the receipt says which line failed, why, and holds the whole text."""
    found = event(samples.agent(), TEAM, "#notee secret\nmore")
    assert found is not None
    assert (found.what, found.why, found.line) == (Happened.TEAM_ERRED, "unknown", "#notee secret")
    assert found.text == "#notee secret\nmore"


def mixed(part_head: str, html: str = "") -> bytes:
    """A colleague's mail without a word, with one part."""
    return (
        "From: max.inner@desk.test\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/html\r\n\r\n<p>{html}</p>\r\n"
        f"--b\r\n{part_head}\r\n\r\ndata\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("part_head", "expected"),
    [
        ("Content-Type: application/pdf; name=a.pdf", Happened.TEAM_WROTE),
        ("Content-Type: application/pgp-signature; name=signature.asc", Happened.TEAM_ERRED),
        ("Content-Type: application/pkcs7-signature; name=smime.p7s", Happened.TEAM_ERRED),
        (
            "Content-Type: image/png\r\nContent-Disposition: inline\r\nContent-ID: <logo@x>",
            Happened.TEAM_ERRED,
        ),
    ],
)
def test_only_files_make_an_empty_answer_one(part_head: str, expected: Happened) -> None:
    """An empty answer with a logo or an S/MIME signature must not go to the customer as an answer."""
    message = samples.understood(mixed(part_head), samples.agent())
    found = read(message, TEAM, samples.case(), samples.desk())
    assert found is not None
    assert found.what is expected
