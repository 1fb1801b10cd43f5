"""Which ticket a mail joins, and what follows (contract: mail that mailflow receives)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailflow.model import Promise, Status
from tests.flow import letters
from tests.flow.desk import OpenDesk, PlayedDesk
from tests.flow.letters import Letter, Thread
from tests.flow.people import Person
from tests.flow.post import Sent
from tests.flow.watch import MINUTE


@pytest.fixture
def anna(desk: PlayedDesk) -> Person:
    return desk.person("Anna Kunde", "anna@customer.test")


@pytest.fixture
def colleague(desk: PlayedDesk) -> Person:
    return desk.person("Max Support", "max@example.com")


@pytest.fixture
def first(anna: Person) -> Letter:
    """Anna's first mail, which has opened ticket 1001."""
    return anna.writes("My VPS is slow.", "My VPS is slow")


def numbers(desk: PlayedDesk) -> list[int]:
    return [one.number for one in desk.tickets()]


def answer_to(letter: Letter) -> Thread:
    return Thread(letter.message_id, (*letter.references, letter.message_id))


# --- What proves a ticket ------------------------------------------------------------------------


def test_a_token_address_proves_the_ticket(desk: PlayedDesk, anna: Person, first: Letter) -> None:
    """A mail to the token address joins, without thread and with another subject."""
    before = len(desk.post.sent)
    anna.writes("More.", "Something else", to=desk.last("acknowledgement").reply_to)
    assert numbers(desk) == [1001]
    assert desk.since(before) == ["forward"]


def test_a_token_counts_in_any_case_and_in_to_alone(
    desk: PlayedDesk, anna: Person, first: Letter
) -> None:
    """Mail systems fold the case of addresses; a mailbox that is polled knows no envelope."""
    token = desk.last("acknowledgement").reply_to.upper()
    letter = anna.composes("More.", "Something else", to=token)
    anna.posts(letter, to=desk.address)
    assert numbers(desk) == [1001]


def test_a_message_id_of_ours_proves_the_ticket(desk: PlayedDesk, anna: Person, first: Letter) -> None:
    """An answer to the acknowledgement that goes to the plain address joins."""
    anna.answers(desk.last("acknowledgement"), "More.", to=desk.address)
    assert numbers(desk) == [1001]


def test_a_message_id_of_ours_in_references_alone_proves_it(
    desk: PlayedDesk, anna: Person, first: Letter
) -> None:
    """Programs that write no In-Reply-To, or one of a lost mail, are understood by References."""
    ours = desk.last("acknowledgement").message_id
    thread = Thread("<lost@customer.test>", (ours, "<lost@customer.test>"))
    anna.writes("More.", "Re: My VPS is slow", thread=thread)
    assert numbers(desk) == [1001]


def test_a_participant_s_message_id_joins(desk: PlayedDesk, anna: Person, first: Letter) -> None:
    """Who answers the own first mail is in the same ticket."""
    anna.writes("One thing more.", "Re: My VPS is slow", thread=answer_to(first))
    assert numbers(desk) == [1001]


def test_a_strangers_answer_to_a_customer_s_mail_joins_nothing(desk: PlayedDesk, first: Letter) -> None:
    """A Message-ID that is not ours proves nothing by itself: a ticket of its own."""
    bob = desk.person("Bob", "bob@customer.test")
    bob.writes("Me too.", "Re: My VPS is slow", thread=answer_to(first))
    assert numbers(desk) == [1001, 1002]
    assert desk.case(1001).ticket.participants == ()


def test_a_number_in_the_subject_counts_from_who_takes_part(
    desk: PlayedDesk, anna: Person, first: Letter
) -> None:
    """A new mail of the customer with the number joins, and adds nobody."""
    anna.writes("Any news?", "Question about #1001", cc="boss@customer.test")
    assert numbers(desk) == [1001]
    assert desk.only_ticket().participants == ()


def test_a_number_in_a_strangers_subject_counts_nothing(desk: PlayedDesk, first: Letter) -> None:
    """A stranger who guesses numbers opens a ticket of their own."""
    desk.person("Bob", "bob@customer.test").writes("Let me in.", "Re: [#1001 vps] My VPS is slow")
    assert numbers(desk) == [1001, 1002]


