"""How mail programs write an answer: what a colleague typed on top, the mail that is answered below.

Each takes the lines as they were typed and the mail that is answered, and gives a text part and an HTML
part; an empty one is left out. Markup is told as these programs are known to write it, in own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from types import MappingProxyType

from tests.flow.post import Sent

Body = tuple[str, str]  # text, HTML
Program = Callable[[Sequence[str], Sent], Body]

LEFT, AUTO = ' dir="ltr"', ' dir="auto"'


def _who(sent: Sent) -> tuple[str, str]:
    name, _, address = sent.header("From").rpartition(" <")
    return name.strip('"'), address.rstrip(">")


def _marked(sent: Sent) -> str:
    return "\n".join(f"> {line}".rstrip() for line in sent.text.splitlines())


def _lines(lines: Sequence[str], tag: str, attributes: str = "") -> str:
    """Each line an element of its own, as editors write them; an empty one has a break in it."""
    return "".join(f"<{tag}{attributes}>{_escaped(one) or '<br>'}</{tag}>" for one in lines)


def _escaped(line: str) -> str:
    """A typed line; `‹...›` is markup that the program makes of it by itself."""
    before, mark, rest = line.partition("‹")
    if not mark:
        return escape(line)
    markup, _, after = rest.partition("›")
    return escape(before) + markup + _escaped(after)


# What programs write in the text part for bold, for an item of a list, and for an address.
_PLAIN = ("{}", "{}", "{}")
_GMAIL = ("*{}*", "   - {}", "{}")
_OUTLOOK = ("{}", "  *   {}", "{0}<mailto:{0}>")
_MARKUP = re.compile(r"‹(?:<(?P<outer>[a-z0-9]+)[^<>]*>)+(?P<words>[^<>]*)(?:</[a-z0-9]+>)+›")


def _text(lines: Sequence[str], style: tuple[str, str, str] = _PLAIN) -> str:
    return "\n".join(_MARKUP.sub(lambda found: _as_text(found, style), line) for line in lines)


def _as_text(found: re.Match[str], style: tuple[str, str, str]) -> str:
    bold, item, address = style
    form = {"b": bold, "li": item, "a": address}.get(found["outer"], "{}")
    return form.format(found["words"])


# --- Outlook -------------------------------------------------------------------------------------


def _header(sent: Sent, german: bool) -> list[tuple[str, str]]:
    when = f"{sent.at:%d.%m.%Y %H:%M}"
    labels = ("Von", "Gesendet", "An", "Betreff") if german else ("From", "Sent", "To", "Subject")
    return list(zip(labels, (sent.header("From"), when, sent.recipient, sent.subject), strict=True))


def _header_text(sent: Sent, german: bool = False) -> str:
    return "\n".join(f"{label}: {value}" for label, value in _header(sent, german))


def _header_html(sent: Sent, german: bool = False) -> str:
    return "<br>".join(f"<b>{label}:</b> {escape(value)}" for label, value in _header(sent, german))


def outlook(lines: Sequence[str], sent: Sent) -> Body:
    """Outlook for Windows: Word's paragraphs, a line and a header block above the answered mail."""
    word = _lines(lines, "p", ' class="MsoNormal"').replace("</p>", "<o:p></o:p></p>")
    word = word.replace("<br><o:p>", "<o:p>&nbsp;")
    below = _lines(sent.text.splitlines(), "p", ' class="MsoNormal"')
    html = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">'
        "<head><style><!-- p.MsoNormal {margin:0cm;font-size:11.0pt;} --></style></head>"
        f'<body lang="DE"><div class="WordSection1">{word}<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        f'<p class="MsoNormal">{_header_html(sent, german=True)}<o:p></o:p></p></div>{below}</div></body></html>'
    )
    text = f"{_text(lines, _OUTLOOK)}\n\n{_header_text(sent, german=True)}\n\n{sent.text}"
    return text, html


def outlook_html_only(lines: Sequence[str], sent: Sent) -> Body:
    return "", outlook(lines, sent)[1]


