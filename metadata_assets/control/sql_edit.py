"""Edit the control table by SQL: in a copy first, checked as drops are, then in one commit.

Who else writes at the same time loses nothing: the statements are run again on what they wrote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable
from sqlglot import exp

from metadata_assets.control.ingest import add_missing_columns, retried
from metadata_assets.control.jobs import assign_jobs, job_ids
from metadata_assets.control.model import ETL_CONTROL, SQL_ORIGIN, ControlRow
from metadata_assets.control.problems import printable
from metadata_assets.control.row_check import checked_row
from metadata_assets.control.sql_session import Session, opened_session, told
from metadata_assets.control.sql_statement import CONTROL, Statement, Tables
from metadata_assets.control.stored import key_of
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake, LakeTable, Partition

_ROW = "_row"
"""Numbers the rows of the copy, so that a renamed row is known for what it was."""

_KEPT = ("origin", "base_hash")
"""What nobody sets by hand: it says which drop declares the row, and as what."""


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """What statements did.

    Attributes:
        inserted: Keys of new rows.
        updated: Keys of changed ones.
        deleted: Keys of those that are gone.
        returning: Those of them that a drop declares, so that the next ingestion brings them back.
        version: The control table's version now.
    """

    inserted: tuple[str, ...]
    updated: tuple[str, ...]
    deleted: tuple[str, ...]
    returning: tuple[str, ...]
    version: int


def edit(
    lake: Lake, tables: Tables, statements: Sequence[Statement], *, now: datetime, author: str
) -> EditOutcome:
    """Run statements on the control table, all of them or none.

    Args:
        lake: Where it is.
        tables: The tables the statements may read.
        statements: Statements that write.
        now: The time to stamp changed rows with.
        author: Who they are stamped with; kept in the commit too.

    Raises:
        ConfigurationError: DuckDB refuses a statement, or a row breaks a rule.
        ConcurrentWrite: Others kept writing at the same time.
    """
    return retried(lambda: _edit_once(lake, tables, statements, now=now, author=author))


def _edit_once(
    lake: Lake, tables: Tables, statements: Sequence[Statement], *, now: datetime, author: str
) -> EditOutcome:
    delta = lake.table(ETL_CONTROL).delta
    add_missing_columns(delta)
    stored = delta.to_pyarrow_table()
    before = [{**row, _ROW: n} for n, row in enumerate(stored.to_pylist())]
    after = _edited(lake, tables, statements, before, stored.schema)
    changed = [row for row in after if row[_ROW] is None or row != before[row[_ROW]]]
    written = [_written(row, before, now=now, author=author) for row in changed]
    _require_distinct(after, changed)
    left = {row[_ROW] for row in after}
    gone = [row for row in before if row[_ROW] not in left]
    outcome = EditOutcome(
        inserted=tuple(key_of(row) for row in changed if row[_ROW] is None),
        updated=tuple(key_of(row) for row in changed if row[_ROW] is not None),
        deleted=tuple(key_of(row) for row in gone),
        returning=tuple(key_of(row) for row in gone if str(row["origin"]).startswith("yaml:")),
        version=delta.version(),
    )
    if not changed and not gone:
        return outcome
    modules = {row.module_name for row in written} - job_ids(lake).keys()
    if modules:
        assign_jobs(lake, modules, now=now)
    untouched = left - {row[_ROW] for row in changed}
    stays = pa.array([n in untouched for n in range(len(before))], pa.bool_())
    # Columns that other engines added are kept, too.
    edited = [row | new.columns() for row, new in zip(changed, written, strict=True)]
    rows = pa.concat_tables(
        [stored.filter(stays), pa.Table.from_pylist(edited, schema=stored.schema)]
    )
    return replace(outcome, version=_commit(delta, rows, outcome, statements, author))


def _edited(
    lake: Lake,
    tables: Tables,
    statements: Sequence[Statement],
    before: list[dict[str, Any]],
    schema: pa.Schema,
) -> list[dict[str, Any]]:
    numbered = schema.append(pa.field(_ROW, pa.int64()))
    copy = pa.Table.from_pylist(before, schema=numbered)
    with opened_session(lake, tables, statements, **{CONTROL: copy}) as session:
        for statement in statements:
            _name_column_of_wrong_value(session, statement)
            session.execute(statement)
        with told():
            rows = session.connection.sql(f"SELECT * FROM control.{CONTROL}").to_arrow_table()
    found: list[dict[str, Any]] = rows.cast(numbered).to_pylist()
    return found


def _written(
    row: Mapping[str, Any], before: Sequence[Mapping[str, Any]], *, now: datetime, author: str
) -> ControlRow:
    """A changed row, checked and stamped."""
    checked = checked_row(row)
    earlier = {} if row[_ROW] is None else before[row[_ROW]]
    for column in _KEPT:
        if row[column] != earlier.get(column):
            raise ConfigurationError(
                f"{column} cannot be set",
                where=f"{ETL_CONTROL.name} {printable(checked.key)}",
                remedy="It says which drop declares the row, and is kept by ingestions.",
            )
    if row[_ROW] is None:
        checked = replace(
            checked, created_timestamp=now, created_by=author, origin=SQL_ORIGIN, base_hash=None
        )
    else:
        created = {name: earlier[name] for name in ("created_timestamp", "created_by")}
        checked = replace(checked, **created)
    return replace(checked, updated_timestamp=now, updated_by=author)


def _require_distinct(after: Sequence[Mapping[str, Any]], changed: Sequence[Any]) -> None:
    """Keys that differ only in case count as one, as they do in drops."""
    copies = Counter(key_of(row).lower() for row in after)
    for row in changed:
        key = key_of(row)
        if copies[key.lower()] > 1:
            raise ConfigurationError(
                "source_id: the module has a source of that name",
                where=f"{ETL_CONTROL.name} {printable(key)}",
                remedy="UPDATE that row, or MERGE.",
            )


def _commit(
    delta: DeltaTable,
    rows: pa.Table,
    outcome: EditOutcome,
    statements: Sequence[Statement],
    author: str,
) -> int:
    metadata = {
        "origin": SQL_ORIGIN,
        "author": author,
        # Not the text: what it looks for may be a secret.
        "statements": ", ".join(statement.verb for statement in statements),
        "inserted": str(len(outcome.inserted)),
        "updated": str(len(outcome.updated)),
        "deleted": str(len(outcome.deleted)),
    }
    table = LakeTable(ETL_CONTROL.name, rows.schema, ETL_CONTROL.key, partition=None)
    return Partition(table, None, delta).overwrite(rows, metadata=metadata)


def _name_column_of_wrong_value(session: Session, statement: Statement) -> None:
    """Refuse a value that its column cannot hold: DuckDB does not say which column it is."""
    for column, value in _assignments(statement.tree):
        if column not in ETL_CONTROL.schema.names or any(value.find_all(exp.Column, exp.Query)):
            continue
        kind = _TYPES.get(ETL_CONTROL.schema.field(column).type, "VARCHAR")
        tried = exp.select(
            exp.TryCast(this=value.copy(), to=exp.DataType.build(kind)), value.copy()
        )
        with told():
            cast, given = session.connection.sql(tried.sql("duckdb")).fetchall()[0]
        if cast is None and given is not None:
            raise ConfigurationError(
                f"{column}: should be {_SHOULD_BE[kind]}",
                where=ETL_CONTROL.name,
                remedy="Mend the value.",
            )


_TYPES = {
    pa.int32(): "INTEGER",
    pa.bool_(): "BOOLEAN",
    pa.timestamp("us", "UTC"): "TIMESTAMPTZ",
}
_SHOULD_BE = {
    "INTEGER": "a whole number below 2,147,483,648",
    "BOOLEAN": "true or false",
    "TIMESTAMPTZ": "a timestamp",
    "VARCHAR": "text",
}


def _assignments(tree: exp.Expr) -> Iterator[tuple[str, exp.Expr]]:
    """Each column that a statement sets, with the value, as far as it is written out."""
    for update in tree.find_all(exp.Update):
        for equal in update.expressions:
            yield equal.this.name.lower(), equal.expression
    for insert in tree.find_all(exp.Insert):
        schema, rows = insert.this, insert.expression
        if isinstance(schema, exp.Schema) and isinstance(rows, exp.Values):
            names = [column.name.lower() for column in schema.expressions]
            for row in rows.expressions:
                yield from zip(names, row.expressions, strict=False)
