"""How the promise was kept over time, drawn: a timeline -> one SVG, a panel of stacked bars per promise.

Self-contained: no script, no font, no picture from elsewhere. Every text is escaped. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from mailflow.rules.report import Series, Timeline

_WIDTH, _LEFT, _RIGHT = 960, 56, 40  # half a date fits into the margin
_HEAD, _PANEL, _BARS = 92, 148, 92  # heights: above all panels, of one panel, of the bars in it
_INNER = _WIDTH - _LEFT - _RIGHT
_MOST_LABELS = 9
_KEPT, _BROKEN = "#4c8cbf", "#d9541e"  # told apart by colour-blind people as well
_INK, _PALE, _LINE = "#1f2933", "#616e7c", "#e4e7eb"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STYLE = (
    "text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;font-size:12px}"
    ".title{font-size:20px;font-weight:600}.name{font-size:14px;font-weight:600}"
)


def draw(timeline: Timeline, title: str, zone: ZoneInfo) -> str:
    """The SVG document; times on the axis are those of the zone's clocks."""
    height = _HEAD + _PANEL * len(timeline.series)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img">',
        f"<title>{_plain(title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(_LEFT, 38, title, "title"),
        _text(_LEFT, 60, _span(timeline, zone), fill=_PALE),
        *_legend(),
    ]
    for index, series in enumerate(timeline.series):
        lines += _panel(series, timeline, _HEAD + index * _PANEL, zone)
    return "\n".join([*lines, "</svg>", ""])


def _span(timeline: Timeline, zone: ZoneInfo) -> str:
    first, last = (at.astimezone(zone) for at in (timeline.starts[0], timeline.ends_at))
    return f"per {timeline.unit}, {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}, {zone.key} time"


def _legend() -> Iterator[str]:
    for left, colour, word in ((_WIDTH - 168, _KEPT, "kept"), (_WIDTH - 100, _BROKEN, "broken")):
        yield f'<rect x="{left}" y="50" width="12" height="12" rx="2" fill="{colour}"/>'
        yield _text(left + 18, 60, word)


# --- A panel -------------------------------------------------------------------------------------


def _panel(series: Series, timeline: Timeline, top: int, zone: ZoneInfo) -> Iterator[str]:
    kept, broken = sum(series.kept), sum(series.broken)
    floor = top + 28 + _BARS
    yield _text(_LEFT, top + 16, series.promise.value.replace("_", " ").capitalize(), "name")
    yield _text(_WIDTH - _RIGHT, top + 16, _share(kept, broken), anchor="end", fill=_PALE)
    highest, ticks = scale(max(map(sum, zip(series.kept, series.broken, strict=True))))
    for tick in ticks:
        y = floor - _BARS * tick / highest
        yield _line(_LEFT, _WIDTH - _RIGHT, y, _LINE if tick else _PALE)
        yield _text(_LEFT - 8, y + 4, f"{tick:,}", anchor="end", fill=_PALE)
    yield from _bars(series, timeline, floor, highest, zone)
    yield from _dates(timeline, floor, zone)


def _share(kept: int, broken: int) -> str:
    if not kept + broken:
        return "none in this time"
    percent = 100 * kept / (kept + broken)
    # Rounding never makes a whole hundred of less.
    shown = "100" if not broken else f"{min(percent, 99.9):.1f}"
    return f"{shown} % kept: {kept:,} kept, {broken:,} broken"


def scale(most: int) -> tuple[int, tuple[int, ...]]:
    """The axis for values up to `most`: its highest value, and its two to four round marks from 0 on."""
    step, factors = 1, (2, 2.5, 2)
    turn = 0
    while step * 3 < most:
        step = int(step * factors[turn % 3])
        turn += 1
    highest = max(step, -(-most // step) * step)
    return highest, tuple(range(0, highest + 1, step))


def _bars(
    series: Series, timeline: Timeline, floor: int, highest: int, zone: ZoneInfo
) -> Iterator[str]:
    slot = _INNER / len(timeline.starts)
    width = min(max(slot * 0.8, 0.5), 48)
    for index, start in enumerate(timeline.starts):
        kept, broken = series.kept[index], series.broken[index]
        if not kept + broken:
            continue
        left = _LEFT + slot * index + (slot - width) / 2
        middle, upper = floor - _BARS * kept / highest, floor - _BARS * (kept + broken) / highest
        yield f"<g><title>{_when(start, zone)}: {kept:,} kept, {broken:,} broken</title>"
        if kept:
            yield _bar(left, middle, width, floor - middle, _KEPT)
        if broken:
            yield _bar(left, min(upper, middle - 1), width, max(middle - upper, 1), _BROKEN)
        yield "</g>"


def _dates(timeline: Timeline, floor: int, zone: ZoneInfo) -> Iterator[str]:
    slot = _INNER / len(timeline.starts)
    for index in marked(timeline.starts, timeline.unit, zone):
        x = _LEFT + slot * (index + 0.5)
        yield f'<path d="M{x:.1f} {floor}v4" stroke="{_PALE}"/>'
        label = _label(timeline.starts[index].astimezone(zone), timeline.unit)
        yield _text(x, floor + 17, label, anchor="middle", fill=_PALE)


def marked(starts: Sequence[datetime], unit: str, zone: ZoneInfo) -> tuple[int, ...]:
    """The spans that get a date below: few enough to be read; of hours those at round times."""
    if unit != "hour":
        return tuple(range(0, len(starts), -(-len(starts) // _MOST_LABELS)))
    every = next((n for n in (1, 2, 3, 6, 12) if len(starts) <= n * _MOST_LABELS), 24)
    return tuple(n for n, at in enumerate(starts) if at.astimezone(zone).hour % every == 0)


def _label(here: datetime, unit: str) -> str:
    if unit == "hour" and here.hour:
        return f"{here:%H:%M}"
    day = f"{here.day} {_MONTHS[here.month - 1]}"
    return f"{day} {here.year}" if unit == "week" else day


def _when(start: datetime, zone: ZoneInfo) -> str:
    return f"{start.astimezone(zone):%Y-%m-%d %H:%M}"


# --- Shapes --------------------------------------------------------------------------------------


def _bar(left: float, top: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{left:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"/>'
    )


def _line(left: float, right: float, y: float, stroke: str) -> str:
    return f'<path d="M{left} {y:.1f}H{right}" stroke="{stroke}"/>'


def _text(
    x: float, y: float, text: str, kind: str = "", *, anchor: str = "start", fill: str = _INK
) -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{style} text-anchor="{anchor}" fill="{fill}">{_plain(text)}</text>'


def _plain(text: str) -> str:
    """Escaped, without what XML does not allow."""
    return escape("".join(character for character in text if character.isprintable()))
