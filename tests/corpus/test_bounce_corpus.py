"""Bounces of public test suites: class and failing addresses, measured; at least 97 % of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mailflow.model import Author, AuthorKind, AutomaticKind
from tests.corpus.authors import CORPORA, author_of, needs_corpora

pytestmark = needs_corpora

ENOUGH = 0.97

# Where we disagree with a source, or cannot tell, and why. Everything else must be right.
FLUFL_MISSED = {
    "microsoft_03.txt": "a list hid its null sender, and it names a person's program",
    "simple_20.txt": "likewise, and its subject begins with RE:",
}
FLUFL_ADDRESSES_MISSED = {
    **FLUFL_MISSED,
    "simple_42.txt": "an address with three dots: told as the report tells it, the source drops it",
}
PERL_MISSED = {
    "whitelist.msg": "refused with 550 for good: a bounce, whatever the text asks the writer to do",
    "spam-bogus-email-in-report.msg": "plain spam of a person's address without any sign of a report",
    "spam-with-image.msg": "plain spam of a person's address without any sign of a report",
}


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    author: Author
    expected: Mapping[str, Any]


def cases(corpus: str, folder: str) -> list[Case]:
    stated = json.loads((CORPORA / corpus / "expected.json").read_text())
    return [
        Case(name, author_of((CORPORA / folder / name).read_bytes()), expected)
        for name, expected in sorted(stated.items())
    ]


def addresses(author: Author) -> list[str]:
    return sorted(each.casefold() for each in author.bounce.recipients) if author.bounce else []


def is_as_flufl_says(case: Case) -> bool:
    """Failures are bounces, delays reports; of mails without any address the source says no class."""
    if case.expected["permanent"]:
        return case.author.kind is AuthorKind.BOUNCE
    if case.expected["temporary"]:
        return case.author.automatic is AutomaticKind.REPORT and case.author.bounce is None
    return True


def check(corpus: str, what: str, wrong: set[str], known: set[str], count: int) -> None:
    print(f"{corpus}: {what} right in {count - len(wrong)} of {count}")
    assert count > 100
    assert wrong == known
    assert count - len(wrong) >= ENOUGH * count


def test_bounces_of_flufl() -> None:
    """Failed mail is a bounce, delayed mail a report, and neither is answered."""
    found = cases("flufl.bounce", "flufl.bounce/data")
    wrong = {case.name for case in found if not is_as_flufl_says(case)}
    check("flufl.bounce", "class", wrong, set(FLUFL_MISSED), len(found))
    named = [case for case in found if case.expected["permanent"] or case.expected["temporary"]]
    assert {case.name for case in named if case.author.answerable} <= set(FLUFL_MISSED)


def test_addresses_of_flufl() -> None:
    """The failing addresses are those that the source names, no more and no fewer."""
    found = cases("flufl.bounce", "flufl.bounce/data")
    wrong = {
        case.name
        for case in found
        if addresses(case.author) != sorted(each.casefold() for each in case.expected["permanent"])
    }
    check("flufl.bounce", "addresses", wrong, set(FLUFL_ADDRESSES_MISSED), len(found))


def test_bounces_of_perl_bounceparser() -> None:
    """Bounces are told from vacation notes, delays and challenges."""
    found = [case for case in cases(*["perl-BounceParser"] * 2) if "is_bounce" in case.expected]
    wrong = {
        case.name
        for case in found
        if (case.author.kind is AuthorKind.BOUNCE) != (case.expected["is_bounce"] == "1")
    }
    check("perl-BounceParser", "class", wrong, set(PERL_MISSED), len(found))


def test_addresses_of_perl_bounceparser() -> None:
    """Where the source names the failing addresses, they are the ones."""
    found = [case for case in cases(*["perl-BounceParser"] * 2) if "addresses" in case.expected]
    assert len(found) == 5
    for case in found:
        assert addresses(case.author) == sorted(map(str.casefold, case.expected["addresses"])), (
            case.name
        )


def test_what_a_ticket_needs_of_a_bounce() -> None:
    """Nearly every real bounce names our Message-ID, a status and a line for a person."""
    authors = [case.author for case in cases(*["perl-BounceParser"] * 2)]
    bounces = [author.bounce for author in authors if author.bounce]
    have = {
        "Message-ID": sum(bool(bounce.message_ids) for bounce in bounces),
        "status": sum(bool(bounce.status) for bounce in bounces),
        "diagnostic": sum(bool(bounce.diagnostic) for bounce in bounces),
    }
    print(f"perl-BounceParser: of {len(bounces)} bounces have {have}")
    assert min(have.values()) >= 0.85 * len(bounces)
