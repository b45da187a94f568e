"""`metadata-assets impact`: what breaks if a table or column goes."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.store import load_catalog
from metadata_assets.cli.app import app, out
from metadata_assets.cli.show import print_json
from metadata_assets.control.table import ControlTable
from metadata_assets.diff.changes import Change
from metadata_assets.diff.impact import impacts
from metadata_assets.diff.supposed import supposed_drop
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets.settings import Settings
from metadata_assets.sources.registry import dialect_of
from metadata_assets.training.dependents import dependents_of


@app.command()
def impact(
    source: Annotated[str, typer.Argument(help="Its key, `module.source_id`.")],
    name: Annotated[
        str, typer.Argument(help="TABLE or TABLE.COLUMN, with the schema where it is not clear.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Say what breaks if a table or column is dropped.

    Views, and what rests on them; golden queries, glossary terms and training records. Changes
    nothing: it asks what was synced.
    """
    settings = Settings()
    lake = Lake(settings.lake_uri)
    planned = ControlTable(lake).plan(settings.drops_path).planned_rows()
    row = next((row for row in planned if row.key == source), None)
    if row is None:
        raise ConfigurationError(
            f"no source is named {source}", remedy="`metadata-assets sources list` lists them."
        )
    catalog = load_catalog(lake, source)
    change = supposed_drop(catalog, name, source=source)
    dialect = dialect_of(row.source_type, row.source_config)
    _tell(lake, source, catalog, change, dialect, as_json=as_json)


def _tell(
    lake: Lake, source: str, catalog: Catalog, change: Change, dialect: str, *, as_json: bool
) -> None:
    dependents = dependents_of(lake, source, catalog)
    found = impacts([change], dependents, catalog, catalog, dialect)
    rows = [
        {
            "kind": one.dependent.kind,
            "name": one.dependent.name,
            "title": one.dependent.title,
            "through": list(one.through),
        }
        for one in found
    ]
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print("Nothing that is known rests on it.")
        return
    table = Table()
    for heading in ("what", "title", "through"):
        table.add_column(heading, overflow="fold")
    for found_row in rows:
        title = str(found_row["title"])
        table.add_row(
            str(found_row["kind"]).replace("_", " "),
            escape(title),
            escape(" → ".join(found_row["through"])),
        )
    out.print(table)
