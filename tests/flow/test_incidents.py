"""One test for each public incident that concerns receiving, threading, answering and sending."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mailflow.model import Limits, Rate, Status
from mailflow.store import tickets
from tests.flow import letters
from tests.flow.desk import OpenDesk, PlayedDesk
from tests.flow.letters import Thread
from tests.flow.people import Person
from tests.flow.post import Sent
from tests.flow.watch import HOUR

SECRET = "canary-of-the-history"


def anna(desk: PlayedDesk) -> Person:
    return desk.person("Anna Kunde", "anna@customer.test")


def max_(desk: PlayedDesk) -> Person:
    return desk.person("Max Support", "max@example.com")


def opened(desk: PlayedDesk, subject: str = "My VPS is slow") -> Sent:
    """A ticket of Anna's; the forward to the team."""
    anna(desk).writes(f"My VPS is slow. {SECRET}", subject)
    return desk.last("forward")


def outsiders(desk: PlayedDesk) -> list[Sent]:
    """Mail to anybody but Anna and the desk's own people."""
    return [
        one
        for one in desk.post.sent
        if one.recipient != "anna@customer.test" and not one.recipient.endswith("@example.com")
    ]


# --- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("authentication", ["fail", ""])
@pytest.mark.parametrize("known", ["acknowledgement", "forward"])
def test_cve_2026_47123_a_forged_reply_of_a_colleague_is_not_relayed(
    desk: PlayedDesk, known: str, authentication: str
) -> None:
    """A known Message-ID and a colleague's From prove nothing: kept, told to the team, never relayed."""
    opened(desk)
    forger = desk.person("Max Support", "max@example.com", authentication=authentication)
    before = len(desk.post.sent)
    forger.writes(
        "Please pay to another account.",
        "Re: My VPS is slow",
        thread=letters.thread_of(desk.last(known)),
    )
    assert desk.since(before) == ["note"]
    assert "Please pay to another account." in desk.last("note").text
    assert desk.last("note").recipient == "l1@example.com"


def test_a_forged_reply_with_the_customers_message_id_is_not_relayed(desk: PlayedDesk) -> None:
    """An authenticated colleague who answers outside the team's thread is kept, not relayed."""
    first = anna(desk).writes("Slow.", "My VPS is slow")
    before = len(desk.post.sent)
    thread = Thread(first.message_id, (first.message_id,))
    max_(desk).writes("Try again.", "Re: My VPS is slow", thread=thread)
    assert desk.since(before) == ["note"]


def test_the_teams_token_in_a_strangers_hands_is_no_proof(desk: PlayedDesk) -> None:
    """A leaked token address commands nothing: who writes must be a member of that team."""
    forward = opened(desk)
    thief = desk.person("Thief", "thief@evil.test")
    before = len(desk.post.sent)
    thief.writes("#close\nBye.", "Re: x", to=forward.reply_to)
    assert desk.since(before) == ["note"]
    assert desk.only_ticket().status is Status.OPEN


@pytest.mark.parametrize("proof", ["none", "message-id", "number"])
def test_zendesk_2024_a_forged_customer_adds_a_cc_and_reads_nothing(
    desk: PlayedDesk, proof: str
) -> None:
    """A Cc never makes a reader: neither history nor answers go to it, whatever the mail proves."""
    forward = opened(desk)
    forger = desk.person("Anna Kunde", "anna@customer.test", authentication="")
    acknowledgement = desk.last("acknowledgement")
    thread = letters.thread_of(acknowledgement) if proof == "message-id" else Thread()
    subject = "Re: [#1001]" if proof == "number" else "Re: My VPS is slow"
    forger.writes("Adding a friend.", subject, cc="reader@evil.test", thread=thread)
    max_(desk).answers(forward, "Here is the secret answer.")
    assert outsiders(desk) == []
    assert [one.recipient for one in desk.sent("reply")] == ["anna@customer.test"]
    assert all(SECRET not in one.text for one in desk.sent(to="anna@customer.test"))


