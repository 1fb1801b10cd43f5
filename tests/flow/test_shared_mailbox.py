"""Colleagues who share a mailbox: who works on what, answers that cross, who takes part, what is one
request (contract: what a team member writes)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailflow.model import Role, Status
from tests.flow import letters
from tests.flow.desk import OpenDesk, PlayedDesk
from tests.flow.letters import TRUSTED_HOST, Thread
from tests.flow.people import Person
from tests.flow.post import Sent

MAILBOX = "l1@example.com"


@pytest.fixture
def anna(desk: PlayedDesk) -> Person:
    return desk.person("Anna Kunde", "anna@customer.test")


@pytest.fixture
def max_(desk: PlayedDesk) -> Person:
    return desk.person("Max Support", "max@example.com")


@pytest.fixture
def eva(desk: PlayedDesk) -> Person:
    return desk.person("Eva Support", "eva@example.com")


@pytest.fixture
def forward(desk: PlayedDesk, anna: Person) -> Sent:
    """The forward of Anna's first mail, which has opened ticket 1001."""
    anna.writes("My VPS is slow.", "My VPS is slow")
    return desk.last("forward")


def receipt(desk: PlayedDesk, to: Person) -> str:
    return " ".join(desk.last("receipt", to=to.address).text.split())


def readers(desk: PlayedDesk, number: int = 1001) -> list[str]:
    return [
        one.address.address
        for one in desk.case(number).ticket.participants
        if one.role is not Role.STRANGER
    ]


# --- Who works on it -----------------------------------------------------------------------------


def test_who_takes_a_ticket_is_told_to_all(desk: PlayedDesk, forward: Sent, eva: Person) -> None:
    """The others see it in the shared mailbox, `#list mine` shows it; the customer hears nothing."""
    before = len(desk.post.sent)
    eva.answers(forward, "#take")
    assert desk.since(before) == ["note"]
    assert desk.last("note").recipient == MAILBOX
    assert "eva@example.com works on this ticket now" in desk.last("note").text
    eva.answers(forward, "#list mine")
    assert "#1001 vps, open" in receipt(desk, eva)


def test_a_ticket_is_given_to_a_colleague_and_to_nobody_else(
    desk: PlayedDesk, forward: Sent, max_: Person
) -> None:
    """Only a member can work on it; a wrong address does nothing, and the receipt holds the text."""
    max_.answers(forward, "#give eva@example.com\nEva looks at it, Anna.")
    assert desk.only_ticket().taken_by == "eva@example.com"
    assert "Eva looks at it, Anna." in desk.last("reply").text
    before = len(desk.post.sent)
    max_.answers(forward, "#give eve@evil.test\nSecond try.")
    assert desk.since(before) == ["receipt"]
    assert "no member of your team" in receipt(desk, max_)
    assert "Second try." in receipt(desk, max_)
    assert desk.only_ticket().taken_by == "eva@example.com"


# --- Two answer at once --------------------------------------------------------------------------


@pytest.fixture
def held(desk: PlayedDesk, forward: Sent, max_: Person, eva: Person) -> Sent:
    """Max has answered; Eva's answer to the same mail is held. The receipt that she got."""
    max_.answers(forward, "I have rebooted it.")
    eva.answers(forward, "#resolve\nI have doubled its memory.")
    return desk.last("receipt", to=eva.address)


def test_the_second_of_two_answers_is_held(
    desk: PlayedDesk, held: Sent, anna: Person, eva: Person
) -> None:
    """The customer has one answer; the second's writer is told who was faster, and has the text."""
    assert [one.kind for one in anna.mailbox] == ["acknowledgement", "reply"]
    assert "max@example.com answered the customer while you wrote" in receipt(desk, eva)
    assert "I have doubled its memory." in held.text
    assert "#resolve" in held.text
    assert desk.only_ticket().status is Status.OPEN


