"""`metadata-assets diff`: what differs between two versions of a source, or between two sources."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

import typer

from metadata_assets.catalog.history import catalog_versions
from metadata_assets.cli.app import app, out
from metadata_assets.cli.show import print_json, show_changes
from metadata_assets.control.table import ControlTable
from metadata_assets.diff.codes import CODES
from metadata_assets.diff.compare import compare
from metadata_assets.diff.config import grading_of
from metadata_assets.diff.following import without_renames
from metadata_assets.diff.migration.migrate import migrate
from metadata_assets.diff.render import json_rows, markdown_table, summary
from metadata_assets.diff.severity import GRADES
from metadata_assets.diff.sides import earlier_side, later_side
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets.settings import Settings
from metadata_assets.sources.registry import dialect_of


class Format(str, Enum):
    """How a comparison is told."""

    table = "table"
    md = "md"
    json = "json"
    sql = "sql"


class Grade(str, Enum):
    """From harmless to grave."""

    safe = "safe"
    risky = "risky"
    breaking = "breaking"


def _list_codes(asked: bool) -> None:
    if asked:
        for code, meaning in CODES.items():
            out.print(f"{code}  {meaning}", highlight=False)
        raise typer.Exit


@app.command()
def diff(
    source: Annotated[str, typer.Argument(help="Its key, `module.source_id`.")],
    earlier: Annotated[
        str | None,
        typer.Option("--from", help="The version before; by default the one before the latest."),
    ] = None,
    later: Annotated[
        str | None, typer.Option("--to", help="The version after; by default the latest.")
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="`sql` is a migration script from old to new.")
    ] = Format.table,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    plain: Annotated[
        bool,
        typer.Option("--no-renames", help="Tell probable renames as the drops and additions."),
    ] = False,
    fail_on: Annotated[
        Grade | None, typer.Option(help="Exit with 1 if any change is at least this grave.")
    ] = None,
    versions: Annotated[
        bool, typer.Option("--versions", help="List the versions there are, and compare nothing.")
    ] = False,
    _codes: Annotated[
        bool,
        typer.Option(
            "--codes", callback=_list_codes, is_eager=True, help="List the codes of changes."
        ),
    ] = False,
) -> None:
    """Say what differs between two versions of a source's catalog.

    A version is `latest`, `latest~2`, the start of a data version, a time such as
    `2026-03-01T12:00` (UTC), or `nothing`; `other.source@version` compares with another source.
    What was synced is compared: `metadata-assets sync --dry-run` compares with the source itself.
    """
    settings = Settings()
    lake = Lake(settings.lake_uri)
    if versions:
        _show_versions(lake, source, as_json=as_json or form is Format.json)
        return
    planned = ControlTable(lake).plan(settings.drops_location).planned_rows()
    row = next((row for row in planned if row.key == source), None)
    if row is None:
        raise ConfigurationError(
            f"no source is named {source}", remedy="`metadata-assets sources list` lists them."
        )
    dialect = dialect_of(row.source_type, row.source_config)
    grading = grading_of(row.transformation_config, where=row.key)
    before, after = earlier_side(lake, source, earlier), later_side(lake, source, later)
    changes = compare(before.catalog, after.catalog, dialect)
    changes = without_renames(changes) if plain else changes
    rows = json_rows(changes, grading)
    title = f"{before} → {after}"
    if as_json or form is Format.json:
        print_json({"from": str(before), "to": str(after), "changes": rows})
    elif form is Format.md:
        typer.echo(f"## {title}\n\n{markdown_table(changes, grading, shown=len(changes))}")
    elif form is Format.sql:
        typer.echo(migrate(before.catalog, after.catalog, dialect).text(title), nl=False)
    elif rows:
        show_changes(title, rows)
        out.print(summary(changes, grading))
    else:
        out.print(f"{title}: no changes", highlight=False)
    if fail_on is not None and _is_as_grave(grading.gravest(changes), fail_on):
        raise typer.Exit(1)


def _is_as_grave(gravest: Any, limit: Grade) -> bool:
    return gravest is not None and GRADES.index(gravest) >= GRADES.index(limit.value)


def _show_versions(lake: Lake, source: str, *, as_json: bool) -> None:
    found = [
        {"data_version": version.data_version, "published_at": version.published_at.isoformat()}
        for version in catalog_versions(lake, source)
    ]
    if as_json:
        print_json(found)
        return
    for version in found:
        out.print(f"{version['data_version'][:12]}  {version['published_at']}", highlight=False)
    if not found:
        out.print(f"{source} was never synced.", highlight=False)