def test_ticket_trick_2017_a_strangers_mail_is_never_shown_to_a_ticket_s_customer(
    desk: PlayedDesk,
) -> None:
    """A verification mail to the attacker's own ticket address reaches the team, not the attacker."""
    mallory = desk.person("Mallory", "mallory@evil.test")
    mallory.writes("I have a question.", "Question")
    address = desk.last("acknowledgement").reply_to
    verifier = desk.person("Some Service", "verify@service.example")
    verifier.writes("Your code is 123456.", "Verify your address", to=address)
    robot = desk.person("Some Service", "no-reply@service.example")
    robot.writes(
        "Your code is 654321.",
        "Verify your address",
        to=address,
        headers={"Auto-Submitted": "auto-generated"},
    )
    mallory.answers(desk.last("acknowledgement"), "Any news?")
    to_mallory = desk.sent(to="mallory@evil.test")
    assert [one.kind for one in to_mallory] == ["acknowledgement"]
    assert all("123456" not in one.text and "654321" not in one.text for one in to_mallory)


def test_ticket_trick_2017_the_closing_tells_nothing_of_strangers(desk: PlayedDesk) -> None:
    """The closing tells the ticket's own conversation: no stranger's mail, no robot's, no note."""
    mallory = desk.person("Mallory", "mallory@evil.test")
    mallory.writes("I have a question.", "Question")
    forward = desk.last("forward")
    address = desk.last("acknowledgement").reply_to
    desk.person("Service", "verify@service.example").writes("Code 123456.", "Verify", to=address)
    max_(desk).answers(forward, "#note\nLooks like fraud 777777.")
    max_(desk).answers(forward, "#close\nGood bye.")
    closing = desk.last("closing")
    assert "I have a question." in closing.text
    assert "123456" not in closing.text
    assert "777777" not in closing.text


@pytest.mark.parametrize("how", [{"authentication": "fail"}, {"authentication": "pass", "spam": "YES"}])
def test_zendesk_2025_spam_waves_are_not_acknowledged(desk: PlayedDesk, how: dict[str, str]) -> None:
    """No acknowledgement to a sender whose authentication fails, or who is marked as spam; a ticket
    all the same, which says why."""
    victim = desk.person("Victim", "victim@elsewhere.test", authentication=how["authentication"])
    victim.writes(
        "You are hacked",
        "FREE DISCORD NITRO",
        headers={"X-Spam-Flag": how["spam"]} if "spam" in how else {},
    )
    assert desk.sent(to="victim@elsewhere.test") == []
    assert [one.kind for one in desk.post.sent] == ["forward"]
    said = {one.what: one.why for one in desk.history(desk.only_ticket().number)}
    assert said["not sent: acknowledgement"]


def test_zendesk_2025_an_acknowledgement_quotes_nothing_and_is_small(desk: PlayedDesk) -> None:
    """Of the mail only the subject comes back, which the thread needs; a few kilobytes at most."""
    mallory = desk.person("Buy at evil.test", "victim@elsewhere.test")
    mallory.writes("CLICK https://evil.test/ " * 500, "Click https://evil.test/ " * 30)
    acknowledgement = desk.last("acknowledgement")
    assert "evil.test" not in acknowledgement.text
    assert "Buy" not in acknowledgement.text
    assert len(acknowledgement.content) < 4096


def test_zendesk_2026_one_address_is_not_flooded(desk: PlayedDesk) -> None:
    """After six acknowledgements within an hour there is no seventh; its ticket exists."""
    victim = desk.person("Victim", "victim@elsewhere.test")
    for number in range(9):
        victim.writes(f"Subscribe {number}", f"Offer {number}")
    assert len(desk.sent(to="victim@elsewhere.test")) == 6
    assert len(desk.tickets()) == 9
    desk.passes(hours=1, seconds=1)
    victim.writes("Once more", "Offer")
    assert len(desk.sent(to="victim@elsewhere.test")) == 7


def test_zendesk_2026_strangers_together_are_limited(open_desk: OpenDesk) -> None:
    """The limit for all strangers holds over many addresses, and not for known customers."""
    desk = open_desk(limits=Limits(strangers=Rate(5, HOUR)))
    opened(desk)
    max_(desk).answers(desk.last("forward"), "We look into it.")
    for number in range(9):
        desk.person("V", f"victim{number}@elsewhere.test").writes("Hello", "Spam")
    assert len(outsiders(desk)) == 5
    anna(desk).writes("Another thing.", "Another thing")
    assert len(desk.sent("acknowledgement", to="anna@customer.test")) == 2


