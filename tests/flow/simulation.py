"""A desk of customers, teams, strangers, robots, attackers and faults, played from a seed.

Every act is a line of the story; the ledger is held against the desk after each of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.flow import letters
from tests.flow.desk import PlayedDesk
from tests.flow.ledger import Conversation, Given, Ledger
from tests.flow.letters import NO_THREAD, Letter, Thread
from tests.flow.people import Person
from tests.flow.post import Sent

SUBJECTS = (
    ("My VPS is slow", "Since this morning every command takes seconds."),
    ("Why was I charged twice?", "The October invoice was paid twice, please refund one payment."),
    ("Custom firewall rule set", "Can you configure a custom firewall rule set for my VPS?"),
    ("Frage zur Rechnung", "Guten Tag, warum ist die Rechnung in diesem Monat höher als sonst?"),
    ("Server nicht erreichbar", "Hallo, mein Server ist seit einer Stunde nicht mehr erreichbar."),
    ("Thanks", "Thank you for the great service!"),
)
COMMANDS = (
    *("", "", "", "", "#wait\n", "#resolve\n", "#close\n", "#take\n", "#give eva@example.com\n"),
    *("#priority high\n", "#eta 3h\n", "#status ", "#bucket billing\n", "# Wait.\n", "#Warten\n"),
)
LOOKS = ("#show", "#list", "#list mine", "#help", "#hilfe")
CRASHES = 0.01  # of all steps


def subject_of(letter: Letter) -> str:
    """The letter's subject as the desk puts it behind its own Re:."""
    return letter.subject.removeprefix("Re: ")