def test_a_held_answer_is_sent_at_a_word(
    desk: PlayedDesk, held: Sent, anna: Person, eva: Person
) -> None:
    """`#send` does all that the held mail said, once; the receipt's quoted words do not go along."""
    eva.answers(held, "#send")
    assert anna.mailbox[-1].kind == "resolution"
    assert "I have doubled its memory." in anna.mailbox[-1].text
    assert "while you wrote" not in anna.mailbox[-1].text
    assert desk.only_ticket().status is Status.RESOLVED
    before = len(desk.post.sent)
    eva.answers(held, "#send")
    assert desk.since(before) == ["receipt"]
    assert "no answer is held" in receipt(desk, eva)


@pytest.mark.parametrize(("word", "kinds"), [("#send", ["copy", "resolution"]), ("#drop", ["receipt"])])
def test_another_colleague_may_decide(
    desk: PlayedDesk, held: Sent, forward: Sent, max_: Person, word: str, kinds: list[str]
) -> None:
    """Whoever shares the mailbox releases or drops what is held there; a dropped one is gone."""
    before = len(desk.post.sent)
    max_.answers(forward, word)
    assert desk.since(before) == kinds
    before = len(desk.post.sent)
    max_.answers(forward, "#send")
    assert desk.since(before) == ["receipt"]


def test_another_team_does_not_decide(
    desk: PlayedDesk, held: Sent, forward: Sent, max_: Person
) -> None:
    """The answer is held on the side it came from."""
    max_.answers(forward, "#escalate\nOur system administrators look at it.")
    boss = desk.person("Sys", "sys@example.com")
    boss.answers(desk.last("handover", to="sysadmins@example.com"), "#send")
    assert "no answer is held" in receipt(desk, boss)
    assert desk.sent("resolution") == []


def test_who_has_seen_the_first_answer_is_not_held(
    desk: PlayedDesk, forward: Sent, max_: Person, eva: Person
) -> None:
    """An answer to the copy, or the second one of the same writer, has crossed with nothing."""
    max_.answers(forward, "I have rebooted it.")
    eva.answers(desk.last("copy"), "And I watch it.")
    max_.answers(desk.last("copy"), "It is fast again.")
    assert len(desk.sent("reply")) == 3
    assert desk.sent("receipt") == []


def test_a_note_is_never_held(desk: PlayedDesk, held: Sent, forward: Sent, eva: Person) -> None:
    """Only what leaves is asked about."""
    before = len(desk.post.sent)
    eva.answers(forward, "#note She has called.")
    assert desk.since(before) == ["note"]


def test_an_answer_that_was_taken_back_was_not_faster(
    open_desk: OpenDesk,
) -> None:
    """What never reached the customer holds nobody else's answer."""
    desk = open_desk(hold=timedelta(minutes=1))
    desk.person("Anna", "anna@customer.test").writes("Slow.", "My VPS is slow")
    forward = desk.last("forward")
    desk.person("Max", "max@example.com").answers(forward, "Wrong.")
    desk.person("Max", "max@example.com").answers(forward, "#undo")
    desk.person("Eva", "eva@example.com").answers(forward, "Right.")
    desk.passes(minutes=2)
    (reply,) = desk.sent("reply")
    assert "Right." in reply.text


# --- Taking back ---------------------------------------------------------------------------------


def test_an_answer_waits_and_can_be_taken_back(open_desk: OpenDesk) -> None:
    """`hold`: the copy shows it at once, the customer's mail leaves later, or never; what was solved is
    open again."""
    desk = open_desk(hold=timedelta(minutes=2))
    anna = desk.person("Anna", "anna@customer.test")
    anna.writes("Slow.", "My VPS is slow")
    forward, colleague = desk.last("forward"), desk.person("Max", "max@example.com")
    colleague.answers(forward, "#resolve\nDear Berta, done.")
    assert desk.sent("resolution") == []
    assert "Dear Berta" in desk.last("copy").text
    desk.passes(minutes=1)
    desk.person("Eva", "eva@example.com").answers(forward, "#undo")
    assert "taken back before it left" in " ".join(desk.last("note").text.split())
    desk.passes(minutes=30)
    assert desk.sent("resolution") == []
    assert desk.only_ticket().status is Status.OPEN


