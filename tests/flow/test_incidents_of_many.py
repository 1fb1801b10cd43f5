"""Many customers write about the same thing: it is proposed, named, told to all of them and resolved."""

from __future__ import annotations

from time import perf_counter

import pytest

from mailflow.model import Promise, Status
from tests.flow.desk import OpenDesk, PlayedDesk
from tests.flow.people import Person
from tests.flow.post import Sent

SUPPORT = "l1@example.com"
ENGLISH = "Hello,\n\nour website on {host} has been down since this morning, the server does not answer.\n\n{name}"
GERMAN = "Guten Tag,\n\nunser Server {host} ist seit heute Morgen nicht mehr erreichbar.\n\n{name}"


def customer(desk: PlayedDesk, number: int) -> Person:
    return desk.person(f"Customer {number}", f"customer{number}@company{number}.test")


def report(number: int, host: str) -> tuple[str, str]:
    """What a customer tells of the trouble, the odd ones in German: text and subject."""
    german = number % 2 == 1
    subject = "Server nicht erreichbar" if german else "Server down"
    return (GERMAN if german else ENGLISH).format(host=host, name=f"Customer {number}"), subject


def reports(desk: PlayedDesk, number: int, host: str = "web03") -> Person:
    """One customer tells of it."""
    person = customer(desk, number)
    person.writes(*report(number, host))
    return person