def test_reply_to_is_no_identity(desk: PlayedDesk) -> None:
    """The acknowledgement goes to the From address, and a member's Reply-To makes no member."""
    forward = opened(desk)
    mallory = desk.person("Mallory", "mallory@evil.test")
    mallory.writes("Hello", "Hello", headers={"Reply-To": "victim@elsewhere.test"})
    assert desk.sent(to="victim@elsewhere.test") == []
    before = len(desk.post.sent)
    mallory.writes("x", "Re: x", to=forward.reply_to, headers={"Reply-To": "max@example.com"})
    assert desk.since(before) == ["note"]


def test_own_headers_in_received_mail_mean_nothing(desk: PlayedDesk) -> None:
    """`Mailflow-Ticket` and `Mailflow-Kind` of a stranger join no ticket and are not passed on."""
    opened(desk)
    mallory = desk.person("Mallory", "mallory@evil.test")
    mallory.writes("Hi", "Hi", headers={"Mailflow-Ticket": "1001", "Mailflow-Kind": "reply"})
    assert len(desk.tickets()) == 2
    forward = desk.last("forward")
    assert [str(one) for one in forward.mail.get_all("Mailflow-Ticket", [])] == ["1002"]
    assert [str(one) for one in forward.mail.get_all("Mailflow-Kind", [])] == ["forward"]


def test_authentication_results_count_only_from_our_host_and_topmost(desk: PlayedDesk) -> None:
    """A forger's own Authentication-Results, of another host or below ours, authenticate nobody."""
    forward = opened(desk)
    said = {"Authentication-Results": "mx.evil.test; dmarc=pass header.from=example.com"}
    forger = desk.person("Max", "max@example.com", authentication="")
    before = len(desk.post.sent)
    forger.answers(forward, "Forged.", headers=said)
    assert desk.since(before) == ["note"]


def test_cve_2024_6923_a_subject_makes_no_header(desk: PlayedDesk) -> None:
    """Encoded line breaks in a subject or a name create no Bcc, at nobody's mail."""
    broken = "=?utf-8?q?Hi=0D=0ABcc=3A_victim=40evil=2Etest=0D=0A=0D=0Abody?="
    content = (
        f"From: {broken} <mallory@evil.test>\r\nTo: {desk.address}\r\nSubject: {broken}\r\n\r\nHi\r\n"
    )
    desk.receives(content.encode(), "mallory@evil.test")
    max_(desk).answers(desk.last("forward"), "Hello.")
    assert {"acknowledgement", "forward", "reply", "copy"} == {one.kind for one in desk.post.sent}
    for one in desk.post.sent:
        assert one.mail["Bcc"] is None
        assert one.recipient in {"mallory@evil.test", "l1@example.com"}
        assert one.kind  # the head was not cut short


@pytest.mark.parametrize("line", ["", "{{ 7*7 }} {% for x in y %}", "{{ desk.__class__ }}"])
def test_nothing_of_a_customer_is_a_template(desk: PlayedDesk, line: str) -> None:
    """Template syntax in a mail stays what it is."""
    anna(desk).writes(f"Hello {line} there", f"Subject {line}".strip())
    forward = desk.last("forward")
    assert f"Hello {line} there" in forward.text
    assert forward.subject.endswith(f"Subject {line}".strip())


# --- Storage -------------------------------------------------------------------------------------


def test_freescout_5138_an_old_token_after_a_restore_reaches_no_other_ticket(
    open_desk: OpenDesk, fast_folder: Path
) -> None:
    """Tickets of the time that a restore lost: their tokens are unknown, their numbers not reused, and
    an answer to them joins nobody else's conversation."""
    desk = open_desk()
    opened(desk)
    backup = fast_folder / "backup.db"
    shutil.copy(fast_folder / "desk0.db", backup)
    bob = desk.person("Bob", "bob@customer.test")
    bob.writes("Lost in the restore.", "Bob's matter")
    lost = desk.last("forward")

    restored = PlayedDesk(backup, desk.policy, seed=7)
    restored.writes_through(tickets.leave_gap)
    carol = restored.person("Carol", "carol@customer.test")
    carol.writes("A new request after the restore.", "Carol's matter")
    assert [one.number for one in restored.tickets()] == [1001, 2002]
    before = len(restored.post.sent)
    colleague = restored.person("Max Support", "max@example.com")
    colleague.answers(lost, "#note\nInternal about Bob.")
    assert [one.kind for one in restored.sent(to="carol@customer.test")] == ["acknowledgement"]
    assert "reply" not in restored.since(before)
    known = restored.person("Max Support", "max@example.com")
    known.answers(desk.sent("forward")[0], "An answer to Anna.")
    assert restored.last("reply").recipient == "anna@customer.test"
    restored.close()


