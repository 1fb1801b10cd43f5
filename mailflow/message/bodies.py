"""A MIME tree -> the text that a mail program shows, as plain text and as HTML.

After RFC 8621 section 4.1.4: of alternatives one is shown, of everything else all. What is not shown
here is an attachment. Texts have LF line ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from mailflow.message.charset import decode
from mailflow.message.flowed import unflow
from mailflow.message.parameters import token_of
from mailflow.message.structure import ROOT, Node
from mailflow.message.transfer import decode_transfer


@dataclass(frozen=True, slots=True)
class Shown:
    """A text part as shown. `choice`: the outermost alternative around it, else its own index."""

    index: int
    choice: int
    html: bool
    text: str
    faithful: bool


def shown_of(content: bytes, nodes: Sequence[Node]) -> tuple[Shown, ...]:
    """All text parts of the mail itself that are its body, alternatives included, in order."""
    return tuple(
        _show(content, nodes, index) for index, node in enumerate(nodes) if _is_body(nodes, node)
    )


def _is_body(nodes: Sequence[Node], node: Node) -> bool:
    if node.attached or node.composite or node.disposition == "attachment":
        return False
    if node.media_type not in ("text/plain", "text/html"):
        return False
    container = nodes[node.parent].media_type if node.parent != ROOT else ""
    if node.position == 0 or container == "multipart/alternative":
        return True
    return container != "multipart/related" and not node.name


def _show(content: bytes, nodes: Sequence[Node], index: int) -> Shown:
    node = nodes[index]
    octets = decode_transfer(node.octets(content), node.encoding)
    text, faithful = decode(octets, token_of(node.parameters, "charset"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    html = node.media_type == "text/html"
    if not html and token_of(node.parameters, "format").lower() == "flowed":
        text = unflow(text, delete_space=token_of(node.parameters, "delsp").lower() == "yes")
    return Shown(index, _choice(nodes, index), html, text, faithful)


def _choice(nodes: Sequence[Node], index: int) -> int:
    choice = index
    above = nodes[index].parent
    while above != ROOT:
        if nodes[above].media_type == "multipart/alternative":
            choice = above
        above = nodes[above].parent
    return choice


def plain_of(shown: Sequence[Shown]) -> str:
    """The whole text as plain text; empty where some of it exists only as HTML."""
    chosen = _side(shown, html=False)
    return "" if any(each.html for each in chosen) else "\n".join(each.text for each in chosen)


def html_of(shown: Sequence[Shown]) -> str:
    """The whole text as HTML, plain text in between escaped; empty where the mail has no HTML."""
    chosen = _side(shown, html=True)
    if not any(each.html for each in chosen):
        return ""
    return "\n".join(each.text if each.html else f"<pre>{escape(each.text)}</pre>" for each in chosen)


def _side(shown: Sequence[Shown], *, html: bool) -> list[Shown]:
    """Of each alternative the parts of the wanted kind, if they say anything, else the others."""
    kinds = {each.choice for each in shown if each.html is html and each.text.strip()}
    return [each for each in shown if each.html is html or each.choice not in kinds]