def test_the_same_subject_joins_nothing(desk: PlayedDesk, anna: Person, first: Letter) -> None:
    """Two mails of one subject are two requests."""
    anna.writes("Again.", "My VPS is slow")
    anna.writes("Again.", "Re: My VPS is slow")
    assert numbers(desk) == [1001, 1002, 1003]


def test_a_token_goes_before_another_tickets_message_id(
    desk: PlayedDesk, anna: Person, first: Letter
) -> None:
    """The most telling proof counts: where the mail was sent to."""
    first_ack = desk.last("acknowledgement")
    anna.writes("Another thing.", "DNS")
    second_ack = desk.last("acknowledgement")
    anna.writes("x", "Re: x", to=second_ack.reply_to, thread=letters.thread_of(first_ack))
    assert [one.ticket for one in desk.sent("forward")] == [1001, 1002, 1002]


# --- Order ---------------------------------------------------------------------------------------


def test_an_answer_that_comes_before_its_mail_opens_the_ticket(desk: PlayedDesk, anna: Person) -> None:
    """The late first mail joins, is forwarded, and is not acknowledged once more."""
    late = anna.composes("My VPS is slow.", "My VPS is slow")
    anna.writes("It is vps-4711.", "Re: My VPS is slow", thread=answer_to(late))
    before = len(desk.post.sent)
    anna.posts(late)
    assert numbers(desk) == [1001]
    assert desk.since(before) == ["forward"]
    assert "My VPS is slow." in desk.last("forward").text


def test_a_strangers_late_mail_does_not_join(desk: PlayedDesk, anna: Person) -> None:
    """Only who takes part may be late: another's mail with the awaited Message-ID is its own."""
    anna.writes("x", "Re: Hello", thread=Thread("<awaited@x.test>", ("<awaited@x.test>",)))
    desk.person("Bob", "bob@x.test").writes("Hello", "Hello", message_id="<awaited@x.test>")
    assert numbers(desk) == [1001, 1002]


@pytest.mark.parametrize("turned", [False, True])
def test_two_mails_that_wait_together_make_one_ticket(
    desk: PlayedDesk, anna: Person, turned: bool
) -> None:
    """Mail and follow-up that lie in the inbox at the same time, in either order: one ticket, one
    acknowledgement."""
    mail = anna.composes("Slow.", "Slow")
    follow_up = anna.composes("It is vps-4711.", "Re: Slow", thread=answer_to(mail))
    for letter in (follow_up, mail) if turned else (mail, follow_up):
        anna.posts(letter, later=True)
    desk.works()
    assert numbers(desk) == [1001]
    assert len(desk.sent("acknowledgement")) == 1
    assert len(desk.sent("forward")) == 2


def test_one_mail_through_two_doors_is_one_mail(desk: PlayedDesk, anna: Person) -> None:
    """A copy by another way, with other trace headers and line ends, is recognised."""
    letter = anna.composes("Slow.", "Slow")
    anna.posts(letter)
    again = b"Received: from elsewhere.test\r\n" + letter.content
    accepted = desk.receives(again.replace(b"\r\n", b"\n"), anna.address, door="imap")
    assert accepted.repeat
    assert desk.filed() == 1
    assert sorted(one.kind for one in desk.post.sent) == ["acknowledgement", "forward"]


def test_one_mail_to_two_of_our_addresses_is_one_mail(open_desk: OpenDesk) -> None:
    """The alias and the address get a copy each: one ticket."""
    desk = open_desk(aliases=("help@example.com",))
    anna = desk.person("Anna", "anna@customer.test")
    letter = anna.composes("Slow.", "Slow", to="support@example.com, help@example.com")
    anna.posts(letter, to="support@example.com")
    anna.posts(letter, to="help@example.com")
    assert numbers(desk) == [1001]
    assert len(desk.sent("acknowledgement")) == 1


# --- Strangers, colleagues -----------------------------------------------------------------------


