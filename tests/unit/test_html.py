"""HTML made harmless, and HTML read as text."""

from __future__ import annotations

import time

import pytest

from mailflow.message.html import sanitise, to_text
from mailflow.message.text import read


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<div>One</div><div><br></div><div>Two &amp;&nbsp;three</div>", "One\n\nTwo & three"),
        ("<ul><li>a<li>b<ol start=3><li>c<li>d</ol></ul>", "- a\n- b\n  3. c\n  4. d"),
        ("<table><tr><td><p>a</p></td><td>b</td></tr><tr><td>c<td>d</table>", "a | b\nc | d"),
        ("<h1>Head</h1>text", "Head\n\ntext"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ('<a href="https://x.example/a">here</a>', "here (https://x.example/a)"),
        ('<a href="https://www.x.example/">x.example</a>', "x.example"),
        ('<a href="mailto:a@example.com">a@example.com</a>', "a@example.com"),
        ('<a href="mailto:a@example.com?subject=x">Anna</a>', "Anna <a@example.com>"),
        ('see <img src="cid:p1@example.com" alt="x"> and <img src="https://x.example/" alt="Logo">',
         "see [cid:p1@example.com] and Logo"),
        ('<span style="display: none">preheader</span>Hello', "Hello"),
        ("<style>p{}</style><script>x</script><title>t</title>Hello", "Hello"),
        ("a <b>bold</b> <i>word</i>.", "a bold word."),
        ("<p>open <b>never <div>closed", "open never\n\nclosed"),
    ],
)  # fmt: skip
def test_html_reads_as_its_reader_sees_it(html: str, text: str) -> None:
    """Paragraphs, lists, cells, links and pictures keep their meaning; what is hidden stays hidden."""
    assert to_text(html) == text


WHEN = "On Mon, 3 May 2027 at 14:30, Anna &lt;<a href='mailto:anna@example.com'>anna@example.com</a>&gt; wrote:"
HEADER = (
    "<b>From:</b> Anna &lt;anna@example.com&gt;<br><b>Sent:</b> 3 May 2027 14:30<br>"
    "<b>To:</b> Bea<br><b>Subject:</b> S"
)
UNKNOWN = (
    "<b>Dari:</b> <a href='mailto:anna@example.com'>Anna</a><br>"
    "<b>Dikirim:</b> 3 Mei 2027 14:30<br><b>Kepada:</b> Bea"
)


@pytest.mark.parametrize(
    "quote",
    [
        f'<div class="gmail_quote"><div class="gmail_attr">{WHEN}<br></div>'
        '<blockquote class="gmail_quote" style="border-left:1px solid">Down?</blockquote></div>',
        f'<div class="moz-cite-prefix">Someone said so once:</div><blockquote type="cite">{WHEN}</blockquote>',
        f'<div><br><blockquote type="cite"><div>{WHEN}</div><div>Down?</div></blockquote></div>',
        f'<div id="divRplyFwdMsg">{HEADER}</div><div>Down?</div>',
        f'<div style="border:none;border-top:solid #E1E1E1 1.0pt">{UNKNOWN}</div><p>Down?</p>',
        f'<hr tabindex="-1"><div id="divRplyFwdMsg">{UNKNOWN}</div><p>Down?</p>',
        f'<div class="protonmail_quote">{WHEN}<br><blockquote class="protonmail_quote">Down?</blockquote></div>',
        f'<div id="yahoo_quoted" class="yahoo_quoted"><div>{WHEN}</div><div>Down?</div></div>',
        f"<p>{WHEN}</p><blockquote>Down?</blockquote>",
    ],
)
def test_quotes_of_mail_programs_are_cut(quote: str) -> None:
    """Each program's way to quote in HTML ends as a quote that is provable in the text."""
    assert read(to_text(f"<div>It works.</div><div>Bea</div>{quote}")).new_text == "It works.\nBea"


def test_answers_within_a_gmail_quote_stay() -> None:
    """Gmail puts answers between quotes inside of `gmail_quote`: only the blockquotes are quotes."""
    reading = read(to_text(
        f'<div class="gmail_quote">{WHEN}<br><blockquote class="gmail_quote">System?</blockquote>'
        '<div>Debian 13</div><blockquote class="gmail_quote">Since when?</blockquote><div>Yesterday</div></div>'
    ))  # fmt: skip
    assert reading.new_text == "Debian 13\n\nYesterday"
    assert reading.answer_text == "> System?\nDebian 13\n> Since when?\nYesterday"


