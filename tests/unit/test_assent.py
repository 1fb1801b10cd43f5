"""A customer's "yes, thanks" is told from everything that a person must read."""

from __future__ import annotations

import pytest

from mailflow.ticket.assent import Assent, read


@pytest.mark.parametrize(
    "text",
    [
        "Yes, thanks!",
        "yes",
        "It works now, thank you very much.",
        "Perfect, thank you for the quick help!\n\nAnna",
        "Hi Max,\n\nall working again. Thanks a lot!\n\nBest regards\nBob Builder",
        "Ja, danke!",
        "Ja",
        "Passt, vielen Dank für die schnelle Hilfe!\n\nMit freundlichen Grüßen\nDörte Müller",
        "Hallo Frau Beispiel,\n\nalles läuft wieder, herzlichen Dank.\n\nViele Grüße\nEmil",
        "Funktioniert wieder. Danke!",
        "Super, danke Erika!",
    ],
)
def test_a_confirmation_is_recognised(text: str) -> None:
    """A short yes, alone or with thanks, a greeting and a name, confirms the solution."""
    assert read(text) is Assent.CONFIRMED


@pytest.mark.parametrize(
    "text", ["Thank you!", "Thanks Max", "Danke schön an alle", "Vielen Dank!", "Thanks a lot\n\nAnna"]
)
def test_thanks_alone_are_thanks(text: str) -> None:
    """Thanks alone say nothing about the solution, and nothing that needs an answer."""
    expected = Assent.NONE if "an alle" in text else Assent.THANKS
    assert read(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No.",
        "Nein, leider nicht.",
        "It still does not work.",
        "Thanks, but the server is slow again.",
        "Danke, aber es geht immer noch nicht",
        "Works now. Can you also renew my domain?",
        "Yes please, 587 outgoing must stay open.",
        "Ja bitte, 587 ausgehend muss offen bleiben.",
        "ok, and how long will it take?",
        "It works only for IPv4",
        "Es funktioniert nicht",
        "Thanks. My new address is Main Street 5.",
        "yes " * 30,
    ],
)
def test_anything_else_is_for_a_person(text: str) -> None:
    """A "no", a question, a "but" or any word that is not known goes to a person."""
    assert read(text) is Assent.NONE
