"""What must not leave by accident is found in answers, and ordinary answers raise no alarm."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from mailflow.model import BLOCK_CLOSES, BLOCK_OPENS
from mailflow.ticket.leaks import MOST, Known, Leak, LeakKind, Mentions, findings, mentions
from tests.unit.answers import KNOWN, LEAKING, ORDINARY, TOKEN

NOTHING = Known(public=frozenset({"support@desk.example"}))


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_answer_raises_no_alarm(text: str) -> None:
    """Sentences about passwords, placeholders, public keys, logs and other numbers are no leaks."""
    assert findings(text, KNOWN) == ()


@pytest.mark.parametrize(("kind", "text"), LEAKING)
def test_a_leak_is_found_and_nothing_else(kind: LeakKind, text: str) -> None:
    """Each accident is found under its own name, however quoted, wrapped or emphasised."""
    assert {leak.kind for leak in findings(text, KNOWN)} == {kind}


@pytest.mark.parametrize(("kind", "text"), LEAKING)
def test_a_leak_is_found_within_an_ordinary_answer(kind: LeakKind, text: str) -> None:
    """What stands around an accident does not hide it."""
    answer = f"Hello Anna,\n\nit works again.\n\n{text}\n\nBest regards\nMax"
    assert kind in {leak.kind for leak in findings(answer, KNOWN)}


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Password: Ahz4eiLo77", "Ahz4eiLo77"),
        ("https://anna:Ahz4eiLo77@git.desk.example/", "Ahz4eiLo77"),
        ("api key = 4f9d2c7b1a8e6350d4c3b2a190f8e7d6", "4f9d2c7b1a8e6350d4c3b2a190f8e7d6"),
        (f"support+{TOKEN}@desk.example", TOKEN),
        ("cfo@rival.example", "cfo@rival.example"),
    ],
)
def test_an_excerpt_repeats_no_secret(text: str, secret: str) -> None:
    """The excerpt is mailed to the team: enough to find the place, not the value."""
    found = findings(text, KNOWN)
    assert found
    assert all(secret not in leak.excerpt and "…" in leak.excerpt for leak in found)


def test_a_long_note_is_shown_in_one_short_line() -> None:
    """An excerpt is one line of at most 80 characters, even of a long fragment."""
    note = "\n".join(f"line {at} of a very long and very internal note" for at in range(30))
    (leak,) = findings(note, replace(NOTHING, notes=(note,)))
    assert (leak.kind, leak.why) == (LeakKind.NOTE, "fragment")
    assert len(leak.excerpt) <= 80
    assert "\n" not in leak.excerpt


@pytest.mark.parametrize("kind_and_text", LEAKING, ids=lambda one: str(one[0]))
def test_what_the_customer_wrote_is_no_leak(kind_and_text: tuple[LeakKind, str]) -> None:
    """A customer's own words, addresses and passwords may stand in the answer to them."""
    kind, text = kind_and_text
    found = findings(text, replace(KNOWN, customer_texts=(text,)))
    kept = (LeakKind.BLOCK, LeakKind.KEY)  # an imitated block and a private key are asked about still
    assert {leak.kind for leak in found} <= ({kind} if kind in kept else set())


def test_a_piece_of_a_customers_word_is_not_what_they_wrote() -> None:
    """ "Ahz4eiLo" in the customer's "xAhz4eiLo9" is another value."""
    known = replace(NOTHING, customer_texts=("mine is xAhz4eiLo9",))
    assert findings("Password: Ahz4eiLo", known) != ()


def test_a_note_that_quotes_the_customer_forbids_no_answer_to_it() -> None:
    """The customer's words stay theirs when a colleague puts them into a note."""
    words = "the backup of last Tuesday is gone and nobody can tell us where it went"
    known = replace(NOTHING, notes=(f"He writes that {words}. Careful.",), customer_texts=(words,))
    assert findings(f"You write that {words}: it is back.", known) == ()
    assert findings(f"You write that {words}: it is back.", replace(known, customer_texts=())) != ()