class Simulation:
    """`play` makes `tickets` conversations. The same seed plays the same story."""

    def __init__(self, desk: PlayedDesk, seed: int, tickets: int) -> None:
        self._desk = desk
        self._random = random.Random(seed)
        self._tickets = tickets
        self._canaries = 0
        self._faults = True
        self.ledger = Ledger(desk)
        self.story: list[str] = [f"seed {seed}"]
        self._conversations: list[Conversation] = []
        self._customers = [
            desk.person(f"Customer {n}", f"customer{n}@c{n % 7}.test") for n in range(tickets // 3 + 2)
        ]
        self._colleagues = [desk.person(name, f"{name.lower()}@example.com") for name in ("Max", "Eva")]
        self._boss = desk.person("Boss", "management@example.com")
        desk.crashes = lambda _: self._faults and self._random.random() < CRASHES

    def play(self) -> None:
        """All conversations, then faults end and a day passes: the longest pause of what was deferred."""
        while len(self._conversations) < self._tickets:
            self._act()
            self.ledger.check()
        self._faults = False
        for recipient in (team.mailbox for team in self._desk.policy.teams):
            self._desk.post.accepts(recipient)
        self._desk.passes(days=1)
        self.ledger.check_end()

    def told(self, about: str) -> str:
        """The story's end, after the earlier lines that share a canary or number with `about`."""
        names = [word for word in about.replace(",", " ").split() if any(map(str.isdigit, word))]
        earlier = [line for line in self.story[:-40] if any(name in line for name in names)]
        return "\n".join([*earlier, "...", *self.story[-40:]])

    def _act(self) -> None:
        acts: list[tuple[int, Callable[[], None]]] = [
            (25, self._request),
            (30, self._follow_up),
            (45, self._team_answers),
            (5, self._team_notes),
            (4, self._team_errs),
            (4, self._team_escalates),
            (4, self._team_asks_management),
            (6, self._management_decides),
            (4, self._team_lets_in),
            (2, self._team_lets_out),
            (3, self._team_merges),
            (3, self._team_splits),
            (5, self._team_decides_on_held),
            (4, self._team_undoes),
            (4, self._team_looks),
            (3, self._answer_comes_first),
            (4, self._stranger_proves),
            (3, self._stranger_guesses),
            (4, self._colleague_is_forged),
            (4, self._somebody_is_away),
            (4, self._robot_writes),
            (4, self._report_comes),
            (3, self._mail_comes_again),
            (2, self._our_mail_comes_back),
            (1, self._hostile_mail),
            (8, self._servers_fail),
            (10, self._time_passes),
        ]
        weights, choices = zip(*acts, strict=True)
        self._random.choices(choices, weights)[0]()
        self._follow_merges_and_splits()

    def _follow_merges_and_splits(self) -> None:
        """Also of mail that was held, and is released much later."""
        known = {one.ticket: one for one in self._conversations}
        for ticket in self._desk.tickets():
            if ticket.number not in known:
                self._was_split(ticket.number)
            elif ticket.merged_into and known[ticket.number].merged is None:
                known[ticket.number].merged = known[ticket.merged_into]
                assert known[ticket.merged_into].customer.address == ticket.customer.address

    # --- Words and posting ---

    def _tell(self, line: str) -> None:
        self.story.append(f"{self._desk.now:%a %H:%M:%S}  {line}")

    def _canary(self) -> str:
        self._canaries += 1
        return f"canary{self._canaries:06}"

    def _give(
        self,
        who: Person,
        what: str,
        letter: Letter,
        given: Given,
        *,
        to: str = "",
        envelope_sender: str | None = None,
    ) -> None:
        self._tell(f"{who.address} {what}: {given.canary}")
        accepted = who.posts(letter, to=to, envelope_sender=envelope_sender, later=True)
        self.ledger.given(accepted.id, given)
        if self._random.random() < 0.9:
            self._desk.works()
        else:
            self._request_at_once()

    def _request_at_once(self) -> None:
        """Another mail lies in the inbox at the same time."""
        self._request()
        self._desk.works()

    def _some(self, *, answered: bool = False) -> Conversation | None:
        """A conversation that has come to the desk; `answered`: its customer has mail of ours."""
        recent = self._conversations[-30:]
        fit = [one for one in recent if one.ticket and (one.to_customer or not answered)]
        return self._random.choice(fit) if fit else None

    def _reply_words(self, sent: Sent, words: str) -> tuple[str, str]:
        """Text and HTML of an answer as programs write them: the mail quoted below, or not."""
        way = self._random.choice(("bare", "text", "text", "html", "both"))
        if way == "bare":
            return f"{words}\n", ""
        text = f"{words}\n\n{letters.quoted(sent)}\n"
        html = f"<html><body>{letters.markup(words)}<br>{letters.quoted_html(sent)}</body></html>"
        return text if way != "html" else "", html if way != "text" else ""

    # --- Customers ---

    def _request(self) -> None:
        customer = self._random.choice(self._customers)
        subject, words = self._random.choice(SUBJECTS)
        canary, titled = self._canary(), self._canary()
        self.ledger.may_read(titled, customer.address)
        subject = f"{subject} {titled}"
        headers = {"X-Originating-IP": "[192.0.2.7]", "Bcc": "hidden@example.com"}
        files = [("log.bin", self._random.randbytes(300))] if self._random.random() < 0.2 else []
        words = f"{words}\n{canary}"
        html = letters.markup(words) if self._random.random() < 0.3 else ""
        letter = customer.composes(words, subject, headers=headers, files=files, html=html)
        conversation = Conversation(customer, subject, letter, letters=[letter])
        self._conversations.append(conversation)
        given = Given(canary, conversation, customer.address, shown=True)
        self._give(customer, "has a request", letter, given)

    def _follow_up(self) -> None:
        conversation = self._some(answered=True)
        if conversation is None:
            return
        customer, canary = conversation.customer, self._canary()
        sent = self._random.choice(conversation.to_customer)
        thread, to, subject = letters.thread_of(sent), sent.reply_to, letters.answered(sent.subject)
        way = self._random.choice(("reply", "plain", "own mail", "number", "token"))
        if conversation.is_split and way == "own mail":
            way = "reply"  # its own mail answers one of ours on the other ticket, which proves more
        if way in ("plain", "number", "own mail"):
            to = ""
        if way in ("number", "token"):
            thread, subject = NO_THREAD, f"About #{conversation.ticket}"
        if way == "own mail":
            own = self._random.choice(conversation.letters)
            thread = Thread(own.message_id, (*own.references, own.message_id))
        text, html = self._reply_words(sent, f"One thing more, {canary}")
        letter = customer.composes(
            text, subject, to=to, thread=thread, cc="reader@evil.test", html=html
        )
        conversation.letters.append(letter)
        given = Given(canary, conversation, customer.address, shown=True)
        self._give(customer, f"follows up on {conversation.ticket} ({way})", letter, given, to=to)

    def _answer_comes_first(self) -> None:
        customer, canary, second = self._random.choice(self._customers), self._canary(), self._canary()
        subject = self._random.choice(SUBJECTS)[0]
        late = customer.composes(f"The first mail, {canary}", subject)
        thread = Thread(late.message_id, (late.message_id,))
        early = customer.composes(f"The second mail, {second}", f"Re: {subject}", thread=thread)
        conversation = Conversation(customer, subject, early, letters=[late, early])
        self._conversations.append(conversation)
        given = Given(second, conversation, customer.address, shown=True)
        self._give(customer, "writes a second mail, which comes first", early, given)
        given = Given(canary, conversation, customer.address, shown=True)
        self._give(customer, "has written it before", late, given)

    # --- Teams ---

    def _of_team(self, kinds: tuple[str, ...] = ()) -> tuple[Conversation, Sent] | None:
        """A conversation and one of the latest mails to its teams; `kinds`: only of these."""
        fit = [
            (one, mails[-3:])
            for one in self._conversations[-30:]
            if one.ticket
            and (mails := [sent for sent in one.to_team if not kinds or sent.kind in kinds])
        ]
        if not fit:
            return None
        conversation, mails = self._random.choice(fit)
        return conversation, self._random.choice(mails)

    def _team_writes(
        self,
        what: str,
        words: str,
        *,
        reaches: bool,
        shown: bool = True,
        found: tuple[Conversation, Sent] | None = None,
        by: Person | None = None,
    ) -> None:
        """A colleague answers a mail of the team's thread; `reaches`: the words go to the customer.

        What is held or wrong is shown to its writer.
        """
        found = found or self._of_team()
        if found is None:
            return
        conversation, sent = found
        colleague, canary = by or self._random.choice(self._colleagues), self._canary()
        signature = self._random.choice(
            ("", f"\n{colleague.address}", f"\n{colleague.address.upper()}")
        )
        text, html = self._reply_words(sent, f"{words}{canary}{signature}")
        letter = colleague.composes(
            text,
            letters.answered(sent.subject),
            to=sent.reply_to,
            thread=letters.thread_of(sent),
            headers={"Received": "from inner.example.com", "X-Originating-IP": "[192.0.2.8]"},
            html=html,
        )
        reader = conversation.customer.address if reaches else ""
        given = Given(canary, conversation, reader, shown=shown)
        self._give(colleague, f"{what} {conversation.ticket}", letter, given, to=sent.reply_to)

    def _secret(self) -> str:
        """A word for the inside: no customer and no stranger may ever read it."""
        return self._canary()

    def _team_answers(self) -> None:
        command = self._random.choice(COMMANDS)
        words = f"{command}We look into it. "
        self._team_writes(f"answers {command.strip()}".strip(), words, reaches=True)

    def _team_notes(self) -> None:
        self._team_writes("notes on", "#note\nOnly for us: ", reaches=False)

    def _team_errs(self) -> None:
        self._team_writes("errs on", "#resolved\nNot sent: ", reaches=False, shown=False)

    def _team_escalates(self) -> None:
        why = f"{self._secret()} the disk of this one is not healthy, please look at its controller"
        line = self._random.choice(("#escalate next", "#escalate sysadmins", "#Eskalieren"))
        words = f"{line} {why}\n\nA specialist looks at it. "
        self._team_writes(f"escalates ({why[:12]})", words, reaches=True)

    def _team_asks_management(self) -> None:
        words = "#approval a credit of 10 EUR, see "
        self._team_writes("asks management about", words, reaches=False)

    def _management_decides(self) -> None:
        found = self._of_team(("approval-request",))
        if found is not None:
            word = self._random.choice(("#approve ", "Approved. ", "#reject ", "Abgelehnt, "))
            by = self._random.choice((self._boss, self._boss, *self._colleagues))
            self._team_writes("decides on", f"{word}since ", reaches=False, found=found, by=by)

    def _team_lets_in(self) -> None:
        found = self._of_team()
        if found is None:
            return
        reader = f"reader{self._canaries}@c{self._random.randint(0, 6)}.test"
        found[0].end.let_in.add(reader)
        words = f"#cc {reader}\nHello both. "
        self._team_writes(f"lets {reader} in on", words, reaches=True, found=found)

    def _team_lets_out(self) -> None:
        found = self._of_team()
        if found is not None and found[0].end.let_in:
            reader = self._random.choice(sorted(found[0].end.let_in))
            words = f"#uncc {reader}\nOnly for you. "
            self._team_writes(f"lets {reader} out of", words, reaches=True, found=found)

    def _team_merges(self) -> None:
        """Into a ticket of the same customer, or of another one, which must not be done."""
        found = self._of_team()
        if found is None:
            return
        others = [one for one in self._conversations[-30:] if one.ticket and one is not found[0]]
        same = [one for one in others if one.customer is found[0].customer]
        other = self._random.choice((self._random.random() < 0.8 and same) or others or [found[0]])
        words = f"#merge {other.ticket}\nOne. "
        self._team_writes(f"merges into {other.ticket}", words, reaches=True, found=found)

    def _team_splits(self) -> None:
        """The customer's latest mail becomes a ticket: the letter moves to a conversation of its own."""
        self._team_writes("splits", "#split\n\nA second request. ", reaches=True)

    def _was_split(self, number: int) -> None:
        moved = next(one.message_id for one in self._desk.case(number).thread if one.direction == "in")
        for one in self._conversations:
            letter = next((each for each in one.letters if each.message_id == moved), None)
            if letter is None:
                continue
            if one.first is letter and not one.ticket:
                return  # a request that has just come
            one.letters.remove(letter)
            subject = subject_of(letter)
            new = Conversation(
                one.customer,
                subject,
                letter,
                one.acknowledged,
                ticket=number,
                letters=[letter],
                is_split=True,
            )
            self._conversations.append(new)
            self.ledger.split(new)
            return

    def _team_decides_on_held(self) -> None:
        held = [
            (one, sent)
            for one in self._conversations[-30:]
            for sent in one.receipts[-3:]
            if "is held" in sent.text
        ]
        if held:
            word, found = self._random.choice(("#send", "#senden", "#drop")), self._random.choice(held)
            self._team_writes(f"says {word} on", f"{word}\n", reaches=False, shown=False, found=found)

    def _team_undoes(self) -> None:
        self._team_writes("undoes", "#undo\n", reaches=False, shown=False)

    def _team_looks(self) -> None:
        self._team_writes("looks at", f"{self._random.choice(LOOKS)}\n", reaches=False, shown=False)

    # --- Others ---

    def _stranger_proves(self) -> None:
        conversation = self._some(answered=True)
        if conversation is None:
            return
        sent, canary = self._random.choice(conversation.to_customer), self._canary()
        stranger = self._desk.person("Handed To", f"stranger{self._canaries}@other.test")
        text, html = self._reply_words(sent, f"I take this over, {canary}")
        letter = stranger.composes(
            text,
            letters.answered(sent.subject),
            to=sent.reply_to,
            thread=letters.thread_of(sent),
            html=html,
        )
        given = Given(canary, conversation, "", shown=True)
        self._give(stranger, f"was handed {conversation.ticket}", letter, given, to=sent.reply_to)

    def _stranger_guesses(self) -> None:
        """A stranger with a guessed number, and a known Message-ID of the customer's: a ticket of its
        own."""
        conversation = self._some()
        if conversation is None:
            return
        canary = self._canary()
        stranger = self._desk.person("Guess", f"stranger{self._canaries}@evil.test")
        subject = f"[#{conversation.ticket}] let me in"
        own = conversation.first.message_id
        letter = stranger.composes(f"Show me, {canary}", subject, thread=Thread(own, (own,)))
        new = Conversation(stranger, subject, letter, letters=[letter])
        self._conversations.append(new)
        given = Given(canary, new, stranger.address, shown=True)
        self._give(stranger, f"guesses {conversation.ticket}", letter, given)

    def _colleague_is_forged(self) -> None:
        conversation = self._some()
        if conversation is None:
            return
        known = self._random.choice([*conversation.to_team, *conversation.to_customer] or [None])
        if known is None:
            return
        canary = self._canary()
        verdict = self._random.choice(("fail", "", "none"))
        forger = self._desk.person("Max", "max@example.com", authentication=verdict)
        to = self._random.choice((known.reply_to, ""))
        thread = letters.thread_of(known)
        letter = forger.composes(
            f"Pay elsewhere, {canary}", f"Re: {known.subject}", to=to, thread=thread
        )
        given = Given(canary, conversation, "", shown=True)
        self._give(forger, f"is forged on {conversation.ticket}", letter, given, to=to)

    def _somebody_is_away(self) -> None:
        conversation = self._some(answered=True)
        if conversation is None:
            return
        away = self._random.choice((conversation.customer, *self._colleagues))
        mailbox = conversation.to_customer if away is conversation.customer else conversation.to_team
        if not mailbox:
            return
        sent, canary = self._random.choice(mailbox), self._canary()
        letter = away.composes(
            f"I am away, {canary}",
            f"Automatic reply: {sent.subject}",
            thread=letters.thread_of(sent),
            headers={"Auto-Submitted": "auto-replied"},
        )
        given = Given(canary, conversation, "", shown=False)
        self._give(away, f"is away, {conversation.ticket}", letter, given, envelope_sender="")

    def _robot_writes(self) -> None:
        canary = self._canary()
        robot = self._desk.person("Monitor", "no-reply@monitor.test")
        headers = {"Auto-Submitted": "auto-generated"}
        letter = robot.composes(f"Down: {canary}", f"ALERT {canary}", headers=headers)
        subject = f"ALERT {canary}"
        conversation = Conversation(robot, subject, letter, acknowledged=False, letters=[letter])
        self._conversations.append(conversation)
        given = Given(canary, conversation, robot.address, shown=True)
        self._give(robot, "has an alert", letter, given)

    def _report_comes(self) -> None:
        """The customer's server reports on a mail that it had taken."""
        conversation = self._some(answered=True)
        if conversation is None:
            return
        sent, canary = self._random.choice(conversation.to_customer), self._canary()
        action = self._random.choice(("failed", "delayed"))
        status = "5.1.1" if action == "failed" else "4.4.1"
        report = letters.delivery_report(
            sent.recipient, sent.content, self._desk.now, action=action, status=status
        ).replace(b"<report.", f"<{canary}.".encode())
        self._tell(f"{sent.kind} of {conversation.ticket} {action}: {canary}")
        accepted = self._desk.receives(report, "", (sent.sender or self._desk.address,), later=True)
        # A delay changes nothing; to the null sender's plain address it does not even name a ticket.
        nowhere = action == "delayed" and not sent.sender
        place = None if nowhere else conversation
        self.ledger.given(accepted.id, Given(canary, place, "", shown=False))
        self._desk.works()

    def _mail_comes_again(self) -> None:
        """The same mail by another door: a repeat."""
        conversation = self._some()
        if conversation is None:
            return
        self._tell(f"the first mail of {conversation.ticket} comes again")
        again = b"Received: from elsewhere.test\r\n" + conversation.first.content
        assert self._desk.receives(again, "x@y.test", door="lmtp").repeat

    def _our_mail_comes_back(self) -> None:
        conversation = self._some(answered=True)
        if conversation is None:
            return
        sent = self._random.choice(conversation.to_customer)
        self._tell(f"our {sent.kind} of {conversation.ticket} comes back")
        accepted = self._desk.receives(sent.content, sent.recipient, later=True)
        if not accepted.repeat:
            self.ledger.given(accepted.id, Given(self._canary(), None, "", shown=False))
        self._desk.works()

    def _hostile_mail(self) -> None:
        canary = self._canary()
        self._tell(f"a mail beyond the limits: {canary}")
        content = b"X-Much: more\r\n" * 1_100 + f"Subject: {canary}\r\n\r\nx\r\n".encode()
        self.ledger.set_aside(self._desk.receives(content, "x@evil.test", later=True).id)
        self._desk.works()

    # --- Faults and time ---

    def _servers_fail(self) -> None:
        mailboxes = [team.mailbox for team in self._desk.policy.teams if team.level]
        recipient = self._random.choice([*mailboxes, self._random.choice(self._customers).address])
        fault = self._random.choice(("defers", "refuses", "accepts"))
        self._tell(f"{recipient} {fault}")
        if fault == "defers":
            self._desk.post.defers(recipient, self._random.randint(1, 6))
        elif fault == "refuses":
            self._desk.post.refuses(recipient)
        else:
            self._desk.post.accepts(recipient)

    def _time_passes(self) -> None:
        minutes = self._random.choice((1, 3, 10, 60, 500))
        self._tell(f"{minutes} minutes pass; the teams' mailboxes work again")
        for team in self._desk.policy.teams:
            self._desk.post.accepts(team.mailbox)
        self._desk.passes(minutes=minutes)
