"""What people say about a source's tables and columns, merged onto its catalog.

An annotation wins over what the database says, whose own comment is kept with the annotation. Rows
come from drops of `kind: annotations`; names are matched exactly, tables by their FQDN.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

import pyarrow as pa

from metadata_assets.catalog.engine import catalog_sql, opened_engine, query
from metadata_assets.catalog.model import COLUMNS, TABLES, Catalog
from metadata_assets.catalog.rehash import rehashed
from metadata_assets.catalog.withhold import holds_private, withhold
from metadata_assets.lake import Lake, LakeTable

_text = pa.string()

ANNOTATIONS = LakeTable(
    "control/annotations",
    pa.schema(
        [
            ("table_fqdn", _text),
            ("column_name", _text),  # null: about the table
            ("description", _text),
            ("business_domain", _text),
            ("owner", _text),
            ("grain_description", _text),
            ("status", _text),
            ("tags", pa.list_(_text)),
            ("pii", pa.bool_()),  # of a table: of all its columns that do not say otherwise
            ("original_description", _text),  # the database's comment, as last read
            ("origin", _text),  # yaml:<file>, or who else wrote it
            ("base_hash", _text),  # of the YAML row last ingested, for the three-way merge
        ]
    ),
    key=("table_fqdn", "column_name"),
)
"""One row an annotated table or column."""

_SAID = [name for name in ANNOTATIONS.schema.names if name not in ("origin", "base_hash")]
_SAID.remove("original_description")

_ONE_EACH = """
SELECT DISTINCT ON (table_fqdn, column_name) * FROM stored ORDER BY table_fqdn, column_name, origin
"""
"""Another engine may have written a row twice."""

_CHANGED = """
SELECT table_fqdn FROM annotations
UNION SELECT table_fqdn FROM clean_columns WHERE pii
UNION SELECT c.table_fqdn
FROM clean_tables c JOIN merged_tables m USING (table_fqdn)
WHERE c.definition IS DISTINCT FROM m.definition
"""
"""The tables that something is said of, or withheld from."""


@dataclass(frozen=True, slots=True)
class AnnotatedCatalog:
    """A catalog with what people say of it.

    Attributes:
        catalog: The catalog, its content hashes up to date.
        annotations: The annotations, with the database's own comments.
        dangling: Those of tables and columns that the catalog does not hold: table_fqdn,
            column_name, origin.
    """

    catalog: Catalog
    annotations: pa.Table
    dangling: pa.Table


def annotate(catalog: Catalog, annotations: pa.Table) -> AnnotatedCatalog:
    """Merge annotations onto a catalog as its source returned it; withhold what is private.

    Args:
        catalog: The catalog, without annotations.
        annotations: Rows of `ANNOTATIONS`, of its source.
    """
    if annotations.num_rows == 0 and not holds_private(catalog):
        return AnnotatedCatalog(catalog, annotations, dangling(catalog, annotations))
    with opened_engine() as engine:
        engine.register(tables=catalog.tables, columns=catalog.columns, stored=annotations)
        engine.register(unreadable=catalog.unreadable)
        engine.register(annotations=engine.query(_ONE_EACH))
        originals = engine.query(catalog_sql("original_descriptions"))
        lost = engine.query(catalog_sql("dangling_annotations"))
        columns = engine.query(catalog_sql("annotate_columns"))
        tables = engine.query(catalog_sql("annotate_tables"))
        merged = replace(catalog, tables=_shaped(tables, TABLES), columns=_shaped(columns, COLUMNS))
        clean = withhold(merged)
        engine.register(merged_tables=merged.tables)
        engine.register(clean_tables=clean.tables, clean_columns=clean.columns)
        changed = engine.query(_CHANGED)
    return AnnotatedCatalog(rehashed(clean, changed), _shaped(originals, ANNOTATIONS), lost)


def dangling(catalog: Catalog, annotations: pa.Table) -> pa.Table:
    """The annotations of tables and columns that a catalog does not hold.

    Args:
        catalog: The catalog, annotated or not.
        annotations: Rows of `ANNOTATIONS`, of its source.

    Returns:
        Their table_fqdn, column_name and origin.
    """
    if annotations.num_rows == 0:
        return annotations.select(["table_fqdn", "column_name", "origin"])
    return query(
        catalog_sql("dangling_annotations"),
        annotations=annotations,
        tables=catalog.tables,
        columns=catalog.columns,
    )


def annotations_version(annotations: pa.Table) -> str:
    """A hash of what is said, whichever file says it; empty where nothing is.

    Args:
        annotations: Rows of `ANNOTATIONS`, of one source, in the order of their key.
    """
    if annotations.num_rows == 0:
        return ""
    said = json.dumps(annotations.select(_SAID).to_pylist())
    return hashlib.sha256(said.encode()).hexdigest()


def keep_originals(lake: Lake, source: str, annotated: pa.Table) -> None:
    """Store the database's own comments with the annotations of a source, where they differ.

    Args:
        lake: Where the annotations are.
        source: The source's key.
        annotated: Annotations with the comments, as `annotate` returns them.

    Raises:
        ConcurrentWrite: Another process changed the annotations at the same time.
    """
    if annotated.num_rows == 0:
        return
    stored = lake.partition(ANNOTATIONS, source)
    # Annotations that came or went meanwhile stay as they are: the next extraction is theirs.
    rows = query(_KEEP, stored=stored.read(), annotated=annotated)
    stored.replace(rows, metadata={"origin": "catalog_extract"})


_KEEP = """
SELECT s.* REPLACE (
  CASE WHEN a.table_fqdn IS NULL THEN s.original_description ELSE a.original_description END
    AS original_description
)
FROM stored s
LEFT JOIN annotated a
  ON a.table_fqdn = s.table_fqdn AND a.column_name IS NOT DISTINCT FROM s.column_name
"""


def _shaped(rows: pa.Table, table: LakeTable) -> pa.Table:
    return rows.select(table.schema.names).cast(table.schema).combine_chunks()
