"""From what the registry holds and what a source shows now to changes and registrations.

The cost grows with what changed: definitions are fetched, parsed and compared for the tables whose
content hash differs from the registered one, and for no others. The registry itself is not known
here: its rows come in, and a callable that fetches definitions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import resources

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import AddTable, Change, DropTable, RenameTable
from metadata_assets.diff.column_changes import AddColumn, ColumnChange, DropColumn, RenameColumn
from metadata_assets.diff.compare import compare
from metadata_assets.diff.severity import Grading
from metadata_assets.diff.structure_changes import AddIndex, DropIndex
from metadata_assets.schema.versions import (
    DEFINITIONS,
    catalog_of,
    only_tables,
    table_definitions,
)

_text: pa.DataType = pa.string()

REGISTRATIONS = pa.unify_schemas(
    [DEFINITIONS, pa.schema({"evolution_type": _text, "compatibility_status": _text})]
)
"""What the registry takes."""

DROP_TABLE = "drop_table"
"""The evolution type of a version that says the table is gone."""

_EVOLUTIONS: tuple[tuple[str, tuple[type[Change], ...]], ...] = (
    ("drop_column", (DropColumn,)),
    ("rename_column", (RenameColumn,)),
    ("add_column", (AddColumn,)),
    ("modify_column", (ColumnChange,)),
    ("drop_index", (DropIndex,)),
    ("add_index", (AddIndex,)),
    ("modify_table", (Change,)),
)
"""The evolution types, gravest first, each with the changes it stands for."""

_COMPATIBILITY = {
    "safe": "compatible",
    "risky": "unknown",
    "breaking": "breaking",
    None: "compatible",
}


@dataclass(frozen=True, slots=True)
class Evolution:
    """How a source's schema evolved since it was last registered.

    Attributes:
        changes: What changed.
        registrations: What to register, columns of `REGISTRATIONS`: the changed tables alone.
        versions: By changed table, the version it was at (None for a new one) and the one it is at
            once this is registered.
        before: The changed tables as they were registered.
    """

    changes: tuple[Change, ...]
    registrations: pa.Table
    versions: dict[str, tuple[int | None, int]]
    before: Catalog


def evolve(
    catalog: Catalog,
    latest: pa.Table,
    fetch: Callable[[Sequence[str]], pa.Table],
    *,
    dialect: str,
    grading: Grading,
) -> Evolution:
    """Compare a catalog with the registered versions of its source.

    Args:
        catalog: What the source shows now.
        latest: The latest registered versions: table_name, version, schema_hash, content_hash,
            evolution_type.
        fetch: Returns the latest registered definitions (at least `schema_definition`) of the named
            tables.
        dialect: The sqlglot dialect of the source.
        grading: How to grade changes.

    Returns:
        The changes, and what to register so that the registry shows them.
    """
    definitions = table_definitions(catalog)
    names = changed_tables(latest, definitions, catalog.unreadable)
    if not names:
        return Evolution((), REGISTRATIONS.empty_table(), {}, only_tables(catalog, ()))
    # Of a hundred thousand new tables the registry need not be asked.
    registered = set(latest["table_name"].to_pylist())
    before = catalog_of(fetch([name for name in names if name in registered]))
    after = only_tables(catalog, names)
    changes = compare(*_with_common_types(before, after), dialect)
    registrations = _registrations(names, definitions, changes, grading)
    steps = query(_sql("version_steps"), latest=latest, registrations=registrations)
    versions = {row["table_name"]: (row["was"], row["becomes"]) for row in steps.to_pylist()}
    return Evolution(changes, registrations, versions, before)


def changed_tables(latest: pa.Table, definitions: pa.Table, unreadable: pa.Table) -> list[str]:
    """The tables whose registered definition is not the present one, dropped ones included.

    Args:
        latest: The latest registered versions, as for `evolve`.
        definitions: What `schema.versions.table_definitions` returns.
        unreadable: What could not be read (columns of `catalog.model.UNREADABLE`): not dropped.

    Returns:
        Their names, sorted.
    """
    changed = query(
        _sql("registered_otherwise"), latest=latest, definitions=definitions, unreadable=unreadable
    )
    names: list[str] = [str(name) for name in changed.column("table_name").to_pylist()]
    return names


def _with_common_types(before: Catalog, after: Catalog) -> tuple[Catalog, Catalog]:
    """Without the user-defined types of one side.

    They are those the changed tables use, so one more or less says nothing about the source.
    """
    was = set(before.types.column("type_fqdn").to_pylist())
    common = pa.array(
        [name for name in after.types.column("type_fqdn").to_pylist() if name in was], pa.string()
    )

    def of_common(catalog: Catalog) -> Catalog:
        is_common = pc.is_in(catalog.types.column("type_fqdn"), common)
        return replace(catalog, types=catalog.types.filter(is_common))

    return of_common(before), of_common(after)


def _registrations(
    names: Iterable[str],
    definitions: pa.Table,
    changes: Iterable[Change],
    grading: Grading,
) -> pa.Table:
    by_table: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_table[change.table].append(change)
        if isinstance(change, RenameTable):
            by_table[change.to].append(change.added)
    steps = [
        (name, _evolution_type(by_table[name]), _COMPATIBILITY[grading.gravest(by_table[name])])
        for name in names
    ]
    columns = [pa.array(column, pa.string()) for column in zip(*steps, strict=True)]
    rows = query(
        _sql("registrations"),
        steps=pa.Table.from_arrays(
            columns, names=["table_name", "evolution_type", "compatibility_status"]
        ),
        definitions=definitions,
    )
    return rows.cast(REGISTRATIONS)


def _evolution_type(changes: Sequence[Change]) -> str:
    if any(isinstance(change, AddTable) for change in changes):
        return "create"
    if any(isinstance(change, (DropTable, RenameTable)) for change in changes):
        return DROP_TABLE
    return next(
        (
            evolution
            for evolution, kinds in _EVOLUTIONS
            if any(isinstance(change, kinds) for change in changes)
        ),
        "modify_table",
    )


def _sql(name: str) -> str:
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
