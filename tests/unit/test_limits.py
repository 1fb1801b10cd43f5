"""How much automatic mail may go out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailflow.model import Limits, Rate
from mailflow.rules.limits import exceeded

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("to_address", "to_strangers", "stranger", "named"),
    [
        (0, 0, True, ""),
        (5, 2999, True, ""),
        (6, 0, True, "per_address"),
        (6, 0, False, "per_address"),
        (100, 9999, True, "per_address"),
        (0, 3000, True, "strangers"),
        (0, 3000, False, ""),
    ],
)
def test_limits(to_address: int, to_strangers: int, stranger: bool, named: str) -> None:
    """Contract, [limits]: 6 per 1h to one address, 3000 per 1h to strangers together, by default."""
    why = exceeded(Limits(), to_address, to_strangers, stranger=stranger)
    assert bool(why) is bool(named)
    assert named in why


def test_off_means_no_limit() -> None:
    """Contract: a rate may be "off"."""
    assert exceeded(Limits(None, None), 10**6, 10**6, stranger=True) == ""
    assert exceeded(Limits(Rate(1, HOUR), None), 0, 10**6, stranger=True) == ""


def test_a_rate_of_none_lets_nothing_out() -> None:
    """ "0 per 1h" is a limit, not its absence."""
    assert exceeded(Limits(Rate(0, HOUR), None), 0, 0, stranger=False)
    assert exceeded(Limits(None, Rate(0, HOUR)), 0, 0, stranger=True)