def test_a_stranger_who_proves_the_thread_is_shown_and_gets_nothing(
    desk: PlayedDesk, colleague: Person, first: Letter
) -> None:
    """A colleague of the customer whom the mail was handed to: the team sees them as new, and no mail
    goes to them, neither now nor with the next answer."""
    colleague.answers(desk.last("forward"), "Which server?")
    bob = desk.person("Bob", "bob@customer.test")
    before = len(desk.post.sent)
    bob.answers(desk.last("reply"), "It is vps-4711.")
    assert desk.since(before) == ["note"]
    note = desk.last("note")
    assert "bob@customer.test is new" in note.text
    assert "It is vps-4711." in note.text
    colleague.answers(note, "Thank you.")
    assert bob.mailbox == []
    assert [one.address.address for one in desk.only_ticket().participants] == ["bob@customer.test"]


def test_a_stranger_is_noted_once(desk: PlayedDesk, first: Letter) -> None:
    """The second mail of the same stranger adds no second stranger."""
    bob = desk.person("Bob", "BOB@customer.test")
    bob.answers(desk.last("acknowledgement"), "One.")
    bob.answers(desk.last("acknowledgement"), "Two.")
    assert len(desk.only_ticket().participants) == 1


def test_a_member_without_proof_who_names_a_ticket_is_kept_on_it(
    desk: PlayedDesk, colleague: Person, first: Letter
) -> None:
    """Kept, never relayed, and the team is told."""
    before = len(desk.post.sent)
    colleague.writes("Please restart it.", "Ticket #1001")
    assert desk.since(before) == ["note"]
    assert numbers(desk) == [1001]


def test_a_member_of_another_team_does_not_answer_for_this_one(open_desk: OpenDesk) -> None:
    """The token of a team's side serves that team's members: another team's colleague is kept, not
    relayed."""
    teams = open_desk().policy.teams
    desk = open_desk(
        teams=tuple(replace(team, members=(f"{team.name}@example.com",)) for team in teams)
    )
    desk.person("Anna", "anna@customer.test").writes("My VPS is slow.", "My VPS is slow")
    before = len(desk.post.sent)
    desk.person("Bill", "billing@example.com").answers(desk.last("forward"), "Pay first.")
    assert desk.since(before) == ["note"]
    desk.person("Sue", "l1@example.com").answers(desk.last("forward"), "Solved.")
    assert len(desk.sent("reply")) == 1


def test_reply_to_all_of_a_colleague_counts_on_the_team_s_side(
    desk: PlayedDesk, anna: Person, colleague: Person, first: Letter
) -> None:
    """Both sides' addresses among the recipients: it is the team's answer, sent once."""
    both = f"{desk.last('acknowledgement').reply_to}, {desk.last('forward').reply_to}"
    colleague.writes("Solved.", "Re: x", to=both)
    assert [one.recipient for one in desk.sent("reply")] == ["anna@customer.test"]
    assert "Solved." in anna.mailbox[-1].text


# --- Automatic mail ------------------------------------------------------------------------------


def test_automatic_mail_of_no_ticket_opens_one_unacknowledged(desk: PlayedDesk) -> None:
    """Monitoring has something to tell: forwarded, not answered, and no person waits for an answer."""
    robot = desk.person("Monitor", "no-reply@monitor.test")
    robot.writes("vps-4711 is down", "ALERT", headers={"Auto-Submitted": "auto-generated"})
    assert [one.kind for one in desk.post.sent] == ["forward"]
    assert desk.clock(1001, Promise.FIRST_RESPONSE) is None
    assert desk.clock(1001, Promise.ACKNOWLEDGEMENT) is None


def test_automatic_mail_to_a_ticket_is_forwarded(desk: PlayedDesk, first: Letter) -> None:
    """It joins by its proof, reaches the team, and is not answered."""
    robot = desk.person("Robot", "robot@customer.test")
    before = len(desk.post.sent)
    robot.writes(
        "Job failed",
        "Job failed",
        to=desk.last("acknowledgement").reply_to,
        headers={"Auto-Submitted": "auto-generated"},
    )
    assert desk.since(before) == ["forward"]
    assert numbers(desk) == [1001]


def test_a_vacation_note_without_a_ticket_is_found_by_search(desk: PlayedDesk, anna: Person) -> None:
    """No ticket and no mail, but kept."""
    anna.writes(
        "I am on the beach.",
        "Automatic reply: something",
        headers={"Auto-Submitted": "auto-replied"},
        envelope_sender="",
    )
    assert (numbers(desk), desk.post.sent) == ([], [])
    (found,) = desk.finds("beach")
    assert (found.ticket, found.from_.address) == (None, "anna@customer.test")


