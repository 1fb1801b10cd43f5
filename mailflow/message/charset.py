"""Octets and a charset's label -> text.

Only charsets that mail programs write are decoded: to Python `utf-7`, `zip` and `unicode_escape` are
codecs too, and traps here. A wrong or missing label is mended by trying UTF-8, then Windows-1252. Text
is always valid Unicode, without NUL and without a byte order mark.
"""

from __future__ import annotations

GUESS = ""  # us-ascii, and labels that say nothing

_WINDOWS = {
    label: f"cp{number}"
    for number in (874, *range(1250, 1259))
    for label in (f"windows-{number}", f"cp{number}", f"cp-{number}", f"x-cp{number}")
}
_ISO = {
    label: f"iso8859_{number}"
    for number in (*range(1, 12), *range(13, 17))
    for label in (f"iso-8859-{number}", f"iso8859-{number}", f"iso-8859-{number}-i")
}
_IBM = {
    label: f"cp{number}"
    for number in (437, 850, 852, 855, 857, 858, 862, 866)
    for label in (f"ibm{number}", f"cp{number}")
}

# Supersets where mail programs say one and write the other (WHATWG Encoding, "names and labels").
_CODECS = {
    **_IBM,
    **_WINDOWS,
    **_ISO,
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "iso8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "iso8859-11", "tis-620"), "cp874"),
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **{name: name for name in ("utf-16", "utf-16le", "utf-16be", "utf-32")},
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "cp936", "gb-2312-80"), "gb18030"),
    **dict.fromkeys(("big5", "big-5", "big5-hkscs", "cn-big5", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("shift-jis", "sjis", "x-sjis", "ms-kanji", "cp932", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks-c-5601-1987", "ks-c-5601", "cp949", "korean"), "cp949"),
    **dict.fromkeys(("macintosh", "mac", "macroman", "x-mac-roman", "x-macroman"), "mac_roman"),
    "hz-gb-2312": "hz",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-kr": "iso2022_kr",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "x-mac-cyrillic": "mac_cyrillic",
    "us-ascii": GUESS,
    "ascii": GUESS,
    "ansi-x3.4-1968": GUESS,
    "": GUESS,
}

# Their octets are ASCII and mean something else.
_SHIFTING = {"hz", "iso2022_jp_ext", "iso2022_kr", "utf-16", "utf-16le", "utf-16be", "utf-32"}


def decode(octets: bytes, label: str = "") -> tuple[str, bool]:
    """Text of `octets`, and whether it is surely what was meant (False: guessed, or damaged)."""
    codec = _CODECS.get(label.strip("\"' \t").lower().replace("_", "-"))
    if octets.isascii() and codec not in _SHIFTING:
        return octets.decode("ascii").replace("\0", ""), codec is not None
    for attempt in dict.fromkeys((codec or "utf-8", "utf-8")):
        text = octets.decode(attempt, "replace")
        damage = text.count("\ufffd")
        if not damage:
            return scrub(text), codec == attempt or not codec
        # One broken character in a long text must not turn all others into nonsense.
        if damage * 20 <= len(text) - len(text.encode("ascii", "ignore")):
            return scrub(text), False
    return scrub(octets.decode("cp1252", "replace")), False


def scrub(text: str) -> str:
    """Without NUL, byte order mark and lone surrogates: what every database and mail can hold."""
    text = text.replace("\0", "").removeprefix("\ufeff")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text