def test_a_reused_message_id_suppresses_nothing(desk: PlayedDesk) -> None:
    """An attacker who uses a customer's Message-ID first does not keep the real mail out."""
    mallory = desk.person("Mallory", "mallory@evil.test")
    mallory.writes("Nothing.", "Nothing", message_id="<real@customer.test>")
    anna(desk).writes("My server is down.", "Down", message_id="<real@customer.test>")
    assert any("My server is down." in one.text for one in desk.sent("forward"))
    assert len(desk.sent("acknowledgement", to="anna@customer.test")) == 1


# --- Automatic mail ------------------------------------------------------------------------------


def test_freescout_1403_error_mails_do_not_loop(desk: PlayedDesk) -> None:
    """A refused acknowledgement and its report bring forth one mail to the team each at most."""
    desk.post.refuses("anna@customer.test")
    opened(desk)
    kinds = [one.kind for one in desk.post.sent]
    assert kinds.count("bounce") == 1
    for bounce in desk.sent("bounce"):
        desk.bounces(bounce)
    desk.passes(hours=1)
    assert len(desk.sent("bounce")) == 1
    assert len(desk.sent("alarm")) <= 1
    for alarm in desk.sent("alarm"):
        desk.bounces(alarm)
    desk.passes(hours=1)
    assert len(desk.sent("alarm")) <= 1
    assert len(desk.tickets()) == 1


@pytest.mark.parametrize("mails", [40])
def test_freescout_4631_two_robots_do_not_talk_for_ever(desk: PlayedDesk, mails: int) -> None:
    """A robot without any header, which answers whatever it gets, is caught by the limits."""
    robot = desk.person("Shop", "shop@robot.test")
    robot.writes("We got your mail.", "We got your mail")
    answered = 0
    for _ in range(mails):
        mailbox = robot.mailbox
        if answered == len(mailbox):
            break
        answered = len(mailbox)
        # It answers with a new mail: no thread, no token.
        robot.writes(f"We got your mail {answered}.", f"We got your mail {answered}")
    assert len(robot.mailbox) == 6


def test_freescout_4631_a_robot_that_gets_receipts_is_answered_a_few_times_only(
    desk: PlayedDesk,
) -> None:
    """Receipts obey the limits as well: a colleague's robot that answers each receipt with a command
    does not loop."""
    forward = opened(desk)
    robot = max_(desk)
    robot.answers(forward, "#nonsense", quotes=False)
    for _ in range(20):
        receipts = desk.sent("receipt")
        robot.answers(receipts[-1], "#nonsense", quotes=False)
        if len(desk.sent("receipt")) == len(receipts):
            break
    assert len(desk.sent("receipt")) <= 6


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": 'auto-replied; owner-email="x@y.test"'},
        {"AUTO-SUBMITTED": "Auto-Generated"},
        {"List-Id": "<l.test>"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"X-Auto-Response-Suppress": "OOF, AutoReply"},
        {"X-Autoreply": "yes"},
    ],
)
def test_rfc_3834_automatic_mail_is_not_acknowledged(desk: PlayedDesk, headers: dict[str, str]) -> None:
    """Whatever marks a mail as a program's, no automatic mail answers it."""
    desk.person("Somebody", "somebody@elsewhere.test").writes("Hello", "Hello", headers=headers)
    assert desk.sent(to="somebody@elsewhere.test") == []


def test_rfc_3834_auto_submitted_no_is_a_person(desk: PlayedDesk) -> None:
    """`Auto-Submitted: no` says that a person wrote."""
    anna(desk).writes("Hello", "Hello", headers={"Auto-Submitted": "no"})
    assert len(desk.sent("acknowledgement")) == 1


