"""The command `mailflow`: every command of the contract, its output for people and as JSON.

Exit status: 0 done, 1 the work failed, 2 the command line or the configuration is wrong.
"""

from __future__ import annotations

import os
import sys

import click

from mailflow.cli import mail, queues, report, service, setting, ticket
from mailflow.cli.session import Session
from mailflow.errors import ConfigurationError, MailflowError
from mailflow.log import set_up


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    metavar="FILE",
    help="The configuration; else $MAILFLOW_CONFIG, ./mailflow.toml, /etc/mailflow/mailflow.toml.",
)
@click.version_option(package_name="mailflow")
@click.pass_context
def commands(context: click.Context, config: str | None) -> None:
    """Turns mail to support@ into tickets, and keeps the promise made to customers."""
    context.obj = Session(config, os.environ)


for _module in (setting, service, mail, ticket, queues, report):
    for _command in _module.COMMANDS:
        commands.add_command(_command)


def main() -> None:
    """The entry point; turns the errors that mailflow foresees into lines and exit statuses."""
    set_up(json=not sys.stderr.isatty())
    try:
        status = commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)
    except ConfigurationError as error:
        click.echo("\n".join(error.faults), err=True)
        sys.exit(2)
    except MailflowError as error:
        click.echo(f"mailflow: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has seen enough (`mailflow list | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)
