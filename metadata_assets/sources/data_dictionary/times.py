"""When rows of a data dictionary were written: dates as people write them, made comparable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timezone

_DATES = ("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y-%m-%d", "%d-%b-%Y", "%d-%b-%y")
"""Where a column fits two, as 9/1/2024 does, the first is taken."""
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")


def sortable_times(texts: Iterable[str]) -> Callable[[str], str]:
    """What turns the dates of one column into text that sorts as they do.

    Args:
        texts: All values of the column; unless all are dates written alike, they stay as they are.
    """
    found = set(texts)
    for read in (datetime.fromisoformat, *map(_reader, _DATES)):
        try:
            times = {text: _in_order(read(text)) for text in found}
        except (ValueError, OverflowError):
            continue
        return times.__getitem__
    return str


def _reader(date: str) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        for time in _TIMES:
            try:
                return datetime.strptime(text, date + time)  # noqa: DTZ007 (none tells its zone)
            except ValueError:
                continue
        raise ValueError(text)

    return read


def _in_order(time: datetime) -> str:
    # A time without a zone is taken for one of UTC, as the others are made.
    told = time if time.tzinfo else time.replace(tzinfo=timezone.utc)
    return told.astimezone(timezone.utc).isoformat(timespec="microseconds")