def test_undo_comes_too_late(open_desk: OpenDesk) -> None:
    """What has left stays; nothing is done, and the receipt says so."""
    desk = open_desk(hold=timedelta(minutes=2))
    anna = desk.person("Anna", "anna@customer.test")
    anna.writes("Slow.", "My VPS is slow")
    colleague = desk.person("Max", "max@example.com")
    colleague.answers(desk.last("forward"), "#resolve\nDone.")
    desk.passes(minutes=2)
    assert anna.mailbox[-1].kind == "resolution"
    colleague.answers(desk.last("forward"), "#undo")
    assert "has left already" in receipt(desk, colleague)
    assert desk.only_ticket().status is Status.RESOLVED


def test_without_a_hold_nothing_can_be_taken_back(
    desk: PlayedDesk, forward: Sent, max_: Person
) -> None:
    max_.answers(forward, "Hello.")
    max_.answers(forward, "#undo")
    assert "has left already" in receipt(desk, max_)


# --- Who takes part ------------------------------------------------------------------------------


def test_a_stranger_is_let_in_from_now_on(
    desk: PlayedDesk, forward: Sent, anna: Person, max_: Person
) -> None:
    """A colleague of the customer's, whom the mail was handed to, gets no mail before `#cc`, then the
    answers from then on and nothing of what was said before; after `#uncc` none."""
    bob = desk.person("Bob", "bob@customer.test")
    max_.answers(forward, "The old password was OLDSECRET, Anna.")
    bob.answers(anna.mailbox[-1], "I take over from Anna.", quotes=False)
    stranger = desk.last("note")
    assert "is new in this conversation" in " ".join(stranger.text.split())
    assert bob.mailbox == []
    max_.answers(stranger, "#cc bob@customer.test\nHello both.")
    assert [one.kind for one in bob.mailbox] == ["reply"]
    assert "Hello both." in bob.mailbox[0].text
    bob.answers(bob.mailbox[0], "It is vps-4711.")
    assert "It is vps-4711." in desk.last("forward").text
    max_.answers(desk.last("forward"), "#uncc bob@customer.test\nOnly for Anna.")
    assert len(bob.mailbox) == 1
    assert "Only for Anna." in anna.mailbox[-1].text
    assert not any("OLDSECRET" in one.text for one in bob.mailbox)


def test_a_closing_tells_the_conversation_to_the_customer_alone(
    desk: PlayedDesk, forward: Sent, anna: Person, max_: Person
) -> None:
    """A participant gets answers, not the history."""
    max_.answers(forward, "It was OLDSECRET.")
    max_.answers(desk.last("copy"), "#cc bob@customer.test\nHello both.")
    max_.answers(desk.last("copy"), "#close\nDone.")
    assert [one.kind for one in desk.sent(to="bob@customer.test")] == ["reply"]
    assert "OLDSECRET" in anna.mailbox[-1].text


