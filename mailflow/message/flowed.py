"""format=flowed (RFC 3676): lines that were broken for width become paragraphs again."""

from __future__ import annotations


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Text with its soft line breaks joined; quote marks become `>`, as deep, and one space.

    `delete_space`: DelSp=yes, the space before a soft break was added with it.
    """
    lines: list[str] = []
    open_depth = -1  # quote depth of a paragraph that goes on, or -1
    parts: list[str] = []
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")  # space-stuffing, section 4.4
        if parts and (depth != open_depth or words == "-- "):
            lines.append(_paragraph(open_depth, parts))
            parts = []
        soft = words.endswith(" ") and words != "-- "
        parts.append(words[:-1] if soft and delete_space else words)
        open_depth = depth
        if not soft:
            lines.append(_paragraph(depth, parts))
            parts = []
    if parts:
        lines.append(_paragraph(open_depth, parts))
    return "\n".join(lines)


def _paragraph(depth: int, parts: list[str]) -> str:
    text = "".join(parts)
    return f"{'>' * depth} {text}" if depth and text else ">" * depth + text
