"""Which of two positions of a marker is further along.

An order reads a comparable key out of a position; None where the position has none. `ORDERS` has
the usual ones, an import path `package.module:function` names one of your own. Where no order was
named, a position is compared by the field it carries: an LSN, a cluster time, a timestamp.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pkgutil import resolve_name
from typing import Any

from metadata_assets.errors import ConfigurationError, PermanentError

Order = Callable[[Mapping[str, Any]], Any]
"""Reads the comparable key of a position; None where it has none."""


def by_lsn(position: Mapping[str, Any]) -> tuple[int, ...] | None:
    """The log sequence number in `lsn`: PostgreSQL's `16/B374D848`, SQL Server's, or a number."""
    lsn = position.get("lsn")
    if lsn is None or isinstance(lsn, int):
        return None if lsn is None else (lsn,)
    return tuple(int(part, 16) for part in str(lsn).replace(":", "/").split("/"))


def by_cluster_time(position: Mapping[str, Any]) -> tuple[int, int, str] | None:
    """MongoDB's `cluster_time`, and within one moment the `resume_token`.

    The time is a 64-bit number, or seconds and ordinal as `{"t": …, "i": …}`. A token's `_data` is
    a hexadecimal KeyString, which MongoDB made to sort as text.
    """
    time, token = position.get("cluster_time"), position.get("resume_token")
    data = str(token.get("_data", "") if isinstance(token, Mapping) else token or "")
    if time is None:
        return None
    if isinstance(time, Mapping):
        time = time.get("$timestamp", time)
        return int(time["t"]), int(time["i"]), data
    return int(time) >> 32, int(time) & 0xFFFFFFFF, data


def by_timestamp(position: Mapping[str, Any]) -> datetime | None:
    """The moment in `timestamp`: ISO 8601, or seconds since 1970; UTC where no zone is named."""
    value = position.get("timestamp")
    if value is None:
        return None
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, timezone.utc)
    # Python 3.10 does not read the Z.
    moment = datetime.fromisoformat(str(value).removesuffix("Z"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def by_integer(position: Mapping[str, Any]) -> int | None:
    """The number in `sequence` or `offset`."""
    value = position.get("sequence", position.get("offset"))
    return None if value is None else int(value)


ORDERS: Mapping[str, Order] = {
    "lsn": by_lsn,
    "cluster_time": by_cluster_time,
    "timestamp": by_timestamp,
    "integer": by_integer,
}
"""The orders by name; the first that finds its field in a position is the one it is compared by."""


def is_behind(
    position: Mapping[str, Any], reached: Mapping[str, Any], order: str | None, *, where: str
) -> bool:
    """Whether a position lies before the one a marker has reached.

    Args:
        position: Where it shall go.
        reached: Where it is.
        order: A name of `ORDERS` or an import path; by default what the position's fields tell.
        where: The marker's place, for messages.

    Raises:
        ConfigurationError: There is no such order.
        PermanentError: The order cannot read the position.
    """
    for name in [order] if order else ORDERS:
        key = _key(position, name, where)
        if key is not None:
            before = _key(reached, name, where)
            return before is not None and bool(key < before)
    if order is not None:
        raise PermanentError(f"the position has nothing to order it by as `{order}`", where=where)
    return False


def _key(position: Mapping[str, Any], order: str, where: str) -> Any:
    try:
        return find_order(order)(position)
    except (TypeError, ValueError, LookupError, OverflowError, OSError) as error:
        raise PermanentError(
            f"the position cannot be read as `{order}` ({error})", where=where
        ) from error


def find_order(order: str) -> Order:
    """The order of a name or import path.

    Raises:
        ConfigurationError: There is none.
    """
    if order in ORDERS:
        return ORDERS[order]
    try:
        found = resolve_name(order) if ":" in order else None
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(
            f"the order `{order}` cannot be imported ({error})", where="ledger"
        ) from error
    if not callable(found):
        raise ConfigurationError(
            f"there is no order `{order}`",
            where="ledger",
            remedy=f"Known: {', '.join(ORDERS)}, or `package.module:function`.",
        )
    order_found: Order = found
    return order_found
