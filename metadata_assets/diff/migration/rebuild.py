"""Make tables anew, rows kept: for engines whose ALTER TABLE cannot make a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from metadata_assets.diff.migration.clauses import Clauses
from metadata_assets.diff.migration.objects import Objects
from metadata_assets.diff.migration.script import Phase, Statement, Step
from metadata_assets.diff.migration.writer import parents_first

_NOTE = "Made anew, for ALTER TABLE cannot say it: triggers and privileges are not carried over."
_NOTE_OF_RENAMED = f"It, or a column of it, was probably renamed. {_NOTE}"


def rebuilt(
    fqdns: Sequence[str],
    before: Objects,
    after: Objects,
    clauses: Clauses,
    create: Callable[[str], Iterator[Step]],
) -> Iterator[Step]:
    """The steps that make tables anew.

    Args:
        fqdns: The tables.
        before: The objects as they were.
        after: The objects as they are.
        clauses: Writes the engine's SQL.
        create: The steps that make a table of the later version.
    """
    names = dict(zip(fqdns, _saved_names(fqdns, before), strict=True))
    for fqdn in reversed(parents_first(before, fqdns)):
        table, saved = before.tables[fqdn], clauses.name(names[fqdn])
        name = clauses.full_name(table.earlier_name or fqdn)
        renamed = "".join(
            f", {clauses.name(was)} AS {clauses.name(becomes)}"
            for becomes, was in table.earlier_columns.items()
        )
        yield Statement(
            Phase.SAVE_ROWS,
            f"CREATE TEMPORARY TABLE {saved} AS SELECT *{renamed} FROM {name}",
            _NOTE_OF_RENAMED if table.is_renamed else _NOTE,
        )
        yield Statement(Phase.DROP_TABLES, f"DROP TABLE {name}")
    for fqdn in parents_first(after, fqdns):
        saved, name = clauses.name(names[fqdn]), clauses.full_name(fqdn)
        known = {column["column_name"] for column in before.tables[fqdn].columns}
        kept = [
            column["column_name"]
            for column in after.tables[fqdn].columns
            if column["column_name"] in known and not column["generated_expr"]
        ]
        yield from create(fqdn)
        if kept:
            listed = ", ".join(map(clauses.name, kept))
            yield Statement(
                Phase.COPY_ROWS, f"INSERT INTO {name} ({listed}) SELECT {listed} FROM {saved}"
            )
        yield Statement(Phase.COPY_ROWS, f"DROP TABLE {saved}")


def _saved_names(fqdns: Sequence[str], before: Objects) -> Iterator[str]:
    """A name for the saved rows of each table; tables of several schemas may share theirs."""
    taken = set()
    for fqdn in fqdns:
        name = f"saved_{before.tables[fqdn].row['table_name']}"
        while name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        yield name
