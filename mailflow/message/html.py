"""A mail's HTML: made harmless to look at, or read as plain text.

Decoded HTML in; safe HTML or text out. Whatever it is given it takes time in proportion to its size. It fetches
nothing; it marks quotes with ">" and leaves it to `text.py` what to make of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser
from typing import Final

import nh3

from mailflow.message.reflow import Reflow
from mailflow.message.tame import tamed

Attributes = list[tuple[str, str | None]]

_SCHEMES: Final = {"http", "https", "mailto", "cid"}
_REMOVED: Final = {
    "script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "math", "select", "textarea",
    "xml", "applet", "audio", "video", "canvas", "noembed", "noframes",
}  # fmt: skip
_TAGS: Final = (nh3.ALLOWED_TAGS - {"area", "map"}) | {"font", "big"}
_PROPERTIES: Final = {
    "color", "background-color", "font-family", "font-size", "font-style", "font-weight", "text-align",
    "text-decoration", "text-indent", "vertical-align", "line-height", "white-space", "width", "max-width",
    "margin", "margin-top", "margin-right", "margin-bottom", "margin-left",
    "padding", "padding-top", "padding-right", "padding-bottom", "padding-left",
    "border", "border-top", "border-right", "border-bottom", "border-left", "border-collapse", "border-spacing",
    "list-style-type",
}  # fmt: skip
_SHOWN: Final = {
    "*": {"style", "dir", "lang", "align", "valign"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor"},
    "td": {"colspan", "rowspan", "width", "bgcolor"},
    "th": {"colspan", "rowspan", "width", "bgcolor"},
    "ol": {"start", "type"},
    "font": {"color", "size", "face"},
}
_READ: Final = {
    "*": {"style", "class", "id"},
    "a": {"href"},
    "img": {"src", "alt"},
    "blockquote": {"type", "cite"},
    "ol": {"start"},
}

_FETCHES = re.compile(r"url|image|\\|expression|import", re.IGNORECASE)
_HIDDEN = re.compile(r"display:none|visibility:hidden|mso-hide:all")
_VOID: Final = frozenset({"br", "hr", "img", "wbr", "col"})
_BLOCKS: Final = frozenset(
    {
        "div", "table", "tr", "ul", "ol", "dl", "dt", "dd", "center", "header", "footer", "article", "aside", "nav",
        "section", "caption", "figure", "figcaption", "details", "summary", "pre", "blockquote", "tbody", "thead",
    }
)  # fmt: skip
_PARAGRAPHS: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
_HEADER_IDS: Final = ("divrplyfwdmsg", "olk_src_body_section", "outlookmessageheader")


def sanitise(html: str) -> str:
    """HTML that may be shown to a team: no script, form or frame, and nothing is loaded from elsewhere.

    Remote pictures become links that name them; only the mail's own (`cid:`) stay pictures.
    """
    if not html.strip():
        return ""
    pictures = _Pictures()
    pictures.feed(_clean(html, _SHOWN, _filtered, _PROPERTIES))
    pictures.close()
    return "".join(pictures.pieces)


def to_text(html: str) -> str:
    """The text that a reader sees, quotes marked with ">"; hidden passages are left out.

    Pictures of the mail become `[cid:NAME]`, others their alternative text; links keep their address where
    the text does not tell it.
    """
    if not html.strip():
        return ""
    reader = _Reader()
    reader.feed(_clean(html, _READ))
    reader.close()
    return reader.reflow.text()


def _filtered(tag: str, name: str, value: str) -> str | None:
    if name == "style" and _FETCHES.search(value):
        return ";".join(part for part in value.split(";") if not _FETCHES.search(part)) or None
    if tag == "a" and name == "href" and value.lower().startswith("cid:"):
        return None
    return value


def _clean(
    html: str,
    attributes: dict[str, set[str]],
    attribute_filter: object = None,
    properties: set[str] | None = None,
) -> str:
    return nh3.clean(
        tamed(html.replace("\x00", "")),
        tags=_TAGS,
        clean_content_tags=_REMOVED,
        attributes=attributes,
        attribute_filter=attribute_filter,  # type: ignore[arg-type]
        url_schemes=_SCHEMES,
        url_relative="deny",
        filter_style_properties=properties,
    )


# --- Walkers over what nh3 gave back, which is well-formed ----------------------------------------


class _Pictures(HTMLParser):
    """Writes the HTML again, with links in place of remote pictures."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._links = 0

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag == "img":
            self.pieces.append(self._picture({name: value or "" for name, value in attrs}))
            return
        self._links += tag == "a"
        self.pieces.append(_start_tag(tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self._links -= tag == "a"
        self.pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.pieces.append(escape(data, quote=False))

    def _picture(self, attributes: dict[str, str]) -> str:
        source, alternative = attributes.get("src", ""), attributes.get("alt", "")
        if source.lower().startswith("cid:"):
            return _start_tag("img", attributes.items())
        if not source.lower().startswith(("http:", "https:")):
            return escape(f"[{alternative}]", quote=False) if alternative else ""
        shown = escape(f"[{alternative or 'picture'}: {source}]", quote=False)
        if self._links:
            return shown
        return f'<a href="{escape(source)}" rel="noopener noreferrer">{shown}</a>'


def _start_tag(tag: str, attributes: Iterable[tuple[str, str | None]]) -> str:
    return f"<{tag}" + "".join(f' {name}="{escape(value or "")}"' for name, value in attributes) + ">"


class _Reader(HTMLParser):
    """Tells a Reflow what the tags mean for the text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.reflow = Reflow()
        self._hidden = 0
        self._quotes: list[bool] = []  # of each open element: does it mark a quote
        self._links: list[tuple[str, int]] = []
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        attributes = {name: (value or "") for name, value in attrs}
        style = "".join(attributes.get("style", "").lower().split())
        if self._hidden or _HIDDEN.search(style):
            self._hidden += tag not in _VOID
            return
        self._separate(tag)
        if tag not in _VOID:
            self._open(tag, attributes, style)
        elif tag == "br":
            self.reflow.line_break()
        elif tag == "hr":
            self.reflow.rule()
        elif tag == "img":
            self.reflow.write(_picture_text(attributes))

    def _open(self, tag: str, attributes: dict[str, str], style: str) -> None:
        if _begins_answered_mail(attributes, style):
            self.reflow.rule()
        quote = self._is_quote(tag, attributes, style)
        self._quotes.append(quote)
        if quote:
            self.reflow.quote(1)
        if tag == "a":
            self._links.append((attributes.get("href", ""), self.reflow.written))
        elif tag in ("ul", "ol"):
            start = attributes.get("start", "1")
            self._lists.append(
                int(start) if tag == "ol" and start.isdecimal() and len(start) < 6 else None
            )
            self.reflow.indent(1)
        elif tag == "li":
            self.reflow.item(self._bullet())
        elif tag in ("td", "th"):
            self.reflow.cell()
        elif tag == "tr":
            self.reflow.row()
        elif tag == "pre":
            self.reflow.preformatted(1)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._hidden -= 1
            return
        self._separate(tag)
        if self._quotes and self._quotes.pop():
            self.reflow.quote(-1)
        if tag == "a" and self._links:
            self._link(*self._links.pop())
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self.reflow.indent(-1)
        elif tag == "pre":
            self.reflow.preformatted(-1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.reflow.write(data)

    def _separate(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.reflow.block(2)
        elif tag in _BLOCKS or tag == "li":
            self.reflow.block(1)

    def _is_quote(self, tag: str, attributes: dict[str, str], style: str) -> bool:
        """A blockquote that a program made; people indent their own words with blockquotes, too."""
        classes = attributes.get("class", "").lower()
        if tag != "blockquote":
            return "moz-cite-prefix" in classes
        if "border:none" in style or "border:0" in style or "border:medium" in style:
            return False
        if "cite" in attributes or attributes.get("type", "").lower() == "cite":
            return True
        return "quote" in classes or "border-left" in style or self.reflow.ends_with_colon

    def _bullet(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "

    def _link(self, href: str, start: int) -> None:
        shown = self.reflow.since(start).strip()
        if href.lower().startswith("mailto:"):
            address = href[7:].partition("?")[0]
            if shown and "@" not in shown:
                self.reflow.write(f" <{address}>")
        elif (
            href
            and shown
            and not shown.startswith("[cid:")
            and _plain_address(href) != _plain_address(shown)
        ):
            self.reflow.write(f" ({href})")


def _plain_address(url: str) -> str:
    return url.lower().removeprefix("http://").removeprefix("https://").removeprefix("www.").rstrip("/")


def _picture_text(attributes: dict[str, str]) -> str:
    source = attributes.get("src", "")
    return f"[{source}]" if source.lower().startswith("cid:") else attributes.get("alt", "")


def _begins_answered_mail(attributes: dict[str, str], style: str) -> bool:
    """Outlook and its like draw a line above the header of the mail that is answered or passed on."""
    named = f"{attributes.get('id', '')} {attributes.get('class', '')}".lower()
    if any(name in named for name in _HEADER_IDS):
        return True
    return "border-top" in style and "solid" in style and "border-left" not in style