def test_a_bounce_without_a_ticket_is_found_by_search(desk: PlayedDesk) -> None:
    """A report about a mail that is not ours: no ticket, no mail, kept."""
    foreign = b"Message-ID: <foreign@elsewhere.test>\r\nSubject: x\r\n\r\n"
    report = letters.delivery_report("somebody@elsewhere.test", foreign, desk.now)
    desk.receives(report, "")
    assert (numbers(desk), desk.post.sent) == ([], [])
    assert [one.ticket for one in desk.finds("Undelivered")] == [None]


def test_a_vacation_note_to_a_ticket_is_kept_on_it(
    desk: PlayedDesk, anna: Person, first: Letter
) -> None:
    """Nothing follows from it."""
    before = len(desk.post.sent)
    anna.is_away(desk.last("acknowledgement"))
    assert desk.since(before) == []
    assert [one.kind for one in desk.case(1001).thread if one.direction == "in"] == [
        "customer",
        "automatic",
    ]


# --- Deliveries ----------------------------------------------------------------------------------


def test_a_report_about_an_answer_tells_the_team(
    desk: PlayedDesk, colleague: Person, first: Letter
) -> None:
    """The customer's server took the reply and reports later: `bounce` to the team, with the cause."""
    colleague.answers(desk.last("forward"), "Solved.")
    before = len(desk.post.sent)
    desk.bounces(desk.last("reply"))
    assert desk.since(before) == ["bounce"]
    bounce = desk.last("bounce")
    assert bounce.recipient == "l1@example.com"
    assert "anna@customer.test" in bounce.text
    assert bounce.references[0] == desk.last("forward").message_id
    assert numbers(desk) == [1001]


def test_a_report_is_tied_by_the_returned_message_id_alone(
    desk: PlayedDesk, colleague: Person, first: Letter
) -> None:
    """The report comes to the plain address."""
    colleague.answers(desk.last("forward"), "Solved.")
    reply = desk.last("reply")
    desk.receives(letters.delivery_report(reply.recipient, reply.content, desk.now), "")
    assert desk.last("bounce").ticket == 1001


def test_a_refused_answer_tells_the_team(desk: PlayedDesk, colleague: Person, first: Letter) -> None:
    """5xx at once: `bounce` to the team, the promise is not met."""
    desk.post.refuses("anna@customer.test", "550 5.2.2 mailbox full")
    colleague.answers(desk.last("forward"), "Solved.")
    assert "550 5.2.2 mailbox full" in desk.last("bounce").text
    answered = desk.clock(1001, Promise.FIRST_RESPONSE)
    assert answered is not None
    assert answered.met_at is None
    assert [one.state for one in desk.case(1001).thread if one.kind == "reply"] == ["failed"]


def test_a_bounced_resolution_opens_the_ticket_again(
    desk: PlayedDesk, colleague: Person, first: Letter
) -> None:
    """What did not arrive has resolved nothing."""
    colleague.answers(desk.last("forward"), "#resolve\nSolved.")
    assert desk.only_ticket().status is Status.RESOLVED
    desk.bounces(desk.last("resolution"))
    assert desk.only_ticket().status is Status.OPEN


def test_mail_to_a_team_that_is_refused_raises_an_alarm(desk: PlayedDesk, anna: Person) -> None:
    """Nobody would read it: the desk's admin is told."""
    desk.post.refuses("l1@example.com")
    anna.writes("My VPS is slow.", "My VPS is slow")
    assert [(one.kind, one.recipient) for one in desk.post.sent] == [
        ("acknowledgement", "anna@customer.test"),
        ("alarm", "management@example.com"),
    ]


def test_a_deferred_acknowledgement_comes_later_and_counts_then(desk: PlayedDesk, anna: Person) -> None:
    """The promise is met by the 250: one after 30 seconds keeps it."""
    desk.post.defers("anna@customer.test", 2)
    anna.writes("My VPS is slow.", "My VPS is slow")
    assert desk.sent("acknowledgement") == []
    desk.passes(minutes=1)
    clock = desk.clock(1001, Promise.ACKNOWLEDGEMENT)
    assert clock is not None
    assert clock.met_at == desk.last("acknowledgement").at
    assert clock.met_at is not None
    assert clock.met_at > clock.started_at
    assert not clock.broken