def test_freescout_4035_a_colleague_s_vacation_note_is_no_answer(desk: PlayedDesk) -> None:
    """A vacation program that answers the forward reaches nobody and meets no promise."""
    forward = opened(desk)
    before = len(desk.post.sent)
    max_(desk).is_away(forward)
    assert desk.since(before) == []
    case = desk.case(forward.ticket)
    assert [one.met_at for one in case.clocks if one.promise == "first_response"] == [None]


def test_a_customer_s_vacation_note_changes_nothing(desk: PlayedDesk) -> None:
    """The customer's vacation program answers our reply: kept, no mail, the status as it was."""
    forward = opened(desk)
    max_(desk).answers(forward, "#wait\nWhich server?")
    before = len(desk.post.sent)
    anna(desk).is_away(desk.last("reply"))
    assert desk.since(before) == []
    assert desk.only_ticket().status is Status.WAITING


def test_a_delay_report_changes_nothing(desk: PlayedDesk) -> None:
    """A delayed-delivery notice about our answer tells nobody and leaves the ticket alone."""
    forward = opened(desk)
    max_(desk).answers(forward, "#resolve\nSolved.")
    before = len(desk.post.sent)
    desk.bounces(desk.last("resolution"), action="delayed", status="4.4.1")
    assert desk.since(before) == []
    assert desk.only_ticket().status is Status.RESOLVED


def test_our_own_mail_that_comes_back_is_stored_and_not_answered(desk: PlayedDesk) -> None:
    """A forwarding mailbox that sends our mail back to us makes no ticket and no mail."""
    forward = opened(desk)
    before = len(desk.post.sent)
    for one in (forward, desk.last("acknowledgement")):
        desk.receives(one.content, one.sender)
    assert desk.since(before) == []
    assert len(desk.tickets()) == 1
    assert desk.filed() == 3


# --- Sending -------------------------------------------------------------------------------------


def test_freescout_1041_an_answer_is_sent_once_for_all_crashes(desk: PlayedDesk) -> None:
    """A crash between the final dot and the settlement sends the same octets again, never another
    mail; without a crash nothing is sent twice."""
    forward = opened(desk)
    crashes = iter([True, True, False])
    desk.crashes = lambda where: where == "settle" and next(crashes, False)
    max_(desk).answers(forward, "Solved.")
    replies = desk.sent("reply")
    assert len(replies) > 1
    assert len({one.content for one in replies}) == 1
    desk.restarts()
    desk.passes(days=6)
    assert desk.sent("reply") == replies


def test_freescout_3585_deferral_of_one_recipient_repeats_no_other(desk: PlayedDesk) -> None:
    """The team's server defers the copy; the customer's reply is delivered once."""
    forward = opened(desk)
    desk.post.defers("l1@example.com", 20)
    max_(desk).answers(forward, "Solved.")
    desk.passes(days=1)
    assert len(desk.sent("reply")) == 1
    assert len(desk.sent("copy")) == 1


def test_freescout_3607_a_crash_while_deciding_decides_once(desk: PlayedDesk) -> None:
    """Nothing of a decision that was not committed is true: then it is decided again, once."""
    crashes = iter([True, True, True])
    desk.crashes = lambda where: where == "decide" and next(crashes, False)
    opened(desk)
    assert len(desk.tickets()) == 1
    assert sorted(one.kind for one in desk.post.sent) == ["acknowledgement", "forward"]


def test_one_answer_that_its_sender_sends_again_is_one_answer(desk: PlayedDesk) -> None:
    """The colleague's mail server had no 250 and sends the same mail three times."""
    forward = opened(desk)
    letter = max_(desk).composes(
        "Solved.", "Re: x", to=forward.reply_to, thread=letters.thread_of(forward)
    )
    for _ in range(3):
        max_(desk).posts(letter, to=forward.reply_to)
    assert len(desk.sent("reply")) == 1


# --- Text ----------------------------------------------------------------------------------------


