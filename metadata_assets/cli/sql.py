"""`metadata-assets sql`: ask the lake, edit the control table."""

from __future__ import annotations

import getpass
import io
import sys
from dataclasses import asdict
from datetime import datetime, timezone
from enum import Enum
from typing import Annotated

import pyarrow as pa
import typer
from pyarrow import csv
from rich.markup import escape
from rich.table import Table

from metadata_assets.cli.app import app, err, out
from metadata_assets.cli.show import print_json, show_names
from metadata_assets.control.sql import run_sql
from metadata_assets.control.sql_edit import EditOutcome
from metadata_assets.lake import Lake
from metadata_assets.settings import Settings

_SHOWN = 100


class Format(str, Enum):
    """How rows are printed."""

    table = "table"
    json = "json"
    csv = "csv"


@app.command()
def sql(
    statement: Annotated[str, typer.Argument(help="The SQL; `-` reads it from standard input.")],
    form: Annotated[Format, typer.Option("--format", help="How rows are printed.")] = Format.table,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    author: Annotated[
        str | None, typer.Option(help="Who edits, for the history; you by default.")
    ] = None,
) -> None:
    """Ask any table of the lake, or edit the control table.

    SELECT reads every table: `catalog.columns`, `training.records`, `control.etl_control`, or just
    `etl_control` where the name is enough. INSERT, UPDATE, DELETE and MERGE work on `etl_control`,
    in DuckDB's dialect or Databricks', also as `main.default.etl_control`: one commit with its
    author, timestamps kept by themselves, every row checked as a YAML drop is.

        metadata-assets sql "SELECT source, count(*) FROM catalog.tables GROUP BY ALL"

        metadata-assets sql "UPDATE etl_control SET is_active = false WHERE source_id = 'crm'"
    """
    text = sys.stdin.read() if statement == "-" else statement
    done = run_sql(
        Lake(Settings().lake_uri),
        text,
        now=datetime.now(timezone.utc),
        author=author or getpass.getuser(),
    )
    if isinstance(done, EditOutcome):
        _show_edit(done, as_json=as_json or form is Format.json)
    elif as_json or form is Format.json:
        print_json(done.to_pylist())
    elif form is Format.csv:
        out.out(_csv(done), end="", highlight=False)
    else:
        _show_rows(done)


def _show_edit(outcome: EditOutcome, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(outcome))
        return
    show_names(inserted=outcome.inserted, updated=outcome.updated, deleted=outcome.deleted)
    if not (outcome.inserted or outcome.updated or outcome.deleted):
        out.print("No row changed.")
    else:
        out.print(f"The control table is at version {outcome.version}.", highlight=False)
    for key in outcome.returning:
        err.print(
            f"[yellow]warning:[/] {escape(key)} is still declared by a drop, which brings it back. "
            "To switch it off, set is_active to false.",
            soft_wrap=True,
            highlight=False,
        )


def _show_rows(rows: pa.Table) -> None:
    table = Table()
    for name in rows.column_names:
        table.add_column(escape(name), overflow="fold")
    for row in rows.slice(0, _SHOWN).to_pylist():
        table.add_row(*(escape("" if value is None else str(value)) for value in row.values()))
    out.print(table)
    if rows.num_rows > _SHOWN:
        out.print(f"… and {rows.num_rows - _SHOWN} more (--format csv prints all)")


def _csv(rows: pa.Table) -> str:
    """The rows as CSV, lists and structs as JSON-like text."""
    flat = [
        pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())
        if pa.types.is_nested(column.type)
        else column
        for column in rows.columns
    ]
    sink = io.BytesIO()
    csv.write_csv(pa.table(flat, names=rows.column_names), sink)
    return sink.getvalue().decode()
