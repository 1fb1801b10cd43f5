"""Corpus mail -> Author, by way of the real parser, as a desk would understand it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from mailflow.message.author import author
from mailflow.message.parse import Parsed, parse
from mailflow.model import Author, Desk, Envelope, Team, Trust

CORPORA = Path(os.environ.get("CORPORA", "/nonexistent"))
DESK = Desk("Desk", "support@desk.example", (Team("support", "l1@desk.example"),), ())
needs_corpora = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="CORPORA names no folder with the public corpora"
)


def author_of(content: bytes, desk: Desk = DESK, envelope: Envelope | None = None) -> Author:
    """Without an envelope: what the delivering host wrote into Return-Path, else the From address."""
    mail = parse(content)
    sent = envelope or Envelope(_return_path(mail), (desk.address,))
    return author(
        mail.headers, mail.from_, sent, content, mail.subject, mail.text_plain or mail.html, desk
    )


def _return_path(mail: Parsed) -> str:
    stated = next((value for name, value in mail.headers if name == "return-path"), None)
    if stated is not None:
        return stated.strip("<> ")
    return mail.from_[0].address if mail.from_ else "unknown@sender.example"


def desk(address: str, *aliases: str, forms: tuple[str, ...] = ()) -> Desk:
    return replace(DESK, address=address, aliases=aliases, trust=Trust(forms=forms))
