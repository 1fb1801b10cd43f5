"""Real mail servers on loopback, each in a folder of its own: Dovecot (IMAP, LMTP) and Postfix (SMTP).

They are context managers; ports are free ones, and nothing leaves the machine. What is missing is said
with the way to get it: a skip on a developer's machine, a failure under CI=true.
"""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.system.scripted import Certificate, make_certificate

PATIENCE = 20.0
_SYSTEM_FOLDERS = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"

_DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
mail_location = maildir:{folder}/mail/%u
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login
auth_username_format = %Lu
disable_plaintext_auth = no
recipient_delimiter = +
ssl = yes
ssl_cert = <{certificate.cert}
ssl_key = <{certificate.key}
passdb {{
  driver = passwd-file
  args = scheme=plain {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
"""

_POSTFIX_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.desk.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
recipient_delimiter = +
virtual_mailbox_domains = {domains}
virtual_transport = {otherwise}
transport_maps = texthash:{folder}/etc/transport
default_transport = error:nothing leaves the tests
relay_transport = error:nothing leaves the tests
message_size_limit = 60000000
virtual_mailbox_limit = 0
smtpd_milters = {milter}
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
"""

_POSTFIX_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
pickup unix n - n 60 1 pickup
flush unix n - n 1000 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


def require(program: str, packages: str) -> str:
    """The path of a server's program; without it there is no test."""
    path = shutil.which(program, path=_SYSTEM_FOLDERS)
    if path is None:
        missing(f"{program} is missing: apt-get install {packages}")
    return str(path)


def missing(what: str) -> None:
    """Under CI everything must be there; elsewhere a test that cannot run says why."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def free_port() -> int:
    """A port to listen on later. The system gives the higher ones to clients, at any moment."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def wait_until(done: Callable[[], bool], log: Callable[[], str] = str) -> None:
    """Look again and again: other people's servers tell nobody when they are ready. `log` says more."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(log())
        time.sleep(0.05)


class Dovecot:
    """IMAP (plain and TLS) and LMTP for some users, given as address -> password.

    Runs without privileges: as `nobody` if started by root. Mail to ADDRESS+DETAIL goes to ADDRESS;
    other recipients are refused. Mailboxes are the Maildirs `folder`/mail/ADDRESS.
    """

    host = "localhost"

    def __init__(self, users: Mapping[str, str]) -> None:
        self._program = require("dovecot", "dovecot-imapd dovecot-lmtpd")
        require("openssl", "openssl")
        if not Path("/usr/lib/dovecot/lmtp").exists():
            missing("Dovecot has no LMTP: apt-get install dovecot-lmtpd")
        self._users = dict(users)
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = _open_folder()
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        self.certificate: Certificate = make_certificate(self.folder)

    def __enter__(self) -> Dovecot:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Write the configuration and wait until the server answers."""
        user = "nobody" if os.geteuid() == 0 else getpass.getuser()
        group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
        places = {**vars(self), "user": user, "group": group, "certificate": self.certificate}
        config = _write(self.folder / "dovecot.conf", _DOVECOT.format_map(places))
        users = "".join(f"{user}:{{PLAIN}}{password}\n" for user, password in self._users.items())
        _write(self.folder / "users", users)
        _give(self.folder, user)
        unprivileged = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
        self._process = subprocess.Popen(
            [*(unprivileged if os.geteuid() == 0 else []), self._program, "-F", "-c", str(config)],
            cwd=self.folder,
        )
        wait_until(lambda: _answers(self.lmtp_port) and _answers(self.imap_port), self.log)

    def stop(self) -> None:
        """Also before a start() of the same mailboxes, for a server that is away for a while."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def imap(self, user: str) -> IMAPClient:
        """A client that is logged in, without TLS; the caller logs out."""
        client = IMAPClient("127.0.0.1", self.imap_port, ssl=False)
        client.login(user, self._users[user])
        return client

    def inbox(self, user: str) -> list[bytes]:
        """The mails in a user's INBOX as they lie there, in the order of arrival."""
        client = self.imap(user)
        client.select_folder("INBOX", readonly=True)
        fetched = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
        client.logout()
        return [fetched[uid][b"BODY[]"] for uid in sorted(fetched)]

    @property
    def lmtp(self) -> str:
        """As a nexthop for Postfix."""
        return f"lmtp:inet:127.0.0.1:{self.lmtp_port}"

    def log(self) -> str:
        return _read(self.folder / "log")


class Postfix:
    """An SMTP server that hands mail on by LMTP; needs root.

    `routes` maps an address (its +DETAIL forms are included) or a domain to a nexthop such as
    `lmtp:inet:127.0.0.1:24` or `lmtp:unix:/path`; other mail to `domains` goes to `otherwise`. A
    `milter` such as `inet:127.0.0.1:8891` sees every mail.
    """

    def __init__(
        self,
        *,
        domains: tuple[str, ...],
        otherwise: str,
        routes: Mapping[str, str],
        milter: str = "",
    ) -> None:
        self._program = require("postfix", "postfix")
        if os.geteuid() != 0:
            missing("Postfix needs root: run these tests as root in a container")
        self._config = {"domains": " ".join(domains), "otherwise": otherwise, "milter": milter}
        self._routes = dict(routes)
        self.folder = _open_folder()
        self.port = free_port()

    def __enter__(self) -> Postfix:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Write the configuration and wait until the server answers."""
        (self.folder / "queue").mkdir(exist_ok=True)
        (self.folder / "data").mkdir(exist_ok=True)
        _give(self.folder / "data", "postfix")
        main = _POSTFIX_MAIN.format_map({**self._config, "folder": self.folder})
        _write(self.folder / "etc" / "main.cf", main)
        _write(self.folder / "etc" / "master.cf", _POSTFIX_MASTER.format(port=self.port))
        routes = "".join(f"{key} {nexthop}\n" for key, nexthop in self._routes.items())
        _write(self.folder / "etc" / "transport", routes)
        self._control("start")
        wait_until(lambda: _answers(self.port), self.log)

    def stop(self) -> None:
        """End the master of this queue, by the pid it wrote, and its children with it."""
        pid = int(_read(self.folder / "queue" / "pid" / "master.pid") or 0)
        if pid:
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: not Path(f"/proc/{pid}").exists(), self.log)

    def flush(self) -> None:
        """Try everything in the queue again now."""
        self._control("flush")

    def log(self) -> str:
        return _read(self.folder / "maillog")

    def _control(self, what: str) -> None:
        command = [self._program, "-c", str(self.folder / "etc"), what]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"postfix {what}: {done.stderr}{self.log()}")


def _open_folder() -> Path:
    """Every server's account must get through to its part: pytest's own folders are closed."""
    folder = Path(tempfile.mkdtemp(prefix="mailflow-test-"))
    folder.chmod(0o755)
    return folder


def _give(folder: Path, user: str) -> None:
    owner = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def _read(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


def _answers(port: int) -> bool:
    """A mail server greets whoever connects."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            return bool(connection.recv(1))
    except OSError:
        return False