def new_outlook(lines: Sequence[str], sent: Sent) -> Body:
    """The new Outlook and the one for the web: elementToProof, a rule, divRplyFwdMsg."""
    style = ' class="elementToProof" style="font-family: Aptos, sans-serif; font-size: 12pt;"'
    below = _lines(sent.text.splitlines(), "div")
    html = (
        f'<html><body dir="ltr">{_lines(lines, "div", style)}<div id="appendonsend"></div>'
        '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
        f'<font face="Calibri, sans-serif">{_header_html(sent)}</font><div>&nbsp;</div></div>'
        f"<div>{below}</div></body></html>"
    )
    text = f"{_text(lines, _OUTLOOK)}\n{'_' * 32}\n{_header_text(sent)}\n\n{sent.text}"
    return text, html


def outlook_phone(lines: Sequence[str], sent: Sent) -> Body:
    """Outlook for iOS: its own signature between the words and the answered mail; HTML alone."""
    below = _lines(sent.text.splitlines(), "div")
    return "", (
        f"<html><body>{_lines(lines, 'div', ' dir=&quot;ltr&quot;'.replace('&quot;', chr(34)))}"
        '<div id="ms-outlook-mobile-signature"><div><br></div>Get <a href="https://aka.ms/o0ukef">'
        'Outlook for iOS</a></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        f'<div id="divRplyFwdMsg" dir="ltr">{_header_html(sent)}<div>&nbsp;</div></div>{below}</body></html>'
    )


# --- Gmail ---------------------------------------------------------------------------------------


def _gmail_quote(sent: Sent) -> str:
    name, address = _who(sent)
    below = "<br>\n".join(escape(line) for line in sent.text.splitlines())
    return (
        '<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        f'On {sent.at:%a, %b %d, %Y at %H:%M} {escape(name)} &lt;<a href="mailto:{address}">{address}</a>&gt; '
        'wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:'
        f'1px solid rgb(204,204,204);padding-left:1ex">{below}</blockquote></div>'
    )


def _gmail_text(lines: Sequence[str], sent: Sent) -> str:
    """Gmail breaks the text part's lines; its attribution too."""
    name, address = _who(sent)
    head = f"On {sent.at:%a, %b %d, %Y at %H:%M} {name} <{address}>\nwrote:"
    return f"{_text(lines, _GMAIL)}\n\n{head}\n\n{_marked(sent)}\n"


def gmail_web(lines: Sequence[str], sent: Sent) -> Body:
    first, *more = lines
    inner = _escaped(first) + _lines(more, "div")
    return _gmail_text(lines, sent), f'<div dir="ltr">{inner}</div>{_gmail_quote(sent)}'


def gmail_android(lines: Sequence[str], sent: Sent) -> Body:
    first, *more = lines
    inner = _escaped(first) + _lines(more, "div", ' dir="auto"')
    return _gmail_text(lines, sent), f'<div dir="auto">{inner}</div>{_gmail_quote(sent)}'


def gmail_html_only(lines: Sequence[str], sent: Sent) -> Body:
    return "", gmail_web(lines, sent)[1]


# --- Apple Mail ----------------------------------------------------------------------------------


def apple_mac(lines: Sequence[str], sent: Sent) -> Body:
    """Apple Mail on a Mac: the attribution stands within the quote."""
    name, address = _who(sent)
    head = f"On 24. Nov 2026, at {sent.at:%H:%M}, {name} <{address}> wrote:"
    below = "<br>".join(escape(line) for line in sent.text.splitlines())
    html = (
        '<html><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space;">'
        f'{_lines(lines, "div")}<div><br><blockquote type="cite"><div>{escape(head)}</div>'
        f'<br class="Apple-interchange-newline"><div><div>{below}</div></div></blockquote></div><br></body></html>'
    )
    return f"{_text(lines)}\n\n> {head}\n> \n{_marked(sent)}\n", html


def iphone(lines: Sequence[str], sent: Sent) -> Body:
    """Mail on an iPhone: its signature stands between the words and the quote."""
    name, address = _who(sent)
    head = f"On 24. Nov 2026, at {sent.at:%H:%M}, {name} <{address}> wrote:"
    below = "<br>".join(escape(line) for line in sent.text.splitlines())
    html = (
        '<html><body dir="auto">'
        + _lines(lines, "div", ' dir="ltr"')
        + '<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Sent from my iPhone</div><div dir="ltr">'
        f'<br><blockquote type="cite">{escape(head)}<br><br></blockquote></div><blockquote type="cite">'
        f'<div dir="ltr">{below}</div></blockquote></body></html>'
    )
    return f"{_text(lines)}\n\nSent from my iPhone\n\n> {head}\n> \n{_marked(sent)}\n", html