def test_several_are_let_in_and_out(desk: PlayedDesk, forward: Sent, max_: Person) -> None:
    """A line for each; who is in already stays once, in any case of the letters."""
    max_.answers(forward, "#cc bob@customer.test\n#cc Berta <berta@customer.test>")
    max_.answers(forward, "#cc BOB@customer.test")
    assert sorted(one.casefold() for one in readers(desk)) == [
        "berta@customer.test",
        "bob@customer.test",
    ]
    max_.answers(forward, "#uncc Bob@Customer.test\n#uncc berta@customer.test")
    assert readers(desk) == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("#cc", "something is missing"),
        ("#cc Bob", "that is no address"),
        ("#cc bob@customer.test, berta@customer.test", "that is no address"),
        ("#cc eva@example.com", "a mailbox of ours"),
        ("#cc billing@example.com", "a mailbox of ours"),
        ("#cc support@example.com", "a mailbox of ours"),
        ("#cc support+abc@example.com", "a mailbox of ours"),
        ("#uncc bob@customer.test", "takes no part"),
        ("#merge 1001", "no such ticket"),
        ("#merge 4711", "no such ticket"),
        ("#merge the other one", "no such ticket"),
        ("#split", "has written only once"),
        ("#send", "would go nowhere"),
        ("#drop", "would go nowhere"),
        ("#undo", "would go nowhere"),
        ("#give nobody", "that is no address"),
        ("#wait\n#frobnicate", "is not a command"),
        ("#take\n#merge 4711", "no such ticket"),
        ("#cc bob@customer.test\n#priority urgent", "no such priority"),
    ],
)
def test_a_wrong_command_does_nothing_at_all(
    desk: PlayedDesk, forward: Sent, max_: Person, line: str, why: str
) -> None:
    """The receipt says which line failed and why, and holds the whole text; the ticket is as before."""
    ticket, before = desk.only_ticket(), len(desk.post.sent)
    max_.answers(forward, f"{line}\nHello Anna,\nthese are my words.\n\nMax")
    assert desk.since(before) == ["receipt"]
    assert desk.last("receipt").recipient == max_.address
    assert why in receipt(desk, max_)
    assert f'"{line.splitlines()[-1]}"' in receipt(desk, max_)
    assert "Hello Anna,\nthese are my words.\n\nMax" in desk.last("receipt").text
    assert desk.only_ticket() == ticket


@pytest.mark.parametrize(
    ("line", "why"),
    [("#send", "no answer is held"), ("#drop", "no answer is held"), ("#undo", "has left already")],
)
def test_nothing_is_held_or_left_to_take_back(
    desk: PlayedDesk, forward: Sent, max_: Person, line: str, why: str
) -> None:
    """The receipt says that there is nothing to send, drop or undo."""
    max_.answers(forward, f"{line}\n\nMax")
    assert why in receipt(desk, max_)


def test_an_answer_to_a_receipt_counts(
    desk: PlayedDesk, forward: Sent, anna: Person, max_: Person
) -> None:
    """The writer corrects it where they read of it."""
    max_.answers(forward, "#wiat\nPlease send the log.")
    max_.answers(desk.last("receipt"), "#wait\nPlease send the log.")
    assert desk.only_ticket().status is Status.WAITING
    assert anna.mailbox[-1].text.startswith("Please send the log.")


# --- What is one request -------------------------------------------------------------------------


@pytest.fixture
def second(desk: PlayedDesk, forward: Sent, anna: Person) -> Sent:
    """The forward of Anna's second request, ticket 1002."""
    anna.writes("Still slow, see above.", "Slow again")
    return desk.last("forward")


def test_two_requests_become_one(
    desk: PlayedDesk, second: Sent, anna: Person, max_: Person, eva: Person
) -> None:
    """The customer is told on the old thread; their answers there, by token or Message-ID, and the
    team's, arrive in the other ticket."""
    max_.answers(second, "#merge 1001")
    merged = anna.mailbox[-1]
    assert (merged.kind, merged.ticket) == ("notice", 1002)
    assert "1001" in merged.text
    assert desk.case(1002).ticket.merged_into == 1001
    before = len(desk.post.sent)
    anna.answers(merged, "Thanks, it is vps-4711.")
    assert [(one.kind, one.ticket) for one in desk.post.sent[before:]] == [("forward", 1001)]
    anna.answers(merged, "By Message-ID.", to=desk.address)
    assert desk.last("forward").ticket == 1001
    eva.answers(second, "Answer to the old thread.")
    assert desk.last("reply").ticket == 1001
    assert desk.case(1002).ticket.status is Status.CLOSED


