"""run, demo: the daemon itself."""

from __future__ import annotations

import sys

import click
import structlog

from mailflow import daemon
from mailflow.cli.demo import play
from mailflow.cli.session import Session
from mailflow.log import set_up


@click.command()
@click.option(
    "--only",
    multiple=True,
    metavar="PART",
    type=click.Choice(daemon.PARTS),
    help=f"Only this part; may be repeated: {', '.join(daemon.PARTS)}.",
)
@click.option("--once", is_flag=True, help="Do what is due, deliver, and end.")
@click.option("--verbose", is_flag=True, help="Tell more in the log.")
@click.pass_obj
def run(session: Session, only: tuple[str, ...], *, once: bool, verbose: bool) -> int:
    """The daemon: all parts, or only the named ones."""
    configuration = session.configuration
    set_up(json=not sys.stderr.isatty(), verbose=verbose)
    for key in configuration.without_effect:
        structlog.get_logger(__name__).warning("this key has no effect in this version", key=key)
    parts = only or daemon.PARTS
    if once:
        return 0 if daemon.run_once(configuration, parts) else 1
    daemon.run(configuration, parts, session.environ)
    return 0


@click.command()
def demo() -> int:
    """Play the promise's examples through a real daemon, and print every mail that went out."""
    return 0 if play(click.echo) else 1


COMMANDS = (run, demo)
