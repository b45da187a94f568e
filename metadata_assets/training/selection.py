"""Which records a sync may change: by business domain, object and kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.errors import ConfigurationError
from metadata_assets.training.records import KINDS, training_sql


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; an empty part asks for everything.

    Attributes:
        domains: Business domains. An object that changes its domain belongs to both.
        tables: GLOB patterns: with a dot matched against the FQDN, without against the table name.
        kinds: Kinds of records: ddl, documentation, sql.
    """

    domains: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a kind that does not exist: it would select nothing, silently.

        Raises:
            ConfigurationError: With the kinds there are.
        """
        unknown = sorted(set(self.kinds) - set(KINDS))
        if unknown:
            raise ConfigurationError(
                f"unknown kind of training record: {', '.join(unknown)}",
                remedy=f"Use any of: {', '.join(KINDS)}.",
            )


EVERYTHING = Selection()
"""Selects all."""


def selected(fates: pa.Table, selection: Selection) -> pa.Table:
    """The fates a selection asks for, in their order.

    Args:
        fates: Rows with kind, source_id, domain_before and domain_after.
        selection: What is asked for.
    """
    if selection == EVERYTHING:
        return fates
    return query(
        training_sql("select_changes"),
        fates=fates,
        kinds=_column("kind", selection.kinds),
        domains=_column("domain", selection.domains),
        patterns=_column("pattern", selection.tables),
    )


def _column(name: str, values: Sequence[str]) -> pa.Table:
    return pa.table({name: pa.array(list(values), pa.string())})
