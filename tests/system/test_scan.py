"""The virus scanner: clamd's protocol against a scripted one, the daemon with it, and Debian's clamd."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mailflow.clock import SystemWatch
from mailflow.scan import Scanned, Scanner
from tests.system import clients
from tests.system.clients import files, submit, words
from tests.system.desks import (
    MAILDIR,
    Daemon,
    Place,
    command,
    configuration,
    kind,
    kinds_out,
    told,
    went_out,
)
from tests.system.servers import free_port, require, wait_until

PLACE = Place("scanned")
WORM = b"this file is the worm of the tests"
SILENT, HANGS_UP = b"silent", b"hangs up"

Reply = Callable[[bytes], bytes]


def judge(content: bytes) -> bytes:
    """What a clamd says that knows the worm as it begins in base64."""
    return b"stream: Test.Worm FOUND\0" if base64.b64encode(WORM)[:40] in content else b"stream: OK\0"


class Clamd:
    """A scripted clamd on a Unix socket or on loopback; `reply` makes its answer of what it was sent."""

    def __init__(self, path: Path | None, reply: Reply = judge, longest: int = 1 << 30) -> None:
        self.reply, self.longest = reply, longest
        self.taken: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0)) if path is None else _bound(path)
        self._held: list[socket.socket] = []
        self._closing = False
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str | tuple[str, int]:
        name = self._socket.getsockname()
        return name if isinstance(name, str) else (name[0], name[1])

    def __enter__(self) -> Clamd:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        for one in (self._socket, *self._held):
            one.close()

    def _serve(self) -> None:
        while not self._closing:
            try:
                client = self._socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with suppress(OSError), client.makefile("rb") as lines:
            asked = _until_nul(lines.read)
            reply = b"ClamAV 1.0/1/today\0" if asked == b"zVERSION" else self._judged(lines.read)
            if reply == SILENT:
                self._held.append(client)
                return
            client.sendall(b"" if reply == HANGS_UP else reply)
        client.close()

    def _judged(self, read: Callable[[int], bytes]) -> bytes:
        content = b""
        while length := int.from_bytes(read(4), "big"):
            if len(content) + length > self.longest:
                return b"INSTREAM size limit exceeded. ERROR\0"
            content += read(length)
        self.taken.append(content)
        return self.reply(content)


def _bound(path: Path) -> socket.socket:
    one = socket.socket(socket.AF_UNIX)
    one.bind(str(path))
    one.listen()
    return one


def _until_nul(read: Callable[[int], bytes]) -> bytes:
    octets = b""
    while (octet := read(1)) not in (b"", b"\0"):
        octets += octet
    return octets


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: a socket's name has 107 octets at most."""
    with tempfile.TemporaryDirectory(prefix="mf-") as name:
        yield Path(name)


def scanner(clamd: Clamd, timeout: float = 10.0) -> Scanner:
    return Scanner("clamd", clamd.address, SystemWatch(), timeout)


# --- The protocol --------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 256 * 1024, 3_000_000])
@pytest.mark.parametrize("over_tcp", [True, False])
def test_the_whole_mail_is_sent(folder: Path, size: int, over_tcp: bool) -> None:
    """INSTREAM: every octet, behind a line that makes clamd look for attachments."""
    with Clamd(None if over_tcp else folder / "clamd") as clamd:
        assert scanner(clamd).scan(b"x" * size) == Scanned()
        assert clamd.taken == [b"Received: by mailflow\r\n" + b"x" * size]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (b"stream: OK\0", Scanned()),
        (b"stream: Win.Test FOUND\0", Scanned(found="Win.Test")),
        (b"stream: Two Words FOUND\0", Scanned(found="Two Words")),
        (b"stream: Heuristics.Encrypted.Zip FOUND\0", Scanned()),
        (
            b"stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0",
            Scanned(unanswered="only in part: Heuristics.Limits.Exceeded.MaxScanSize"),
        ),
        (
            b"stream: Can't allocate memory ERROR\0",
            Scanned(unanswered="the scanner said: stream: Can't allocate memory ERROR"),
        ),
        (b"a\r\nb\xff", Scanned(unanswered="the scanner said: a  b�")),
        (HANGS_UP, Scanned(unanswered="it hung up without an answer")),
        (SILENT, Scanned(unanswered="it did not answer in time")),
    ],
)
def test_verdicts(folder: Path, reply: bytes, expected: Scanned) -> None:
    """clamd(8): OK, a name and FOUND, or ERROR; whatever else it does is no verdict, and no error of ours."""
    with Clamd(folder / "clamd", lambda _: reply) as clamd:
        asked = scanner(clamd, 0.3 if reply == SILENT else 10.0)
        assert asked.scan(b"mail") == expected
        assert asked.trouble() == expected.unanswered
        assert asked.trouble() == ""


