"""Tokens and Message-IDs: unguessable, different for each purpose, recognised in addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.identity import TOKEN_LENGTH, Chance, token_address, tokens, usable

OWN = ("support@desk.test", "Help@Desk.test")
TOKEN = "abcdefghij234567abcd"


def test_token_has_at_least_80_bits() -> None:
    """Hazards, who may: tokens have at least 80 bits; 20 characters of base32 have 100."""
    token = Chance(bytes(range(32))).token("customer")
    assert len(token) == TOKEN_LENGTH == 20
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_names_differ_by_purpose_and_by_chance() -> None:
    """Contract: one token for each ticket and side; no purpose gives away another's name."""
    one, other = Chance(bytes(32)), Chance(b"\1" * 32)
    names = [
        one.token("customer"),
        one.token("team:support"),
        other.token("customer"),
        one.name("customer"),
        one.message_id("customer", "desk.test"),
        one.message_id("0 reply customer", "desk.test"),
    ]
    assert len(set(names)) == len(names)


def test_same_chance_and_purpose_give_the_same_name() -> None:
    """A decision is a function of its values: deciding twice names everything alike."""
    assert Chance(b"x" * 32).token("customer") == Chance(b"x" * 32).token("customer")


def test_chance_is_not_shown() -> None:
    """Hazards, service: no secrets in logs; the octets are not in the value's repr."""
    assert "secret" not in repr(Chance(b"secret" * 5))


def test_own_message_id_is_usable() -> None:
    """RFC 5322 3.6.4: what we make, we also accept as an ancestor."""
    assert usable(Chance(bytes(32)).message_id("x", "desk.test"))


@pytest.mark.parametrize(
    "address",
    [
        f"support+{TOKEN}@desk.test",
        f"SUPPORT+{TOKEN.upper()}@DESK.TEST",
        f"help+{TOKEN}@desk.test",
    ],
)
def test_token_is_found_behind_any_own_address_in_any_case(address: str) -> None:
    """Contract: tokens are case folded; they count behind the desk's address and its aliases."""
    assert tokens([address], OWN) == (TOKEN,)


@pytest.mark.parametrize(
    "address",
    [
        "support@desk.test",
        f"other+{TOKEN}@desk.test",
        f"support+{TOKEN}@evil.test",
        f"support+{TOKEN[:-1]}@desk.test",
        f"support+{TOKEN}a@desk.test",
        f"support+x+{TOKEN}@desk.test",
        f"support+{TOKEN[:-1]}1@desk.test",
        f"support+{TOKEN[:-1]}\u0131@desk.test",
        f"support{TOKEN}@desk.test",
        f"+{TOKEN}@desk.test",
        "",
        "@",
    ],
)
def test_what_is_no_token_of_ours(address: str) -> None:
    """Only our own address with exactly a token behind its plus names one."""
    assert tokens([address], OWN) == ()


def test_tokens_keep_their_order_and_come_once() -> None:
    """The first recipient tells most."""
    first, second = "a" * 20, "b" * 20
    found = tokens([f"support+{t}@desk.test" for t in (first, second, first.upper())], OWN)
    assert found == (first, second)


@given(st.binary(min_size=32, max_size=32), st.text(max_size=20))
def test_token_address_gives_its_token_back(octets: bytes, side: str) -> None:
    """Contract: Reply-To is the token address; an answer to it proves the side."""
    token = Chance(octets).token(side.encode("utf-8", "replace").decode())
    assert tokens([token_address("support@desk.test", token)], OWN) == (token,)


@pytest.mark.parametrize(
    "message_id",
    ["<a@b>", "<DB9PR01.1234+x=@eurprd01.prod.example>", '<"a"@b>', "<no-at-sign>", f"<{'a' * 248}>"],
)
def test_usable_message_ids(message_id: str) -> None:
    """What other programs write as Message-IDs goes into our References as it is."""
    assert usable(message_id)


@pytest.mark.parametrize(
    "message_id",
    [
        "",
        "<>",
        "a@b",
        "<a@b",
        "<a b@c>",
        "<a@b>\r\nBcc: x",
        "<a\n@b>",
        "<ä@b>",
        "<a@b><c@d>",
        f"<{'a' * 249}>",
    ],
)
def test_unusable_message_ids(message_id: str) -> None:
    """A received Message-ID that could break our header is left out of it."""
    assert not usable(message_id)
