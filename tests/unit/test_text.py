"""What is newly written in a mail, and what is left out of it."""

from __future__ import annotations

import time

import pytest

from mailflow.message.text import read
from mailflow.model import BLOCK_CLOSES, BLOCK_OPENS


def new(text: str, subject: str = "") -> str:
    return read(text, subject).new_text


def answer(text: str) -> str:
    return read(text).answer_text


ATTRIBUTIONS = [
    "On Mon, 3 May 2027 at 14:30, Anna Berg <anna@example.com> wrote:",
    "On Mon, May 3, 2027 at 2:30\u202fPM Anna Berg <\nanna@example.com> wrote:",
    "Am 03.05.2027 um 14:30 schrieb Anna Berg <anna@example.com>:",
    "Am Mo., 3. Mai 2027 um 14:30 Uhr schrieb Anna Berg\n<anna@example.com>:",
    "Le lun. 3 mai 2027 à 14:30, Anna Berg <anna@example.com> a écrit :",
    "El lun, 3 may 2027 a las 14:30, Anna Berg (<anna@example.com>) escribió:",
    "Il giorno lun 3 mag 2027 alle ore 14:30 Anna Berg <anna@example.com> ha scritto:",
    "Op ma 3 mei 2027 om 14:30 schreef Anna Berg <anna@example.com>:",
    "W dniu 3.05.2027 o 14:30, Anna Berg <anna@example.com> pisze:",
    "Em seg., 3 de mai. de 2027 às 14:30, Anna Berg <anna@example.com> escreveu:",
    "Den mån 3 maj 2027 kl 14:30 skrev Anna Berg <anna@example.com>:",
    "ma 3. toukok. 2027 klo 14.30 Anna Berg (anna@example.com) kirjoitti:",
    "po 3. 5. 2027 v 14:30 odesílatel Anna Berg <anna@example.com> napsal:",
    "пн, 3 мая 2027 г. в 14:30, Anna Berg <anna@example.com>:",
    "Anna Berg <anna@example.com>, 3 May 2027 Pzt, 14:30 tarihinde şunu yazdı:",
    "Anna Berg <anna@example.com> 于2027年5月3日周一 14:30写道：",
    "2027年5月3日(月) 14:30 Anna Berg <anna@example.com>:",
    "2027. 05. 03. 14:30 keltezéssel, Anna Berg <anna@example.com> írta:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("quote", ["> Is it down?\n> Since when?", "Is it down?\n\nSince when?"])
def test_an_attributed_quote_below_is_cut(attribution: str, quote: str) -> None:
    """An attribution with date and address proves the quote below it, with marks and without."""
    assert (
        new(f"It works again.\n\nThanks\nBea\n\n{attribution}\n\n{quote}")
        == "It works again.\n\nThanks\nBea"
    )


HEADERS = [
    "From: Anna <anna@example.com>\nSent: Monday, 3 May 2027 14:30\nTo: Bea\nSubject: Server",
    "*From:* Anna <anna@example.com>\n*Sent:* Monday, 3 May 2027 14:30\n*To:* Bea\n*Subject:* Server",
    "Von: Anna <anna@example.com>\nGesendet: Montag, 3. Mai 2027 14:30\nAn: Bea\nBetreff: Server",
    "> Von: Anna <anna@example.com>\n> Gesendet: Montag, 3. Mai 2027 14:30\n> An: Bea\n> Betreff: Server\n>",
    "De : Anna <anna@example.com>\nEnvoyé : lundi 3 mai 2027 14:30\nÀ : Bea\nObjet : Server",
    "Od: Anna <anna@example.com>\nWysłano: 3 maja 2027 14:30\nDo: Bea\nTemat: Server",
    "________________________________\nFrom: Anna <anna@example.com>\nSent: 3 May 2027 14:30\nTo: Bea\nSubject: S",
    "________________________________\nDari: Anna <anna@example.com>\nDikirim: 3 Mei 2027 14:30\nKepada: Bea",
    "From: Anna Berg\n<anna@example.com>\nDate: Monday, 3 May 2027\nTo: Bea\nSubject: Server",
    "-----Original Message-----\nFrom: Anna",
    "-----Ursprüngliche Nachricht-----\nVon: Anna",
    "---- Message d'origine ----\nDe: Anna",
]


@pytest.mark.parametrize("header", HEADERS)
def test_a_mail_below_its_header_is_cut_to_the_end(header: str) -> None:
    """Outlook quotes without marks: from the header block on everything is the answered mail."""
    body = "> Is it down?" if header.startswith(">") else "Is it down?\n\nAnna"
    assert new(f"It works again.\n\nBea\n\n{header}\n{body}") == "It works again.\n\nBea"


FORWARDS = [
    "---------- Forwarded message ---------\nFrom: A <a@example.com>\nDate: 3 May 2027\nSubject: S\nTo: b\n\nDown!",
    "Begin forwarded message:\n\n> From: A <a@example.com>\n> Date: 3 May 2027\n> Subject: S\n>\n> Down!",
    "> Anfang der weitergeleiteten Nachricht:\n>\n> Von: A <a@example.com>\n>\n> Down!",
    "-------- Weitergeleitete Nachricht --------\nBetreff: S\nDatum: 3 May 2027\nVon: A <a@example.com>\n\nDown!",
    "-------- Message transféré --------\nDe : A\n\n> On 1 May 2027 B <b@example.com> wrote:\n> Down!",
    "--- Pesan terusan ---\nDari: A <a@example.com>\nTanggal: 3 May 2027 14:30\nKepada: b\n\nDown!",
]


@pytest.mark.parametrize("forward", FORWARDS)
def test_forwarded_mail_stays(forward: str) -> None:
    """What is passed on is content, whatever it looks like; an unknown kind of fence stays, too."""
    assert new(f"Please look.\n\n{forward}") == f"Please look.\n\n{forward}"


def test_the_subject_tells_forward_from_answer() -> None:
    """Outlook writes both alike: FW: keeps the mail below, RE: cuts it even below nothing."""
    mail = HEADERS[0] + "\n\nDown!"
    assert new(f"Please look.\n\n{mail}", "WG: Server") == f"Please look.\n\n{mail}"
    assert new(f"Please look.\n\n{mail}", "AW: WG: Server") == "Please look."
    assert new(mail, "RE: Server") == ""
    assert new(mail) == mail


@pytest.mark.parametrize(
    "text",
    [
        "On Monday your colleague wrote:\n\nRestart it.\n\nI did, and it is still down.",
        "On the 3rd at 14:30 Anna wrote:\n\nRestart it.\n\nI did.",
        "From: Berlin\nTo: Hamburg\nDate: 3 May 2027\n\nPlease move both servers.",
        "The header of the mail that never came:\n\nFrom: a@example.com\nDate: 3 May 2027\nSubject: x\n\nWhy?",
        "From: a@example.com\nDate: 3 May 2027\nSubject: x\nReceived: from mx.example\n\nWhy?",
        "Steps:\n----\n1. Reboot\n----\n2. Wait",
        "I was sent from my provider to you, is that right?",
        "Sent from my desk, is much easier than from the train.",
        "1 | 2 | 3\n| a | b |\n| c | d |",
        "Three points:\n-- first\n-- second",
    ],
)
def test_when_in_doubt_it_stays(text: str) -> None:
    """What only resembles a quote or signature is the writer's."""
    assert new(text) == text


def test_answers_between_quotes_are_never_lost() -> None:
    """Nine threads of another desk: "we missed half of what they wrote"."""
    text = (
        f"Hello,\n\n{ATTRIBUTIONS[2]}\n> Hallo\n> Which system?\n\nDebian 13\n\n> Since when?\nYesterday\n>\n"
        "> Regards\n> Anna\n"
    )
    assert new(text) == "Hello,\n\nDebian 13\n\nYesterday"
    assert answer(text) == "Hello,\n\n> Hallo\n> Which system?\n\nDebian 13\n\n> Since when?\nYesterday"


def test_answers_announced_in_an_unmarked_quote_are_kept() -> None:
    """Who says "see my answers below" writes into the quote: it stays for the team, not for customers."""
    text = f"See my answers below in red.\n\n{HEADERS[0]}\n\nWhich system?\nDebian 13"
    assert new(text) == text
    assert answer(text) == "See my answers below in red."


def test_the_quote_at_the_end_or_above_everything_is_no_answer() -> None:
    """Top posting and bottom posting give the same text, with both readings."""
    quote = f"{ATTRIBUTIONS[0]}\n> Is it down?\n> Anna"
    assert read(f"Yes.\n\n{quote}") == read(f"{quote}\n\nYes.")
    assert answer(f"{quote}\n\nYes.") == "Yes."


def test_an_answer_before_the_rest_of_the_quote_keeps_its_question() -> None:
    """One answer between two quotes: the upper one is what it answers."""
    assert answer("> Is it down?\n\nYes.\n\n> Anna") == "> Is it down?\n\nYes."


def test_an_attribution_between_unmarked_and_marked_text_cuts_nothing_in_doubt() -> None:
    """Marks without an attribution below an unmarked passage: that passage may be an answer."""
    text = f"Hello\n\n{ATTRIBUTIONS[0]}\n\nMy answer first.\n\n> Is it down?\n\nYes."
    assert "My answer first." in new(text)
    assert "Yes." in new(text)


def test_a_quote_of_nothing_new_is_empty() -> None:
    """An empty answer above a marked quote has no new text."""
    assert new(f"{ATTRIBUTIONS[0]}\n> Is it down?") == ""
    assert new("") == ""


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nBea Berg\nExample Ltd.",
        "--\nBea Berg",
        "—\nBea Berg",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Get Outlook for iOS<https://aka.example/x>",
        "Envoyé de mon iPhone",
        "Gesendet mit der GMX Mail App",
        "__\nusers mailing list\nhttps://lists.example/users",
    ],
)
def test_delimited_signatures_are_cut_and_names_stay(signature: str) -> None:
    """Closing formula and name stay; what a line delimits or a telephone adds goes, above quotes, too."""
    text = f"It works.\n\nBest regards,\nBea\n\n{signature}"
    assert new(text) == "It works.\n\nBest regards,\nBea"
    assert new(f"{text}\n\n{ATTRIBUTIONS[0]}\n> Down?") == "It works.\n\nBest regards,\nBea"


