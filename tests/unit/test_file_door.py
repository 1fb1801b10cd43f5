"""Mail from files: what a path stands for, and where an mbox is cut."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from mailflow.ingest.file import read

MAIL = b"From: ann@example.com\nSubject: one\n\nIt is slow.\n"
SEPARATOR = b"From ann@example.com Tue Nov 24 10:00:00 2026\n"


def unread(name: str, error: OSError) -> None:
    pytest.fail(f"{name}: {error}")


def names(*paths: Path) -> list[str]:
    return [name for name, _ in read(map(str, paths), unread)]


def mails(content: bytes) -> list[bytes]:
    return [mail for _, mail in read(["-"], unread, io.BytesIO(content))]


def test_a_file_is_a_mail(tmp_path: Path) -> None:
    """The exact octets, and the file's name."""
    file = tmp_path / "a.eml"
    file.write_bytes(MAIL)
    assert list(read([str(file)], unread)) == [(str(file), MAIL)]


def test_an_mbox_is_cut_at_its_separators(tmp_path: Path) -> None:
    """Numbered from 1; the empty line before a separator is not the mail's."""
    file = tmp_path / "old.mbox"
    file.write_bytes(SEPARATOR + MAIL + b"\n" + SEPARATOR + MAIL + b"\n")
    assert list(read([str(file)], unread)) == [(f"{file}:1", MAIL), (f"{file}:2", MAIL)]


def test_a_sentence_is_no_separator() -> None:
    """From at the start of a line, without an empty line before it or without a date."""
    mail = b"Subject: x\n\nText\n" + SEPARATOR + b"\nFrom what I know, it is slow.\n"
    assert mails(SEPARATOR + mail) == [mail]


@pytest.mark.parametrize(
    ("quoted", "line"),
    [
        (b">From me\n", b"From me\n"),
        (b">>From me\n", b">From me\n"),
        (b"> From me\n", b"> From me\n"),
        (b">Fromage\n", b">Fromage\n"),
    ],
)
def test_quoted_from_lines_are_unquoted(quoted: bytes, line: bytes) -> None:
    """mboxrd: one `>` less; other quotes stay."""
    assert mails(SEPARATOR + b"\n" + quoted) == [b"\n" + line]


def test_line_ends_of_an_mbox_may_be_crlf() -> None:
    """As exported by mail programs on Windows."""
    text = (SEPARATOR + MAIL + b"\n").replace(b"\n", b"\r\n")
    assert mails(text * 2) == [MAIL.replace(b"\n", b"\r\n")] * 2


def test_a_very_long_line_is_kept() -> None:
    """Read in pieces, whose starts are no starts of lines."""
    mail = b"\n" + b"x" * (1024 * 1024) + SEPARATOR + b"y" * 3_000_000 + b">From me\n"
    assert mails(SEPARATOR + mail) == [mail]


def test_an_mbox_is_read_one_mail_at_a_time() -> None:
    """The first mail is there before the third has been read."""
    stream = io.BytesIO((SEPARATOR + MAIL + b"\n") * 3)
    next(read(["-"], unread, stream))
    assert stream.tell() < len(SEPARATOR + MAIL) * 2 + len(SEPARATOR)


def test_a_maildir_gives_new_and_cur(tmp_path: Path) -> None:
    """In the order of delivery; not tmp, not hidden files."""
    for name in ("new/1", "cur/0:2,S", "cur/2:2,", "tmp/3", "cur/.hidden"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(MAIL)
    assert names(tmp_path) == [str(tmp_path / name) for name in ("cur/0:2,S", "new/1", "cur/2:2,")]


def test_a_folder_gives_its_eml_files(tmp_path: Path) -> None:
    """By name; other files are not mail."""
    for name in ("b.eml", "a.eml", "readme.txt"):
        (tmp_path / name).write_bytes(MAIL)
    assert names(tmp_path) == [str(tmp_path / "a.eml"), str(tmp_path / "b.eml")]


def test_what_cannot_be_read_is_reported_and_the_next_follows(tmp_path: Path) -> None:
    """One bad file does not stop the others."""
    good = tmp_path / "good.eml"
    good.write_bytes(MAIL)
    reported: list[str] = []
    found = list(read([str(tmp_path / "none.eml"), str(good)], lambda name, _: reported.append(name)))
    assert found == [(str(good), MAIL)]
    assert reported == [str(tmp_path / "none.eml")]


def test_an_empty_file_is_no_mail(tmp_path: Path) -> None:
    """Nothing is handed over, and nothing fails."""
    (tmp_path / "a.eml").touch()
    assert names(tmp_path) == []