def test_nobody_is_there(folder: Path) -> None:
    """A socket that is missing is said as the system says it."""
    verdict = Scanner("clamd", str(folder / "none"), SystemWatch()).scan(b"mail")
    assert "No such file" in verdict.unanswered


def test_larger_than_the_scanner_takes(folder: Path) -> None:
    """Beyond StreamMaxLength clamd says so and hangs up while we still send."""
    with Clamd(folder / "clamd", longest=1_000_000) as clamd:
        verdict = scanner(clamd).scan(b"x" * 20_000_000)
    assert verdict.unanswered == "it is larger than the scanner's StreamMaxLength"


def test_a_silent_scanner_holds_one_mail_at_a_time(folder: Path) -> None:
    """Once it was silent, one mail waits for it and the others go on; when it answers again, all ask."""
    with Clamd(folder / "clamd", lambda _: SILENT) as clamd:
        asked = scanner(clamd, 0.5)
        assert asked.scan(b"first").unanswered
        waits = asked.submit(b"second")
        started = time.monotonic()
        assert [asked.submit(b"more").result().unanswered for _ in range(20)] == [
            "it did not answer in time"
        ] * 20
        assert time.monotonic() - started < 0.4
        assert waits.result().unanswered
        clamd.reply = judge
        assert asked.submit(b"third").result() == Scanned()
        assert [one.result() for one in [asked.submit(b"more") for _ in range(5)]] == [Scanned()] * 5


# --- A desk with a scanner -----------------------------------------------------------------------


def request(file: bytes, name: str = "invoice.pdf") -> bytes:
    mail = clients.new(PLACE.customer, PLACE.desk, "My VPS is slow", "It takes minutes to log in.")
    mail.add_attachment(file, "application", "octet-stream", filename=name)
    return mail.as_bytes()


def desk(folder: Path, *, more: str = "") -> Path:
    return configuration(PLACE, folder, f'{MAILDIR}{more}[scan]\nclamd = "unix:{folder}/clamd"\n')


def run(config: Path, mail: bytes) -> None:
    command(config, "ingest", "-", given=mail)
    command(config, "run", "--once")


def test_an_infected_mail_makes_a_ticket_without_its_file(folder: Path) -> None:
    """The team gets the text and the warning, the sender no word; the history says why."""
    config = desk(folder)
    with Clamd(folder / "clamd"):
        run(config, request(WORM))
    [forward] = went_out(config)
    assert kind(forward) == "forward"
    assert files(forward) == {}
    assert "virus scanner found Test.Worm" in words(forward)
    assert "It takes minutes to log in." in words(forward)
    timeline = told(config, "show", 1001)["timeline"]
    assert [one["why"] for one in timeline if one["what"] == "not sent: acknowledgement"] == [
        "the virus scanner found Test.Worm"
    ]


def test_a_clean_mail_is_whole(folder: Path) -> None:
    """Nothing is said of the scanner."""
    config = desk(folder)
    with Clamd(folder / "clamd"):
        run(config, request(b"a picture"))
    assert kinds_out(config) == ["acknowledgement", "forward"]
    forward = went_out(config)[1]
    assert files(forward) == {"invoice.pdf": b"a picture"}
    assert "Careful" not in words(forward)


def test_an_infected_answer_never_reaches_the_customer(folder: Path) -> None:
    """Its writer gets a receipt; the answer without the file then goes out."""
    config = desk(folder)
    with Clamd(folder / "clamd"):
        run(config, request(b"a picture"))
        forward = went_out(config)[1]
        answer = clients.answer(PLACE.colleague, forward, "Here it is.")
        answer.add_attachment(WORM, "application", "octet-stream", filename="help.bin")
        run(config, answer.as_bytes())
        assert kinds_out(config) == ["acknowledgement", "forward", "receipt"]
        receipt = went_out(config)[2]
        assert "found Test.Worm in your mail" in words(receipt)
        assert "Here it is." in words(receipt)
        run(config, clients.answer(PLACE.colleague, forward, "Here it is.").as_bytes())
    assert kinds_out(config).count("reply") == 1