def test_a_line_of_dashes_above_a_long_text_is_no_signature() -> None:
    """Only "-- " is a delimiter by itself; "--" above twenty lines divides a text."""
    text = "Hello\n--\n" + "\n".join(f"line {number}" for number in range(20))
    assert new(text) == text


def test_signed_text_is_read_without_its_armour() -> None:
    """RFC 9580, section 7: cleartext signatures, dash-escaped lines."""
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nIt works.\n- -- \nBea\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n"
    )
    assert new(text) == "It works."


SECRET = "canary: margin is 40 percent"
BLOCK = f"{BLOCK_OPENS}\nTicket 7\n{SECRET}\n{BLOCK_CLOSES}"


def quoted(text: str, mark: str = "> ") -> str:
    return "\n".join(mark + line for line in text.split("\n"))


@pytest.mark.parametrize(
    "block",
    [
        BLOCK,
        quoted(BLOCK),
        quoted(BLOCK, "> > "),
        quoted(BLOCK, "    "),
        quoted(BLOCK, "| "),
        BLOCK.replace(" ", "\xa0"),
        BLOCK.replace("\n", "\r\n"),
        quoted(
            BLOCK.replace("customer never", "customer\nnever").replace(
                "internal block", "internal\nblock"
            )
        ),
        quoted(f"{BLOCK_OPENS[:30]}") + f"\n{BLOCK_OPENS[30:]}\n> {SECRET}\n> {BLOCK_CLOSES}",
        quoted(f"{BLOCK_OPENS}\nTicket 7\n{SECRET}"),
        quoted(f"{BLOCK_OPENS}\nTicket 7") + f"\n{SECRET}",
        quoted(f"{SECRET}\n{BLOCK_CLOSES}"),
        quoted(BLOCK).replace("===", "*===*"),
        quoted(BLOCK) + "\n> > older\n" + quoted(BLOCK, "> > "),
    ],
)
def test_the_internal_block_never_survives(block: str) -> None:
    """Nothing of it is left in either text, however it is quoted, wrapped or cut; the words around it stay."""
    text = f"Done.\n\nSee this, too.\n\n{block}\n\n> Which one?\n\nThe second."
    for part in (read(text).new_text, read(text).answer_text):
        assert "canary" not in part
        assert "internal" not in part
        assert part.startswith("Done.\n\nSee this, too.")
    if block != quoted(f"{BLOCK_OPENS}\nTicket 7") + f"\n{SECRET}":
        assert new(text).endswith("The second.")