# --- Thunderbird, K-9 and others ------------------------------------------------------------------


def thunderbird(lines: Sequence[str], sent: Sent) -> Body:
    name = _who(sent)[0]
    below = "<br>".join(escape(line) for line in sent.text.splitlines())
    return "", (
        '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head>'
        f'<body>{_lines(lines, "p")}<div class="moz-cite-prefix">On {sent.at:%d/%m/%Y %H:%M}, {escape(name)} '
        f'wrote:<br></div><blockquote type="cite" cite="mid:{sent.message_id.strip("<>")}">'
        f'<pre class="moz-quote-pre" wrap="">{below}</pre></blockquote></body></html>'
    )


def thunderbird_plain(lines: Sequence[str], sent: Sent) -> Body:
    """With a signature below the quote, and the attribution in German."""
    name = _who(sent)[0]
    head = f"Am {sent.at:%d.%m.%Y} um {sent.at:%H:%M} schrieb {name}:"
    return f"{_text(lines)}\n\n{head}\n{_marked(sent)}\n\n-- \nMax Support, Example\n", ""


def k9(lines: Sequence[str], sent: Sent) -> Body:
    """K-9 Mail, plain: its signature above the quote."""
    name, address = _who(sent)
    head = f"Am {sent.at:%d. November %Y %H:%M:%S} MEZ schrieb {name} <{address}>:"
    return (
        f"{_text(lines)}\n-- \nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.\n\n"
        f"{head}\n{_marked(sent)}\n",
        "",
    )


def k9_html(lines: Sequence[str], sent: Sent) -> Body:
    name, address = _who(sent)
    below = "<br>".join(escape(line) for line in sent.text.splitlines())
    typed = "<br>".join(_escaped(line) for line in lines)
    return "", (
        f"<!DOCTYPE html><html><body><div dir='auto'>{typed}</div><br><br><div class=\"gmail_quote\">"
        f"<div dir='auto'>Am {sent.at:%d. November %Y %H:%M:%S} MEZ schrieb {escape(name)} "
        f'&lt;{address}&gt;:</div><blockquote class="gmail_quote" style="margin: 0pt 0pt 0pt 0.8ex; '
        f'border-left: 1px solid rgb(204, 204, 204); padding-left: 1ex;">{below}</blockquote></div></body></html>'
    )


def samsung(lines: Sequence[str], sent: Sent) -> Body:
    """Samsung's mail: dashes and a header without marks."""
    below = _lines(sent.text.splitlines(), "div")
    return "", (
        f"<html><body>{_lines(lines, 'div', chr(32) + 'dir=' + chr(34) + 'auto' + chr(34))}<div><br></div>"
        '<div id="composer_signature" dir="auto"><div style="font-size:12px">Sent from my Galaxy</div></div>'
        "<div><br></div><div>-------- Original message --------</div>"
        f"<div>From: {escape(sent.header('From'))} </div><div>Date: {sent.at:%d/%m/%Y  %H:%M}  (GMT+01:00) "
        f"</div><div>To: {escape(sent.recipient)} </div><div>Subject: {escape(sent.subject)} </div><div><br></div>"
        f"{below}</body></html>"
    )


def mutt(lines: Sequence[str], sent: Sent) -> Body:
    """A terminal: the answer below the attribution, the quote above it is left out."""
    head = f"On {sent.at:%a, %b %d, %Y at %I:%M:%S%p +0100}, {_who(sent)[0]} wrote:"
    return f"{_text(lines)}\n\n{head}\n{_marked(sent)}\n", ""


def without_quote(lines: Sequence[str], sent: Sent) -> Body:
    """Somebody who deletes what a program puts below."""
    return f"{_text(lines)}\n", ""


PROGRAMS: Mapping[str, Program] = MappingProxyType(
    {
        "Outlook": outlook,
        "Outlook, HTML only": outlook_html_only,
        "new Outlook": new_outlook,
        "Outlook on a phone": outlook_phone,
        "Gmail": gmail_web,
        "Gmail, HTML only": gmail_html_only,
        "Gmail on Android": gmail_android,
        "Apple Mail": apple_mac,
        "iPhone": iphone,
        "Thunderbird": thunderbird,
        "Thunderbird, plain": thunderbird_plain,
        "K-9": k9,
        "K-9, HTML": k9_html,
        "Samsung": samsung,
        "mutt": mutt,
        "no quote": without_quote,
    }
)