def test_without_the_scanner_mail_goes_on(folder: Path) -> None:
    """The block says so, the operator gets one alarm; when it is back it is asked again."""
    port = free_port()
    config = desk(folder, more=f'[smtp]\nlisten = "127.0.0.1:{port}"\n')
    with Daemon(config, "receive", "process", "deliver") as daemon:
        submit(port, request(WORM))
        submit(port, request(b"a picture"))
        expected = ["acknowledgement"] * 2 + ["alarm"] + ["forward"] * 2
        wait_until(lambda: kinds_out(config) == expected, daemon.log)
        with Clamd(folder / "clamd"):
            submit(port, request(WORM + b" again"))
            wait_until(lambda: kinds_out(config).count("forward") == 3, daemon.log)
    mails = went_out(config)
    said = [words(one) for one in mails if kind(one) == "forward"]
    assert sum("not scanned for viruses" in one for one in said) == 2
    assert sum("found Test.Worm" in one for one in said) == 1
    [alarm] = [one for one in mails if kind(one) == "alarm"]
    assert f"unix:{folder}/clamd" in str(alarm["Subject"])
    assert "No such file" in words(alarm)


def test_check_asks_the_scanner(folder: Path) -> None:
    """`check`: its version, or the part that failed."""
    config = desk(folder)
    assert b"FAILED  scan: " in command(config, "check", expected=1).stdout
    with Clamd(folder / "clamd"):
        assert b"ok      scan: " in command(config, "check").stdout


# --- Debian's clamd ------------------------------------------------------------------------------

_CLAMD = """
LocalSocket {folder}/clamd
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
Foreground yes
StreamMaxLength 2M
{user}
"""


@pytest.fixture(scope="module")
def real() -> Iterator[Scanner]:
    """clamd with one signature of our own: the MD5 of the worm (a .hdb file)."""
    program = require("clamd", "clamav-daemon")
    with tempfile.TemporaryDirectory(prefix="mf-") as name:
        folder = Path(name)
        signatures = folder / "signatures"
        signatures.mkdir()
        digest = hashlib.md5(WORM, usedforsecurity=False).hexdigest()
        (signatures / "own.hdb").write_text(f"{digest}:{len(WORM)}:Own.Worm\n")
        user = "User nobody" if os.geteuid() == 0 else ""
        (folder / "clamd.conf").write_text(_CLAMD.format(folder=folder, user=user))
        if user:
            for path in (folder, signatures):
                shutil.chown(path, "nobody")
        log = folder / "log"
        with log.open("wb") as out:
            line = [program, "--config-file", str(folder / "clamd.conf")]
            process = subprocess.Popen(line, stdout=out, stderr=out)
        try:
            wait_until((folder / "clamd").exists, log.read_text)
            yield Scanner("clamd", str(folder / "clamd"), SystemWatch())
        finally:
            process.terminate()
            process.wait(20)


def test_real_clamd_answers(real: Scanner) -> None:
    assert real.ping().startswith("clamd answers: ClamAV ")


def test_real_clamd_looks_into_attachments(real: Scanner) -> None:
    """Decoded from base64, whatever header the sender puts first, which hides a mail from clamd."""
    mail = request(WORM)
    assert real.scan(mail) == Scanned(found="Own.Worm.UNOFFICIAL")
    assert real.scan(b"Zebra: 1\r\n" + mail) == Scanned(found="Own.Worm.UNOFFICIAL")
    assert real.scan(request(b"a picture")) == Scanned()
    assert real.scan(b"") == Scanned()


def test_real_clamd_and_its_limit(real: Scanner) -> None:
    """Larger than StreamMaxLength: no verdict, and the reason."""
    verdict = real.scan(b"Subject: x\r\n\r\n" + b"x" * 5_000_000)
    assert verdict.unanswered == "it is larger than the scanner's StreamMaxLength"
