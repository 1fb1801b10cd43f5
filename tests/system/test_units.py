"""The units as systemd itself reads them: any complaint of its own tools is a fault."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
NAMES = ("mailflow.service", "mailflow-smtp.socket", "mailflow-lmtp.socket")
MOST_EXPOSED = 1.2  # of 10; what systemd calls "OK" begins at 4


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is not None:
        return path
    reason = f"{name} is not installed; on Debian: apt-get install systemd"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with the units, told to start a program that exists here."""
    for name in NAMES:
        text = (UNITS / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(
            text.replace("/opt/mailflow/bin/mailflow", sys.executable), encoding="utf-8"
        )
    return tmp_path


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # Only units of this folder count, not what the machine happens to have.
    environ = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "SYSTEMD_UNIT_PATH": f"{folder}:"}
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def test_systemd_has_nothing_to_say_about_the_units(folder: Path) -> None:
    """`systemd-analyze verify` warns of unknown keys and exits 0: any output is a fault."""
    verified = run(tool("systemd-analyze"), "verify", "--man=no", *NAMES, folder=folder)
    assert verified.stdout + verified.stderr == ""
    assert verified.returncode == 0


def test_verify_would_notice(folder: Path) -> None:
    """An unknown key is complained of, so that silence above means something."""
    unit = folder / NAMES[0]
    text = unit.read_text(encoding="utf-8")
    unit.write_text(text.replace("PrivateTmp=", "PrivateTemp="), encoding="utf-8")
    verified = run(tool("systemd-analyze"), "verify", "--man=no", *NAMES, folder=folder)
    assert "PrivateTemp" in verified.stdout + verified.stderr


def test_the_service_is_little_exposed(folder: Path) -> None:
    """`systemd-analyze security` gives it a low score, without asking a running systemd."""
    threshold = f"--threshold={round(MOST_EXPOSED * 10)}"
    scored = run(
        tool("systemd-analyze"),
        "security",
        "--offline=yes",
        "--no-pager",
        threshold,
        NAMES[0],
        folder=folder,
    )
    assert scored.returncode == 0, scored.stdout + scored.stderr


def test_each_socket_is_known_by_its_door() -> None:
    """A door finds its socket by name: FileDescriptorName is `smtp` and `lmtp`."""
    for door in ("smtp", "lmtp"):
        text = (UNITS / f"mailflow-{door}.socket").read_text(encoding="utf-8")
        assert f"FileDescriptorName={door}\n" in text


def test_the_account_and_folders_are_understood(tmp_path: Path) -> None:
    """sysusers.d and tmpfiles.d make the account and the folders on an empty system."""
    if os.geteuid() != 0:
        pytest.skip("only root may give folders to another account")
    (tmp_path / "etc").mkdir()
    sysusers = (UNITS / "sysusers.d" / "mailflow.conf").read_text(encoding="utf-8")
    made = run(
        tool("systemd-sysusers"), f"--root={tmp_path}", "--inline", *_lines(sysusers), folder=tmp_path
    )
    assert made.returncode == 0, made.stderr
    passwd = (tmp_path / "etc" / "passwd").read_text(encoding="utf-8")
    tmpfiles = UNITS / "tmpfiles.d" / "mailflow.conf"
    made = run(
        tool("systemd-tmpfiles"), f"--root={tmp_path}", "--create", str(tmpfiles), folder=tmp_path
    )
    assert made.returncode == 0, made.stderr
    account = next(line for line in passwd.splitlines() if line.startswith("mailflow:")).split(":")
    state = (tmp_path / "var" / "lib" / "mailflow").stat()
    assert (state.st_uid, state.st_mode & 0o777) == (int(account[2]), 0o750)


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]
