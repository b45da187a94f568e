"""Rows of years or dates that name columns: values, and yet a header."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

_YEARS = range(1900, 2101)


def name_years(texts: Sequence[str]) -> bool:
    """Whether a row of texts holds names and several years, all different: then it is a header."""
    return names_periods(
        [int(text) if text.isdecimal() and len(text) == 4 else text for text in texts]
    )


def names_periods(row: Sequence[object]) -> bool:
    """Whether a row holds names and several years, or dates in order, and so is a header."""
    periods = [cell for cell in row if not isinstance(cell, str)]
    texts = [cell for cell in row if isinstance(cell, str) and cell.strip()]
    if not texts or len(periods) < 2 or len(set(periods)) < len(periods):
        return False
    if all(isinstance(period, int | float) and period in _YEARS for period in periods):
        return True
    days = [period.isoformat() for period in periods if isinstance(period, dt.date)]
    # Two may be the first row of a table: from one day, to another.
    return len(days) == len(periods) > 2 and days == sorted(days)
