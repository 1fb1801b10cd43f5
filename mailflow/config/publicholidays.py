"""Public holidays of a country or a region of it, from the `holidays` library."""

from __future__ import annotations

from datetime import date
from functools import cache

from mailflow.config.values import shown

YEARS = range(2025, 2051)


@cache
def public_holidays(code: str) -> frozenset[date]:
    """Holidays of all `YEARS` in "DE", or "DE-BE" for a region; ValueError says what is allowed."""
    import holidays  # slow to import, and most desks need it only for some teams

    country, _, region = code.partition("-")
    regions = holidays.list_supported_countries(include_aliases=False).get(country)
    if regions is None:
        raise ValueError(
            f'{shown(code)} is no country; allowed: a code of ISO 3166 such as "DE", "FR", "US"'
        )
    if region and region not in regions:
        allowed = ", ".join(f"{country}-{known}" for known in regions) or f"{country} alone"
        raise ValueError(f"{shown(code)} is no region; allowed: {allowed}")
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=YEARS))
