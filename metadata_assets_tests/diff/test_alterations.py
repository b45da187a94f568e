"""Random alterations, up to a thousand tables: told as the server's own catalog tells them."""

from __future__ import annotations

from pathlib import Path

import pytest

from metadata_assets.diff.changes import AddTable, Change, DropTable
from metadata_assets.diff.column_changes import (
    AddColumn,
    ChangeDefault,
    ChangeGenerated,
    ChangeNullability,
    ColumnChange,
    DropColumn,
    RetypeColumn,
)
from metadata_assets.diff.compare import compare
from metadata_assets.diff.following import without_renames
from metadata_assets.diff.migration.migrate import migrate
from metadata_assets.diff.structure_changes import (
    AddConstraint,
    AddIndex,
    DropConstraint,
    DropIndex,
)
from metadata_assets_tests.diff.alterations import alterations, facts, schema
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase


@pytest.mark.parametrize(
    ("tables", "count", "seed"), [(30, 25, 1), (30, 25, 2), (30, 25, 3), (1000, 60, 4)]
)
def test_alterations_are_told_and_made(
    tables: int, count: int, seed: int, postgres: PostgresServer, tmp_path: Path
) -> None:
    old = PostgresDatabase(postgres.create_database())
    run(postgres, old, schema(tables), tmp_path)
    new = PostgresDatabase(postgres.create_database(template=old.name))
    run(postgres, new, alterations(tables, count, seed), tmp_path)
    before, after = old.read(), new.read()
    changes = without_renames(compare(before, after, "postgres"))
    was, now = facts(old.url), facts(new.url)
    assert told(changes) == expected(was, now)
    script = migrate(before, after, "postgres")
    run(postgres, old, script.text("test"), tmp_path)
    left = {type(step.change) for step in script.by_hand}
    rest = compare(old.read(), after, "postgres")
    assert [change for change in rest if type(change) not in left] == []


def told(changes: tuple[Change, ...]) -> dict[str, set[tuple[str, ...]]]:
    """What we say, as names."""
    tables = {(c.table,) for c in changes if isinstance(c, (AddTable, DropTable))}
    kinds = {
        "columns": (AddColumn, DropColumn),
        "types": (RetypeColumn,),
        "nullability": (ChangeNullability,),
        "expressions": (ChangeDefault, ChangeGenerated),
    }
    found = {
        name: {(c.table, c.column) for c in changes if isinstance(c, kind)}
        for name, kind in kinds.items()
        if issubclass(kind[0], ColumnChange)
    }
    found["tables"] = tables
    found["constraints"] = {
        (c.table, c.constraint.constraint_name or "")
        for c in changes
        if isinstance(c, (AddConstraint, DropConstraint))
    }
    found["indexes"] = {
        (c.table, c.index.index_name) for c in changes if isinstance(c, (AddIndex, DropIndex))
    }
    found["about"] = {
        (c.table,)
        for c in changes
        if type(c).__name__ in ("ChangeTableComment", "ChangeDefinition")
    }
    found["comments"] = {
        (c.table, c.column)
        for c in changes
        if isinstance(c, ColumnChange) and type(c).__name__ == "ChangeColumnComment"
    }
    return found


def expected(was: dict[str, set], now: dict[str, set]) -> dict[str, set[tuple[str, ...]]]:  # type: ignore[type-arg]
    """The same by anti-joins: what only one side has, and what both have otherwise."""
    tables = [{row[0]: row[1:] for row in side["tables"]} for side in (was, now)]
    both = set(tables[0]) & set(tables[1])
    columns = [
        {row[:2]: row[2:] for row in side["columns"] if row[0] in both} for side in (was, now)
    ]
    kept = set(columns[0]) & set(columns[1])

    def differ(*places: int) -> set[tuple[str, ...]]:
        return {
            (f"public.{table}", column)
            for table, column in kept
            if any(
                columns[0][table, column][place] != columns[1][table, column][place]
                for place in places
            )
        }

    def of_one_side(part: str) -> set[tuple[str, ...]]:
        return {(f"public.{row[0]}", row[1]) for row in was[part] ^ now[part] if row[0] in both}

    return {
        "tables": {(f"public.{name}",) for name in set(tables[0]) ^ set(tables[1])},
        "columns": {(f"public.{t}", c) for t, c in set(columns[0]) ^ set(columns[1])},
        "types": differ(0),
        "nullability": differ(1),
        "expressions": differ(2, 3),
        "comments": differ(4),
        "constraints": of_one_side("constraints"),
        "indexes": of_one_side("indexes"),
        "about": {(f"public.{name}",) for name in both if tables[0][name] != tables[1][name]},
    }


def run(server: PostgresServer, database: PostgresDatabase, sql: str, folder: Path) -> None:
    (folder / "script.sql").write_text(sql, encoding="utf-8")
    server.load(database.url, folder / "script.sql")
