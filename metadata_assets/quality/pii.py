"""Which columns seem to hold personal data, and how sure that is.

Only columns that nobody has judged are looked at: an annotation, also that it is none, is the last
word. Values may be looked at and are never told, only how many of them are of which kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from metadata_assets.catalog.engine import opened_engine
from metadata_assets.catalog.model import Catalog
from metadata_assets.quality.pii_rules import NAME_RULES, VALUE_RULES
from metadata_assets.quality.subject import quality_sql

LIKELY = 0.7
"""From so much confidence on a column counts as personal data that nobody has documented."""

_FEWEST_VALUES = 3
_SHARE = 0.5
"""So many of the values must be of a kind, at least."""

_SNAKE = """
CREATE OR REPLACE TEMP MACRO snake(name) AS lower(regexp_replace(regexp_replace(regexp_replace(
  name, '([\\p{Ll}\\p{N}])(\\p{Lu})', '\\1_\\2', 'g'
), '(\\p{Lu}+)(\\p{Lu}\\p{Ll})', '\\1_\\2', 'g'), '[^\\p{L}\\p{N}]+', '_', 'g'));
"""

_UNJUDGED = """
CREATE OR REPLACE TEMP TABLE unjudged AS
SELECT c.table_fqdn, c.column_name, snake(c.column_name) AS name,
  lower(coalesce(c.base_type, c.native_type, '')) AS type, snake(t.table_name) AS table_name
FROM columns c JOIN tables t USING (table_fqdn)
WHERE c.pii IS NULL;
"""

_PROFILED = """
SELECT p.table_fqdn, p.column_name,
  list_distinct(list_concat(coalesce(top_values, []), coalesce(sample_values, []))) AS values
FROM profiles p
JOIN columns c ON c.table_fqdn = p.table_fqdn AND c.column_name = p.column_name
WHERE c.pii IS NULL
"""

_text: pa.DataType = pa.string()
_SEEN = pa.schema(
    {
        "table_fqdn": _text,
        "column_name": _text,
        "kind": _text,
        "confidence": pa.float64(),
        "reason": _text,
    }
)
_RULED_OUT = pa.schema({"table_fqdn": _text, "column_name": _text, "kind": _text})

SeenValues = Mapping[tuple[str, str], Sequence[str]]
"""Some values of columns, by table and column."""


def suspected_columns(
    catalog: Catalog,
    profiles: pa.Table,
    sampled: SeenValues | None = None,
    *,
    least: float = LIKELY,
) -> pa.Table:
    """The columns that seem to hold personal data, the surest first.

    Args:
        catalog: What the source holds, with its annotations.
        profiles: Its statistics, columns of `PROFILES`.
        sampled: Values read for the purpose, besides those of the statistics.
        least: The least confidence that is told.

    Returns:
        table_fqdn, column_name, kind, confidence and reason.
    """
    with opened_engine() as engine:
        engine.register(tables=catalog.tables, columns=catalog.columns, profiles=profiles)
        values = {
            (row["table_fqdn"], row["column_name"]): row["values"]
            for row in engine.query(_PROFILED).to_pylist()
        } | dict(sampled or {})
        engine.register(
            named=engine.query(_named()),
            seen_kinds=pa.Table.from_pylist(list(_seen_kinds(values)), schema=_SEEN),
            ruled_out=pa.Table.from_pylist(list(_ruled_out(values)), schema=_RULED_OUT),
        )
        weighed = engine.query(quality_sql("weighed_suspicions"))
        engine.register(weighed=weighed)
        return engine.query(
            "FROM weighed WHERE confidence >= $least ORDER BY ALL", least=least
        ).sort_by([("confidence", "descending"), ("table_fqdn", "ascending")])


def _named() -> str:
    # A rule a branch: DuckDB compiles a pattern once where it is a constant, and for each row where
    # it comes from a table (0.1 s against 33 s for 20,000 columns).
    rules = "\nUNION ALL\n".join(
        f"SELECT table_fqdn, column_name, '{rule.kind}' AS kind, {rule.confidence} AS confidence "
        f"FROM unjudged WHERE regexp_matches(name, '{rule.names}') "
        f"AND regexp_matches(type, '{rule.types}') AND regexp_matches(table_name, '{rule.tables}')"
        for rule in NAME_RULES
    )
    suspicions = f"CREATE OR REPLACE TEMP VIEW suspicions AS {rules};"
    return "\n".join([_SNAKE, _UNJUDGED, suspicions, quality_sql("name_suspicions")])


def _seen_kinds(values: SeenValues) -> Iterator[dict[str, object]]:
    """The kind that most values of a column are of, where most are of any."""
    for (table, column), seen in values.items():
        texts = [text for text in seen if text and text.strip()]
        if len(texts) < _FEWEST_VALUES:
            continue
        for rule in VALUE_RULES:
            share = sum(map(rule.matches, texts)) / len(texts)
            if share >= _SHARE:
                yield {
                    "table_fqdn": table,
                    "column_name": column,
                    "kind": rule.kind,
                    "confidence": round(rule.confidence * share, 3),
                    "reason": f"by {share:.0%} of {len(texts)} values",
                }
                break


def _ruled_out(values: SeenValues) -> Iterator[dict[str, object]]:
    """The kinds that most of a column's values cannot be of."""
    for (table, column), seen in values.items():
        texts = [text for text in seen if text and text.strip()]
        if len(texts) < _FEWEST_VALUES:
            continue
        for rule in VALUE_RULES:
            possible = sum(re.search(rule.may_be, text) is not None for text in texts)
            if possible < _SHARE * len(texts):
                yield {"table_fqdn": table, "column_name": column, "kind": rule.kind}
