"""`python -m bench`: mails a second, CPU a mail and the acknowledgement's delay, for sizes and stores."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from bench.measure import Figures, measure, middle

STORES = ("sqlite", "postgresql")
TARGET_RATE = 100.0  # mails of 20 KB a second
TARGET_DELAY = 1.0  # seconds, 99th percentile
_HEADINGS = (
    f"{'store':<11}{'octets':>7}{'mails':>7}{'mails/s':>9}{'CPU ms':>8}{'database':>10}"
    f"{'at /s':>7}{'median ms':>11}{'99 % ms':>9}"
)


@click.command()
@click.option("--sizes", default="5,20", show_default=True, help="KB, with commas between.")
@click.option("--mails", "count", default=1000, show_default=True, help="Sent at once.")
@click.option("--rate", default=20.0, show_default=True, help="Mails a second, for the delay.")
@click.option("--paced", default=400, show_default=True, help="Mails sent at that rate.")
@click.option("--stores", default=",".join(STORES), show_default=True)
@click.option("--runs", default=1, show_default=True, help="Of each; the medians are told.")
@click.option("--json", "as_json", is_flag=True, help="One array.")
def main(
    sizes: str, count: int, rate: float, paced: int, stores: str, runs: int, as_json: bool
) -> None:
    """Measure the daemon from its door to a sink that takes all mail."""
    figures = []
    if not as_json:
        click.echo(f"{machine()}\n{_HEADINGS}")
    for store in _present(stores.split(",")):
        for size in map(int, sizes.split(",")):
            figures.append(
                middle([measure(store, size * 1000, count, rate, paced) for _ in range(runs)])
            )
            if not as_json:
                click.echo(line(figures[-1]))
    click.echo(json.dumps([asdict(one) for one in figures]) if as_json else verdict(figures))


def _present(stores: Iterable[str]) -> Iterable[str]:
    for store in stores:
        if store not in STORES:
            raise click.BadParameter(f"{store} is none of {', '.join(STORES)}", param_hint="--stores")
        if store == "postgresql" and not any(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
            click.echo("postgresql is left out: not installed (make servers)", err=True)
        else:
            yield store


def machine() -> str:
    load = " ".join(f"{one:.2f}" for one in os.getloadavg())
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores, "
        f"load before {load}"
    )


def line(one: Figures) -> str:
    return (
        f"{one.store:<11}{one.size:>7}{one.mails:>7}{one.per_second:>9.1f}{one.cpu:>8.1f}"
        f"{one.database_cpu:>10.1f}{one.rate:>7.0f}{1000 * one.delay_median:>11.0f}"
        f"{1000 * one.delay_99:>9.0f}"
    )


def verdict(figures: Iterable[Figures]) -> str:
    """Whether the first target is met: 100 mails of 20 KB a second, the 99th percentile below 1 s."""
    large = [one for one in figures if one.size > 15000]
    met = all(one.per_second >= TARGET_RATE and one.delay_99 < TARGET_DELAY for one in large)
    aim = f"{TARGET_RATE:.0f} mails of 20 KB a second, 99 % acknowledged within {TARGET_DELAY:.0f} s"
    return f"{aim}: {'met' if met else 'MISSED'}" if large else f"{aim}: not measured"


if __name__ == "__main__":
    sys.exit(main())