def test_an_acknowledgement_that_comes_too_late_has_broken_its_promise(
    desk: PlayedDesk, anna: Person
) -> None:
    """Met after the due time is met and broken."""
    desk.post.defers("anna@customer.test", 6)
    anna.writes("My VPS is slow.", "My VPS is slow")
    desk.passes(hours=1)
    clock = desk.clock(1001, Promise.ACKNOWLEDGEMENT)
    assert clock is not None
    assert clock.met_at is not None
    assert clock.broken


def test_five_days_of_deferral_are_a_failure(
    desk: PlayedDesk, colleague: Person, first: Letter
) -> None:
    """Then it is given up, and the team is told once."""
    desk.post.defers("anna@customer.test", 10_000)
    colleague.answers(desk.last("forward"), "Solved.")
    desk.passes(days=4, hours=23)
    assert desk.sent("bounce") == []
    desk.passes(hours=2)
    assert len(desk.sent("bounce")) == 1


# --- Follow-ups ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "kind"), [("#resolve\nSolved.", "resolution"), ("#close\nBye.", "closing")]
)
def test_a_follow_up_reopens_with_a_notice(
    desk: PlayedDesk, anna: Person, colleague: Person, first: Letter, command: str, kind: str
) -> None:
    """A resolved or closed ticket goes on: the customer is told, the team has it, no acknowledgement."""
    colleague.answers(desk.last("forward"), command)
    before = len(desk.post.sent)
    anna.answers(desk.last(kind), "It is still slow.")
    assert desk.since(before) == ["forward", "notice"]
    notice = desk.last("notice")
    assert notice.header("Auto-Submitted") == "auto-generated"
    assert notice.sender == notice.reply_to, "if it does not arrive, the team is told"
    assert desk.only_ticket().status is Status.OPEN


def test_waiting_ends_with_the_customer_s_word(
    desk: PlayedDesk, anna: Person, colleague: Person, first: Letter
) -> None:
    """The customer answers: open again, without a notice."""
    colleague.answers(desk.last("forward"), "#wait\nWhich server?")
    assert desk.only_ticket().status is Status.WAITING
    before = len(desk.post.sent)
    anna.answers(desk.last("reply"), "vps-4711")
    assert desk.since(before) == ["forward"]
    assert desk.only_ticket().status is Status.OPEN


def test_imported_history_is_not_answered(desk: PlayedDesk, anna: Person) -> None:
    """It makes tickets, and no automatic mail; no clock runs for it."""
    anna.writes("Old.", "Old", answer=False)
    assert desk.sent(to="anna@customer.test") == []
    assert desk.case(1001).clocks == ()


# --- Eight mails ---------------------------------------------------------------------------------


def test_a_conversation_of_eight_mails_is_one_thread_on_both_sides(
    desk: PlayedDesk, anna: Person, colleague: Person
) -> None:
    """In-Reply-To names what is answered, References the whole chain: every program keeps one thread;
    a side sees no Message-ID of the other side, and each subject stays the same."""
    anna.writes("Slow.", "My VPS is slow")
    for turn in range(4):
        desk.passes(minutes=3)
        colleague.answers(desk.last("forward"), f"Answer {turn}.")
        anna.answers(desk.last("reply"), f"Question {turn}.")
    thread = desk.case(1001).thread
    by_customer = [one.message_id for one in thread if one.side == "customer"]
    by_team = [one.message_id for one in thread if one.side == "team:support"]
    for turn, reply in enumerate(desk.sent("reply")):
        assert reply.subject == "Re: My VPS is slow"
        latest = [one for one in thread if one.from_.address == anna.address][turn].message_id
        assert reply.in_reply_to == reply.references[-1] == latest
        assert set(reply.references) <= set(by_customer)
        assert reply.references == [one for one in by_customer if one in reply.references]
        # All that the customer has of it so far, but for what came to nothing yet.
        assert reply.references == by_customer[: by_customer.index(latest) + 1]
    for forward in desk.sent("forward"):
        assert forward.subject == "[#1001 vps] My VPS is slow"
        assert forward.references == by_team[: by_team.index(forward.message_id)]
    assert len({one.reply_to for one in desk.sent(to="anna@customer.test")}) == 1
    assert len({one.reply_to for one in desk.sent(to="l1@example.com")}) == 1


