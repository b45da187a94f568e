"""`metadata-assets ddl` and `create-tables`: a source's tables as SQL, or made again, empty."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from sqlglot.dialects.dialect import Dialect

from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.store import load_catalog
from metadata_assets.cli.app import app, err, out
from metadata_assets.cli.show import print_json
from metadata_assets.control.sources import select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import PermanentError
from metadata_assets.lake import Lake
from metadata_assets.schema.ddl import create_empty_tables, write_ddl
from metadata_assets.settings import Settings
from metadata_assets.sources.registry import dialect_of

Tables = Annotated[
    list[str] | None,
    typer.Option("--table", "-t", help="GLOB of tables, `orders*` or `sales.*`; repeatable."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command()
def ddl(
    source: Annotated[str, typer.Argument(help="Key, `module.source_id`.")],
    dialect: Annotated[
        str | None, typer.Option("--dialect", "-d", help="A sqlglot dialect; the source's own.")
    ] = None,
    tables: Tables = None,
    as_json: Json = False,
) -> None:
    """Write the CREATE statements of a source's tables, in an order that can be run.

    Types, keys, indexes, comments and views are in it. What another dialect cannot say is left out
    and told on standard error.
    """
    if dialect is not None and Dialect.get(dialect) is None:
        raise typer.BadParameter(f"unknown dialect `{dialect}`", param_hint="--dialect")
    catalog, spoken = _stored(source)
    written = write_ddl(catalog, spoken, to=dialect, tables=tables or ())
    if as_json:
        statements = [{"kind": one.kind, "sql": one.sql} for one in written.statements]
        print_json({"statements": statements, "omitted": written.omitted})
        return
    typer.echo(written.script(), nl=False)
    _tell(written.omitted)


@app.command("create-tables")
def create_tables(
    source: Annotated[str, typer.Argument(help="Key, `module.source_id`.")],
    into: Annotated[
        str, typer.Option("--into", help="duckdb:///file, sqlite:///file or postgresql://…")
    ],
    tables: Tables = None,
    if_not_exists: Annotated[
        bool, typer.Option("--if-not-exists", help="Pass over what is there already.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Create a source's tables in another database, without rows: all of them or none."""
    catalog, spoken = _stored(source)
    made = create_empty_tables(
        catalog, spoken, into, tables=tables or (), if_not_exists=if_not_exists
    )
    names = [f"{one.schema}.{one.name}" for one in made.statements if one.kind == "table"]
    if as_json:
        print_json({"created": names, "omitted": made.omitted})
        return
    out.print(f"Created {len(names)} tables of {escape(source)}.", highlight=False)
    _tell(made.omitted)


def _stored(source: str) -> tuple[Catalog, str]:
    """The catalog of a source as the last sync stored it, and its dialect."""
    settings = Settings()
    lake = Lake(settings.lake_uri)
    plan = ControlTable(lake).plan(settings.drops_path)
    (row,) = select_sources(plan.planned_rows(), [source])
    catalog = load_catalog(lake, source)
    if catalog.tables.num_rows == 0:
        raise PermanentError(
            "no catalog is stored yet",
            where=source,
            remedy=f"Run `metadata-assets sync {source}`.",
        )
    return catalog, dialect_of(row.source_type, row.source_config)


def _tell(omitted: tuple[str, ...]) -> None:
    for one in omitted:
        err.print(f"[yellow]left out:[/] {escape(one)}", soft_wrap=True, highlight=False)