def test_merges_follow_each_other(desk: PlayedDesk, second: Sent, anna: Person, max_: Person) -> None:
    """1003 into 1002 into 1001: what comes to the first lands on the last; no circle can be made."""
    anna.writes("And once more.", "Slow, third mail")
    third = desk.last("forward")
    own = anna.mailbox[-1]
    max_.answers(third, "#merge 1002")
    max_.answers(second, "#merge #1001.")
    anna.answers(own, "To the third.")
    assert desk.last("forward").ticket == 1001
    before = len(desk.post.sent)
    max_.answers(desk.last("forward"), "#merge 1003")
    assert desk.since(before) == ["receipt"]
    assert desk.case(1001).ticket.merged_into is None


def test_another_customers_ticket_is_never_merged(
    desk: PlayedDesk, forward: Sent, max_: Person
) -> None:
    """Whoever knows a number gets nobody to read another's conversation; nothing is done."""
    desk.person("Berta", "berta@other.test").writes("My invoice is wrong.", "Invoice")
    before = len(desk.post.sent)
    max_.answers(forward, "#merge 1002\nHello.")
    assert desk.since(before) == ["receipt"]
    assert "another customer's" in receipt(desk, max_)
    assert desk.case(1001).ticket.merged_into is None


def test_an_open_request_does_not_vanish_in_a_closed_one(
    desk: PlayedDesk, second: Sent, forward: Sent, max_: Person
) -> None:
    """Nobody would look after it there."""
    max_.answers(forward, "#close\nDone.")
    max_.answers(second, "#merge 1001")
    assert "no such ticket to go on in" in receipt(desk, max_)
    assert desk.case(1002).ticket.status is Status.OPEN


def test_participants_of_both_read_only_their_own(
    desk: PlayedDesk, second: Sent, forward: Sent, anna: Person, max_: Person
) -> None:
    """Who took part in the merged ticket is no reader of the other one until the team lets them in."""
    max_.answers(second, "#cc bob@customer.test\nHello both.")
    bob = desk.person("Bob", "bob@customer.test")
    max_.answers(desk.last("copy"), "#merge 1001")
    max_.answers(forward, "Only for Anna.")
    assert "Only for Anna." in anna.mailbox[-1].text
    assert len(bob.mailbox) == 1
    before = len(desk.post.sent)
    bob.answers(bob.mailbox[0], "And I?")
    assert desk.since(before) == ["note"]


def test_a_new_topic_is_pointed_out_and_split(
    desk: PlayedDesk, forward: Sent, anna: Person, max_: Person
) -> None:
    """An old thread with another subject: the block says so, `#split` makes a ticket of its own of the
    mail, which is acknowledged; each conversation goes on by itself."""
    max_.answers(forward, "It is fast again.")
    answered = anna.mailbox[-1]
    anna.writes(
        "Why was I charged twice for October? Please refund the second payment.",
        "Charged twice",
        to=answered.reply_to,
        thread=letters.thread_of(answered),
    )
    again = desk.last("forward")
    assert again.ticket == 1001
    assert "#split makes it a ticket of its own" in again.text
    before = len(desk.post.sent)
    max_.answers(again, "#split")
    assert sorted((one.kind, one.ticket) for one in desk.post.sent[before:]) == [
        ("acknowledgement", 1002),
        ("forward", 1002),
    ]
    split = desk.case(1002)
    assert (split.ticket.bucket, split.ticket.subject) == ("billing", "Charged twice")
    assert next(one.text for one in split.thread if one.direction == "in").startswith(
        "Why was I charged"
    )
    assert not any(
        "charged twice" in one.text for one in desk.case(1001).thread if one.kind == "customer"
    )
    anna.answers(desk.last("acknowledgement"), "It is invoice 4711.")
    assert desk.last("forward").ticket == 1002
    anna.answers(answered, "And the VPS is fine.")
    assert desk.last("forward").ticket == 1001