def test_a_long_conversation_keeps_the_root_and_a_bounded_chain(
    desk: PlayedDesk, anna: Person, colleague: Person
) -> None:
    """References do not grow for ever: the first and the latest stay."""
    first = anna.writes("Slow.", "Slow")
    for turn in range(30):
        colleague.answers(desk.last("forward"), f"Answer {turn}.", quotes=False)
        anna.answers(desk.last("reply"), f"Question {turn}.", quotes=False)
    references = desk.last("reply").references
    assert references[0] == first.message_id
    assert len(references) <= 40
    assert numbers(desk) == [1001]


def test_plain_reply_addresses_work_without_tokens(open_desk: OpenDesk) -> None:
    """`reply_to = "plain"`: no token address anywhere, Message-IDs prove the thread."""
    desk = open_desk(reply_to="plain")
    anna = desk.person("Anna", "anna@customer.test")
    colleague = desk.person("Max", "max@example.com")
    anna.writes("Slow.", "Slow")
    colleague.answers(desk.last("forward"), "Which server?")
    anna.answers(desk.last("reply"), "vps-4711")
    assert numbers(desk) == [1001]
    assert all(b"support+" not in one.content for one in desk.post.sent)
    assert [one.kind for one in desk.sent(to="anna@customer.test")] == ["acknowledgement", "reply"]


def test_follow_ups_go_ahead_of_new_requests(desk: PlayedDesk, anna: Person, first: Letter) -> None:
    """Of what waits in the inbox, the customer who has waited longest in a conversation comes first."""
    for number in range(3):
        bob = desk.person("Bob", f"bob{number}@customer.test")
        bob.posts(bob.composes("New.", "New"), later=True)
    own = answer_to(first)
    anna.posts(anna.composes("It is vps-4711.", "Re: My VPS is slow", thread=own), later=True)
    before = len(desk.post.sent)
    desk.works()
    forwards = [one.ticket for one in desk.post.sent[before:] if one.kind == "forward"]
    assert forwards == [1001, 1002, 1003, 1004]


def test_clocks_start_when_the_mail_reached_us(desk: PlayedDesk, anna: Person) -> None:
    """What waits in the inbox for three minutes has broken the promise of two."""
    anna.posts(anna.composes("Slow.", "Slow"), later=True)
    arrived = desk.now
    desk.watch.advance(3 * MINUTE)
    desk.works()
    clock = desk.clock(1001, Promise.ACKNOWLEDGEMENT)
    assert clock is not None
    assert (clock.started_at, clock.met_at, clock.broken) == (arrived, desk.now, True)


def test_a_report_about_a_forward_raises_an_alarm(desk: PlayedDesk, first: Letter) -> None:
    """The team's server took the forward and reports later that nobody got it."""
    before = len(desk.post.sent)
    desk.bounces(desk.last("forward"))
    assert desk.since(before) == ["alarm"]
    assert "ticket 1001" in desk.last("alarm").text


def test_a_person_s_answer_begins_the_limit_anew(
    desk: PlayedDesk, anna: Person, colleague: Person
) -> None:
    """Six acknowledgements with no answer in between; after an answer there are six more."""
    for number in range(7):
        anna.writes("Slow.", f"Request {number}")
    assert len(desk.sent("acknowledgement")) == 6
    colleague.answers(desk.last("forward"), "One after the other.")
    for number in range(7):
        desk.passes(seconds=1)
        anna.writes("Slow.", f"More {number}")
    assert len(desk.sent("acknowledgement")) == 12


def test_a_mail_without_message_id_makes_a_thread_by_our_own(
    desk: PlayedDesk, anna: Person, colleague: Person
) -> None:
    """Nothing to refer to, nothing invented: the answer has no In-Reply-To, the next mail joins."""
    anna.writes("Slow.", "Slow", message_id="")
    colleague.answers(desk.last("forward"), "Which server?")
    reply = desk.last("reply")
    assert (reply.in_reply_to, reply.references) == ("", [])
    anna.answers(reply, "vps-4711", to=desk.address)
    assert numbers(desk) == [1001]


