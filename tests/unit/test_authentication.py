"""Authentication-Results: whose are believed, and what they prove of the From address."""

from __future__ import annotations

import time

import pytest

from mailflow.message.authentication import aligned, authentication, results
from mailflow.message.fields import media_type, segments
from mailflow.model import Authentication, Trust

PASS, FAIL, NONE = Authentication.PASS, Authentication.FAIL, Authentication.NONE
TRUST = Trust(authserv_ids=("mx.desk.example",))
FROM = "ann@customer.example"


def of(*fields: str, from_address: str = FROM) -> Authentication:
    headers = [("authentication-results", field) for field in fields]
    return authentication([("from", from_address), *headers], from_address, TRUST)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("dmarc=pass header.from=customer.example", PASS),
        ("dmarc=fail header.from=customer.example", FAIL),
        ("dkim=pass header.d=customer.example", PASS),
        ("dkim=pass header.i=@mail.customer.example", PASS),
        ("dkim=pass header.d=other.example", NONE),
        ("spf=pass smtp.mailfrom=bounce@customer.example", PASS),
        ("spf=pass smtp.mailfrom=customer.example", PASS),
        ("spf=pass smtp.mailfrom=attacker.test", NONE),
        ("dkim=fail header.d=customer.example; spf=fail smtp.mailfrom=customer.example", FAIL),
        ("dkim=fail header.d=customer.example; spf=softfail smtp.mailfrom=customer.example", FAIL),
        ("dkim=fail header.d=customer.example", NONE),
        ("dkim=fail header.d=customer.example; spf=pass smtp.mailfrom=customer.example", PASS),
        ("dkim=fail header.d=a.test; dkim=pass header.d=customer.example; spf=fail", PASS),
        ("dmarc=fail; dkim=pass header.d=customer.example", FAIL),
        ("dmarc=none; dkim=none; spf=none", NONE),
        ("dmarc=none; spf=pass smtp.mailfrom=customer.example", PASS),
        ("none", NONE),
        ("", NONE),
    ],
)
def test_verdicts(found: str, expected: Authentication) -> None:
    """DMARC decides; without it an aligned DKIM or SPF passes, and only both failing is a failure."""
    assert of(f"mx.desk.example; {found}") is expected


def test_only_the_configured_host_counts() -> None:
    """What any other host wrote, or wrote in its name with another word, proves nothing."""
    assert of("mx.attacker.test; dmarc=pass") is NONE
    assert of("mx.desk.example.attacker.test; dmarc=pass") is NONE
    assert authentication([("authentication-results", "; dmarc=pass")], FROM, TRUST) is NONE
    assert (
        authentication([("authentication-results", "mx.desk.example; dmarc=pass")], FROM, Trust())
        is NONE
    )


def test_only_the_topmost_counts() -> None:
    """A second field of the same name below came with the mail from outside: forged."""
    assert of("mx.desk.example; spf=none", "mx.desk.example; dmarc=pass") is NONE
    assert of("mx.desk.example; dmarc=fail", "mx.desk.example; dmarc=pass") is FAIL
    assert of("relay.test; dmarc=fail", "mx.desk.example; dmarc=pass") is PASS


def test_host_name_in_any_case() -> None:
    """Host names, methods and results ignore case (RFC 8601 section 2.2)."""
    assert of("MX.Desk.Example; DMARC=Pass header.from=Customer.Example") is PASS


def test_field_of_microsoft_without_host() -> None:
    """Exchange Online writes no host: its first result is not one, so nothing is believed."""
    assert of("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=customer.example; dmarc=pass") is NONE


@pytest.mark.parametrize(
    "field",
    [
        "mx.desk.example 1; dmarc=pass",
        "(a comment) mx.desk.example (another (nested) one); dmarc = pass (p=none)",
        '"mx.desk.example"; dmarc=pass reason="fine; really" header.from="customer.example"',
        "mx.desk.example;dmarc/1=pass;",
        "mx.desk.example; dkim=pass header.b=abc= header.d=customer.example",
        "mx.desk.example; ;; dkim=fail (bad; dmarc=fail); dmarc=pass",
    ],
)
def test_white_space_comments_versions_and_quotes(field: str) -> None:
    """RFC 8601 section 2.2: CFWS, versions, quoted strings; what stands in a comment is not said."""
    assert of(field) is PASS


def test_dmarc_of_another_domain() -> None:
    """DMARC's verdict counts for the domain that it names."""
    assert of("mx.desk.example; dmarc=pass header.from=attacker.test") is NONE


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("customer.example", "customer.example", True),
        ("mail.customer.example", "customer.example", True),
        ("customer.example", "mail.customer.example", True),
        ("evilcustomer.example", "customer.example", False),
        ("example", "customer.example", False),
        ("", "customer.example", False),
        ("", "", False),
    ],
)
def test_alignment(one: str, other: str, expected: bool) -> None:
    """Relaxed: equal, or one below the other; never by a bare top-level domain or by nothing."""
    assert aligned(one, other) is expected


def test_quoted_semicolon_does_not_begin_a_result() -> None:
    """A reason that somebody outside can word adds no result of its own."""
    found = results(
        [("authentication-results", 'mx.desk.example; spf=fail reason="x; dmarc=pass"')],
        TRUST.authserv_ids,
    )
    assert [result.method for result in found] == ["spf"]


@pytest.mark.parametrize("piece", ["(", '"', ";", "=", "\\", '"\\', "a=", "= ", "()", " "])
def test_hostile_fields_take_linear_time(piece: str) -> None:
    """64 KB of anything is read in milliseconds."""
    field = f"mx.desk.example; {piece * (65536 // len(piece))}"
    started = time.process_time()
    of(field)
    assert time.process_time() - started < 0.5


def test_segments() -> None:
    """Words between semicolons, comments out, quotes opened, parameters closed up."""
    assert segments('a (b;c) d ; e = "f;g" h ;') == [["a", "d"], ["e=f;g", "h"], []]
    assert segments("") == [[]]


def test_media_type() -> None:
    """Type and parameter names in lower case; a missing field is text/plain (RFC 2045 section 5.2)."""
    assert media_type('Multipart/Report; Report-Type=x; boundary="a b"') == (
        "multipart/report",
        {"report-type": "x", "boundary": "a b"},
    )
    assert media_type("") == ("text/plain", {})
