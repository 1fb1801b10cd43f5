"""The texts of mail: found by language, overridden file by file, never made of what customers write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from mailflow.errors import ConfigurationError
from mailflow.outbound.templates import SHIPPED, Templates
from tests.unit.samples import RENDER

FACTS: dict[str, Any] = {
    "desk": "INTROSERV",
    "number": 7,
    "bucket": "vps",
    "estimate": "standard",
    "first_response": 600.0,
    "language": "en",
    "topic": "",
}
ANSWER: dict[str, Any] = {
    **FACTS,
    "left_out": (),
    "signed_by": "Max, INTROSERV",
    "said": (),
    "kept": (),
    "team": "support",
}


def override(folder: Path, name: str, text: str | bytes, language: str = "en") -> Path:
    """A folder of operators' templates with one file in it."""
    path = folder / language / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def said_duration(language: str, seconds: float) -> str:
    """How the acknowledgement names the time of the first answer."""
    text = RENDER(language, "acknowledgement", **{**FACTS, "first_response": seconds})
    start = {"en": "answers you within ", "de": "antwortet Ihnen innerhalb von "}[language]
    return text.partition(start)[2].partition(",")[0]


@pytest.mark.parametrize(
    ("seconds", "english", "german"),
    [
        (1, "1 second", "1 Sekunde"),
        (60, "1 minute", "1 Minute"),
        (90, "90 seconds", "90 Sekunden"),
        (120, "2 minutes", "2 Minuten"),
        (600, "10 minutes", "10 Minuten"),
        (3600, "1 hour", "1 Stunde"),
        (5400, "90 minutes", "90 Minuten"),
        (9000, "150 minutes", "150 Minuten"),
        (4 * 3600, "4 hours", "4 Stunden"),
        (86400, "24 hours", "24 Stunden"),
        (36 * 3600, "36 hours", "36 Stunden"),
        (3 * 86400, "3 days", "3 Tagen"),
    ],
)
def test_durations_are_told_exactly(seconds: float, english: str, german: str) -> None:
    """A promise is told as it is kept: never rounded, in words that fit the sentence."""
    assert said_duration("en", seconds) == english
    assert said_duration("de", seconds) == german


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("estimate", ["simple", "standard", "complex", "nonstandard"])
def test_every_estimate_is_told(language: str, estimate: str) -> None:
    """Contract, [[bucket]] estimate: the usual time told; for individual work, that it depends."""
    text = RENDER(language, "acknowledgement", **{**FACTS, "estimate": estimate})
    usual = "usually solved" if language == "en" else "meist innerhalb"
    assert (usual in text) == (estimate != "nonstandard")


def test_both_languages_have_the_same_templates() -> None:
    """Contract: languages default to en and de; neither lacks a mail."""
    assert {path.name for path in (SHIPPED / "en").iterdir()} == {
        path.name for path in (SHIPPED / "de").iterdir()
    }


@pytest.mark.parametrize(
    "words",
    [
        "{{ 7*7 }}",
        "{% include 'alarm.txt' %}",
        "{{ self.__class__.__mro__ }}",
        "{# gone #}",
        "{% raw %}",
    ],
)
def test_what_people_write_is_never_a_template(words: str) -> None:
    """Hazards, who may: nothing of a customer is ever a template."""
    assert words in RENDER("en", "reply", **{**ANSWER, "text": words})


def test_undefined_is_an_error() -> None:
    """Hazards, who may: strict undefined; a mail with a hole in it is not sent."""
    with pytest.raises(UndefinedError):
        RENDER("en", "acknowledgement", desk="x")


@pytest.mark.parametrize("attack", ["{{ ''.__class__.__mro__ }}", "{{ number.__class__ }}"])
def test_operators_templates_are_sandboxed(attack: str, tmp_path: Path) -> None:
    """Hazards, who may: sandboxed; a template reaches no internals of Python."""
    render = Templates(("en",), override(tmp_path, "reply.txt", attack)).render
    with pytest.raises((SecurityError, UndefinedError)):
        render("en", "reply", **{**ANSWER, "text": ""})


def test_override_file_by_file(tmp_path: Path) -> None:
    """Contract, [desk] templates: overrides, file by file; all else is the shipped text."""
    render = Templates(("en", "de"), override(tmp_path, "reply.txt", "OWN {{ text }}")).render
    values = {**ANSWER, "text": "x"}
    assert render("en", "reply", **values) == "OWN x\n"
    assert render("de", "reply", **values) == RENDER("de", "reply", **values)
    assert render("en", "closing", **values) == RENDER("en", "closing", **values)


def test_override_of_words_that_templates_share(tmp_path: Path) -> None:
    """A part that others include is overridden like any other file."""
    words = (SHIPPED / "en" / "_words.txt").read_text().replace("minute", "MINUTE")
    render = Templates(("en",), override(tmp_path, "_words.txt", words)).render
    assert "10 MINUTEs" in render("en", "acknowledgement", **FACTS)


def test_a_language_falls_back_to_the_first_then_to_english(tmp_path: Path) -> None:
    """A new language begins with one file; what it lacks comes from the desk's first language."""
    folder = override(tmp_path, "reply.txt", "FR {{ text }}", "fr")
    render = Templates(("de", "fr"), folder).render
    values = {**ANSWER, "text": "x"}
    assert render("fr", "reply", **values) == "FR x\n"
    assert render("fr", "closing", **values) == RENDER("de", "closing", **values)
    assert Templates(("fr",), folder).render("fr", "closing", **values).startswith("x\n\nYour request")


def test_a_ticket_of_a_language_that_was_removed() -> None:
    """The configuration changes while tickets live on: they get the first language."""
    values = {**ANSWER, "text": "x"}
    assert Templates(("de", "en")).render("fr", "reply", **values) == RENDER("de", "reply", **values)


@pytest.mark.parametrize("text", ["{% if x %}", "{{ }}", "{% include %}", b"\xff\xfe", "{% endif %}"])
def test_a_bad_template_is_named(text: str | bytes, tmp_path: Path) -> None:
    """Contract, exit status 2: one line per fault, all at once: which file, what is wrong."""
    override(tmp_path, "reply.txt", text)
    override(tmp_path, "closing.txt", text)
    with pytest.raises(ConfigurationError) as caught:
        Templates(("en",), tmp_path)
    assert [fault.partition(":")[0] for fault in caught.value.faults] == [
        "templates/en/closing.txt",
        "templates/en/reply.txt",
    ]


def test_only_the_last_dashes_begin_a_signature() -> None:
    """RFC 3676 4.3: `-- ` cuts what follows; a person's own line of dashes must not."""
    text = RENDER("en", "reply", **{**ANSWER, "text": "one\n--\ntwo"})
    assert text == "one\n--\ntwo\n\n-- \nMax, INTROSERV\nRequest 7\n"


def test_spacing() -> None:
    """One empty line at most, none at the ends, no blanks at the end of a line."""
    text = RENDER("en", "reply", **{**ANSWER, "text": "\n\none  \n\n\n\ntwo\t\n\n"})
    assert text.startswith("one\n\ntwo\n\n-- \n")
