"""What a mail is about, and when many of them are an incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest

from mailflow.model import Command, Event, Happened, Incident
from mailflow.ticket import incident
from mailflow.ticket.incident import Tells, features, fits, for_everyone, is_quiet, shared, tells
from tests.unit.samples import NOW


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("web03 is down", {"web03"}),
        ("WEB-03, web_03 and Web03!", {"web03"}),
        ("(vps-4711)", {"vps4711"}),
        ("my VPS 4711", {"vps4711"}),
        ("VPS #4711", {"vps4711"}),
        ("rack 12 in RZ 2", {"rack12"}),
        ("https://shop.example/index.php?x=1", {"shop.example"}),
        ("www.shop.example:8443", {"shop.example"}),
        ("web03.desk.test", {"web03.desk.test", "web03"}),
        ("web03.shop.example", {"web03.shop.example"}),
        ("ssh root@web03", {"web03"}),
        ("192.0.2.17:22, 192.0.2.17/24", {"192.0.2.17"}),
        ("[2001:DB8:0::5]:443", {"2001:db8::5"}),
        ("CVE-2026-12345?", {"cve202612345"}),
        ("Frankfurter Rechenzentrum", {"frankfurt"}),
        ("data center in Nürnberg/Falkenstein", {"nuremberg", "falkenstein"}),
    ],
)
def test_hosts_addresses_and_sites_are_found(text: str, found: set[str]) -> None:
    """However they are written, they are one feature."""
    assert set(incident.telling(features("", text, "desk.test"))) == found


@pytest.mark.parametrize(
    "text",
    [
        "max@gmail.com support@desk.test",
        "desk.test",
        "127.0.0.1 10.1.2.3 192.168.0.1 ::1 8.8.8.8",
        "IPv6, PHP8, Debian 12, debian12, Windows-11, sha256, utf-8",
        "port 443, error 500, 12.90 EUR, 24.11.2026 at 10:05:33, 1.2.3",
        "see error.log and index.php on localhost",
        "a..b .x a.-x.example x-.y z. ... ::: @",
        "999.1.1.1 1.2.3.4.5 12:34:56:78",
        "x" * 300 + "1",
    ],
)
def test_what_is_everywhere_tells_nothing(text: str) -> None:
    """Mail addresses, private networks, versions, times, files: no name of anything."""
    assert incident.telling(features("", text, "desk.test")) == ()


def test_words_of_every_mail_are_left_out() -> None:
    """Greetings and wishes are no features; distinctive words are."""
    found = features("Hilfe", "Guten Tag, bitte helfen: kein Netzwerk. Mit freundlichen Grüßen")
    assert found == {"helfen", "netzwerk"}
    assert features("", "Dear support team, please help, thanks, packet loss") == {"packet", "loss"}


def test_features_are_few_and_names_come_first() -> None:
    """Forty at most, however long the mail; a host at its end is among them."""
    words = " ".join("w" + "".join(chr(97 + int(d)) for d in f"{n:04}") for n in range(500))
    found = features("", f"{words} web03")
    assert len(found) == incident.MOST_FEATURES
    assert "web03" in found


@pytest.mark.parametrize("piece", ["a.", "1:", "vps ", "[", "@", "-", "x1_", "ffff:", "9" * 60 + " "])
def test_hostile_text_takes_no_longer(piece: str) -> None:
    """A megabyte of anything is read in well under 100 ms."""
    start = perf_counter()
    features(piece * 200, piece * (1_000_000 // len(piece)))
    assert perf_counter() - start < 0.1


@pytest.mark.parametrize(
    ("feature", "kind"),
    [
        ("web03", Tells.NAME),
        ("shop.example", Tells.NAME),
        ("2001:db8::", Tells.NAME),
        ("frankfurt", Tells.SITE),
        ("loss", Tells.WORD),
    ],
)
def test_names_tell_more_than_sites_than_words(feature: str, kind: Tells) -> None:
    """The kind of a feature shows in its letters."""
    assert tells(feature) is kind


@pytest.mark.parametrize(
    ("recent", "before", "expected"),
    [
        ({"web03": 4}, {}, ()),
        ({"web03": 5}, {}, ("web03",)),
        ({"frankfurt": 5}, {}, ("frankfurt",)),
        ({"packet": 9, "loss": 9}, {}, ()),
        ({"packet": 10}, {}, ()),
        ({"packet": 10, "loss": 12}, {}, ("loss", "packet")),
        ({"web03": 5, "frankfurt": 20, "packet": 30, "loss": 30}, {}, ("web03",)),
        ({"frankfurt": 5, "packet": 30, "loss": 30}, {}, ("frankfurt",)),
        ({"web03": 5, "db17": 6}, {}, ("db17", "web03")),
        ({"web03": 5}, {"web03": 58}, ("web03",)),
        ({"web03": 5}, {"web03": 59}, ()),
        ({"web03": 5, "packet": 10, "loss": 10}, {"web03": 59}, ("loss", "packet")),
        ({}, {}, ()),
    ],
)
def test_what_many_share(
    recent: dict[str, int], before: dict[str, int], expected: tuple[str, ...]
) -> None:
    """Five customers with one name or site, ten with two words, and four times as many as usual: 47
    windows of half an hour came before, so 58 in them are 1.23 each, and 59 are 1.26."""
    assert shared(recent, before) == expected


@pytest.mark.parametrize(
    ("found", "known_by", "expected"),
    [
        ({"web03", "slow"}, ("web03",), True),
        ({"web04", "slow"}, ("web03",), False),
        ({"web03"}, ("web03", "db17"), True),
        ({"slow"}, ("web03", "slow"), False),
        ({"packet", "loss"}, ("packet", "loss"), True),
        ({"packet"}, ("packet", "loss"), False),
        ({"packet", "loss"}, ("packet", "loss", "ping", "route", "hops"), False),
        ({"packet", "loss", "ping"}, ("packet", "loss", "ping", "route", "hops"), True),
        ({"web03"}, (), False),
    ],
)
def test_what_fits_an_incident(found: set[str], known_by: tuple[str, ...], expected: bool) -> None:
    """One name, or half of the words and two at least; an incident known by nothing takes nothing."""
    assert fits(found, known_by) is expected


def test_the_same_is_not_proposed_again_for_hours() -> None:
    """Four hours after the proposal, or half an hour after its end."""
    proposed = Incident("", "vps", ("web03",), NOW)
    assert is_quiet(proposed, NOW + timedelta(hours=3, minutes=59))
    assert not is_quiet(proposed, NOW + timedelta(hours=4))
    ended = replace(proposed, resolved_at=NOW + timedelta(hours=1))
    assert is_quiet(ended, NOW + timedelta(hours=1, minutes=29))
    assert not is_quiet(ended, NOW + timedelta(hours=1, minutes=30))


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        ((Command("incident", "x", "#incident x"),), False),
        (
            (
                Command("incident", "x", "#incident x #status t"),
                Command("status", "t", "#incident x #status t"),
            ),
            True,
        ),
        ((Command("incident", "x", "#incident x"), Command("status", "t", "#status t")), False),
        ((Command("status", "t", "#status t"),), False),
    ],
)
def test_only_one_line_is_for_everyone(commands: tuple[Command, ...], expected: bool) -> None:
    """A status below the name is about the ticket alone."""
    assert for_everyone(Event(Happened.TEAM_WROTE, "max", commands=commands)) is expected


OPEN = Incident("a", "vps", ("web03",), NOW, id=1)
PROPOSED = Incident("", "vps", ("db17",), NOW, id=2)
LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("opened", "proposed", "resolves", "expected"),
    [
        (None, None, False, (Incident("a", "vps", ("fra1",), LATER),)),
        (None, PROPOSED, False, (Incident("a", "vps", ("db17",), LATER, id=2),)),
        (OPEN, None, False, (replace(OPEN, at=LATER),)),
        (OPEN, None, True, (replace(OPEN, at=LATER, resolved_at=LATER),)),
        (
            OPEN,
            PROPOSED,
            False,
            (
                replace(OPEN, known_by=("web03", "db17"), at=LATER),
                replace(PROPOSED, name="a", resolved_at=LATER),
            ),
        ),
    ],
)
def test_what_a_name_makes_of_incidents(
    opened: Incident | None, proposed: Incident | None, resolves: bool, expected: tuple[Incident, ...]
) -> None:
    """It opens one, names the proposal, or takes the proposal into the one that is open."""
    rows = incident.after("a", "vps", opened, proposed, {"fra1", "slow"}, LATER, resolves=resolves)
    assert rows == expected