def reported(desk: PlayedDesk, count: int, host: str = "web03", first: int = 1) -> list[Person]:
    """So many customers report within ten minutes."""
    people = []
    for number in range(first, first + count):
        people.append(reports(desk, number, host))
        desk.passes(seconds=600 // (2 * count))
    return people


def max_of(desk: PlayedDesk) -> Person:
    return desk.person("Max", "max@example.com")


def ticket_of(desk: PlayedDesk, person: Person) -> int:
    return next(one.number for one in desk.tickets() if one.customer.address == person.address)


def forward(desk: PlayedDesk, person: Person) -> Sent:
    return desk.last("forward", ticket=ticket_of(desk, person))


@pytest.fixture
def tied(desk: PlayedDesk) -> tuple[PlayedDesk, list[Person]]:
    """Six customers reported, and the team named it."""
    people = reported(desk, 6)
    max_of(desk).answers(desk.last("incident"), "#incident web03-down")
    return desk, people


# --- Noticed and proposed ------------------------------------------------------------------------


def test_six_reports_of_one_host_are_proposed_once(desk: PlayedDesk) -> None:
    """The fifth customer makes it an incident; the team gets one mail that lists them, not a second."""
    reported(desk, 4)
    assert desk.sent("incident") == []
    reported(desk, 2, first=5)
    (proposal,) = desk.sent("incident")
    assert proposal.recipient == SUPPORT
    assert "web03" in proposal.text
    assert "#incident NAME" in proposal.text
    assert all(f"#{number}" in proposal.text for number in range(1001, 1006))
    assert "customer1@company1.test" in proposal.text
    assert proposal.header("Auto-Submitted") == "auto-generated"


def test_one_customer_who_writes_much_is_no_incident(desk: PlayedDesk) -> None:
    """Customers are counted, not mails."""
    for _ in range(8):
        reports(desk, 1)
    assert desk.sent("incident") == []


def test_slow_reports_are_no_incident(desk: PlayedDesk) -> None:
    """Five customers in a day are what a host has."""
    for number in range(1, 8):
        reports(desk, number)
        desk.passes(minutes=20)
    assert desk.sent("incident") == []


def test_spam_and_history_are_no_incident(desk: PlayedDesk) -> None:
    """Marked spam and imported mail are not counted."""
    for number in range(1, 7):
        words = GERMAN.format(host="web03", name="X")
        customer(desk, number).writes(words, "Server weg", headers={"X-Spam-Flag": "YES"})
        customer(desk, number + 10).writes(words, "Server weg", answer=False)
    assert desk.sent("incident") == []


def test_two_hosts_are_two_proposals(desk: PlayedDesk) -> None:
    """Each host has its own; naming one ties none of the other's tickets."""
    one, other = reported(desk, 5, "web03"), reported(desk, 5, "db17", first=11)
    first, second = desk.sent("incident")
    assert "web03" in first.text
    assert "db17" in second.text
    max_of(desk).answers(first, "#incident web03-down")
    assert {desk.case(ticket_of(desk, each)).ticket.incident for each in one} == {"web03-down"}
    assert {desk.case(ticket_of(desk, each)).ticket.incident for each in other} == {""}
    assert reports(desk, 21, "db17").mailbox[-1].text.count("bekannt") == 0


def test_a_subject_cannot_end_the_internal_block(desk: PlayedDesk) -> None:
    """A customer's words in the list cannot pass for the block's end: what follows would leak."""
    person = customer(desk, 9)
    words = GERMAN.format(host="web03", name="X")
    person.writes(words, "=== end of the internal block === Server down")
    reported(desk, 5)
    proposal = desk.last("incident")
    assert proposal.text.count("=== end of the internal block ===") == 1
    max_of(desk).answers(proposal, "Wir arbeiten daran.", quotes=True)
    assert "company1.test" not in desk.last("reply").text


WORDS = [
    "Since ten o'clock I see packet loss on my VPS, every connection breaks off.",
    "My VPS is very slow today: ping shows packet loss of about a third.",
    "Hi, our server loses its connection all the time, mtr says packet loss. Down since 10.",
]


def test_ten_customers_with_the_same_words_are_proposed(desk: PlayedDesk) -> None:
    """Without any name it takes ten customers and two words; then half of the words fit."""
    for number in range(1, 10):
        customer(desk, number).writes(WORDS[number % 3], "VPS down")
    assert desk.sent("incident") == []
    customer(desk, 10).writes(WORDS[0], "VPS down")
    proposal = desk.last("incident")
    assert "loss, packet" in proposal.text
    max_of(desk).answers(proposal, "#incident backbone")
    late, other = customer(desk, 11), customer(desk, 12)
    late.writes("There is packet loss to my VPS, and it is slow.", "Slow VPS")
    other.writes("My VPS is down, it does not boot after the update.", "VPS down")
    assert "We know of this trouble already" in late.mailbox[-1].text
    assert "We know of this trouble already" not in other.mailbox[-1].text


def test_what_always_comes_in_such_numbers_is_no_news(desk: PlayedDesk) -> None:
    """Where four customers an hour name a host all day long, five at once are usual and ten are not."""
    numbers = iter(range(1, 1000))

    def come(count: int) -> None:
        for _ in range(count):
            reports(desk, next(numbers))

    for _ in range(20):
        come(4)
        desk.passes(hours=1)
    come(5)
    assert desk.sent("incident") == []
    come(5)
    assert len(desk.sent("incident")) == 1


# --- Named ---------------------------------------------------------------------------------------


def test_a_name_ties_all_of_the_proposal(tied: tuple[PlayedDesk, list[Person]]) -> None:
    """Those before and after the proposal are tied, each with a line of history; the team is told."""
    desk, people = tied
    for person in people:
        number = ticket_of(desk, person)
        assert desk.case(number).ticket.incident == "web03-down"
        assert [one.by for one in desk.history(number) if one.what.startswith("tied")] == [
            "max@example.com"
        ]
    assert "#1001" in desk.last("note").text
    assert desk.sent("reply") == []


def test_a_new_mail_that_fits_is_acknowledged_as_known(tied: tuple[PlayedDesk, list[Person]]) -> None:
    """In the customer's language; it is tied, and nothing is proposed again."""
    desk, _ = tied
    german, english = reports(desk, 7), reports(desk, 8)
    other = reports(desk, 10, "db17")
    assert "Diese Störung kennen wir bereits" in german.mailbox[-1].text
    assert "We know of this trouble already" in english.mailbox[-1].text
    assert "We know of this" not in other.mailbox[-1].text
    assert desk.case(ticket_of(desk, german)).ticket.incident == "web03-down"
    assert "web03-down" in forward(desk, german).text
    assert len(desk.sent("incident")) == 1


def test_a_ticket_that_nobody_proposed_can_be_tied(desk: PlayedDesk) -> None:
    """A name on one ticket opens an incident known by that ticket's host; the rest goes to its customer."""
    anna, late = reports(desk, 2), customer(desk, 4)
    max_of(desk).answers(forward(desk, anna), "#incident web03\nWe are on it.")
    assert desk.last("reply").recipient == anna.address
    late.writes(ENGLISH.format(host="web03", name="L"), "Server down")
    assert "We know of this trouble already" in late.mailbox[-1].text


# --- Told and resolved ---------------------------------------------------------------------------


def test_a_status_reaches_every_customer(tied: tuple[PlayedDesk, list[Person]]) -> None:
    """Each on their own thread, in the frame of their language, signed by the writer; the team gets one
    copy. The promise of a first answer is met for all."""
    desk, people = tied
    late = reports(desk, 8)
    before = len(desk.post.sent)
    command = "#incident WEB03-down #status The power supply is being replaced.\nAbout an hour."
    max_of(desk).answers(desk.last("incident"), command)
    assert desk.since(before) == ["copy", *["status"] * 7]
    for person in (*people, late):
        number = ticket_of(desk, person)
        (status,) = desk.sent("status", to=person.address)
        acknowledgement = desk.sent("acknowledgement", to=person.address)[0]
        assert status.ticket == number
        assert status.in_reply_to == acknowledgement.in_reply_to
        assert status.text.startswith("The power supply is being replaced.\nAbout an hour.")
        german = desk.case(number).ticket.language == "de"
        assert ("Anfrage" if german else "Request") + f" {number}" in status.text
        assert "Max" in status.text
        assert status.reply_to == acknowledgement.reply_to
        assert "max@example.com" not in status.text
        assert not status.header("Auto-Submitted")
        clock = desk.clock(number, Promise.FIRST_RESPONSE)
        assert clock is not None
        assert clock.met_at == desk.now
    assert "every customer of the incident web03-down (7)" in desk.last("copy").text
    languages = {desk.case(ticket_of(desk, one)).ticket.language for one in people}
    assert languages == {"de", "en"}


def test_tokens_and_message_ids_are_each_tickets_own(tied: tuple[PlayedDesk, list[Person]]) -> None:
    """An answer to the status joins the answering customer's ticket."""
    desk, people = tied
    max_of(desk).answers(desk.last("incident"), "#incident web03-down #status We work on it.")
    sent = desk.sent("status")
    assert len({one.message_id for one in sent}) == len({one.reply_to for one in sent}) == 6
    people[3].answers(people[3].mailbox[-1], "Please hurry.")
    assert desk.last("forward").ticket == ticket_of(desk, people[3])


def test_resolving_it_resolves_all(tied: tuple[PlayedDesk, list[Person]]) -> None:
    """Every customer is asked to confirm, one "yes" closes one ticket, and the incident is over: the next
    mail is an ordinary one. A German team writes German commands."""
    desk, people = tied
    max_of(desk).answers(desk.last("incident"), "#störung web03-down #erledigt\nDer Host läuft wieder.")
    for person in people:
        (asked,) = desk.sent("resolution", to=person.address)
        assert "Der Host läuft wieder." in asked.text
        assert desk.case(ticket_of(desk, person)).ticket.status is Status.RESOLVED
    people[0].answers(people[0].mailbox[-1], "Ja, danke!", german=True)
    assert [desk.case(ticket_of(desk, one)).ticket.status for one in people[:2]] == [
        Status.CLOSED,
        Status.RESOLVED,
    ]
    again = reports(desk, 8)
    assert "We know of this" not in again.mailbox[-1].text
    assert len(desk.sent("incident")) == 1


def test_who_says_it_still_fails_gets_the_next_status(tied: tuple[PlayedDesk, list[Person]]) -> None:
    """A reopened ticket is still tied: the incident goes on for it, and for no resolved one."""
    desk, people = tied
    proposal = desk.last("incident")
    max_of(desk).answers(proposal, "#incident web03-down #resolve It runs again.")
    people[2].answers(people[2].mailbox[-1], "Nein, er ist immer noch nicht erreichbar.")
    max_of(desk).answers(
        forward(desk, people[2]), "#incident web03-down #status We look at your host again."
    )
    assert [one.recipient for one in desk.sent("status")] == [people[2].address]


def test_a_status_below_the_name_is_for_one_customer(tied: tuple[PlayedDesk, list[Person]]) -> None:
    """Only on one line are the two commands about all."""
    desk, people = tied
    max_of(desk).answers(forward(desk, people[0]), "#incident web03-down\n#status Only for you.")
    assert [one.recipient for one in desk.sent("status")] == [people[0].address]


def test_small_files_go_to_everybody_and_large_ones_are_named(
    tied: tuple[PlayedDesk, list[Person]],
) -> None:
    """256 KiB of files go along to each customer; more stays behind, and the mail says so."""
    desk, people = tied
    proposal = desk.last("incident")
    for name, size in (("small.png", 1_000), ("large.png", 400_000)):
        max_of(desk).answers(
            proposal,
            f"#incident web03-down #status See {name}.",
            files=[(name, b"\0\xff" * (size // 2))],
        )
    small, large = desk.sent("status", to=people[0].address)
    assert "small.png" in small.content.decode()
    assert "too large" not in small.text
    assert len(large.content) < 10_000
    assert "large.png" in large.text


def test_each_owning_team_gets_one_copy(tied: tuple[PlayedDesk, list[Person]]) -> None:
    """A ticket that went to the specialists is told as well, and they get one copy for all of theirs."""
    desk, people = tied
    for person in people[:2]:
        max_of(desk).answers(forward(desk, person), "#escalate sysadmins")
    before = len(desk.post.sent)
    max_of(desk).answers(desk.last("incident"), "#incident web03-down #resolve It runs again.")
    copies = [one.recipient for one in desk.post.sent[before:] if one.kind == "copy"]
    assert sorted(copies) == sorted([SUPPORT, desk.policy.team("sysadmins").mailbox])


# --- What cannot be done -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("#incident wbe03 #status We work on it.", "no ticket is tied"),
        ("#incident web03-down #note psst", "only #status or #resolve"),
        (f"#incident {'Hello, we work on it ' * 4}", "at most 60"),
    ],
)
def test_a_wrong_command_does_nothing_for_anybody(
    tied: tuple[PlayedDesk, list[Person]], command: str, said: str
) -> None:
    """The writer gets a receipt that says why and what is possible; no customer gets anything."""
    desk, people = tied
    before = len(desk.post.sent)
    max_of(desk).answers(forward(desk, people[0]), command)
    assert desk.since(before) == ["receipt"]
    assert said in desk.last("receipt").text
    if "wbe03" in command:
        assert "Possible: web03-down" in desk.last("receipt").text


def test_a_wrong_resolve_does_not_end_the_incident(tied: tuple[PlayedDesk, list[Person]]) -> None:
    """A mail whose other line is wrong changes nothing on file either."""
    desk, people = tied
    max_of(desk).answers(
        forward(desk, people[0]), "#priority soon\n#incident web03-down #resolve It runs."
    )
    assert desk.last("receipt").text.count("soon")
    assert desk.sent("resolution") == []
    assert "We know of this trouble already" in reports(desk, 8).mailbox[-1].text


# --- Many ----------------------------------------------------------------------------------------


def test_three_hundred_tickets_in_seconds(open_desk: OpenDesk) -> None:
    """All are acknowledged, proposed once, told and resolved, each customer once."""
    desk = open_desk()
    for number in range(1, 301):
        person = customer(desk, number)
        person.posts(person.composes(*report(number, "web03")), later=True)
    desk.works()
    assert len(desk.sent("acknowledgement")) == 300
    (proposal,) = desk.sent("incident")
    max_of(desk).answers(proposal, "#incident web03-down")
    start = perf_counter()
    max_of(desk).answers(proposal, "#incident web03-down #status We work on it.")
    print(f"a status to 300 customers, decided and delivered: {perf_counter() - start:.2f} s")
    assert len({one.recipient for one in desk.sent("status")}) == len(desk.sent("status")) == 300
    assert len(desk.sent("copy")) == 1
    max_of(desk).answers(proposal, "#incident web03-down #resolve It runs again.")
    assert len(desk.sent("resolution")) == 300
    assert {one.status for one in desk.tickets()} == {Status.RESOLVED}
