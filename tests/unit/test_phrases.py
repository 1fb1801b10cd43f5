"""Finding phrases in a text."""

from __future__ import annotations

import pytest

from mailflow.rules.likeness import MOST, Likeness
from mailflow.rules.phrases import PhraseBook, fold, words


def _found(phrase: str, text: str) -> list[str]:
    return [found.shown for found in PhraseBook([("x", phrase)]).find(words(text))]


@pytest.mark.parametrize(
    ("phrase", "text", "shown"),
    [
        ("down", "It is DOWN.", ["DOWN"]),
        ("down", "download", []),
        ("rechnung*", "Rechnungen", ["Rechnungen"]),
        ("rechnung*", "Abrechnung", []),
        ("*server", "Mein Webserver", ["Webserver"]),
        ("*server", "serverseitig", []),
        ("*platte*", "Festplattenfehler", ["Festplattenfehler"]),
        ("paid twice", "I paid twice!", ["paid twice"]),
        ("paid twice", "I paid it twice", []),
        ("paid .. twice", "I paid it only yesterday twice", ["paid twice"]),
        ("paid .. twice", "I paid one two three four twice", []),
        ("^ accepted", "Accepted: maintenance", ["Accepted"]),
        ("^ accepted", "we accepted", []),
        ("can't reach", "I can’t reach it", ["can t reach"]),
        ("e-mail*", "two e-mails", ["e mails"]),
        ("zahlung", "", []),
    ],
)
def test_a_phrase_is_found_as_it_is_written(phrase: str, text: str, shown: list[str]) -> None:
    """Whole words, beginnings, endings, insides of compounds, gaps of three words, the start."""
    assert _found(phrase, text) == shown


@pytest.mark.parametrize("phrase", ["", "..", "*", "?!"])
def test_a_phrase_needs_a_word(phrase: str) -> None:
    """An operator is told so, rather than having a keyword that never or always counts."""
    with pytest.raises(ValueError, match="has no word in it"):
        PhraseBook([("x", phrase)])


def test_a_phrase_inside_a_longer_one_does_not_count() -> None:
    """What the longer phrase means is not what its single words mean."""
    book = PhraseBook([("price", "credit card"), ("money", "credit"), ("money", "card")])
    assert [found.label for found in book.find(words("my credit card and a credit"))] == [
        "price",
        "money",
    ]


def test_sentences_end_at_full_stops_and_empty_lines_only() -> None:
    """A line break is none, and neither is a point inside a number or an address."""
    ends = [word.sentence for word in words("one\ntwo 192.0.2.1\n\nthree. four") if word.shown]
    assert ends == [0, 0, 0, 0, 0, 0, 1, 2]


@pytest.mark.parametrize("word", ["Größe", "GRÖSSE", "groesse", "Gro\u0308\u00dfe"])
def test_umlauts_and_sharp_s_fold_to_their_spelling(word: str) -> None:
    """However a keyboard writes it, the word compares equal."""
    assert words(word)[1].folded == fold("größe") == "groesse"


def test_likeness_prefers_the_bucket_with_the_same_words() -> None:
    """Points are for the alike, against the others, within the limit; 0 for unknown words."""
    likeness = Likeness({"a": ["red apples fall"], "b": ["blue birds fly"]})
    points = likeness.points(words("The birds fly " * 50))
    assert points["b"] > 0 > points["a"]
    assert max(map(abs, points.values())) <= MOST
    assert likeness.points(words("nothing known")) == {"a": 0.0, "b": 0.0}
