"""The page that a new colleague reads tells of every command, and of no other."""

from __future__ import annotations

import re
from pathlib import Path

from mailflow.ticket.commands import VERBS, is_command

PAGE = Path(__file__).parents[2] / "docs" / "teams.md"


def test_the_page_tells_of_every_command_in_both_languages() -> None:
    """Its table names each English and the first German word, and nothing that is no command."""
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `#")]
    english = {word for row in rows for word in re.findall(r"#(\w+)", row.split("|")[1])}
    german = {word for row in rows for word in re.findall(r"#(\w+)", row.split("|")[2])}
    assert english == {verb.name for verb in VERBS}
    assert all(is_command(word) for word in german)
    assert all(german & set(verb.words) for verb in VERBS)