def test_answers_between_quotes_reach_the_customer(desk: PlayedDesk) -> None:
    """FreeScout, 2019 to 2026: what a colleague wrote between the customer's lines is not lost, and
    the lines that it answers go along."""
    anna(desk).writes("Is the backup running?\n\nAnd what does it cost?", "Two questions")
    forward = desk.last("forward")
    interleaved = (
        "On Tue, Anna wrote:\n> Is the backup running?\n\nYes, every night.\n\n"
        "> And what does it cost?\n\nFive euros a month.\n"
    )
    max_(desk).answers(forward, interleaved, quotes=False)
    reply = desk.last("reply").text
    for words in ("Yes, every night.", "Five euros a month.", "> Is the backup running?"):
        assert words in reply


def test_answers_of_a_customer_between_quotes_reach_the_team(desk: PlayedDesk) -> None:
    """The team always has the whole mail, whatever is taken for a quote."""
    forward = opened(desk)
    max_(desk).answers(forward, "Which server?\nSince when?")
    anna(desk).answers(
        desk.last("reply"), "> Which server?\nvps-4711\n> Since when?\nMonday", quotes=False
    )
    again = desk.last("forward").text
    assert "vps-4711" in again
    assert "Monday" in again


@pytest.mark.parametrize("mark", [">", "|", ""])
def test_the_internal_block_never_reaches_a_customer(desk: PlayedDesk, mark: str) -> None:
    """However a program quotes the forward, the block stays inside."""
    forward = opened(desk)
    below = "\n".join(f"{mark} {line}".strip() for line in forward.text.splitlines())
    max_(desk).answers(forward, f"Solved.\n\n-----Original Message-----\n{below}", quotes=False)
    reply = desk.last("reply").text
    assert "Solved." in reply
    for inner in ("internal", "Why vps", "l1@example.com", forward.reply_to):
        assert inner not in reply


def test_a_note_never_reaches_a_customer(desk: PlayedDesk) -> None:
    """Notes stay inside over the whole life of a ticket, the closing included."""
    forward = opened(desk)
    colleague = max_(desk)
    colleague.answers(forward, "#note\ncanary-of-a-note")
    colleague.answers(desk.last("note"), "We look into it.")
    anna(desk).answers(desk.last("reply"), "Thank you!")
    colleague.answers(desk.last("forward"), "#resolve\nDone.")
    colleague.answers(desk.last("forward"), "#close")
    to_anna = desk.sent(to="anna@customer.test")
    assert [one.kind for one in to_anna] == ["acknowledgement", "reply", "resolution", "closing"]
    assert all("canary-of-a-note" not in one.text for one in to_anna)
    assert any("canary-of-a-note" in one.text for one in desk.sent(to="l1@example.com"))


def test_bcc_and_path_of_a_mail_go_nowhere(desk: PlayedDesk) -> None:
    """Bcc, Received and originating addresses of one side never reach the other."""
    anna(desk).writes(
        "Hello",
        "Hello",
        headers={"Bcc": "hidden@customer.test", "X-Originating-IP": "[192.0.2.77]"},
    )
    forward = desk.last("forward")
    max_(desk).answers(
        forward,
        "Hello.",
        headers={
            "Bcc": "boss@example.com",
            "X-Originating-IP": "[192.0.2.99]",
            "Received": "from desk4.inner.example.com ([192.0.2.98])",
        },
    )
    for one in desk.sent(to="anna@customer.test"):
        for inner in (b"boss@", b"192.0.2.9", b"inner.example.com", b"max@example.com"):
            assert inner not in one.content
    for one in desk.sent(to="l1@example.com"):
        assert b"hidden@customer.test" not in one.content


def test_a_token_is_different_for_each_side_and_ticket_and_not_in_a_body(desk: PlayedDesk) -> None:
    """Four tokens of two tickets are four; none stands in a text."""
    opened(desk, "One")
    opened(desk, "Two")
    tokens = {one.reply_to for one in desk.post.sent}
    assert len(tokens) == 4
    for one in desk.post.sent:
        for token in tokens:
            assert token not in one.text


def test_everyone_may_be_required_to_be_authenticated(open_desk: OpenDesk, desk: PlayedDesk) -> None:
    """`require_authentication = "everyone"`: an unauthenticated customer gets a ticket, no mail."""
    trust = replace(desk.policy.trust, require_authentication="everyone")
    strict = open_desk(trust=trust)
    strict.person("Anna", "anna@customer.test", authentication="").writes("Hello", "Hello")
    assert [one.kind for one in strict.post.sent] == ["forward"]