def test_forwarded_html_stays() -> None:
    """A forward in the clothes of a quote is content."""
    gmail = (
        '<div>Please look.</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------'
        "<br>From: Anna<br></div>Down!</div>"
    )
    apple = (
        '<div>Please look.</div><blockquote type="cite"><div>Begin forwarded message:</div>'
        f"{HEADER}<p>Down!</p></blockquote>"
    )
    for html in (gmail, apple):
        assert "Down!" in read(to_text(html)).new_text


def test_indented_words_are_the_writers() -> None:
    """Editors indent with blockquotes: without a mark of quoting they are no quote."""
    html = (
        '<p>My list</p><blockquote style="margin:0 0 0 40px;border:none;padding:0px">one</blockquote>'
        "<blockquote>two</blockquote>"
    )
    assert to_text(html) == "My list\n\none\ntwo"


HARMFUL = """
<script>alert(1)</script><style>@import url(https://x.example/c)</style><p onclick="x()" style="color:red;
background:url(https://x.example/b);position:fixed">Hi</p><form action="https://x.example"><input name="p"></form>
<iframe src="https://x.example"></iframe><object data="x"></object><link rel="stylesheet" href="https://x.example">
<a href="javascript:x()">j</a><a href="data:text/html,x">d</a><img src="https://x.example/t.gif" onerror="x()">
<img srcset="https://x.example/s.gif 2x" alt="s"><img src="data:image/png;base64,AA==">
<video poster="https://x.example">
</video><table background="https://x.example/t"><tr><td style="list-style:\\75rl(https://x.example)">c</td></tr></table>
<svg><image href="https://x.example/i"/></svg>
<meta http-equiv="refresh" content="0;url=https://x.example"><base href="//x">
<div style="border-left: 1px solid; background-image: image-set('https://x.example/z' 1x)">q</div>
"""


FORBIDDEN = (
    "script", "onclick", "onerror", "<form", "<input", "iframe", "<object", "<style", "url(", "position", "srcset",
    "data:", "poster", "background", "<svg", "<meta", "<base", "<link", "image-set", "\\", "<img",
)  # fmt: skip


def test_sanitised_html_loads_and_runs_nothing() -> None:
    """No script, form, frame or foreign resource is left; remote pictures are links that name them."""
    html = sanitise(HARMFUL).lower()
    for word in FORBIDDEN:
        assert word not in html
    assert (
        '<a href="https://x.example/t.gif" rel="noopener noreferrer">[picture: https://x.example/t.gif]</a>'
        in html
    )
    assert "color:red" in html


def test_own_pictures_and_text_stay() -> None:
    """Pictures of the mail itself are shown, a picture within a link is named in it, text stays text."""
    assert sanitise('<img src="cid:a@example.com" alt="p">') == '<img src="cid:a@example.com" alt="p">'
    assert sanitise(
        '<a href="https://x.example"><img src="https://x.example/i" alt="&lt;b&gt;"></a>'
    ) == ('<a href="https://x.example" rel="noopener noreferrer">[&lt;b&gt;: https://x.example/i]</a>')
    assert sanitise("1 &lt; 2 &amp;amp; <b>3</b>") == "1 &lt; 2 &amp;amp; <b>3</b>"
    assert sanitise(" \n") == ""


HOSTILE = {
    "nested": "<div>", "quotes": "<blockquote type=cite>", "bold": "<b>", "comments": "<!--", "tables": "<table><td>",
    "less": "<", "ampersands": "&", "lists": "<ul><li>", "stray ends": "<div></b>", "breaks": "<br>",
    "links": "<a href=x>", "cdata": "<![CDATA[", "hidden": '<i style="display:none">', "spaces": " ",
}  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_html_takes_linear_time(unit: str) -> None:
    """Nesting, comments and unclosed tags cost about what their size does."""
    _within(1.0, unit * (100_000 // len(unit)))


def test_hostile_tags_take_linear_time() -> None:
    """A hundred thousand levels, one huge attribute, many attributes and references, open styles."""
    _within(3.0, "<div>" * 100_000 + "x")
    _within(1.0, f'<p style="{"a" * 500_000}">x')
    _within(1.0, "<p " + " ".join(f"a{number}" for number in range(30_000)) + ">x")
    _within(1.5, "&" * 500_000)
    _within(2.0, "".join(f"<p><font size={number}>" for number in range(5_000)))


def _within(seconds: float, html: str) -> None:
    started = time.process_time()
    to_text(html)
    sanitise(html)
    assert time.process_time() - started < seconds