def test_a_mail_of_two_authors_is_forwarded_and_answered_to_nobody(
    desk: PlayedDesk, colleague: Person
) -> None:
    """Whom an answer would reach is not known: the team sees it, an answer is refused with a receipt."""
    content = (
        "From: a@customer.test, b@customer.test\r\nTo: support@example.com\r\n"
        "Subject: Two\r\nMessage-ID: <two@customer.test>\r\n\r\nWe are two.\r\n"
    )
    desk.receives(content.encode(), "a@customer.test")
    assert [one.kind for one in desk.post.sent] == ["forward"]
    colleague.answers(desk.last("forward"), "Who are you?")
    assert [one.kind for one in desk.post.sent] == ["forward", "receipt"]
    assert "Who are you?" in desk.last("receipt").text


def test_files_go_along_in_both_directions(desk: PlayedDesk, anna: Person, colleague: Person) -> None:
    """A customer's file reaches the team, a colleague's the customer, octet for octet."""
    picture, log = bytes(range(256)) * 40, b"\r\n.\r\n--x\r\n" * 50
    anna.writes("See the picture.", "Picture", files=[("screen.png", picture)])
    assert files_of(desk.last("forward")) == {"screen.png": picture}
    colleague.answers(desk.last("forward"), "See the log.", files=[("app.log", log)])
    assert files_of(desk.last("reply")) == {"app.log": log}
    assert files_of(desk.last("copy")) == {"app.log": log}


def test_files_that_are_too_large_are_named(open_desk: OpenDesk) -> None:
    """Beyond `max_attachments` the mail is relayed without them, and says so."""
    desk = open_desk(max_attachments=1_000)
    desk.person("Anna", "anna@customer.test").writes("See.", "See", files=[("big.bin", b"x" * 2_000)])
    forward = desk.last("forward")
    assert files_of(forward) == {}
    assert "See." in forward.text
    assert "too large for mail: big.bin" in forward.text


def test_mail_beyond_the_limits_is_quarantined(desk: PlayedDesk) -> None:
    """Never nothing: it is kept with a cause, and stops no other mail."""
    content = b"X-Much: more\r\n" * 2_000 + b"Subject: x\r\n\r\nx\r\n"
    desk.receives(content, "x@evil.test")
    (held,) = desk.quarantined()
    assert held.cause
    assert held.size == len(content)


def files_of(sent: Sent) -> dict[str, object]:
    attached = [part for part in sent.mail.walk() if part.get_filename()]
    return {str(part.get_filename()): part.get_payload(decode=True) for part in attached}


# --- Commands ------------------------------------------------------------------------------------


def test_an_impossible_command_does_nothing_and_gives_the_whole_text_back(
    desk: PlayedDesk, colleague: Person, first: Letter
) -> None:
    """A later command that cannot be done undoes the earlier ones; nothing went to the customer."""
    before, clocks = desk.only_ticket(), desk.case(1001).clocks
    colleague.answers(desk.last("forward"), "#priority high\n#eta never\nHello Anna.")
    assert desk.only_ticket() == before
    assert desk.case(1001).clocks == clocks
    assert desk.sent("reply") == desk.sent("copy") == []
    receipt = desk.last("receipt")
    for words in ('"#eta never" is no time', "tomorrow 10:00", "#priority high", "Hello Anna."):
        assert words in receipt.text


def test_a_mail_without_an_author_can_be_worked_on_and_ended(
    desk: PlayedDesk, colleague: Person, anna: Person
) -> None:
    """Nobody can be answered: words come back, and the ticket can still be closed."""
    letter = anna.composes("Help.", "Help", headers={"Sender": "anna@customer.test"})
    anna.posts(replace(letter, content=letter.content.replace(b"From: ", b"X-From: ")))
    colleague.answers(desk.last("forward"), "#resolve\nDone.")
    assert desk.only_ticket().status is Status.OPEN
    assert "#resolve" in desk.last("receipt").text
    colleague.answers(desk.last("forward"), "#close")
    assert desk.only_ticket().status is Status.CLOSED
    assert desk.sent("closing") == []
