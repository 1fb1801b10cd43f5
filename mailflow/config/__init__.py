"""The contract's TOML file in, a frozen Configuration out, or every fault of it at once.

Nothing here opens a database, a mailbox or a connection: that is the command `check`.
"""

from mailflow.config.build import Configuration
from mailflow.config.load import find, load
from mailflow.config.secret import Secret
from mailflow.config.starter import init_text, write_init
from mailflow.config.values import Listen

__all__ = ["Configuration", "Listen", "Secret", "find", "init_text", "load", "write_init"]
