"""The picture of the report: valid, self-contained, true to the figures."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.model import Promise
from mailflow.rules.plot import draw, marked, scale
from mailflow.rules.report import Series, Timeline

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
SVG = "{http://www.w3.org/2000/svg}"
BLUE, RED = "#4c8cbf", "#d9541e"


def hours(*kept: int, broken: tuple[int, ...] = ()) -> Timeline:
    """One promise over as many hours."""
    series = Series(Promise.FIRST_RESPONSE, kept, broken or (0,) * len(kept))
    starts = tuple(AT + n * HOUR for n in range(len(kept)))
    return Timeline("hour", starts, AT + len(kept) * HOUR, (series,))


def bars(svg: str, fill: str) -> list[tuple[float, float, float]]:
    """(left, top, height) of the bars of that colour; the legend's squares have another width."""
    return [
        (float(one.get("x", "")), float(one.get("y", "")), float(one.get("height", "")))
        for group in ElementTree.fromstring(svg).iter(f"{SVG}g")
        for one in group.iter(f"{SVG}rect")
        if one.get("fill") == fill
    ]


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_bars_stand_on_each_other_in_proportion() -> None:
    """Twice as many is twice as high; what broke stands on what was kept."""
    svg = draw(hours(10, 5, 0, broken=(0, 5, 5)), "Desk", BERLIN)
    kept, broken = bars(svg, BLUE), bars(svg, RED)
    assert len(kept) == len(broken) == 2  # nothing is no bar
    assert kept[0][2] == pytest.approx(2 * kept[1][2])
    assert broken[0][2] == pytest.approx(kept[1][2])
    assert broken[0][1] + broken[0][2] == pytest.approx(kept[1][1])
    assert [one[0] for one in kept] == sorted(one[0] for one in kept)


def test_one_broken_of_a_million_is_seen() -> None:
    """A bar has a height that the eye finds."""
    (bar,) = bars(draw(hours(1_000_000, broken=(1,)), "Desk", BERLIN), RED)
    assert bar[2] >= 1


@pytest.mark.parametrize(
    ("kept", "broken", "said"),
    [
        (3, 0, "100 % kept: 3 kept, 0 broken"),
        (999_999, 1, "99.9 % kept: 999,999 kept, 1 broken"),
        (0, 2, "0.0 % kept: 0 kept, 2 broken"),
        (0, 0, "none in this time"),
    ],
)
def test_the_share_never_flatters(kept: int, broken: int, said: str) -> None:
    """A hundred per cent is only said when nothing broke."""
    assert said in texts(draw(hours(kept, broken=(broken,)), "Desk", BERLIN))


def test_titles_axes_and_legend_are_there() -> None:
    """What is drawn, for which time and zone, which colour is what, and the promise's name."""
    told = texts(draw(hours(1, 2), "The Desk: promises", BERLIN))
    assert {"The Desk: promises", "kept", "broken", "First response", "13:00", "14:00"} <= set(told)
    assert "per hour, 2026-11-24 13:00 to 2026-11-24 15:00, Europe/Berlin time" in told


def test_every_promise_has_its_panel() -> None:
    """One below the other; the picture is as high as it needs."""
    series = tuple(Series(promise, (1,), (1,)) for promise in Promise)
    svg = draw(Timeline("hour", (AT,), AT + HOUR, series), "Desk", BERLIN)
    root = ElementTree.fromstring(svg)
    lowest = max(float(one.get("y", "")) for one in root.iter(f"{SVG}text"))
    assert lowest < float(root.get("height", ""))
    tops = [bar[1] for bar in bars(svg, BLUE)]
    assert len(tops) == len(Promise)
    assert tops == sorted(set(tops))


@pytest.mark.parametrize(
    "title",
    ["<script>alert(1)</script>", "A & B", '"><image href="http://evil.test/"/>', "a\0b\x1b\ud800"],
)
def test_no_text_is_markup(title: str) -> None:
    """The desk's name is shown as it is written, and is nothing else."""
    svg = draw(hours(1), title, BERLIN)
    tags = {one.tag.removeprefix(SVG) for one in ElementTree.fromstring(svg).iter()}
    assert tags <= {"svg", "title", "style", "rect", "text", "path", "g"}
    assert "".join(character for character in title if character.isprintable()) in texts(svg)
    svg.encode()


def test_nothing_comes_from_elsewhere() -> None:
    """No link, no import, no address but the namespace."""
    svg = draw(hours(1, broken=(1,)), "Desk", BERLIN)
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"href|url\(|@import|<script|<image|\bon\w+=", svg)


@given(st.integers(0, 10**9))
def test_the_axis_ends_at_a_round_number_not_far_above(most: int) -> None:
    """Two to four marks from zero on, equally far apart, whole numbers; at least a half is used."""
    highest, ticks = scale(most)
    assert 2 <= len(ticks) <= 4
    assert (ticks[0], ticks[-1]) == (0, highest)
    step = ticks[1]
    assert ticks == tuple(range(0, highest + 1, step))
    assert str(step).rstrip("0") in ("1", "2", "5")
    assert most <= highest
    assert 2 * most >= highest or highest == 1


@pytest.mark.parametrize(
    ("unit", "count"),
    [
        *(("hour", count) for count in (1, 9, 10, 27, 28, 73)),  # the most that a report has of them
        *(("day", count) for count in (1, 2, 9, 10, 28, 101)),
        *(("week", count) for count in (1, 15, 600)),
    ],
)
def test_dates_do_not_run_into_each_other(unit: str, count: int) -> None:
    """At most nine below a panel, at equal distances."""
    length = {"hour": HOUR, "day": 24 * HOUR, "week": 168 * HOUR}[unit]
    starts = tuple(AT + n * length for n in range(count))
    places = marked(starts, unit, BERLIN)
    assert len(places) <= 9
    assert len({b - a for a, b in pairwise(places)}) <= 1