@pytest.mark.parametrize(
    "shared",
    [
        "Mit freundlichen Grüßen\nMax Muster\nDESK Hosting GmbH, Ihr Team für Server und Domains seit 1999",
        "https://docs.desk.example/a/very/long/link/that/both/texts/name/without/any/other/word",
        "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 2001:db8::1 2001:db8::2 /dev/sda1 /dev/sdb1",
        "I have restarted the server.",
    ],
)
def test_what_every_text_holds_is_no_note(shared: str) -> None:
    """A closing with name and firm, a link, addresses, a short sentence may stand in both."""
    assert findings(f"Hello,\n\n{shared}", replace(NOTHING, notes=(f"For you:\n\n{shared}",))) == ()


@pytest.mark.parametrize("mark", [BLOCK_OPENS, BLOCK_CLOSES])
@pytest.mark.parametrize("between", ["\n> ", "\n> > | ", "  ", "*", "\u00a0"])
def test_a_mark_of_our_block_is_found_however_it_was_quoted(mark: str, between: str) -> None:
    """Quoting, wrapping, emphasis and letter case hide no mark."""
    text = between.join(mark.upper().split())
    assert findings(text, NOTHING) == (Leak(LeakKind.BLOCK, "", "mark"),)


def test_the_desks_own_addresses_are_never_inner() -> None:
    """A team whose mailbox is the desk's public address gives nothing away."""
    known = replace(NOTHING, inner_addresses=frozenset({"Support@desk.example"}))
    assert findings("Write to support@desk.example.", known) == ()


def test_readers_are_no_strangers_to_each_other() -> None:
    """A participant who is also another ticket's customer may be named."""
    known = replace(
        NOTHING, readers=frozenset({"Bob@a.example"}), other_customers=frozenset({"bob@a.example"})
    )
    assert findings("Bob (bob@a.example) was told.", known) == ()


def test_findings_are_few_and_each_comes_once() -> None:
    """A receipt stays readable: the same leak once, and no more than `MOST`."""
    assert len(findings("Password: Ahz4eiLo\n" * 30, NOTHING)) == 1
    many = "".join(f"Password: {at}Ahz4eiLo\n" for at in range(10, 99))
    assert len(findings(many, NOTHING)) == MOST


def test_many_suspects_of_the_customers_hide_no_leak() -> None:
    """Sixty passwords of the customer's own do not tire the search out: the answer is asked about."""
    theirs = "".join(f"Password: Ah{at}z4eiLo\n" for at in range(60))
    known = replace(NOTHING, customer_texts=(theirs,))
    assert findings(f"{theirs}Password: ours-4eiLo7\n", known) != ()


@pytest.mark.parametrize(
    ("text", "addresses", "numbers"),
    [
        ("see #1050, [#1099 vps] and ticket 2024.", set(), {1050, 1099, 2024}),
        ("Vorgangs-Nr. 1050, Ticketnummer: 1099, Anfrage 2024", set(), {1050, 1099, 2024}),
        ("invoice #1050, Auftrag Nr. #1099, step #3, https://a.example/#2024", set(), set()),
        ("ticket 2026-11-24, case 1050.5, #1050th, &#1099;", set(), set()),
        (
            "<A@B.example>, mailto:c+d@e.example. _f@g.example_",
            {"a@b.example", "c+d@e.example", "f@g.example"},
            set(),
        ),
        ("müller@straße.example; user@host and @all, a@b", {"müller@strasse.example"}, set()),
    ],
)
def test_what_a_text_names(text: str, addresses: set[str], numbers: set[int]) -> None:
    """Addresses case folded, and numbers of tickets but not of other things."""
    assert mentions(text) == Mentions(frozenset(addresses), frozenset(numbers))


@pytest.mark.parametrize(
    "unit",
    [
        "a", "@", "a@", "a+", "a.", "\n", " ", "> ", "#1234 ", "pw=a1b2c3d4\n", "password is ", "password (",
        "BEGIN PRIVATE KEY", "eyJ", "key=a1b2c3d4e5f6g7h8i9\n", "://a:b", "user: a", "ticket no", "mf.", "_",
    ],
)  # fmt: skip
def test_time_grows_with_the_length_only(unit: str) -> None:
    """64 KB of the worst take a fraction of a second, beside notes and a thread of the same kind."""
    text = (unit * 65536)[:65536]
    known = replace(KNOWN, notes=(text,), customer_texts=(text,))
    begin = time.perf_counter()
    findings(text, known)
    mentions(text)
    assert time.perf_counter() - begin < 5