# --- Looking -------------------------------------------------------------------------------------


def test_the_list_is_by_due_time_and_for_its_writer(
    desk: PlayedDesk, forward: Sent, eva: Person, max_: Person
) -> None:
    """What is due first stands at the top; other teams' and ended tickets do not; only who asked gets
    it."""
    desk.passes(minutes=2)
    for number, subject in enumerate(("Server down", "Thanks for nothing", "Invoice wrong"), 1):
        desk.person("C", f"c{number}@other{number}.test").writes(f"{subject}, please help.", subject)
    max_.answers(desk.last("forward", ticket=1003), "#close\nDone.")
    before = len(desk.post.sent)
    eva.answers(forward, "#list")
    assert [(one.kind, one.recipient) for one in desk.post.sent[before:]] == [("receipt", eva.address)]
    listed = desk.last("receipt").text.partition("due first at the top")[2].splitlines()
    assert [line[:5] for line in listed if line.startswith("#")] == ["#1001", "#1002"]


def test_a_ticket_is_shown_to_its_team_only(
    desk: PlayedDesk, forward: Sent, anna: Person, eva: Person, max_: Person
) -> None:
    """`#show` answers its writer with the conversation; what stands below is kept as a note."""
    max_.answers(forward, "I look at it.")
    before = len(desk.post.sent)
    eva.answers(desk.last("copy"), "#show\nto remember: she is nice")
    assert desk.since(before) == ["receipt"]
    assert "My VPS is slow." in desk.last("receipt").text
    assert "I look at it." in desk.last("receipt").text
    assert "to remember" not in "".join(one.text for one in anna.mailbox)
    assert any("to remember" in one.why for one in desk.history(1001))


# --- Who may be forged ---------------------------------------------------------------------------


def test_a_customer_whose_authentication_fails_joins_by_the_token_alone(
    desk: PlayedDesk, forward: Sent, anna: Person
) -> None:
    """A Message-ID or a number can be known to whoever saw a mail; the token only to who got one."""
    forger = desk.person("Anna Kunde", anna.address, authentication="fail")
    known = anna.mailbox[-1]
    forger.writes("Change my password.", "Re: My VPS is slow", thread=letters.thread_of(known))
    forger.writes("Change my password.", "Question about #1001")
    own = desk.case(1001).thread[0].message_id
    forger.writes("Change my password.", "Re: My VPS is slow", thread=Thread(own, (own,)))
    assert [one.number for one in desk.tickets()] == [1001, 1002, 1003, 1004]
    assert len(desk.sent("acknowledgement")) == 1  # the forged ones are not acknowledged
    forger.writes("It is me.", "Re: My VPS is slow", to=known.reply_to)
    assert desk.last("forward").ticket == 1001
    assert "its authentication failed" in " ".join(desk.last("forward").text.split())


@pytest.mark.parametrize(("verdict", "joins"), [("pass", True), ("", False), ("none", False)])
def test_everyone_must_be_authenticated_if_the_desk_says_so(
    open_desk: OpenDesk, verdict: str, joins: bool
) -> None:
    """`require_authentication = "everyone"`: without a pass only a token joins."""
    desk = open_desk()
    desk = open_desk(trust=replace(desk.policy.trust, require_authentication="everyone"))
    assert desk.policy.trust.authserv_ids == (TRUSTED_HOST,)
    desk.person("Anna", "anna@customer.test").writes("Slow.", "My VPS is slow")
    known = desk.last("acknowledgement")
    anna = desk.person("Anna", "anna@customer.test", authentication=verdict)
    anna.writes("More.", "Re: My VPS is slow", thread=letters.thread_of(known))
    assert len(desk.tickets()) == (1 if joins else 2)
    anna.writes("More.", "Re: My VPS is slow", to=known.reply_to)
    assert desk.last("forward").ticket == 1001
