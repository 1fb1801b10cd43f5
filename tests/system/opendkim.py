"""OpenDKIM's verifier, with public keys from a file instead of the DNS: for mail in files, and as a milter."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.system.servers import PATIENCE, free_port, require, wait_until

# No mail is from inside: such mail would be signed and not verified.
_CONFIGURATION = """\
Mode v
TestPublicKeys {folder}/keys
Socket inet:{port}@127.0.0.1
PidFile {folder}/pid
InternalHosts 192.0.2.1
AuthservID mx.desk.example
Syslog no
"""


class OpenDkim:
    """A context manager; `keys` has the text of each TXT record by its name."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._program = require("opendkim", "opendkim")
        self._keys = keys
        self._folder = tempfile.TemporaryDirectory(prefix="mailflow-test-")
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> OpenDkim:
        folder = Path(self._folder.name)
        keys = "".join(f"{name} {text}\n" for name, text in self._keys.items())
        (folder / "keys").write_text(keys)
        (folder / "conf").write_text(_CONFIGURATION.format(folder=folder, port=self._port))
        self._process = subprocess.Popen([*self._line, "-f"])
        wait_until((folder / "pid").exists)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.kill()  # it has nothing to keep, and takes five seconds to end by itself
        self._process.wait(PATIENCE)
        self._folder.cleanup()

    @property
    def milter(self) -> str:
        """As Postfix names it."""
        return f"inet:127.0.0.1:{self._port}"

    @property
    def _line(self) -> list[str]:
        return [self._program, "-x", f"{self._folder.name}/conf"]

    def verdicts(self, files: Sequence[Path]) -> list[str]:
        """What it says of the mail in each file, without the file's name."""
        line = [*self._line, "-v", "-t", ",".join(map(str, files))]
        done = subprocess.run(line, capture_output=True, text=True, check=True)
        lines = [line for line in done.stdout.splitlines() if "mlfi_" not in line]
        return [
            line.removeprefix(f"opendkim: {file}: ") for file, line in zip(files, lines, strict=True)
        ]
