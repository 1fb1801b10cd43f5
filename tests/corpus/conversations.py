"""Public threading suites -> cases: mails in the order of their arrival, and the threads expected of them.

Of each mail the suite gives Message-ID, References, In-Reply-To, Subject and Date. The rest is added here:
its sender, and a text of its own, so that mails which share a Message-ID are not one mail sent twice.
"""

from __future__ import annotations

import json
import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from tests.corpus.authors import CORPORA

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """`mails` are headers; `threads` their indices, labelled. Mails in no thread may be anywhere."""

    name: str
    mails: tuple[Headers, ...]
    threads: tuple[tuple[str, frozenset[int]], ...]


def written(headers: Headers, sender: str, index: int) -> bytes:
    """The mail as its sender's program writes it."""
    lines = [f"From: {sender}", *(f"{name}: {value}" for name, value in headers)]
    text = f"The server is slow since noon, and this is what I saw at attempt {index + 1}."
    return "\r\n".join([*lines, "", text, ""]).encode()


# --- Conformance cases after RFC 5256 and JWZ ----------------------------------------------------


def conformance() -> Iterator[Case]:
    for path in sorted((CORPORA / "mxr-mail-threading" / "conformance").glob("*.json")):
        case = json.loads(path.read_text())
        places = {mail["id"]: index for index, mail in enumerate(case["input"])}
        expected = [thread["messages"] for thread in case["expected"]["threads"]]
        threads = [(case["name"], frozenset(places[one] for one in members)) for members in expected]
        yield Case(case["name"], tuple(map(_stated, case["input"])), tuple(threads))


def _stated(mail: dict[str, Any]) -> Headers:
    headers = {
        "Message-ID": mail["message_id"],
        "In-Reply-To": mail["in_reply_to"],
        "References": " ".join(mail["references"]),
        "Subject": mail["subject"],
        "Date": format_datetime(datetime.fromisoformat(mail["date"])),
    }
    return tuple((name, value) for name, value in headers.items() if value)


# --- Answers of an IMAP server to THREAD ---------------------------------------------------------


def imap_answers() -> Iterator[Case]:
    folder = CORPORA / "imaptest-thread"
    for name, case in json.loads((folder / "expected.json").read_text()).items():
        groups = list(_outermost(case["initial_expected"]))
        count = max(max(group) for group in groups)
        mails = [_headers(mail) for mail in _mbox(folder / case["mbox"])][:count]
        threads = [(f"imap {name}", frozenset(one - 1 for one in group)) for group in groups]
        yield Case(f"imap {name}", tuple(mails), tuple(threads))


def _outermost(answer: str) -> Iterator[list[int]]:
    """The mails in each outermost pair of brackets of `(1 (2 4)(3))(5)`."""
    depth = start = 0
    for position, character in enumerate(answer):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == ")" and not depth:
            inside = answer[start : position + 1].replace("(", " ").replace(")", " ")
            yield [int(number) for number in inside.split()]
            start = position + 1


def _mbox(path: Path) -> Iterator[Message]:
    box = mailbox.mbox(path, create=False)
    yield from box
    box.close()


def _headers(mail: Message) -> Headers:
    return tuple((name, str(value)) for name, value in mail.items())


# --- Ancestry and lies, in one mailbox -----------------------------------------------------------


def ancestry() -> Case:
    """Its expected tree lacks mails whose references go in circles."""
    suite = json.loads((CORPORA / "jwz-testthreader" / "cases.json").read_text())
    left = [mail["subject"] for mail in suite["messages"]]
    threads: list[set[int]] = []
    for line in suite["expected_references_tree"].splitlines():
        if not line.startswith(" "):
            threads.append(set())
        if (subject := line.strip()) in left:  # "dummy" stands for a mail that is not there
            place = left.index(subject)
            left[place] = ""
            threads[-1].add(place)
    names = [f"ancestry {suite['messages'][min(one)]['subject']}" for one in threads]
    mails = tuple(map(_ancestral, suite["messages"]))
    return Case("ancestry", mails, tuple(zip(names, map(frozenset, threads), strict=True)))


def _ancestral(mail: dict[str, Any]) -> Headers:
    headers = {"Message-ID": "message_id", "References": "references", "Subject": "subject"}
    return tuple((name, mail[key]) for name, key in headers.items() if mail[key])


def cases() -> list[Case]:
    """Every case of the three suites."""
    return [*conformance(), *imap_answers(), ancestry()]