@pytest.mark.parametrize(
    "forward", ["", "---------- Forwarded message ---------\n", "See my answers below.\n"]
)
def test_the_internal_block_does_not_survive_where_quotes_are_kept(forward: str) -> None:
    """Whatever keeps a quoted mail, it never keeps the block in it."""
    text = f"{forward}{HEADERS[0]}\n\n{BLOCK}\n\nDown!"
    for subject in ("", "FW: x", "Re: x"):
        assert "canary" not in new(text, subject) + read(text, subject).answer_text


def test_an_opening_mark_alone_outside_of_quotes_cuts_the_rest() -> None:
    """Without marks of quoting nobody can tell where the block ends."""
    assert new(f"Done.\n\n{BLOCK_OPENS}\n{SECRET}\n\nmore") == "Done."


HOSTILE = {
    "On": "On ", "empty lines": "\n", "dashes": "-", "delimiters": "-- \n", "From": "From:\n",
    "header": "From: 1\nSent: 1\n",
    "attributions": "On 1.1.2027 10:00 a@b.example wrote:\nx\n", "marks": ">", "quotes": "> a\nb\n", "colons": ":\n",
    "opens": f"> {BLOCK_OPENS}\n", "closes": f"> {BLOCK_CLOSES}\n", "footers": "__\nmailing list\n",
    "fences": "--- a ---\n", "armour": "-----BEGIN PGP SIGNED MESSAGE-----\n", "returns": "\r",
    "wrapped": "a <b\n> :\n",
}  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_reading_takes_linear_time(unit: str) -> None:
    """The repeated line that hangs a backtracking expression costs a fraction of a second for 100 KB."""
    text = "Hello\n" + unit * (100_000 // len(unit)) + "\n> x\nBye"
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 1.5
