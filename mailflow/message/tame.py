"""Limits what makes HTML5 parsers slow, before one sees it: nesting, styles left open, many attributes.

HTML in, HTML out, in linear time. The text stays; tags beyond the limits become `<wbr>`, which means nothing.
It makes nothing safe: that is the sanitiser's part.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_DEEPEST: Final = 400
_DEEPEST_STYLE: Final = 10
_MOST_ATTRIBUTES: Final = 2000  # counted as spaces and slashes
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})([^<>]*+)")
_MOST_REFERENCES: Final = 2000  # in one passage of text, for which ammonia needs quadratic time
_REFERENCES = re.compile(rf"(?:&[^<&]*+){{1,{_MOST_REFERENCES}}}+")
_SEPARATOR = re.compile(r"[\s/\"']")
# Their end tags may be left out, and a parser closes them by itself.
_SELF_CLOSING: Final = {
    "br", "hr", "img", "wbr", "col",
    "p", "li", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead", "tfoot", "input", "meta", "link", "base",
    "area", "html", "body", "head", "source", "embed", "o:p",
}  # fmt: skip
_STYLES: Final = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)


def tamed(html: str) -> str:
    """Limits nesting and attributes, for which HTML5 parsers need quadratic time; the text stays."""
    open_tags: Counter[str] = Counter()
    depth = {True: 0, False: 0}
    limit = {True: _DEEPEST_STYLE, False: _DEEPEST}

    def tame(tag: re.Match[str]) -> str:
        name, rest = tag[2].lower(), tag[3]
        if len(rest) > _MOST_ATTRIBUTES and len(_SEPARATOR.findall(rest)) > _MOST_ATTRIBUTES:
            rest = ""
        style = name in _STYLES
        if name in _SELF_CLOSING:
            return f"<{tag[1]}{tag[2]}{rest}"
        if tag[1]:
            if open_tags[name]:
                open_tags[name] -= 1
                depth[style] -= 1
                return f"</{tag[2]}{rest}"
            return "</wbr"
        if depth[style] >= limit[style]:
            return "<wbr"
        open_tags[name] += 1
        depth[style] += 1
        return f"<{tag[2]}{rest}"

    return _REFERENCES.sub(_divided, _TAG.sub(tame, html))


def _divided(references: re.Match[str]) -> str:
    return f"{references[0]}<wbr>" if references[0].count("&") == _MOST_REFERENCES else references[0]
